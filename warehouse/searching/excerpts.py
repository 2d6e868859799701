"""The part of a text that shows why it was found, and which of its words were looked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from warehouse.searching.analysis import stemmed_as, stems, without_possessive, words
from warehouse.searching.query_tree import PHRASE, PREFIX, WORD, Node, Term, terms

_PIECE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\\W_]+"
)
_READ = 200_000  # characters of a text that are looked through
Span: TypeAlias = tuple[int, int]
_Pieces: TypeAlias = Sequence[re.Match[str]]
_Keys: TypeAlias = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A part of a text and the spans in it, in characters, that were looked for."""

    text: str
    spans: tuple[Span, ...]

    def marked(self, before: str, after: str) -> str:
        """The text with signs around what was looked for."""
        parts, at = [], 0
        for start, end in self.spans:
            parts += [self.text[at:start], before, self.text[start:end], after]
            at = end
        return "".join([*parts, self.text[at:]])


class Marker:
    """Finds what a search looks for in the texts of articles.

    Args:
        node: the search.
        field: "headline" or "text": terms of other fields are not marked.
    """

    def __init__(self, node: Node, field: str = "text") -> None:
        self._terms = [term for term in terms(node, wanted_only=True) if term.field in (None, field)]

    def excerpt(self, text: str, language: str | None, *, width: int = 220) -> Excerpt:
        """About `width` characters of the text, in whole words, where most of what was looked for stands together."""
        spans = self.spans(text, language)
        start = _start(spans, width)
        start, end = _whole_words(text, start, start + width)
        lead, tail = "…" if start else "", "…" if end < len(text) else ""
        moved = ((a - start + len(lead), b - start + len(lead)) for a, b in spans if a >= start and b <= end)
        return Excerpt(re.sub(r"\s", " ", f"{lead}{text[start:end]}{tail}"), tuple(moved))

    def spans(self, text: str, language: str | None) -> list[Span]:
        """Where what was looked for stands, in characters, in order and without overlaps."""
        pieces = list(_PIECE.finditer(text, 0, _READ))
        keys = [words(piece[0]) for piece in pieces]
        found: set[Span] = set()
        for term in self._terms:
            found.update(_of_term(term, pieces, keys, stemmed_as(language)))
        return _apart(found)


def _of_term(term: Term, pieces: _Pieces, keys: _Keys, language: str) -> Iterable[Span]:
    text = term.text if term.kind == PHRASE else without_possessive(term.text)
    wanted = words(text)
    if len(wanted) > 1:
        yield from _phrases(wanted, term, pieces, keys)
    elif wanted and term.kind == WORD:
        stemmed = {stems(language, text), stems(language, wanted[0])}
        yield from (p.span() for p in pieces if stems(language, p[0]) in stemmed or words(p[0]) == wanted)
    elif wanted:
        fits = (_fits(key, wanted[0], term.kind) for key in keys)
        yield from (piece.span() for piece, is_it in zip(pieces, fits, strict=True) if is_it)


def _fits(key: tuple[str, ...], wanted: str, kind: str) -> bool:
    return bool(key) and (key[0].startswith(wanted) if kind == PREFIX else key[0] == wanted)


def _phrases(wanted: Sequence[str], term: Term, pieces: _Pieces, keys: _Keys) -> Iterable[Span]:
    """The words of a phrase where they stand one after another; with slop, wherever they stand."""
    if term.slop:
        near = set(wanted)
        yield from (piece.span() for piece, key in zip(pieces, keys, strict=True) if near & set(key))
        return
    *first, last = wanted
    for at in range(len(pieces) - len(first)):
        end = at + len(first)
        if [key[:1] for key in keys[at:end]] == [(word,) for word in first] and _fits(keys[end], last, term.kind):
            yield pieces[at].start(), pieces[end].end()


def _apart(found: Iterable[Span]) -> list[Span]:
    apart: list[Span] = []
    for start, end in sorted(found):
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def _start(spans: Sequence[Span], width: int) -> int:
    """Where the window with the most of them begins; the first of several."""
    best, count, last = 0, 0, 0
    for first, (start, _) in enumerate(spans):
        last = max(last, first)
        while last < len(spans) and spans[last][1] <= start + width - 40:
            last += 1
        if last - first > count:
            best, count = start, last - first
    return max(best - 40, 0)


def _whole_words(text: str, start: int, end: int) -> Span:
    if start and (blank := re.search(r"\s", text[start : start + 30])):
        start += blank.end()
    if end < len(text) and (blank := re.search(r"\s\S*$", text[max(end - 30, start) : end])):
        end = max(end - 30, start) + blank.start()
    return start, min(end, len(text))
