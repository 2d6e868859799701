"""Words that tell what a capitalised run names: titles, roles, first names. Written for this project."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())


# Titles before a name; the dot is taken with them.
TITLES = word_set("""
Mr Mrs Ms Miss Mx Dr Prof Professor Sir Dame Lord Lady Rev Reverend Fr Father Sister Brother Pastor Bishop Archbishop
Cardinal Pope Rabbi Imam Sheikh King Queen Prince Princess Duke Duchess President Vice Prime Minister Chancellor
Premier Gov Governor Sen Senator Rep Representative Congressman Congresswoman MP Mayor Councillor Councilman
Councilwoman Councilmember Alderman Judge Justice Chief Sgt Sergeant Lt Lieutenant Capt Captain Maj Major Col Colonel
Gen General Adm Admiral Cpl Corporal Pvt Officer Detective Det Inspector Superintendent Supt Commissioner Sheriff
Deputy Secretary Ambassador Attorney District State Defense Defence Foreign Finance Interior Health Justice Treasurer
Chairman Chairwoman Chair Director Manager Coach Speaker Leader Former Ex Herr Frau Monsieur Madame Señor Señora Hon
Cllr Assistant Acting Taoiseach Tánaiste Executive Adv Advocate Cdr Trooper Spokesman Spokeswoman Spokesperson
Principal Commander Brig Brigadier Marshal Trustee Comptroller Solicitor Assemblyman Assemblywoman Assemblymember
Delegate Chef Constable Const PC Mme Mlle MM Maître Docteur Professeur Professeure Sra Srta Don Doña Dott Dottor
Signor Signora
""")
MALE_TITLES = word_set("""
Mr Sir Lord Father Brother King Prince Duke Congressman Councilman Chairman Herr Monsieur Señor Pope Don Signor
""")
FEMALE_TITLES = word_set("""
Mrs Ms Miss Dame Lady Sister Queen Princess Duchess Congresswoman Councilwoman Chairwoman Frau Madame Señora
Mme Mlle Professeure Sra Srta Doña Signora
""")
# Roles and other words that begin a sentence before a name: "Analyst Jorge Peña", "Survivor Abena Osei".
ROLES = word_set("""
Analyst Strategist Striker Midfielder Defender Goalkeeper Quarterback Pitcher Prosecutor Lawyer Attorney Survivor
Resident Neighbor Neighbour Nurse Doctor Teacher Student Senior Junior Freshman Author Writer Novelist Singer Actor
Actress Filmmaker Producer Activist Campaigner Organizer Organiser Researcher Scientist Economist Historian Farmer
Fisherman Driver Owner Founder Co-founder Boss Manager Captain Editor Columnist Journalist Reporter Spokesman
Spokeswoman Spokesperson Board Council Opposition Deputy Lead Head Chief Executive Officer Founder Chairman Democrat
Republican Democratic Conservative Labour Liberal Green Independent Fellow Budget Consumer Shopkeeper Chief Colleague
Friend Engineer Business Airline Company Firm Group Team Forward Defenseman Goalie Rookie Veteran Retired Incumbent
Candidate Police Fire Investigator Eyewitness Witness Mother Father Parent Artist Director Curator Photographer
Climber Sprinter Runner Swimmer Bürgermeister Bürgermeisterin Minister Ministerin Ministre Ministro Ministra Alcalde
Alcaldesa Presidente Presidenta Président Présidente Präsident Präsidentin Kanzler Bundeskanzler Ingenieur Sprecher
Sprecherin Sindaco Trainer Primer Trabajadora Diretora Diretor Professora Senador Senadora Deputado Deputada
Governador Prefeito Der Die Das La Le El Il O A
""")
# Capitalised at a sentence's start without being a name.
STARTERS = word_set("""
The A An This That These Those He She It They We I You His Her Its Their Our My Your In On At By For From To Of With
Without After Before During While When Where Why What Who How If As Since Until Unless Although Though Because But And
Or So Yet Nor Not No Yes Now Then There Here Once Still Also Even Just Only Some Many Most Several Few All Both Each
Every One Two Three Four Five Six Seven Eight Nine Ten Hundreds Thousands Millions More Less Another Other Others
According Asked Speaking Writing Despite Among Amid Under Over About Against Between Into Near Like Earlier Later Last
Next First Second Third Meanwhile However Instead Perhaps Maybe Monday Tuesday Wednesday Thursday Friday Saturday
Sunday January February March April May June July August September October November December Today Yesterday Tomorrow
Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct Nov Dec Photo Image Video Read Related Watch Advertisement Story Copyright
Getty Images OK Please Is Was Are Were Do Does Did Has Have Had Will Would Can Could Should May Might Must Let Let’s
It’s That’s There’s He’s She’s I’m I’ve I’ll We’re We’ve Don’t Can’t Well Oh Ah Very Never Always Sometimes Today’s
Such Same Nearly Almost Around Police Officials Authorities Investigators Residents Critics Experts Scientists
Researchers Prosecutors Lawyers Lawmakers Opening Closing Republicans Democrats Christmas Easter God Covid COVID
Internet English French German Spanish American British Chinese Russian Ukrainian European African Asian Israeli
Palestinian Muslim Christian Jewish Catholic Black White Thank Thanks Nobody Everyone Everybody Someone Anyone Nothing
Everything Back Again Soon Maybe Meantime Finally Recently Previously Currently Additionally Moreover Furthermore
Nevertheless Overall Initially Eventually Unlike Whether Having Being Following Including Given Based Born Known
Called Named TV US UK AP CEO Ein Eine Einer Laut Nach Auch Doch Aber Und Wenn Seit Wir Ich Er Es Un Une Selon Pour Dans
Mais Elle Ils Selon Según Pero Secondo
""")
# What an organisation's name ends with, or begins with before "of" or "for".
ORGANISATION_LAST = word_set("""
Inc Corp Ltd LLC PLC Plc Co GmbH AG SA SpA NV Group Holdings Capital Bank Airlines Airways Systems Technologies
Partners Industries Pharmaceuticals Motors Energy Media Records Pictures Studios Entertainment Foundation Institute
University College School Academy Hospital Clinic Center Centre Museum Library Church Ministry Department Agency
Authority Commission Committee Council Board Bureau Office Service Services Police Force Army Navy Guard Corps Court
Parliament Senate Congress Assembly Party Union Alliance Association Federation League Club United Rovers City Town FC
AFC Society Trust Fund Network News Times Post Journal Herald Tribune Gazette Magazine Review Press Observer Company
Corporation Organization Organisation Coalition Campaign Movement Front Brigade Division Research Survey
Administration District Constabulary Firm Brothers Sons Airport Laboratory Observatory Orchestra Theatre Theater
Schools Nations House Treasury Reserve Exchange Initiative Project Program Programme Collective Chamber Tribunal
Secretariat Conference Band Choir Tigers Bears Lions Eagles Hawks Giants Rangers Wanderers Athletic Dragons Kings
Bulls Wolves Panthers Raiders Broncos Cowboys Patriots
""") - {"City", "Town"}
ORGANISATION_FIRST = word_set("""
Ministry Department University Bank Board Council Institute Office House Church Bureau Association Federation Centre
Center Society Party College School Museum Court Chamber Corps Committee Commission Agency Union League Organization
Organisation Campaign Fund Alliance Academy Conference Secretary Doctors Friends Citizens Mothers Veterans Coalition
Campaign Reporters Médecins Médicos
""")
ACRONYMS = word_set("""
FBI CIA NSA NATO EU UN WHO IMF BBC CNN ABC CBS NBC MSNBC NPR PBS AP AFP NASA ESA FDA CDC EPA FEMA FAA NTSB IRS DOJ DHS
ICE GOP NHS RAF MI5 MI6 FIFA UEFA IOC NFL NBA MLB NHL NCAA UNICEF UNESCO OPEC OECD ACLU NAACP IBM BMW VW KGB FSB IAEA
WTO ICC ICJ UNHCR SNP DUP CDU SPD CSU FDP AfD PSOE PP ARD ZDF RTL HSBC UBS AT&T SEC FTC FCC DEA ATF NYPD LAPD TSA EPA
USDA HHS IDF PLO IRA ECB ASEAN NOAA NWS TSMC NRA WADA FIA ITV RTÉ
""")
FEMALE = word_set("""
Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Lisa Nancy Betty Sandra Margaret Ashley
Kimberly Emily Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Dorothy Amy Kathleen
Angela Shirley Emma Brenda Pamela Nicole Anna Samantha Katherine Christine Debra Rachel Carolyn Janet Maria Olivia
Heather Helen Catherine Diane Julie Victoria Joyce Lauren Kelly Christina Ruth Joan Virginia Judith Evelyn Hannah
Megan Andrea Cheryl Jacqueline Gloria Teresa Sara Janice Ann Anne Julia Grace Judy Alice Sophia Denise Marilyn Amber
Danielle Brittany Diana Abigail Jane Natalie Lori Tiffany Alexis Kayla Charlotte Isabella Ursula Claire Ingrid Greta
Fiona Nora Eleanor Lucy Chloe Zoe Rosa Carmen Lucia Elena Sofia Marta Ana Inês Isabel Beatriz Clara Giulia Chiara
Francesca Elisa Paola Camille Marie Sophie Nathalie Isabelle Annalena Angela Ulla Jutta Katja Sabine Petra Monika
Heike Birgit Olga Natalia Svetlana Irina Yulia Tatiana Fatima Aisha Amina Leila Priya Anita Sunita Mei Yuki Kamala
Hillary Nikki Liz Theresa Nancy Kate Meghan Melania Ivanka Michelle Jill Maya Mia Ella Ava Amelia Harper Lily Molly
Holly Paige Tina Wendy Tracy Stacy Becky Vicky Debbie Cindy Jenny Katie Maggie Peggy Sally Suzanne Yvonne Simone
Monica Veronica Vanessa Gwen Renata Priscilla Shauna Alicia Deb Lena
""")
MALE = word_set("""
James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark Donald
Steven Andrew Paul Joshua Kenneth Kevin Brian George Timothy Ronald Jason Edward Jeffrey Ryan Jacob Gary Nicholas Eric
Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis Jerry
Tyler Aaron Jose José Adam Nathan Henry Zachary Douglas Peter Kyle Noah Ethan Jeremy Christian Walter Keith Austin
Roger Terry Sean Gerald Carl Harold Dylan Arthur Lawrence Jordan Jesse Bryan Lawrence Bruce Gabriel Joe Logan Alan
Juan Albert Willie Elijah Wayne Randy Vincent Mason Roy Ralph Bobby Russell Bradley Philip Phillip Eugene Tom Tim Jim
Bob Bill Mike Dave Steve Chris Matt Dan Ben Sam Nick Rick Rob Ron Ted Tony Greg Jeff Ken Pete Ray Max Leo Luke Liam
Owen Oliver Harry Boris Rishi Keir Joe Barack Donald Mitch Chuck Vladimir Volodymyr Sergei Sergey Dmitry Mikhail
Viktor Alexei Antony Jean Pierre Emmanuel François Michel Louis Jacques Olivier Nicolas Hugo Carlos Luis Miguel Pedro
Jorge Javier Antonio Francisco Manuel Diego Fernando Alejandro Marco Matteo Luca Giorgio Giuseppe Paolo Andrea
Giovanni João Hans Klaus Jürgen Wolfgang Olaf Friedrich Markus Stefan Andreas Timo Jonas Lars Sven Erik Björn Johan
Anders Ahmed Mohamed Mohammed Muhammad Ali Omar Hassan Hussein Ibrahim Mahmoud Abdul Yusuf Khalid Kofi Kwame Narendra
Rahul Amit Raj Sanjay Vijay Samir Hiroshi Kenji Takashi Xi Wei Jin Kim Benjamin Yair Ariel Recep Bashar Nelson Cyril
Ian Graeme Colin Simon Neil Nigel Gavin Stuart Martin Craig Graham Derek Jeremy Dale Devon Leonard Lucas Jake Connor
Caleb Isaac Evan Cole Blake Chad Kurt Karl Otto Ivan Igor Oleg
""") - {"Kim", "Andrea", "Jean"}
# Lower-case words inside names.
PARTICLES = "de|da|do|dos|das|del|della|di|van|von|der|den|ten|ter|la|le|bin|ibn|al|el|du|e|y|und|zu"
