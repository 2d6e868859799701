"""Which parts of a sitemap index are read: the newest, and in turns those that were not read before. Pure.

Outlets date their parts by lastmod, by a date or a number in the name, or not at all; the newest stand first, or last.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from tasks.discover.candidates import AnnouncerCandidate
from tasks.extract.signals.dateparse import read

_NAMED_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)"
    r"(?:[-_/.](?P<month>1[0-2]|0?[1-9])(?:[-_/.](?P<day>3[01]|[12]\d|0?[1-9]))?|"
    r"(?P<month2>1[0-2]|0[1-9])(?P<day2>3[01]|[12]\d|0[1-9])?)?(?!\d)"
)
_NUMBER = re.compile(r"\d{1,9}")
_LOOSE_DAY = re.compile(r"\s*(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One sitemap that an index names; `depth` counts from 1."""

    url: str
    lastmod: str | None = None
    depth: int = 1


def next_parts(parts: Sequence[Part], read_before: Collection[str], count: int) -> list[Part]:
    """At most `count` of the parts, the newest first.

    All of them where that is enough. Otherwise one half are the newest, one of the others' end in the index among them
    where nothing says which those are; the other half have not been read before.
    """
    ordered = _ordered(parts)
    if len(ordered) <= count:
        return ordered
    newest = ordered[: count - count // 2]
    if not any(_age(part) for part in parts):  # the index may be in either order
        far = len(newest) // 2
        newest = [*newest[: len(newest) - far], *reversed(ordered[len(ordered) - far :])]
    rest = [part for part in ordered if part not in newest]
    unread = [part for part in rest if part_key(part.url) not in read_before]
    unread.sort(key=lambda part: bool(_age(part)))  # of some parts nobody says how new they are
    return [*newest, *[*unread, *(part for part in rest if part not in unread)][: count - len(newest)]]


def part_key(url: str) -> str:
    """What is remembered of a part that was read: sixteen characters."""
    return hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=8).hexdigest()


def day_of(raw: str | None) -> date | None:
    """The day of a lastmod in any form that can be read (2026-11-9 too), None for any other."""
    if not raw:
        return None
    if loose := _LOOSE_DAY.match(raw):
        return _day(loose[1], loose[2], loose[3])
    found = read(raw[:100])
    return found.local.date() if found else None


def _ordered(parts: Sequence[Part]) -> list[Part]:
    """The newest first; what lists no articles by its name, last."""
    return sorted(parts, key=lambda part: (_is_of_articles(part), *_key(part)), reverse=True)


def _key(part: Part) -> tuple[date, str, date, tuple[int, ...]]:
    path = urlsplit(part.url)
    name = f"{path.path}?{path.query}"
    day = day_of(part.lastmod)
    clock = (part.lastmod or "") if day and re.match(r"\d{4}-\d\d-\d\dT", part.lastmod or "") else ""
    return day or date.min, clock, _named_day(name) or date.min, tuple(int(n) for n in _NUMBER.findall(name)[-6:])


def _age(part: Part) -> bool:
    """Whether anything but a number says when the part is of."""
    return bool(day_of(part.lastmod) or _named_day(urlsplit(part.url).path + urlsplit(part.url).query))


def _is_of_articles(part: Part) -> bool:
    return not AnnouncerCandidate(url=part.url, kind="sitemap", via="index").is_of_other_things


def _named_day(name: str) -> date | None:
    found = list(_NAMED_DATE.finditer(name))
    if not found:
        return None
    last = found[-1]
    return _day(last["year"], last["month"] or last["month2"], last["day"] or last["day2"])


def _day(year: str, month: str | None, day: str | None) -> date | None:
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
