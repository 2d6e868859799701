"""The language of searches, for every place that takes one; docs/search.md tells it with examples.

    query   := all ("OR" all)*
    all     := one ("AND"? one)*
    one     := ("NOT" | "-" | "+")* (group | field ":" (group | text) | text)
    group   := "(" query ")"
    text    := word | word "*" | '"' words '"' ("~" number)?

OR, AND and NOT are written in capitals: in small letters they are words.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from typing import NoReturn

from warehouse.errors import BadSearch
from warehouse.searching.query_tree import PHRASE, PREFIX, WORD, All, Any, Node, Not, Term

FIELDS = ("headline", "text", "author", "source", "collection", "agency", "section", "keyword", "language", "speaker",
          "place")  # fmt: skip
_MEANT = {
    "title": "headline", "body": "text", "content": "text", "by": "author", "byline": "author", "outlet": "source",
    "publisher": "source", "site": "source", "domain": "source", "tag": "keyword", "topic": "keyword",
    "lang": "language", "wire": "agency", "category": "section", "person": "speaker", "city": "place",
    "location": "place", "folder": "collection",
}  # fmt: skip
# What may close each quotation mark: languages differ in which of a pair comes first.
_CLOSES = {'"': '"', "“": "”“", "”": "”“", "„": "“”‟", "‟": "”", "«": "»", "»": "«»"}
_QUOTES = "".join(_CLOSES)
_BREAKS = re.compile(rf"[\s(){_QUOTES}]")
_FIELD = re.compile(r"([^\W\d_]+):")
_NEAR = re.compile(r"~(\d{1,4})")
_SIGNS = {"-": "NOT", "−": "NOT", "–": "NOT", "+": "+"}
_LONGEST, _DEEPEST, _SHORTEST_PREFIX = 10_000, 50, 2


@dataclass(frozen=True, slots=True)
class _Token:
    """kind is one of ( ) AND OR NOT + field term; `value` a field's name or a Term; `at` counts characters from 0."""

    kind: str
    at: int
    value: str | Term = ""


def parse(text: str) -> Node:
    """The tree of what was typed.

    Raises:
        BadSearch: it cannot be meant; the message says where, and what to try.
    """
    if len(text) > _LONGEST:
        raise BadSearch(
            f"the search is {len(text)} characters long, and may be {_LONGEST}: split it, or use a collection"
        )
    return _Parser(text).whole()


def no_field(name: str) -> str:
    """What is wrong with a field's name, with the one that may have been meant."""
    near = difflib.get_close_matches(name.lower(), FIELDS, n=1)
    meant = _MEANT.get(name.lower()) or (near[0] if near else None)
    hint = f"did you mean {meant}:? " if meant else ""
    return (
        f'there is no field {name!r}; {hint}Fields are {", ".join(FIELDS)}; to search for the word, put it in "quotes"'
    )


class _Scanner:
    """Cuts a text into tokens."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def tokens(self) -> list[_Token]:
        found: list[_Token] = []
        while True:
            while self.at < len(self.text) and self.text[self.at].isspace():
                self.at += 1
            if self.at >= len(self.text):
                return found
            if (token := self._next()) is not None:
                found.append(token)

    def _next(self) -> _Token | None:
        at, sign = self.at, self.text[self.at]
        following = self.text[at + 1 : at + 2]
        if sign in "()":
            self.at += 1
            return _Token(sign, at)
        if sign in _QUOTES:
            return _Token("term", at, self._phrase())
        if sign in _SIGNS and following and not following.isspace() and following != ")":
            self.at += 1
            return _Token(_SIGNS[sign], at)
        if (field := _FIELD.match(self.text, at)) is not None:
            return self._field(field[1], field.end())
        return self._word()

    def _field(self, name: str, end: int) -> _Token:
        at, self.at = self.at, end
        if name.lower() not in FIELDS:
            self.fail(no_field(name))
        if end >= len(self.text) or self.text[end].isspace() or self.text[end] == ")":
            self.fail(f'nothing stands right after {name}: ; write {name}:word or {name}:"some words"')
        return _Token("field", at, name.lower())

    def _phrase(self) -> Term:
        start, closing = self.at + 1, _CLOSES[self.text[self.at]]
        end = next((i for i in range(start, len(self.text)) if self.text[i] in closing), None)
        if end is None:
            rest = self.text[start:].strip()
            self.fail(f'the quotation mark at character {start} is never closed; try "{rest}"')
        self.at = end + 1
        inside, slop = self.text[start:end].replace('"', " ").strip(), 0
        if (near := _NEAR.match(self.text, self.at)) is not None:
            self.at, slop = near.end(), int(near[1])
        starred = inside.endswith("*")
        if not _has_word(inside):
            self.fail(f"there is no word between the quotation marks at character {start}")
        if starred:
            self._check_beginning(inside)
        return Term(inside.rstrip("*").rstrip(), PREFIX if starred else PHRASE, slop=slop)

    def _word(self) -> _Token | None:
        at = self.at
        stop = _BREAKS.search(self.text, at)
        self.at = stop.start() if stop else len(self.text)
        word = self.text[at : self.at]
        if word in {"AND", "OR", "NOT"}:
            return _Token(word, at)
        if not _has_word(word):
            return None if "*" not in word else self.fail("a * alone stands for every word; put letters before it")
        if "*" in word[:-1] or "?" in word[:-1]:
            self.fail(
                f"in {word!r} a sign stands within the word: only a * at the end stands for letters, as in bridg*"
            )
        kind = PREFIX if word.endswith("*") else WORD
        if kind == PREFIX:
            self._check_beginning(word)
        return _Token("term", at, Term(word.rstrip("*"), kind))

    def _check_beginning(self, word: str) -> None:
        if sum(map(str.isalnum, word)) < _SHORTEST_PREFIX and word[0].isascii():
            self.fail(f"{word!r} would be nearly every article: give at least {_SHORTEST_PREFIX} letters before the *")

    def fail(self, what: str) -> NoReturn:
        raise BadSearch(f"cannot search for {self.text.strip()!r}: {what}")


class _Parser:
    """Reads tokens from left to right, one function a rule of the grammar."""

    def __init__(self, text: str) -> None:
        scanner = _Scanner(text)
        self.fail = scanner.fail
        self.tokens, self.next, self.depth = scanner.tokens(), 0, 0

    def whole(self) -> Node:
        if not any(token.kind == "term" for token in self.tokens):
            self.fail('there is no word in it; try "ferry terminal"')
        node = self._any()
        if self._peek() == ")":
            self.fail(f"the ) at character {self._token().at + 1} closes nothing; take it out, or write ( before it")
        return node

    def _peek(self) -> str:
        return self.tokens[self.next].kind if self.next < len(self.tokens) else ""

    def _token(self) -> _Token:
        self.next += 1
        return self.tokens[self.next - 1]

    def _any(self) -> Node:
        parts = [self._all()]
        while self._peek() == "OR":
            self._token()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Node:
        parts = [self._one()]
        while self._peek() not in {"", ")", "OR"}:
            if self._peek() == "AND":
                self._token()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Node:
        kind = self._peek()
        if kind in {"", ")", "OR", "AND"}:
            self._missing(kind)
        token = self._token()
        if kind in {"NOT", "+"}:
            return self._signed(kind)
        if kind == "field":
            return self._valued(str(token.value))
        if kind == "(":
            return self._group(token)
        assert isinstance(token.value, Term)  # noqa: S101 - the only kind that is left
        return token.value

    def _signed(self, kind: str) -> Node:
        """What stands after signs; two NOTs are none."""
        is_not = kind == "NOT"
        while self._peek() in {"NOT", "+"}:
            is_not ^= self._token().kind == "NOT"
        node = self._one()
        return Not(node) if is_not else node

    def _missing(self, kind: str) -> NoReturn:
        before = self.tokens[self.next - 1].kind if self.next else ""
        word = kind if kind in {"OR", "AND"} else before
        if word in {"OR", "AND", "NOT"}:
            sides = "on its right" if word == "NOT" else "on both sides"
            self.fail(f'{word} needs a word {sides}; to search for "{word.lower()}", use small letters')
        self.fail("a ) stands where a word should; take it out, or put words between the parentheses")

    def _group(self, opening: _Token) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            self.fail(f"parentheses stand more than {_DEEPEST} deep")
        node = self._any()
        if self._peek() != ")":
            self.fail(f"the ( at character {opening.at + 1} is never closed; write a ) where it ends")
        self._token()
        self.depth -= 1
        return node

    def _valued(self, field: str) -> Node:
        if self._peek() not in {"(", "term"}:
            self.fail(f'nothing stands right after {field}: ; write {field}:word or {field}:"some words"')
        return self._in_field(self._one(), field)

    def _in_field(self, node: Node, field: str) -> Node:
        if isinstance(node, Term):
            if node.field and node.field != field:
                self.fail(f"{node.field}: stands within {field}:( ); write it outside of the parentheses")
            return replace(node, field=field)
        if isinstance(node, Not):
            return Not(self._in_field(node.node, field))
        return replace(node, nodes=tuple(self._in_field(each, field) for each in node.nodes))


def _has_word(text: str) -> bool:
    return any(map(str.isalnum, text))
