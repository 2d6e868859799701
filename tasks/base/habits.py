"""What an outlet does on every page, learned from its articles: parts of its bylines, and its clock.

    articles as read | what each shows (`observed`) | counted by the warehouse | `learn` | `settle` the next page by it

    a constant name    stands beside changing ones in surely two of five signed articles, and never alone ("News Desk")
    a constant part    ends or begins the names of three different people, surely three of ten ("Full Bio", "Redaktion")
    the clock          how far it is ahead of UTC, as nine of ten articles of the same weeks show, three at the least

"Surely" is as in `boilerplate`. A name that would be the last one is kept, and a part only goes where a first and a
last name are left. The clock is believed two weeks before and after it was seen: so no list of zones and of their
summers is needed, and where weeks disagree, as when summer time begins, nothing is known. It serves times without a
zone, and the day of instants in UTC; what a page itself reveals of its zone comes first. Pure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from tasks.base.boilerplate import MIN_ARTICLES, surely
from warehouse.records import Page

SIGNED, BYLINE, ALONE, CLOCK = "signed", "byline", "alone", "clock"
_CONSTANT_NAME, _CONSTANT_PART = 0.4, 0.3
_MAX_PART = 3  # words
_MIN_NAME = 2  # words that are left of it
_MAX_NAME = 80  # characters of one that is counted
_WEEKS_AROUND = 2
_AGREEMENT = 0.9

Observation = tuple[str, str]  # habit, and what was seen of it
AnyPage = TypeVar("AnyPage", bound=Page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What is known of an outlet."""

    names: frozenset[str] = frozenset()
    ends: tuple[tuple[str, ...], ...] = ()  # the longest first
    beginnings: tuple[tuple[str, ...], ...] = ()
    clocks: Mapping[date, Counter[int]] | None = None  # by week: articles by minutes ahead of UTC


def observed(page: Page) -> tuple[Observation, ...]:
    """What an article, as it was read, shows of its outlet's habits."""
    seen = [(BYLINE, name) for name in dict.fromkeys(page.authors) if len(name) <= _MAX_NAME]
    seen += [(SIGNED, "")] if page.authors else []
    seen += [(ALONE, page.authors[0])] if len(page.authors) == 1 and len(page.authors[0]) <= _MAX_NAME else []
    if page.utc_offset is not None and page.date_published is not None:
        seen.append((CLOCK, f"{_week(page.date_published)} {page.utc_offset:+d}"))
    return tuple(seen)


def learn(counted: Mapping[Observation, int]) -> Habits:
    """What follows from the articles of an outlet, counted by what they show."""
    names = [value for habit, value in counted if habit == BYLINE]
    clocks: dict[date, Counter[int]] = defaultdict(Counter)
    for (habit, value), articles in counted.items():
        if habit == CLOCK:
            week, _, minutes = value.partition(" ")
            clocks[date.fromisoformat(week)][int(minutes)] += articles
    split = [tuple(name.split()) for name in names]
    return Habits(
        names=frozenset(name for name in names if _is_constant(name, counted)),
        ends=_parts([name[::-1] for name in split], reverse=True),
        beginnings=_parts(split),
        clocks=clocks,
    )


def settle(page: AnyPage, habits: Habits) -> AnyPage:
    """The page, with what is known of its outlet."""
    authors = _people(page.authors, habits)
    page = replace(page, authors=authors) if authors != page.authors else page
    if page.utc_offset is not None or page.date_published is None or not habits.clocks:
        return page
    ahead = _ahead(habits.clocks, page.date_published)
    if ahead is None:
        return page
    if page.date_published_precision == "local":
        return replace(page, date_published=page.date_published - ahead)
    return replace(page, published_day=(page.date_published + ahead).date()) if page.is_day_in_utc else page


def _is_constant(name: str, counted: Mapping[Observation, int]) -> bool:
    articles, signed = counted[BYLINE, name], counted.get((SIGNED, ""), 0)
    return articles >= MIN_ARTICLES and (ALONE, name) not in counted and surely(articles, signed) >= _CONSTANT_NAME


def _parts(names: Sequence[tuple[str, ...]], *, reverse: bool = False) -> tuple[tuple[str, ...], ...]:
    """The first words that different names share, the longest first; `reverse` where the names are turned round."""
    whose: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for name in names:
        for size in range(1, min(_MAX_PART, len(name) - _MIN_NAME) + 1):
            whose[name[:size]].add(name[size:])
    found = [
        part
        for part, others in whose.items()
        if len(others) >= MIN_ARTICLES and surely(len(others), len(names)) >= _CONSTANT_PART
    ]
    return tuple(sorted((part[::-1] if reverse else part for part in found), key=lambda part: (-len(part), part)))


def _people(authors: tuple[str, ...], habits: Habits) -> tuple[str, ...]:
    bare = dict.fromkeys(_without_parts(name, habits) for name in authors)
    return tuple(name for name in bare if name not in habits.names) or tuple(bare)


def _without_parts(name: str, habits: Habits) -> str:
    words = tuple(name.split())
    end = next((e for e in habits.ends if words[-len(e) :] == e and len(words) - len(e) >= _MIN_NAME), ())
    words = words[: len(words) - len(end)]
    start = next((b for b in habits.beginnings if words[: len(b)] == b and len(words) - len(b) >= _MIN_NAME), ())
    return " ".join(words[len(start) :]) if start or end else name


def _ahead(clocks: Mapping[date, Counter[int]], instant: datetime) -> timedelta | None:
    """How far the outlet's clock was ahead of UTC at an instant, as articles of the weeks around it show."""
    week, seen = _week(instant), Counter[int]()
    for around in range(-_WEEKS_AROUND, _WEEKS_AROUND + 1):
        seen += clocks.get(week + timedelta(weeks=around), Counter())
    articles = seen.total()
    minutes, most = seen.most_common(1)[0] if seen else (0, 0)
    return timedelta(minutes=minutes) if articles >= MIN_ARTICLES and most >= _AGREEMENT * articles else None


def _week(instant: datetime) -> date:
    """The Sunday that begins the week: clocks are changed on Sundays."""
    day = instant.date()
    return day - timedelta(days=(day.weekday() + 1) % 7)


def together(known: Mapping[Observation, int], pages: Iterable[Page]) -> Counter[Observation]:
    """What the warehouse has counted, and the new articles of a batch."""
    return Counter(known) + Counter(_all(pages))


def _all(pages: Iterable[Page]) -> Iterator[Observation]:
    for page in pages:
        yield from observed(page)
