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
        while words and (_bare(words[0][0]) in TITLES or _bare(words[0][0]) in ROLES):
            titles.append(_bare(words.pop(0)[0]))
    if not words:
        return
    start, end = words[0].start(), words[-1].end()
    name = text[start:end]
    if name.endswith(".") and not re.search(r"(?:\b\w\.|Jr\.|Sr\.|Inc\.|Corp\.|Ltd\.|Co\.)$", name):
        end -= 1
    yield Name(start, end, text[start:end], tuple(titles), first and not titles)


def _bare(word: str) -> str:
    return word.rstrip(".")


def is_organisation(name: str) -> bool:
    """Whether a name is an organisation's by its words: the last, the first before "of", or a known acronym."""
    words = name.split()
    if name in ACRONYMS or name.replace(".", "") in ACRONYMS:
        return True
    if len(words) < 2:
        return False
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
