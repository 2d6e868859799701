"""The lines that news pages put between and after paragraphs, in the languages of the corpora: patterns only."""

from __future__ import annotations

import re

_I = re.IGNORECASE

# A line that points to another story.
READ_MORE = re.compile(
    r"^[\W_]*(?:(?:read|see|watch|listen|related|also|more|continue|further|don.t miss|must read|must-read|"
    r"recommended|explore|up next|next up|"
    r"lesen sie|lies|lesetipp|mehr|auch|weiterlesen|zum|passend|siehe|das könnte|weitere|hintergrund|à lire|"
    r"lire|voir|notre dossier|lea|leer|lee|le|"
    r"ver|más|también|leggi|guarda|approfondisci|potrebbe|leia|veja|saiba|mais|lees|bekijk|les|läs|læs|lue|"
    r"czytaj|zobacz|baca|oku)"
    r"(?:\s+(?:more|also|next|on|our|aussi|également|auch|mehr|anche|também|también|dazu|hierzu|zum thema|this|"
    r"the full|reading|stories|news|"
    r"juga|ook|også|också|även|també|interessant|interessieren|further|coverage|links|like this|here|about|"
    r"from)\b)*\s*[:|»>→▶–-]\s*\S"
    r"|(?:read more|also read|read next|see also|related(?: articles?| stor(?:y|ies)| content| coverage)?|"
    r"read also|more on this|more from|more stories|"
    r"lesen sie auch|mehr zum thema|auch interessant|das könnte sie auch interessieren|mehr lesen|lire aussi|"
    r"à lire aussi|à lire également|lea también|lee también|"
    r"también te puede interesar|leggi anche|leia também|veja também|saiba mais|lees ook|les også|läs också|"
    r"læs også|baca juga|czytaj też|weiterlesen|"
    r"weiterführende links|empfohlener (?:redaktioneller )?(?:inhalt|externer inhalt)|you might also like|"
    r"you may also like|continue reading|recommended videos?|"
    r"article content|story continues below(?: advertisement)?|scroll (?:down )?to continue.*|"
    r"click here to .{1,60}|advertisement|anzeige|werbung|publicité|publicidad|pubblicità|publicidade|reklame|"
    r"reklama|mainos)\s*[.:!…]*$)",
    _I,
)
# A line that is a moment, nothing more.
STAMP = re.compile(
    r"^[\W_]*(?:(?:first |last |originally )?(?:published|updated|posted|modified|created|aktualisiert|"
    r"veröffentlicht|stand|erstellt|publié|mis à jour|"
    r"publicado|actualizado|pubblicato|aggiornato|atualizado|publicerad|uppdaterad|publisert|oppdatert|"
    r"gepubliceerd|laatste update|diterbitkan)\b)"
    r"(?=.{0,80}$)[^.!?]*\d[^!?]*$"
    r"|^[\W_]*\d{1,2}[.:]\d{2}\s*(?:uhr|am|pm|h)?[\W_]*$|^\d+\s*(?:min(?:ute)?[ns]?|std|hours?|days?)\.?\s*(?:read|"
    r"lesezeit|ago|de lecture|di lettura|de lectura|de leitura)[\W_]*$"
    r"|^[\W_]*(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|(?:mon|tues|wednes|thurs|fri|satur|"
    r"sun)day,?\s+\w+ \d{1,2},? \d{4}|(?:[^\W\d]+,?\s+)?\d{1,2}\.?\s+[^\W\d]+\.?\s+\d{4})(?:[,\s|-]+\d{1,2}[:.]\d{2}(?:\s*(?:uhr|am|pm|h))?)?[\W_]*$",  # noqa: E501
    _I,
)
# A line that credits a picture or names who edited.
CREDIT = re.compile(
    r"^[\W_]*(?:(?:image|photo|picture|foto|bild|video|photograph|illustration|grafik|graphic|file photo|"
    r"featured image|screenshot|photos?|images?|"
    r"cover image|main image|fotos?|crédito|crédits?|imagen|imagem|immagine)(?:\s+(?:credit|by|courtesy(?: of)?|"
    r"via|source|©))?s?\s*[:©/]\s*\S.{0,100}"
    r"|(?:©|copyright\s|\(c\)\s).{2,80}|quelle:.{2,60}|\([a-zäöü]{2,4}(?:/[a-zäöü/]{2,12})*\)|-{2,}|\*{3,}|—{2,})$",
    _I,
)
# A line that lists the page's keywords: short parts between commas, no sentence.
TOPICS = re.compile(
    r"^[\W_]*(?:themen|schlagw(?:ö|oe)rter|stichw(?:ö|oe)rter|topics?|tags?|keywords?|mots[- ]clés|sujets?|"
    r"temas|etiquetas|argomenti|palavras[- ]chave|trefwoorden|emneord)"
    r"\s*:\s*[^,.;!?]{1,40}(?:[,;|·]\s*[^,.;!?]{1,40}){0,14}$",
    _I,
)
# Words that only label what stands beside them.
LABEL = re.compile(
    r"^[\W_]*(?:share(?: this)?(?: article| story| on \w+)?|tweet|facebook|twitter|whatsapp|e-?mail|print|"
    r"copy link|link copied|save|comments?|teilen|drucken|merken|"
    r"kommentare?|partager|compartir|condividi|compartilhar|dela|del|log in|sign in|sign up|subscribe|register|"
    r"menu|close|loading\.*|artikel anhören|"
    r"listen(?: to (?:this )?article)?|vorlesen|article|článek|\d+ (?:comments?|kommentare?|shares?)|tags?|"
    r"topics?|themen|more|mehr|next|previous|"
    r"by|von|par|por|di|staff|follow us|gallery|galerie|live|breaking|exclusive|exklusiv|showpaywall\w*|"
    r"issubscriber|ispaid|true|false|link zum .{3,30}-inhalt)[\W_]*$",
    _I,
)
# A line that asks the reader for something.
PROMPT = re.compile(
    r"\b(?:sign up (?:for|to|here|now)|subscribe (?:to|now|for|today)|(?:our|free|daily|weekly) newsletters?|"
    r"newsletter (?:abonnieren|anmelden)|follow (?:us|\w+\.co\.uk|\w+ on (?:twitter|facebook|instagram|x|google|"
    r"whatsapp))|"
    r"like us on|join (?:us|our|the conversation)|download (?:our|the) (?:free )?(?:\S+ ){0,4}app\b|get in touch (?:with our|by|at)|"  # noqa: E501
    r"get in touch\b.*@|got a (?:story|tip|news)|(?:do you )?have a (?:news )?(?:story|tip)\b|have (?:you )?got a (?:story|tip)|"  # noqa: E501
    r"email us|e-?mail:? ?\S+@|contact (?:the |this )?(?:reporter|author|us)|send (?:us )?(?:your|a) |"
    r"for more stories like this|check (?:out )?our (?:news page|other)|click here (?:to|for)|tap here|"
    r"(?:earn|receive) (?:us )?(?:a|an) (?:small )?(?:affiliate )?commission|independently select|"
    r"our journalism|support (?:our|independent|the) (?:journalism|work)|become a (?:member|subscriber|"
    r"supporter)|"
    r"\((?:advertisement|anzeige|publicité|publicidad|pubblicità|publicidade)\)$|"
    r"comment(?:ing)? (?:policy|guidelines)|leave a comment|would you like to comment|all rights reserved|"
    r"may not be (?:published|reproduced)|terms (?:of (?:use|service)|and conditions)|privacy policy|"
    r"cookie (?:policy|settings)|"
    r"whatsapp[- ](?:kanal|channel)|jetzt (?:abonnieren|anmelden|herunterladen|lesen)|folgen sie uns|"
    r"ihre meinung ist uns wichtig|schreiben sie uns|personenbezogene daten|externe[rn]? inhalt|datenschutzerkl|"
    r"abonnieren sie|melden sie sich|hier (?:klicken|geht'?s|anmelden)|push-?nachrichten|inscrivez-vous|"
    r"abonnez-vous|suivez-nous|suscríbe|síguenos|síguanos|regístrate|iscriviti|seguici|inscreva-se|siga (?:a|o|"
    r"nos)|assine|"
    r"alle rechte vorbehalten|tous droits réservés|todos los derechos|tutti i diritti|todos os direitos|"
    r"nachdruck|republish (?:this|our)|creative commons|this (?:article|story) was (?:originally|"
    r"first) published|"
    r"wenn sie (?:auf|über) (?:einen|diese).{0,60}(?:link|provision)|affiliate|(?:i'm|i am) happy to receive)",
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
# What the author's introduction under the headline is called.
STANDFIRST = re.compile(
    r"standfirst|(?:^|[\s_-])(?:lead|lede|leadtext|intro(?:duction)?|dek|deck|summary|subtitle|sub-?headline|"
    r"subhead(?:line|ing)?|strapline|stand-?first|vorspann|anleser|"
    r"teaser-?text|chapo|chapeau|excerpt|sommario|bajada|entradilla|subtitulo|ingress|manchet|preamble|"
    r"kicker-text|abstract|description|perex|sapo|blurb|tagline|article-?(?:lead|intro|summary|description|"
    r"teaser))(?:$|[\s_-])|"
    r"article__(?:lead|intro|summary|teaser|subtitle|dek)|headline__sub",
    _I,
)
