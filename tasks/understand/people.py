"""Who a text names, and who is meant by a surname, a role or a pronoun."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

from tasks.understand.gazetteer import AMBIGUOUS, PLACE_LAST, PLACES
from tasks.understand.lexicon import FEMALE, MALE, ROLES, TITLES
from tasks.understand.names import Name, begins_sentence, gender_of, is_office, is_organisation

_AGE = re.compile(r",? (?:\d{1,2},|\(\d{1,2}\)|aged \d)")
_WORD_BEFORE = re.compile(r"([a-z]{4,}) $")
_SPEAKS = re.compile(r",? (?:said|says|told|who)\b")
FIRST_NAMES = (FEMALE | MALE) - PLACES
_PLACES_ONLY = PLACES - AMBIGUOUS - FEMALE - MALE
_PARTISANS = {"Republican", "Republicans", "Democrat", "Democrats"}
_LOWER = re.compile(r"(?<![\w’'])[a-z]+")
_SUFFIXES = {"Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"}
_ROLE = re.compile(r"(?:the|der|die|le|la|el|il|o|a) (?:[\w-]+ )?([\w-]+)$", re.IGNORECASE)
_PERSONAL = TITLES | ROLES - {"Company", "Firm", "Group", "Team", "Business", "Airline", "Consumer", "Police", "Fire"}


class People:
    """The persons of one text.

    Args:
        text: the text.
        names: its names, in order.
        quoted: (start, end) of the stretches between marks, in order: who is named in them has not the floor.
    """

    def __init__(self, text: str, names: Sequence[Name], quoted: Sequence[tuple[int, int]] = ()) -> None:
        self._text = text
        self._common = set(_LOWER.findall(text))
        self._singles = {fold(name.text) for name in names if " " not in name.text}
        self._spelled: dict[str, str] = {}  # the first spelling of each full name
        self._quoted = [end for _, end in quoted], [start for start, _ in quoted]
        self._by_surname: dict[str, dict[str, int]] = defaultdict(dict)
        self._by_first: dict[str, dict[str, int]] = defaultdict(dict)
        self._by_role: dict[str, dict[str, int]] = defaultdict(dict)
        self._gender: dict[str, str] = {}
        self.names = names
        self.starts = [name.start for name in names]
        self._read()

    def _read(self) -> None:
        for name in self.names:
            if " " in name.text and self.is_person(name):
                self._by_surname[surname(name.text)].setdefault(self._one(name.text), name.start)
                if name.words[0] not in PLACES and name.words[0].lower() not in self._common:
                    self._by_first[name.words[0]].setdefault(name.text, name.start)
        for name in self.names:  # "Mr Hale", who is never named in full
            if " " not in name.text and self.is_titled(name) and not self.knows(name.text, name.start):
                self._by_surname[name.text].setdefault(name.text, name.start)
        for name in self.names:
            full = self.full(name.text, name.end)
            if full and full in self._by_surname[surname(full)]:
                self._note_titles(name, full)

    def _note_titles(self, name: Name, full: str) -> None:
        for title in name.titles:
            self._by_role[title.lower()].setdefault(full, name.start)
            if gender := gender_of(title):
                self._gender.setdefault(full, gender)
        if role := self._role_before(name):
            self._by_role[role].setdefault(full, name.start)

    def _role_before(self, name: Name) -> str | None:
        before = _WORD_BEFORE.search(self._text[max(0, name.start - 24) : name.start])
        return before[1] if before and before[1].capitalize() in _PERSONAL else None

    def is_person(self, name: Name) -> bool:
        """Whether a name of two or more words is a person's: by title, first name, age, or a later surname alone."""
        words = name.words
        if not 2 <= len(words) <= 5 or is_organisation(name.text) or words[-1] in PLACE_LAST:
            return False
        if name.text in PLACES or not words[0][0].isalpha():
            return False
        if words[0] in FIRST_NAMES or self._is_personal(name) or self._role_before(name):
            return True
        if words[0] in _PLACES_ONLY or words[-1] in _PARTISANS or {words[0].lower(), words[-1].lower()} & self._common:
            return False  # "Lesotho Constitution", "Record Label", "Florida Keys"
        last = surname(name.text)
        seen = last in self._singles and words[-1] not in PLACES - AMBIGUOUS
        return seen or bool(_AGE.match(self._text, name.end)) or bool(_SPEAKS.match(self._text, name.end))

    @staticmethod
    def _is_personal(name: Name) -> bool:
        return bool(set(name.titles) & _PERSONAL) or any(map(is_office, name.titles))

    def _one(self, full: str) -> str:
        """One person, one spelling: as the name was written first, with or without its accents."""
        return self._spelled.setdefault(fold(full), full)

    def is_titled(self, name: Name) -> bool:
        """Whether a name that is nobody's known full name stands behind a person's title: "Mr Hale"."""
        is_title = bool(set(name.titles) & TITLES) or any(map(is_office, name.titles))
        return is_title and len(name.words) <= 3 and name.text not in PLACES

    def full(self, name: str, at: int) -> str | None:
        """The fullest name that stood before `at` for a surname; the name itself when nobody or several bear it."""
        name = self._spelled.get(fold(name), name)
        if " " in name and name in self._by_surname.get(surname(name), {}):
            return name
        bearers = [full for full, start in self._by_surname.get(surname(name), {}).items() if start <= at]
        bearers = [
            full for full in bearers if full == name or fold(full).endswith(" " + fold(name)) or full[0] == name[0]
        ]
        if not bearers and " " not in name:
            bearers = [full for full, start in self._by_first.get(name, {}).items() if start <= at]
        return max(bearers, key=len) if len({full.split()[0] for full in bearers}) == 1 else name

    def knows(self, name: str, at: int) -> bool:
        """Whether a name, or a surname alone, is a person's who was named before `at`."""
        bearers = self._by_surname.get(surname(name)) or self._by_first.get(name, {})
        return any(start <= at for start in bearers.values())

    def by_role(self, phrase: str, at: int) -> str | None:
        """Who "the mayor" is, when exactly one person before `at` was introduced as one."""
        role = _ROLE.search(phrase.strip().rstrip(","))
        if role is None:
            return None
        holders = [full for full, start in self._by_role.get(role[1].lower(), {}).items() if start < at]
        return holders[0] if len(holders) == 1 else None

    def gender(self, full: str) -> str | None:
        """m, f, or None when neither title nor a common first name tells."""
        first = full.split()[0]
        return self._gender.get(full) or ("f" if first in FEMALE else "m" if first in MALE else None)

    def between(self, start: int, end: int) -> Sequence[Name]:
        """The names that begin in a stretch of the text."""
        return self.names[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def persons(self, start: int, end: int) -> list[tuple[int, str]]:
        """(offset, full name) of the persons named in a stretch, outside of quotation marks.

        Who is named as the owner of something ("Robert Greene’s phases") counts only when nobody else is named.
        """
        names = [n for n in self.between(start, end) if not self.quoted(n.start) and self.knows(n.text, n.start)]
        acting = [name for name in names if not self.possessive(name)] or names
        return [(name.start, self.full(name.text, name.start) or name.text) for name in acting]

    def strangers(self, start: int, end: int) -> bool:
        """Whether a stretch names somebody, it seems, of whom nothing tells that it is a person: "Bo Ray"."""
        return any(
            2 <= len(name.words) <= 3
            and not (self.quoted(name.start) or self.knows(name.text, name.start) or self.possessive(name))
            and not (is_organisation(name.text) or name.text in PLACES or name.words[-1] in PLACE_LAST)
            for name in self.between(start, end)
        )

    def possessive(self, name: Name) -> bool:
        """Whether a genitive stands here: "Greene’s", "the Lees’ "."""
        return self._text[name.end : name.end + 2] in {"’s", "'s", "’ ", "' "}

    def opens_sentence(self, at: int) -> bool:
        """Whether a name's offset begins a sentence, its titles apart: the sentence's subject."""
        return self._opening(self.names[bisect_left(self.starts, at)])

    def _opening(self, name: Name) -> bool:
        start = name.start - sum(len(title) + 1 for title in name.titles)
        return begins_sentence(self._text, start) or begins_sentence(self._text, max(0, start - 1))

    def quoted(self, at: int) -> bool:
        """Whether an offset lies between marks."""
        ends, starts = self._quoted
        after = bisect_left(ends, at)
        return after < len(starts) and starts[after] <= at


def surname(name: str) -> str:
    """The last word of a name that is no "Jr.", folded."""
    words = [word for word in name.split() if word not in _SUFFIXES]
    return fold(words[-1] if words else name)


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """A name without accents and case: "José García" and "Jose Garcia" are one person."""
    if name.isascii():
        return name.casefold()
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold()
