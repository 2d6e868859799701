"""Stretches between quotation marks, paragraph by paragraph: where they begin and end, not yet whether anyone speaks.

One pass over the marks of a text. A mark that finds no partner within its paragraph and `MAX_CHARS` opens nothing, save
the repeated opening mark of a quotation that runs over several paragraphs. Apostrophes, plural possessives ("the lads’
trust"), decades (’90s) and measures (5'10", 17" x 12") are no marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Longest stretch between two marks in the development corpus: 1,460 characters.
MAX_CHARS = 4000
_SINGLE_LOOKAHEAD = 1500
# Plural possessives that are passed over in search of the closing mark.
_POSSESSIVES = 6
_PARAGRAPH = re.compile(r"[^\n]+")
_OPENER = re.compile(r"[“„«»‘‚”\"']")
_DOUBLE_CLOSE = {"“": '”"', "„": '“”"', "«": "»", "»": "«", "”": "”", '"': '"”'}
_BEFORE_OPEN = frozenset(" \t\u00a0\u202f([{—–-/:;,‘'“\"")
_SINGLE_CLOSE = re.compile(r"[’'](?![\w])")
_ELISION = re.compile(r"[‘'](?:\d0s|em\b|til\b|cause\b|tis\b|twas\b|n['’])", re.IGNORECASE)
_SINGLE = {"‘": "’", "‚": "‘", "'": "'"}


@dataclass(frozen=True, slots=True)
class Span:
    """The words between two marks: text[start:end]; `close` is where the text after the closing mark goes on."""

    open: int
    start: int
    end: int
    close: int
    mark: str
    unclosed: bool = False  # goes on in the next paragraph


@dataclass(frozen=True, slots=True)
class Paragraph:
    start: int
    end: int
    spans: tuple[Span, ...]


def paragraphs(text: str) -> list[Paragraph]:
    """Every non-empty line of a text with the quoted stretches in it."""
    bounds = [match.span() for match in _PARAGRAPH.finditer(text) if not match[0].isspace()]
    found = []
    for number, (start, end) in enumerate(bounds):
        following = text[bounds[number + 1][0]] if number + 1 < len(bounds) else ""
        found.append(Paragraph(start, end, tuple(_spans(text, start, end, following))))
    return found


def _spans(text: str, start: int, end: int, following: str) -> Iterator[Span]:
    at = start
    dead: set[str] = set()  # marks known to have no partner in the rest of the paragraph
    while (opener := _OPENER.search(text, at, end)) is not None:
        mark, at = opener[0], opener.end()
        if (
            mark in dead
            or (mark == "‘" and "’" not in text[at : at + _SINGLE_LOOKAHEAD])
            or not _opens(text, opener.start(), start, end)
        ):
            continue
        span = _single(text, opener.start(), end) if mark in _SINGLE else _double(text, opener.start(), end)
        if span is None and mark in _DOUBLE_CLOSE:
            if not any(close in text[at : min(end, at + MAX_CHARS)] for close in _DOUBLE_CLOSE[mark]):
                dead.add(mark)
            if mark in dead and following == mark and mark in '“"«„':
                yield Span(opener.start(), opener.end(), end, end, mark, unclosed=True)
                return
        if span is not None:
            yield span
            at = span.close


def _opens(text: str, at: int, start: int, end: int) -> bool:
    if at + 1 >= end or (text[at + 1].isspace() and text[at] != "«"):
        return False
    if at > start and text[at - 1] not in _BEFORE_OPEN:
        return text[at] in "“„«"
    return not (text[at] in _SINGLE and _ELISION.match(text, at))


def _double(text: str, at: int, end: int) -> Span | None:
    mark = text[at]
    limit = min(end, at + 1 + MAX_CHARS)
    for close in _DOUBLE_CLOSE[mark]:
        found = text.find(close, at + 1, limit)
        while found > 0 and close == '"' and _measure(text, found, limit):
            found = text.find(close, found + 1, limit)
        again = text.find(mark, at + 1, limit) if mark in "“„«" else -1
        if found > 0 and not (0 < again < found and text.find(close, found + 1, limit) < 0 and close != '"'):
            nested = 0 < again < found
            if nested and (outer := text.find(close, found + 1, limit)) > 0 and text.find(mark, found, outer) < 0:
                found = outer  # “He told me “no” twice,” she said
            return _trimmed(text, at, found, mark)
    return None


def _measure(text: str, at: int, limit: int) -> bool:
    """Whether a straight mark inside a quotation means inches: after a digit, and another mark closes later."""
    if not text[at - 1].isdigit() or text[at + 1 : at + 2] in {"", ",", ".", "\n"}:
        return False
    later = text.find('"', at + 1, limit)
    return later > 0 and not text[later - 1].isspace()


def _trimmed(text: str, at: int, close: int, mark: str) -> Span | None:
    start, end = at + 1, close
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(at, start, end, close + 1, mark) if end > start else None


def _single(text: str, at: int, end: int) -> Span | None:
    limit = min(end, at + 1 + _SINGLE_LOOKAHEAD)
    weak: int | None = None
    for tried, found in enumerate(_SINGLE_CLOSE.finditer(text, at + 1, limit)):
        if tried == _POSSESSIVES:
            break
        if text[found.start() - 1] in ",.!?…":
            return _trimmed(text, at, found.start(), text[at])
        if text[found.start() - 1] not in "sSzxX" or text[found.end() : found.end() + 1] in {",", ".", ";", ":", ")"}:
            weak = found.start() if weak is None else weak
            break
        weak = found.start() if weak is None else weak
        if "‘" in text[found.end() : found.end() + 2]:
            break
    return _trimmed(text, at, weak, text[at]) if weak is not None else None
