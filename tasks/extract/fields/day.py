"""The day as an outlet dates an article for its readers: `published_day`, beside the instant.

    the day in the zone that the chosen claim, or one that means the same moment, was made in
    | what stands beside the headline, where it is that day's neighbour, or the only date that the outlet prints there

An outlet that prints the day of an update, and no other, dates its article so: its readers know of no earlier one;
`date_published` stays the instant of the first publication. What is printed is right on nine pages of 589 and wrong on
two, one of which has its truth in UTC (docs/decisions/0028). Live blogs date their posts and are left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tasks.extract.fields import date_signals as datesignals
from tasks.extract.fields.dates import Dates, is_offset, local_day, same_moment
from tasks.extract.signals.dateparse import ReadDate
from tasks.extract.signals.page_signals import Sources
from warehouse.records import DateSignal

_WEST, _EAST = timedelta(hours=-12), timedelta(hours=14)  # the clocks that are farthest from UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletDay:
    """What a page says of its day, and of its outlet's clock.

    Args:
        stated: by the machine-readable claims.
        printed: by what readers see; `stated` where they see no other.
        utc_offset: minutes that the outlet's clock is ahead of UTC; None when the page does not reveal it.
        is_in_utc: whether the day is that of an instant in UTC, and nothing on the page tells where it was.
    """

    stated: date | None = None
    printed: date | None = None
    utc_offset: int | None = None
    is_in_utc: bool = False


def weigh(sources: Sources, dates: Dates) -> OutletDay:
    """The day of a page whose dates were weighed; before anything is taken out of its tree."""
    chosen = dates.published
    if chosen is None or chosen.instant is None or chosen.precision in ("month", "year"):
        return OutletDay()
    found = datesignals.read_raw(chosen.raw, day_first=True)
    own = _own_day(chosen, found, dates.signals)
    stated = own or chosen.instant.date()
    shown = (claim.read for claim in datesignals.printed(sources) if claim.role == "published" and claim.read)
    first = next(shown, None)
    told = _told(first, shown, stated, dates) if first else None
    zone = dates.zone if dates.zone is not None or first is None else _revealed(first, dates)
    return OutletDay(
        stated=stated,
        printed=told or stated,
        utc_offset=None if zone is None else int(zone.total_seconds()) // 60,
        is_in_utc=own is None and told is None and chosen.precision == "instant",
    )


def _own_day(chosen: DateSignal, found: ReadDate | None, signals: Iterable[DateSignal]) -> date | None:
    """The day in the page's own zone; None where its claims give an instant in UTC and no more."""
    if found is None or chosen.precision != "instant" or found.offset:
        return found.local.date() if found else None
    assert chosen.instant is not None  # noqa: S101 - it was chosen
    return _twin_day(chosen, signals) or _beside(chosen.instant, signals)


def _twin_day(chosen: DateSignal, signals: Iterable[DateSignal]) -> date | None:
    """The day on the wall clock of a claim that means the chosen moment, but was not made in UTC."""
    for signal in signals:
        found = datesignals.read_raw(signal.raw, day_first=True) if same_moment(signal, chosen) else None
        if found and found.offset != timedelta(0) and signal.raw != chosen.raw:
            return found.local.date()
    return None


def _beside(instant: datetime, signals: Iterable[DateSignal]) -> date | None:
    """The day of the page's own dates without a time that an instant in UTC may be on somewhere."""
    days = {s.instant.date() for s in signals if s.role == "published" and s.instant and s.precision == "day"}
    near = {day for day in days if _may_be(instant, day)}
    return near.pop() if len(near) == 1 else None


def _may_be(instant: datetime, day: date) -> bool:
    return (instant + _WEST).date() <= day <= (instant + _EAST).date()


def _told(first: ReadDate, others: Iterable[ReadDate], stated: date, dates: Dates) -> date | None:
    """The day that readers are told; None when they are told none that could be the article's."""
    chosen, changed, day = dates.published, dates.modified, first.local.date()
    if chosen and chosen.instant and chosen.precision == "instant" and _may_be(chosen.instant, day):
        return day
    is_changed = changed is not None and local_day(changed.raw) == day.isoformat()
    return day if is_changed and all(each.local.date() != stated for each in (first, *others)) else None


def _revealed(shown: ReadDate, dates: Dates) -> timedelta | None:
    """How far the printed time is from the moment that is stated in UTC, where that can be a zone."""
    stated = (s.instant for s in (dates.published, dates.modified) if s and s.instant and s.precision == "instant")
    gaps = (shown.local - instant.replace(tzinfo=None, second=0, microsecond=0) for instant in stated)
    return next(filter(is_offset, gaps), None) if shown.precision == "local" else None
