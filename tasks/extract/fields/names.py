"""Names out of bylines: what is left of "By Ann Lee and Bo Ray, Staff Writers | Updated 3 May" without the rest."""

from __future__ import annotations

import re
import unicodedata

from tasks.base.strings import plain, squeeze
from tasks.extract.fields.agencies import agency_of
from tasks.extract.fields.outlet import OutletNames
from tasks.extract.signals.months import COMMON_MONTHS

NOT_NAME = re.compile(r"https?:|www\.|@|\.com\b|facebook|twitter|\d{3}|[{}<>|=#]|profil", re.IGNORECASE)
_BY = re.compile(
    r"^(?:(?:written|posted|reported|published|story|words|text|report|analysis|review|interview|opinion|"
    r"exclusive|von unserem korrespondenten)\s+)?"
    r"(?:by|von|vom|par|por|(?-i:da|di|av|af)|door|text|texte|texto|testo|oleh|author|authors|autor|autorin|"
    r"autoren|autorin/autor|auteur|written by|reporter|"
    r"от|автор|著者|著|文|作者|記者)\s*[:：]?\s+(?=\S)|^(?:by|von|author|autor|text|words|著者|作者)\s*[:：]\s*",
    re.IGNORECASE,
)
_ROLE_WORDS = (
    r"correspondent|reporter|editor|columnist|writer|staff|journalist|contributor|producer|photographer|analyst|critic|"
    r"\w*redakteur(?:in)?|leitende[rn]?|redaktor(?:in)?|\w*korrespondent(?:in)?|autor(?:in)?|volont[äa]r(?:in)?|chefredakt\w+|"
    r"reporterin|journalistin|"
    r"journaliste|correspondant|rédact\w+|redactor|periodista|corresponsal|giornalista|inviato|jornalista|"
    r"anchor|director|professor|lecturer|fellow|president|ceo|author|presenter|guest|specialist|"
    r"senior|chief|deputy|head of|leiter(?:in)?|ressort\w*|mitarbeiter(?:in)?|bureau|desk|journalist|freelance"
)
_DESK = re.compile(r"\b(?:desk|bureau|team|newsroom)$", re.IGNORECASE)
_ROLE = re.compile(rf"\b(?:{_ROLE_WORDS})\b", re.IGNORECASE)
_ROLE_TAIL = re.compile(
    rf"\s*(?:[,|•·–—(]|\s-\s|\bfor\b|\bis an?\b|\bin [A-Z]).*$|\s+(?:{_ROLE_WORDS})\b.*$", re.IGNORECASE
)
_SPLIT = re.compile(
    r"\s*(?:;|\||\n|、|／|\s/\s|\s&\s|\s\+\s|\s•\s|\s·\s|,?\s+(?:and|und|et|y|e|og|och|en|with|mit|avec|con|com|"
    r"dan)\s+)\s*",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"[a-zäöü]{2,5}(?:\s?/\s?[A-Za-zäöü]{2,5})+")  # "det/dpa": who signed it, and the agency
# Between two people even where markup says that they are one; "e", "y", "und" may stand inside of a name.
_APART = re.compile(r"\s*(?:;|\||\n|、|／|/|\s&\s|\s\+\s|\s•\s|\s·\s|,?\s+and\s+)\s*", re.IGNORECASE)
_PARTICLES = frozenset(
    re.findall(r"\w+", "de da di do dos das du del della van von der den ten ter la le bin ibn al el y e zu zur")
)
_TITLES = re.compile(r"^(?:dr|prof|mr|mrs|ms|sir|dame|rev|hon)\.?\s+(?=\S+\s)", re.IGNORECASE)
_STAFF = re.compile(
    r"\b(?:staff|newsroom|redaktion|redacci[óo]n|r[ée]daction|redazione|reda[çc][ãa]o|desk|team|reporters?|"
    r"editors?|editorial|news|agencies|agenturen|web|online|press|media|digital|board|correspondents?|bureau)\b",
    re.IGNORECASE,
)
_JUNK = re.compile(
    r"^(?:sponsored|admin(?:istrator)?|editor|author|guest|user|null|none|undefined|unknown|n/?a|anonymous|share|follow|"
    r"subscribe|updated?|published|redazione web)$",
    re.IGNORECASE,
)
_WHEN = re.compile(
    rf"[\s,|•·–—-]*(?:(?:last )?(?:posted|updated?|published|aktualisiert|veröffentlicht|stand|publié|"
    rf"actualizado|publicado)\b.*|"
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|"
    rf"sun)day,?\s+)?\b(?:{'|'.join(sorted(COMMON_MONTHS, key=len, reverse=True))})\b\.?\s+\d.*|(?:^|(?<=[\s,|"
    rf"•·–—-]))\d.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LATE_BY = re.compile(r"^.*?(?:\bby|(?<=[a-zäöü\d])\s+von)\s+(?=[A-ZÄÖÜ])", re.DOTALL)
_ORGANISATION = re.compile(
    r"\b(?:inc|ltd|gmbh|llc|corp|ag|s\.?a|plc|bv|co|university|institute|foundation|network|group)\.?$", re.IGNORECASE
)
_KOREAN_ROLE = re.compile(r"\s?(?:기자|특파원|記者)$")
_LABEL = re.compile(r"^[^\W\d_]{1,14}\s?[:：]\s?(?=\S)")  # "記者：", "كتب:"
_UNCASED_CHARS = 30
MAX_NAME_CHARS = 60
MAX_BYLINE_CHARS = 400  # of one byline; the patterns below look back over it for every bracket and dash


class Whole(str):
    """A name that its source has set apart: one JSON-LD Person is one name, whatever words are in it."""

    __slots__ = ()


def people_in(raw: str) -> list[str]:
    """The names in one byline, split and cleaned: "By Ann Lee and Bo Ray, Staff Writers" gives two."""
    text = squeeze(plain(raw[:MAX_BYLINE_CHARS]))
    if len(text) > 15 and re.search(r"\d", text[:20]):
        text = _LATE_BY.sub("", text)
    undated = _WHEN.sub("", text)
    if " von " in text or re.search(r"\bby\b", text, re.IGNORECASE):
        undated = _LATE_BY.sub("", undated or text)
    text = undated
    text = squeeze(text)
    if not _is_cased(text):
        text = _LABEL.sub("", text)
    text = _TITLES.sub("", _BY.sub("", text))
    text = re.sub(r"\S+@\S+|\(?@\w+\)?|\([^)]*\)", " ", text)
    names: list[str] = []
    parts = [text] if _ABBREVIATED.fullmatch(text) else (_APART if isinstance(raw, Whole) else _SPLIT).split(text)
    for part in parts:
        names.extend(_by_comma(part or ""))
    return [name for name in dict.fromkeys(names) if name]


def _by_comma(part: str) -> list[str]:
    if _ABBREVIATED.fullmatch(part.strip()):
        return [part.strip()]
    if part.startswith(","):
        return []  # nobody, and whom he works for
    pieces = [piece for piece in (squeeze(p) for p in part.split(",")) if piece]
    if len(pieces) == 2 and all(piece.isalpha() and piece.istitle() for piece in pieces) and not agency_of(part):
        return [f"{pieces[1]} {pieces[0]}"]  # "Lee, Ann"
    kept: list[str] = []
    for piece in pieces:
        name = _name(piece)
        if not name or (kept and not agency_of(name) and (_ROLE.search(piece) or not like_name(name))):
            continue
        kept.append(name)
    return kept


def _name(piece: str) -> str:
    text = _BY.sub("", piece.strip(" .,:;-–—|•·\"'"))
    text = _TITLES.sub("", text)
    shorter = squeeze(_ROLE_TAIL.sub("", text))
    if _DESK.search(text):
        shorter = ""  # "TOI Lifestyle Desk" names nobody
    elif not _STAFF.search(shorter) and (len(shorter.split()) >= 2 or (shorter and not _STAFF.search(text))):
        text = shorter
    text = _KOREAN_ROLE.sub("", text)
    text = text.strip(" .,:;-–—|•·/+")
    if not text or len(text) > MAX_NAME_CHARS or NOT_NAME.search(text) or _JUNK.match(text):
        return ""
    return text


def like_name(text: str) -> bool:
    """Whether a text looks like a person's full name: two to six capitalised words, particles apart.

    In scripts without capitals: two to four words of letters; in those without spaces, few letters.
    """
    words = text.split()
    if any(ord(c) > 0x2E80 for c in text):
        return len(text) <= 20
    if words and not _is_cased(text):
        return (
            2 <= len(words) <= 4
            and len(text) <= _UNCASED_CHARS
            and all(unicodedata.category(c)[0] in "LMZ" or c in ".'’-" for c in text)
        )
    return (
        2 <= len(words) <= 6
        and words[0][0].isalpha()
        and all(word[0].isupper() or word.lower() in _PARTICLES or not word[0].isalpha() for word in words)
    )


def _is_cased(text: str) -> bool:
    """Whether a text has letters of a script with capitals; Georgian has them in Unicode, and names do without."""
    return any(c.lower() != c.upper() and not "\u10a0" <= c <= "\u10ff" for c in text)


def is_desk(name: str, outlet: OutletNames) -> bool:
    """Whether a name is an agency's, a department's or the outlet's own, not a person's."""
    if outlet.is_named(name) or agency_of(name) or _STAFF.search(name) or _ORGANISATION.search(name):
        return True
    return outlet.begins(name) and len(name.split()) != 2
