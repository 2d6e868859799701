"""The few lines that only words can tell: credits of pictures, labels of advertising, headings of other stories."""

from __future__ import annotations

import re

_I = re.IGNORECASE

# A line that credits a picture or names who edited.
CREDIT = re.compile(
    r"^[\W_]*(?:(?:image|photo|picture|foto|bild|video|photograph|illustration|grafik|graphic|file photo|"
    r"featured image|screenshot|photos?|images?|"
    r"cover image|main image|fotos?|crédito|crédits?|imagen|imagem|immagine)(?:\s+(?:credit|by|courtesy(?: of)?|"
    r"via|source|©))?s?\s*[:©/]\s*\S.{0,100}"
    r"|(?:©|copyright\s|\(c\)\s).{2,80}|quelle:.{2,60}|\([a-zäöü]{2,4}(?:/[a-zäöü/]{2,12})*\)|-{2,}|\*{3,}|—{2,})$",
    _I,
)
# A heading after which only other stories come.
TRAILER = re.compile(
    r"^[\W_]*(?:related(?: (?:articles?|stories|topics|posts|links|news|to this (?:story|article)))?|"
    r"other (?:reports|news|stories|articles)|more (?:stories|news|from|on|"
    r"like this)\b.*|you (?:may|might) also like|recommended(?: for you| stories)?|read (?:more|next|also)|"
    r"top stories|latest (?:news|stories|headlines)|trending(?: now)?|most (?:read|popular|viewed)\b.*|"
    r"also on .{3,30}|sponsored(?: content| articles?| stories)?|promoted|about the author|"
    r"mehr zum thema|auch interessant|weitere (?:artikel|themen|links|meldungen|nachrichten)|das könnte (?:sie|"
    r"dich) (?:auch )?interessieren|meistgelesen\w*|neueste (?:artikel|nachrichten)|beiträge aus dem forum|"
    r"weiterführende links|"
    r"à lire aussi|sur le même (?:sujet|thème)|les plus lus|lo más (?:leído|visto)|noticias relacionadas|"
    r"también te puede interesar|leggi anche|articoli correlati|i più letti|"
    r"leia também|notícias relacionadas|mais lidas|relaterade artiklar|les også|lees ook|baca juga)[\W_]*$",
    _I,
)
# What stands in a slot for advertising, alone or as "Article continues after this ad", in the languages of the corpora.
_AD = (
    r"advert(?:isement|ising)?|ads?|anzeige|werb(?:ung|eunterbrechung|epause)|an[uú]ncio|publicité|publicidade?|pubblicità|annonc?e|annonse|annons|pub|reklam[ae]?|mainos|"
    r"iklan|quảng cáo|реклама|διαφήμιση|hirdetés|oglas|oglašavanje|reclame|advertentie|(?:مساحة )?(?:ال)?إعلان(?:ية)?|"
    r"פרסומת|広告|广告|廣告|광고|โฆษณา|"
    r"विज्ञापन|বিজ্ঞাপন|auglýsing|reklāma|publicitate|publicitat|publizitatea|oglasi|sponsored"
)
ADVERTISING = re.compile(
    rf"^[\W_]*(?:(?:{_AD})(?:\s+(?:{_AD}))*(?:\W+(?:continue|scroll|below|loading).{{0,30}}|\s*[•|·]\s*\S.{{0,40}})?|"
    rf"(?:(?:article|story|content)\s+)?continues?\s+(?:below|after)(?:\s+(?:this|the))?(?:\s+(?:{_AD}))?)[\W_]*$",
    _I,
)
