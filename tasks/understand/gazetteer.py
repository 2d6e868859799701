"""Places known by name: countries, regions, states of the US, Canada and Australia, large or newsworthy cities.

Written for this project from general knowledge; a name that is also a common word or first name (Reading, Nice, Mobile,
Chad, Jordan, Georgia, Florence, Paris as a person) is in AMBIGUOUS and needs "in", "at", "near" or a comma context.
"""

from __future__ import annotations


def _lines(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.replace("\n", ",").split(",") if name.strip())


COUNTRIES = _lines("""
Afghanistan,Albania,Algeria,Andorra,Angola,Antigua and Barbuda,Argentina,Armenia,Australia,Austria,Azerbaijan,Bahamas
Bahrain,Bangladesh,Barbados,Belarus,Belgium,Belize,Benin,Bhutan,Bolivia,Bosnia and Herzegovina,Bosnia,Botswana,Brazil
Brunei,Bulgaria,Burkina Faso,Burundi,Cambodia,Cameroon,Canada,Cape Verde,Central African Republic,Chad,Chile,China
Colombia,Comoros,Congo,Democratic Republic of the Congo,Costa Rica,Croatia,Cuba,Cyprus,Czech Republic,Czechia,Denmark
Djibouti,Dominica,Dominican Republic,East Timor,Ecuador,Egypt,El Salvador,Equatorial Guinea,Eritrea,Estonia,Eswatini
Ethiopia,Fiji,Finland,France,Gabon,Gambia,Georgia,Germany,Ghana,Greece,Greenland,Grenada,Guatemala,Guinea
Guinea-Bissau,Guyana,Haiti,Honduras,Hungary,Iceland,India,Indonesia,Iran,Iraq,Ireland,Israel,Italy,Ivory Coast,Jamaica
Japan,Jordan,Kazakhstan,Kenya,Kiribati,Kosovo,Kuwait,Kyrgyzstan,Laos,Latvia,Lebanon,Lesotho,Liberia,Libya
Liechtenstein,Lithuania,Luxembourg,Madagascar,Malawi,Malaysia,Maldives,Mali,Malta,Marshall Islands,Mauritania
Mauritius,Mexico,Micronesia,Moldova,Monaco,Mongolia,Montenegro,Morocco,Mozambique,Myanmar,Burma,Namibia,Nauru,Nepal
Netherlands,New Zealand,Nicaragua,Niger,Nigeria,North Korea,North Macedonia,Norway,Oman,Pakistan,Palau,Palestine
Panama,Papua New Guinea,Paraguay,Peru,Philippines,Poland,Portugal,Puerto Rico,Qatar,Romania,Russia,Rwanda,Samoa
San Marino,Saudi Arabia,Senegal,Serbia,Seychelles,Sierra Leone,Singapore,Slovakia,Slovenia,Solomon Islands,Somalia
South Africa,South Korea,South Sudan,Spain,Sri Lanka,St. Lucia,Sudan,Suriname,Sweden,Switzerland,Syria,Taiwan
Tajikistan,Tanzania,Thailand,Togo,Tonga,Trinidad and Tobago,Tunisia,Turkey,Türkiye,Turkmenistan,Tuvalu,Uganda,Ukraine
United Arab Emirates,United Kingdom,Great Britain,Britain,England,Scotland,Wales,Northern Ireland,United States
United States of America,America,Uruguay,Uzbekistan,Vanuatu,Vatican,Vatican City,Venezuela,Vietnam,Yemen,Zambia
Zimbabwe,U.S.,U.K.,UAE,USA,UK,Hong Kong,Macau
""")
REGIONS = _lines("""
Europe,Asia,Africa,North America,South America,Latin America,Central America,Antarctica,Oceania,Middle East,Far East
Balkans,Caribbean,Scandinavia,Siberia,Crimea,Donbas,Donetsk,Luhansk,Gaza,Gaza Strip,West Bank,Golan Heights,Kashmir
Punjab,Tibet,Xinjiang,Kurdistan,Catalonia,Andalusia,Bavaria,Saxony,Brittany,Normandy,Provence,Tuscany,Sicily,Sardinia
Lombardy,Ulster,Cornwall,Devon,Yorkshire,Lancashire,Kent,Essex,Sussex,Dorset,Somerset,Norfolk,Suffolk,Midlands
Highlands,Amazon,Sahara,Sahel,Himalayas,Alps,Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware
Florida,Hawaii,Idaho,Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,Maine,Maryland,Massachusetts,Michigan,Minnesota
Mississippi,Missouri,Montana,Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,North Dakota
Ohio,Oklahoma,Oregon,Pennsylvania,Rhode Island,South Carolina,South Dakota,Tennessee,Texas,Utah,Vermont,Virginia
West Virginia,Wisconsin,Wyoming,Ontario,Quebec,Québec,British Columbia,Alberta,Manitoba,Saskatchewan,Nova Scotia
New Brunswick,Newfoundland,Yukon,New South Wales,Queensland,Tasmania,Western Australia,South Australia
Northern Territory,Midwest,Silicon Valley,Wall Street,Capitol Hill,Downing Street,Manhattan,Brooklyn,Queens,Bronx
Harlem,Staten Island,Long Island,Atlantic,Pacific,Mediterranean,Baltic,Arctic,Gulf of Mexico,Red Sea,Black Sea
South China Sea,Persian Gulf,English Channel,North Sea,Everest,Danube,Rhine,Nile,Thames,Dnipro River,Rafah,Darfur
Okinawa,Hokkaido,Bali,Java,Sumatra,Borneo,Mindanao,Zanzibar,Sindh,Balochistan,Kerala,Gujarat,Bihar,Assam,Tamil Nadu
Karnataka
""")
CITIES = _lines("""
Aberdeen,Abidjan,Abu Dhabi,Abuja,Accra,Addis Ababa,Adelaide,Aden,Albuquerque,Aleppo,Alexandria,Algiers,Allentown
Almaty,Amman,Amsterdam,Anaheim,Anchorage,Ankara,Antwerp,Asunción,Athens,Atlanta,Auckland,Augusta,Austin,Baghdad
Bakersfield,Baku,Baltimore,Bamako,Bangalore,Bengaluru,Bangkok,Barcelona,Basel,Basra,Baton Rouge,Beijing,Beirut,Belfast
Belgrade,Berlin,Bern,Bilbao,Birmingham,Bogotá,Bogota,Boise,Bologna,Bonn,Bordeaux,Boston,Brasília,Brasilia,Bratislava
Bremen,Brisbane,Bristol,Brussels,Bucharest,Budapest,Buenos Aires,Buffalo,Bucha,Cairo,Calgary,Cali,Cambridge,Canberra
Cape Town,Caracas,Cardiff,Casablanca,Charleston,Charlotte,Chattanooga,Chengdu,Chennai,Chicago,Christchurch,Cincinnati
Cleveland,Cologne,Colombo,Colorado Springs,Columbus,Copenhagen,Córdoba,Coventry,Curitiba,Dakar,Dallas,Damascus
Dar es Salaam,Darwin,Davos,Dayton,Delhi,Denver,Des Moines,Detroit,Dhaka,Doha,Dortmund,Dresden,Dubai,Dublin,Duluth
Durban,Düsseldorf,Edinburgh,Edmonton,El Paso,Essen,Ferguson,Fort Worth,Frankfurt,Freetown,Fresno,Gaza City,Gdansk
Geneva,Genoa,Ghent,Glasgow,Gothenburg,Granada,Grand Rapids,Graz,Greensboro,Guadalajara,Guangzhou,Guayaquil,Hague
The Hague,Haifa,Halifax,Hamburg,Hamilton,Hanoi,Hanover,Harare,Harrisburg,Hartford,Havana,Helsinki,Hiroshima
Ho Chi Minh City,Honolulu,Houston,Huntsville,Hyderabad,Indianapolis,Innsbruck,Islamabad,Istanbul,Izmir,Jackson
Jacksonville,Jakarta,Jeddah,Jersey City,Jerusalem,Johannesburg,Juba,Kabul,Kampala,Kandahar,Kansas City,Karachi
Kathmandu,Kharkiv,Khartoum,Kherson,Kiev,Kyiv,Kigali,Kingston,Kinshasa,Knoxville,Kolkata,Krakow,Kraków,Kuala Lumpur
Kyoto,La Paz,Lagos,Lahore,Lansing,Las Vegas,Lausanne,Leeds,Leicester,Leipzig,Lexington,Lille,Lima,Lincoln,Lisbon
Little Rock,Liverpool,Ljubljana,Lomé,London,Los Angeles,Louisville,Luanda,Lusaka,Luton,Lviv,Lyon,Madison,Madrid,Malmö
Managua,Manchester,Manila,Mannheim,Maputo,Mariupol,Marseille,Mecca,Medellín,Medina,Melbourne,Memphis,Mexico City,Miami
Milan,Milwaukee,Minneapolis,Minsk,Mobile,Mogadishu,Monterrey,Montevideo,Montgomery,Montpellier,Montreal,Moscow,Mosul
Mumbai,Munich,Nagasaki,Nairobi,Nantes,Naples,Nashville,New Delhi,New Haven,New Orleans,New York City,Newark,Newcastle
Nice,Norfolk,Nottingham,Nuremberg,Oakland,Odesa,Odessa,Oklahoma City,Omaha,Orlando,Osaka,Oslo,Ottawa,Oxford,Palermo
Palm Beach,Panama City,Paris,Parkland,Perth,Peshawar,Philadelphia,Phnom Penh,Phoenix,Pittsburgh,Plymouth,Portland
Port-au-Prince,Porto,Porto Alegre,Portsmouth,Prague,Pretoria,Pristina,Providence,Pyongyang,Quito,Rabat,Raleigh
Ramallah,Reading,Recife,Reno,Reykjavik,Richmond,Riga,Rio de Janeiro,Riyadh,Rochester,Rome,Rotterdam,Sacramento
Salt Lake City,Salvador,Salzburg,San Antonio,San Diego,San Francisco,San Jose,San Juan,San Salvador,Sanaa,Santa Fe
Santiago,São Paulo,Sarajevo,Savannah,Scranton,Seattle,Seoul,Seville,Shanghai,Sheffield,Shenzhen,Shreveport,Singapore
Skopje,Sofia,Southampton,Spokane,Springfield,St. Louis,St. Paul,St. Petersburg,Stockholm,Strasbourg,Stuttgart
Sunderland,Surat,Sydney,Syracuse,Taipei,Tallahassee,Tallinn,Tampa,Tashkent,Tbilisi,Tegucigalpa,Tehran,Tel Aviv,Tijuana
Tirana,Tokyo,Toledo,Topeka,Toronto,Toulouse,Trenton,Tripoli,Tucson,Tulsa,Tunis,Turin,Ulaanbaatar,Utrecht,Uvalde
Valencia,Vancouver,Venice,Verona,Vienna,Vilnius,Vladivostok,Volgograd,Warsaw,Washington,Washington D.C.,Waco
Wellington,Wichita,Winnipeg,Wuhan,Yangon,Yerevan,Yokohama,Zagreb,Zaporizhzhia,Zurich,Zürich
""")
# Common words, first names or surnames too: a place only in a place's position.
AMBIGUOUS = _lines("""
Reading,Nice,Mobile,Chad,Jordan,Georgia,Lincoln,Jackson,Madison,Charlotte,Austin,Hamilton,Montgomery,Washington
Virginia,Devon,Sofia,Cali,Richmond,Cleveland,Lexington,Florence,Phoenix,Orlando,Victoria,Houston,Columbus,Dallas,Kent
Essex,Amazon,Java,Wellington,Perth,Augusta,Newcastle,Providence,Alexandria,Savannah,Darwin,Santiago,Salvador,Queens
Verona,Valencia,Medina,Turkey,Israel,America,Guinea,Niger,Norfolk,Lima,Essen,Kingston,Holland,Toledo,Ferguson
Cambridge,Oxford,Rochester,Parkland
""")
PLACES = COUNTRIES | REGIONS | CITIES
# Last words of places: "Lake Erie", "Mill Street", "Duval County", "Cape Fear".
PLACE_LAST = _lines(
    "Street,Avenue,Road,Boulevard,Lane,Drive,County,Island,Islands,River,Lake,Bay,Beach,Mountain,Mountains,Valley,Park,Square,"
    "Bridge,Highway,Province,Peninsula,Desert,Sea,Ocean,Strait,Heights,Springs,Falls,Hills,Harbor,Harbour,Township,Creek,Forest"
)
PLACE_FIRST = _lines(
    "Lake,Mount,Cape,Fort,Port,North,South,East,West,Northern,Southern,Eastern,Western,Central,St.,Saint,San,Santa,New"
)
