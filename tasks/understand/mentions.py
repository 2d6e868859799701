"""People, organizations and places that a text names, by rules and a gazetteer.

A capitalised run counts only with a reason: a title, role or first name, a surname of somebody named in full, an
organisation's word or acronym, a known place, or a place's position ("in Velden, Ohio"). Runs without one are left out:
a mention that is missing is a smaller fault than one that is made up.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from tasks.understand.gazetteer import AMBIGUOUS, COUNTRIES, PLACE_FIRST, PLACE_LAST, PLACES, REGIONS
from tasks.understand.lexicon import word_set
from tasks.understand.marks import paragraphs
from tasks.understand.names import Name, is_organisation, names_in
from tasks.understand.people import People
from warehouse.records import Mention

_ACRONYM = re.compile(r" \(([A-Z][A-Za-z&]{1,7})\)")
_PLACE_BEFORE = re.compile(r"\b(?:in|near|outside|around|across)(?: the)? $", re.IGNORECASE)
_PLACE_BEHIND = re.compile(
    r"[,.;)]|$|\s*\n|\s(?:and|on|after|before|when|where|who|for|early|late|last|to|at|with|is|was|has|have|since|as|in|by|"
    r"from|said|this|during|until|over|while)\b"
)
_STATE_BEHIND = re.compile(r", ([A-Z][\w.]+(?: [A-Z]\w+)?)")
_STATES = word_set(
    "Ala. Ariz. Ark. Calif. Colo. Conn. Del. Fla. Ga. Ill. Ind. Kan. Ky. La. Mass. Md. Mich. Minn. Miss. Mo. Mont. "
    "Neb. Nev. Okla. Ore. Pa. Tenn. Tex. Va. Vt. Wash. Wis. Wyo. D.C. N.Y. N.J. N.C. S.C. N.H. N.M. N.D. S.D. W.Va. "
    "R.I."
)


def find_mentions(text: str, language: str | None = None) -> tuple[Mention, ...]:
    """The named mentions of a text, in order.

    Args:
        text: offsets are code points of it.
        language: ISO 639-1; the rules are for languages that capitalise names only, so German yields nothing.
    """
    if (language or "en")[:2].lower() == "de":
        return ()
    quoted = [(span.start, span.end) for part in paragraphs(text) for span in part.spans]
    return mentions_of(text, People(text, names_in(text), quoted))


def mentions_of(text: str, people: People, speakers: Collection[str] = ()) -> tuple[Mention, ...]:
    """As `find_mentions`, of a text whose names are read; who speaks and is no organization is a person."""
    return _Finder(text, people, frozenset(speakers)).find()


def _spells(acronym: str, name: str) -> bool:
    """Whether the letters of an acronym stand in the name in their order, the first one first.

    "WELLINGTON, New Zealand (NPA)" is a dateline: there is no P in New Zealand.
    """
    letters = iter(name.casefold())
    return acronym[0].casefold() == name[0].casefold() and all(
        letter in letters for letter in acronym.casefold() if letter.isalpha()
    )


class _Finder:
    def __init__(self, text: str, people: People, speakers: frozenset[str]) -> None:
        self._text, self._people, self._speakers = text, people, speakers
        self._aliases = {
            acronym[1]: name.text
            for name in people.names
            if " " in name.text and (acronym := _ACRONYM.match(text, name.end)) and _spells(acronym[1], name.text)
        }

    def find(self) -> tuple[Mention, ...]:
        found = []
        for name in self._people.names:
            kind, full = self._kind(name)
            if kind:
                found.append(self._mention(kind, full, name))
        return tuple(found)

    def _mention(self, kind: str, full: str, name: Name) -> Mention:
        entity = self._people.full(full, len(self._text)) if kind == "person" else full
        return Mention(kind=kind, name=full, entity=entity or full, char_start=name.start, char_end=name.end)

    def _kind(self, name: Name) -> tuple[str | None, str]:
        if name.text in self._aliases or name.text in self._aliases.values():
            return "organization", self._aliases.get(name.text, name.text)
        if is_organisation(name.text):
            return "organization", name.text
        if self._is_place(name):
            return "place", name.text
        if self._people.knows(name.text, name.start) or name.text in self._speakers:
            return "person", self._people.full(name.text, name.start) or name.text
        if name.titles and self._people.is_titled(name):
            return "person", name.text
        if self._in_place_position(name):
            return "place", name.text
        return None, name.text

    def _is_place(self, name: Name) -> bool:
        text = name.text.title() if name.text.isupper() and len(name.text) > 4 else name.text
        if text in PLACES:
            person = self._people.knows(name.text, name.start) or name.titles
            return not person and (
                text not in AMBIGUOUS or text in COUNTRIES | REGIONS or self._in_place_position(name)
            )
        words = text.split()
        return len(words) >= 2 and (
            words[-1] in PLACE_LAST or (words[0] in PLACE_FIRST and " ".join(words[1:]) in PLACES)
        )

    def _in_place_position(self, name: Name) -> bool:
        state = _STATE_BEHIND.match(self._text, name.end)
        if state and (state[1] in REGIONS | COUNTRIES or state[1].split()[0] in _STATES):
            return True
        before = self._text[max(0, name.start - 14) : name.start]
        return bool(_PLACE_BEFORE.search(before)) and bool(_PLACE_BEHIND.match(self._text, name.end))
