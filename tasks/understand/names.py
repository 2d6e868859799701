"""Runs of capitalised words, cut down to names: titles, roles and a sentence's first words taken off.

A run is found by one pattern in one pass; what it names (person, organization, place) is decided by `people` and
`mentions`, which look at the whole text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tasks.understand.gazetteer import PLACES
from tasks.understand.lexicon import (
    ACRONYMS,
    FEMALE,
    FEMALE_TITLES,
    MALE,
    MALE_TITLES,
    ORGANISATION_FIRST,
    ORGANISATION_LAST,
    PARTICLES,
    ROLES,
    STARTERS,
    TITLES,
    word_set,
)

_UPPER = "A-ZÀ-ÖØ-Þ" + "".join(c for c in map(chr, range(0x100, 0x180)) if c.isupper()) + "ȘȚΑ-ΩА-ЯЁІЇЄ"
_ABBREVIATED = (
    "Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Sens|Rep|Reps|Rev|Fr|Sgt|Lt|Capt|Maj|Col|Gen|Adm|Cpl|Pvt|Det|Supt|Hon|St|Jr|Sr|Const|"
    "Cllr|Brig|Inc|Corp|Ltd|Co|Bros|No|Ave|Mt|Ft|Jan|Feb|Mar|Apr|Aug|Sept|Sep|Oct|Nov|Dec|Ala|Ariz|Ark|Calif|Colo|Conn|"
    "Del|Fla|Ga|Ill|Ind|Kan|Ky|La|Mass|Md|Mich|Minn|Miss|Mo|Mont|Neb|Nev|Okla|Ore|Pa|Tenn|Tex|Va|Vt|Wash|Wis|Wyo|vs|a\\.m|"
    "p\\.m|al|etc"
)
_WORD = (
    rf"(?:(?:{_ABBREVIATED.split('|No|')[0]})\.(?=\s)|(?:[{_UPPER}]\.){{2,}}|[{_UPPER}]\.(?=\s)|"
    rf"[{_UPPER}]\w*(?:[’'](?![sS]\b)\w+)*(?:&[{_UPPER}]\w*)?(?:-\w+)*)"
)
_JOIN = rf"[ \u00a0](?:(?:{PARTICLES}|of(?:[ ]the)?|for|&)[ ]){{0,2}}"
_RUN = re.compile(rf"(?<![\w@#/.-]){_WORD}(?:{_JOIN}{_WORD})*")
_OF = re.compile(r" (?:of(?: the)?|for|&) ")
_TOKEN = re.compile(r"\S+")
_SENTENCE_END = re.compile(r"[.!?…:][\"”’')\]»“]*\s+[\"“‘«(\[]*$")
_STOP = re.compile(r"[.!?…][\"”’')\]»]*(?=\s)")
_ABBREVIATION_END = re.compile(rf"(?:\b(?:{_ABBREVIATED})|\b[{_UPPER}])\.\s+$")
# Titles in the middle of a run, before which another name ends. Not King, Bishop, Judge …: they are surnames too.
_INNER_TITLES = word_set(
    "President Minister Sen Senator Gov Governor Mayor Secretary Chancellor Executive Premier General Chief Rep Sgt "
    "Director Commissioner Sheriff Dr Mr Mrs Ms Spokesman Spokeswoman Spokesperson Chairman Chairwoman Leader "
    "Attorney Coach"
)
# German puts an office before a name as one word: "Finanzminister", "Feuerwehr-Sprecherin".
_OFFICE = re.compile(
    r"[\w-]*(?:minister|präsident|sprecher|chef|meister|kanzler|leiter|direktor|trainer|anwalt|anwält|richter|experte?|"
    r"sekretär|senator|kommissar|ingenieur|forscher|professor|politiker|kommandant|inhaber|manager|vorsitzende[rn]?|"
    r"abgeordnete[rn]?|beauftragte[rn]?|landrat|landrät)(?P<female>in)?",
    re.IGNORECASE,
)
_MONSIEUR = "M."  # before one name only: "M. Night Shyamalan" is called so
_INSTITUTION = (
    r"(?:univers|hochschul|institut|polizei|partei|partid|partit|verband|stiftung|zentrum|ministeri|ministère|gewerkschaft|"
    r"ayuntamiento|mairie)\w*"
)
_INSTITUTIONS = re.compile(_INSTITUTION, re.IGNORECASE)
# "Anna Berg von der Universität": where somebody works is no part of the name.
_AT = re.compile(
    r" (?:von|vom|der|des|de|del|della|da|do|di)(?: (?:der|dem|den|la|el|l))? (?=" + _INSTITUTION + ")",
    re.IGNORECASE,
)
_OF_AN_OFFICE = re.compile(r"\b(?:des|du|de la|de|del|della|dei|do|da) $")  # "ministre des Finances Karl Ode"
# A run of more words is a headline or a list in capitals.
_MAX_WORDS = 9


@dataclass(frozen=True, slots=True)
class Name:
    """text[start:end], with the capitalised titles and roles that stood before it."""

    start: int
    end: int
    text: str
    titles: tuple[str, ...]
    first: bool  # stands at a sentence's start

    @property
    def words(self) -> list[str]:
        return self.text.split()


def names_in(text: str) -> list[Name]:
    """Every capitalised run that may be a name, in the order of the text."""
    return [name for run in _RUN.finditer(text) for name in _names(text, run)]


def _names(text: str, run: re.Match[str]) -> Iterator[Name]:
    words = list(_TOKEN.finditer(text, run.start(), run.end()))
    if len(words) > _MAX_WORDS:
        return
    first = begins_sentence(text, run.start())
    if (
        run[0] not in PLACES
        and _bare(words[0][0]) in STARTERS
        and words[0][0] not in ACRONYMS
        and (first or len(words) > 1 or words[0][0] in STARTERS)
    ):
        words = words[1:]
        while words and words[0][0].islower():
            words = words[1:]
    if words:
        yield from _parts(text, words, first)


def _parts(text: str, words: list[re.Match[str]], first: bool) -> Iterator[Name]:
    """Cut a run at "of" and "for" unless an organisation's name goes on there."""
    start, end = words[0].start(), words[-1].end()
    if at := _AT.search(text, start, end):
        yield from _titled(text, [w for w in words if w.end() <= at.start()], first)
        yield from _titled(text, [w for w in words if w.start() >= at.end()], False)
        return
    for joint in _OF.finditer(text, start, end):
        head = text[start : joint.start()].split()
        if not (set(head) & ORGANISATION_FIRST or text[start:end] in PLACES):
            yield from _titled(text, [w for w in words if w.end() <= joint.start()], first)
            rest = [w for w in words if w.start() >= joint.end()]
            if rest:
                yield from _parts(text, rest, False)
            return
    yield from _titled(text, words, first)


def _titled(text: str, words: list[re.Match[str]], first: bool) -> Iterator[Name]:
    if not words:
        return
    whole = text[words[0].start() : words[-1].end()]
    titles: list[str] = []
    if not (whole in PLACES or is_organisation(whole)):
        inner = max((i for i, word in enumerate(words[:-1]) if i and _bare(word[0]) in _INNER_TITLES), default=0)
        if inner:  # "French President Ann Lee" and "Velden Mayor Bo Ray" are two names
            yield from _titled(text, [w for w in words[:inner] if _bare(w[0]) not in TITLES], first)
            words, first = words[inner:], False
        while words and _is_title(text, words):
            titles.append(_bare(words.pop(0)[0]))
        while words and words[0][0].islower():  # "Sprecher der Polizei": whose, and not who
            words, titles = words[1:], []
    if not words:
        return
    start, end = words[0].start(), words[-1].end()
    name = text[start:end]
    if name.endswith(".") and not re.search(r"(?:\b\w\.|Jr\.|Sr\.|Inc\.|Corp\.|Ltd\.|Co\.)$", name):
        end -= 1
    yield Name(start, end, text[start:end], tuple(titles), first and not titles)


def _is_title(text: str, words: list[re.Match[str]]) -> bool:
    """Whether the first word of a run is a title, a role, or what an office is for, before a name."""
    word, others = words[0][0], words[1:]
    if _bare(word) in TITLES or _bare(word) in ROLES or (word == _MONSIEUR and len(others) == 1):
        return True
    if not others or others[0][0].islower():
        return False
    if _OFFICE.fullmatch(word):
        return True
    named = len(others) > 1 and others[0][0] in MALE | FEMALE and word not in MALE | FEMALE
    return named and bool(_OF_AN_OFFICE.search(text, max(0, words[0].start() - 8), words[0].start()))


def gender_of(title: str) -> str | None:
    """m, f, or None when a title does not tell."""
    if title == _bare(_MONSIEUR) or title in MALE_TITLES:
        return "m"
    office = _OFFICE.fullmatch(title)
    return "f" if title in FEMALE_TITLES or (office and office["female"]) else None


def is_office(title: str) -> bool:
    """Whether a word is an office that only a person holds."""
    return title == _bare(_MONSIEUR) or bool(_OFFICE.fullmatch(title))


def _bare(word: str) -> str:
    return word.rstrip(".")


def is_organisation(name: str) -> bool:
    """Whether a name is an organisation's by its words: the last, the first before "of", or a known acronym."""
    words = name.split()
    if name in ACRONYMS or name.replace(".", "") in ACRONYMS:
        return True
    if len(words) < 2:
        return False
    if _INSTITUTIONS.fullmatch(words[0]) and words[0][0].isupper():
        return True
    return _bare(words[-1]) in ORGANISATION_LAST or bool(_OF.search(name) and set(words) & ORGANISATION_FIRST)


def begins_sentence(text: str, at: int) -> bool:
    """Whether a sentence begins at an offset, as far as its left neighbours tell."""
    before = text[max(0, at - 16) : at]
    if not before.strip(' "“‘«([') or before.rstrip(' "“‘«([').endswith("\n"):
        return True
    return bool(_SENTENCE_END.search(before)) and not _ABBREVIATION_END.search(before)


def sentence_end(text: str, start: int, end: int) -> int:
    """Where the sentence that runs at `start` ends: behind its full stop, or at `end`."""
    for stop in _STOP.finditer(text, start, end):
        if text[stop.start()] != "." or not _ABBREVIATION_END.search(
            text[max(start, stop.start() - 8) : stop.start() + 1] + " "
        ):
            return stop.end()
    return end


def sentence_start(text: str, start: int, end: int) -> int:
    """Where the sentence that is open at `end` begins, at `start` or later."""
    begin = start
    while (following := sentence_end(text, begin, end)) < end and text[following:end].strip():
        begin = following
    return begin
