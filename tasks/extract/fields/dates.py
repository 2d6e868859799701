"""When a page was published and changed: every claim a signal, and a documented ranking that picks one.

Ranking for each role: the sources in `_ORDER`, best first; two more sources that agree on another day outvote
the first. Among claims of the same day as the winner, one with time and zone is preferred to one without ("2022-02-01"
and "2022-02-01T12:39:00Z" are one statement, made twice), and of two that mean the same moment, the one that keeps the
page's own zone. A permalink's date a year and more before every other claim is the original one: the rest is from a
migrated system. Claims of the future, of the impossible (31 February, year 1) and the epoch are kept raw, never chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from tasks.extract.fields import date_signals as datesignals
from tasks.extract.signals.dateparse import ReadDate
from tasks.extract.signals.page_signals import Sources
from warehouse.records import DateSignal

SUSPECT = "date_suspect"
CONFLICT = "date_conflict"
OLDEST_YEAR = 1900
# News pages' claims in the order of their worth, measured on the dev corpus: JSON-LD is written by the publishing
# system for exactly this purpose; visible text may be any date of the story.
_ORDER = ("jsonld", "og", "microdata", "meta", "sitemap", "feed", "time", "url", "text", "http")
_PRECISIONS = ("instant", "local", "day", "month", "year")
_STATED = ("jsonld", "og", "microdata", "meta")
_MIGRATED_AFTER = timedelta(days=365)
_CONFLICT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The decision: what was chosen, and every signal with its part in it."""

    published: DateSignal | None
    modified: DateSignal | None
    signals: tuple[DateSignal, ...]
    flags: tuple[str, ...]


def weigh(sources: Sources) -> Dates:
    """Read and rank a page's dates."""
    claims = datesignals.claims(sources)
    latest = sources.hints.fetched_at + timedelta(days=1)
    zone = zone_of([claim.read for claim in claims if claim.read])
    signals = _with_posted([_signal(claim, zone, latest) for claim in claims])
    if _is_disputed(signals) or _is_address_only(signals):
        signals += [_signal(claim, zone, latest) for claim in datesignals.shown(sources)]
    if not _usable(signals, "published"):
        signals += [_signal(claim, zone, latest) for claim in datesignals.shown(sources)]
    if not any(signal.role == "published" for signal in signals):
        signals += [_signal(claim, zone, latest) for claim in datesignals.of_slug(sources.url)]
    return _choose(signals)


def day_of(dates: Dates) -> date | None:
    """The day of publication in the page's own zone, as far as any of its claims reveals one."""
    chosen = dates.published
    if chosen is None or chosen.instant is None or chosen.precision in ("month", "year"):
        return None
    found = datesignals.read_raw(chosen.raw, day_first=True)
    if found is None or chosen.precision == "day" or chosen.signal in ("url", "text", "time"):
        return chosen.instant.date() if chosen.precision == "day" or found is None else found.local.date()
    if found.offset:
        return found.local.date()
    return _twin_day(chosen, dates.signals) or _beside(chosen.instant, dates.signals) or found.local.date()


def _twin_day(chosen: DateSignal, signals: Iterable[DateSignal]) -> date | None:
    """The day on the wall clock of a claim that means the chosen moment, but was not made in UTC."""
    for signal in signals:
        found = datesignals.read_raw(signal.raw, day_first=True) if _same_moment(signal, chosen) else None
        if found and found.offset != timedelta(0) and signal.raw != chosen.raw:
            return found.local.date()
    return None


def _beside(instant: datetime, signals: Iterable[DateSignal]) -> date | None:
    """The neighbouring day that the page's own dates without a time give for an instant in UTC."""
    days = {s.instant.date() for s in signals if s.role == "published" and s.instant and s.precision == "day"}
    near = {day for day in days if any((instant + timedelta(hours=hours)).date() == day for hours in (-12, 14))}
    return near.pop() if len(near) == 1 and instant.date() not in days else None


def zone_of(reads: Iterable[ReadDate]) -> timedelta | None:
    """The zone that the page's own claims reveal: their most frequent offset, not UTC if there is another.

    A time without a zone reveals it too, if it differs from one in UTC by whole quarters of an hour and shares its
    seconds: "18:09:55" beside "01:09:55Z" is seven hours behind.
    """
    found = list(reads)
    offsets = Counter(one.offset for one in found if one.offset)
    if offsets:
        return offsets.most_common(1)[0][0]
    stated = [one.local for one in found if one.offset == timedelta(0)]
    naive = [one.local for one in found if one.precision == "local" and one.local.second]
    gaps = Counter(gap for utc in stated for local in naive if (gap := local - utc) and _is_zone(gap))
    return gaps.most_common(1)[0][0] if gaps else None


def _is_zone(gap: timedelta) -> bool:
    return gap % timedelta(minutes=15) == timedelta(0) and timedelta(hours=-12) <= gap <= timedelta(hours=14)


def _signal(claim: datesignals.Claim, zone: timedelta | None, latest: datetime) -> DateSignal:
    found = claim.read
    instant = _believable(found, zone, latest)
    return DateSignal(
        role=claim.role,
        signal=claim.signal,
        raw=claim.raw[:200],
        instant=instant,
        zone_known=bool(found and found.offset is not None),
        precision=found.precision if found and instant else "none",
    )


def _believable(found: ReadDate | None, zone: timedelta | None, latest: datetime) -> datetime | None:
    if found is None or found.local.year < OLDEST_YEAR or found.local == datetime(1970, 1, 1):  # noqa: DTZ001
        return None
    try:
        instant = found.instant(zone)
    except OverflowError:
        return None
    return instant if instant <= latest else None


def _with_posted(signals: list[DateSignal]) -> list[DateSignal]:
    """A `time` element that a theme calls "updated", but that tells the moment of a publication, is a publication's."""
    stated = [s for s in signals if s.signal != "time"]
    said = {role: [s for s in stated if s.role == role] for role in ("published", "modified")}
    return [
        replace(signal, role="published")
        if signal.signal == "time"
        and signal.role == "modified"
        and any(_same_moment(signal, s) for s in said["published"])
        and not any(_same_moment(signal, s) for s in said["modified"])
        else signal
        for signal in signals
    ]


def _is_disputed(signals: list[DateSignal]) -> bool:
    """Whether the machine-readable claims of publication name different days."""
    stated = [s for s in _usable(signals, "published") if s.signal in _STATED and s.precision in ("instant", "local")]
    return len({local_day(signal.raw) for signal in stated}) > 1


def _is_address_only(signals: list[DateSignal]) -> bool:
    """Whether nothing but the address tells the day: visible text may know the time."""
    return {signal.signal for signal in _usable(signals, "published")} == {"url"}


def _usable(signals: Iterable[DateSignal], role: str) -> list[DateSignal]:
    return [signal for signal in signals if signal.role == role and signal.instant is not None]


def _choose(signals: list[DateSignal]) -> Dates:
    published = _winner(_usable(signals, "published"))
    modified = _winner(_usable(signals, "modified"), not_before=published)
    marked = tuple(_marked(signal, published, modified) for signal in signals)
    flags = (
        [SUSPECT] if any(signal.instant is None and signal.signal not in ("text", "url") for signal in signals) else []
    )
    if any(signal.conflict and signal.role == "published" for signal in marked):
        flags.append(CONFLICT)
    return Dates(
        published=next((s for s in marked if s.chosen and s.role == "published"), None),
        modified=next((s for s in marked if s.chosen and s.role == "modified"), None),
        signals=marked,
        flags=tuple(flags),
    )


def _winner(usable: list[DateSignal], not_before: DateSignal | None = None) -> DateSignal | None:
    if not_before and not_before.instant:
        floor = not_before.instant - _CONFLICT_AFTER
        usable = [signal for signal in usable if signal.instant and signal.instant >= floor]
    if not usable:
        return None
    best = _original(usable) or _outvoted(min(usable, key=_place), usable)
    same = [signal for signal in usable if _near(signal, best)]
    winner = min(same, key=lambda signal: (_PRECISIONS.index(signal.precision), _place(signal)))
    return next((signal for signal in usable if _is_local_twin(signal, winner)), winner)


def _place(signal: DateSignal) -> tuple[bool, int]:
    return signal.precision in ("month", "year"), _ORDER.index(signal.signal)


def _original(usable: list[DateSignal]) -> DateSignal | None:
    """The date of the permalink, if every other claim is a year and more later."""
    links = [signal for signal in usable if signal.signal == "url"]
    rest = [signal.instant for signal in usable if signal.signal != "url" and signal.instant]
    if not links or not rest or links[0].instant is None:
        return None
    return links[0] if min(rest) - links[0].instant > _MIGRATED_AFTER else None


def _outvoted(best: DateSignal, usable: list[DateSignal]) -> DateSignal:
    """The first claim, unless nobody supports its day and two other sources agree on another one.

    On the next day they must agree to the minute, because a zone left out moves a claim by a day.
    """
    days = {signal.signal: day for signal in reversed(usable) if (day := local_day(signal.raw))}
    votes = Counter(days.values())
    day, count = votes.most_common(1)[0] if votes else ("", 0)
    own = local_day(best.raw)
    apart = abs(_days(day) - _days(own))
    if count >= 2 and votes[own or ""] == 1 and (apart > 1 or (apart and _agree(usable, day))):
        return next(signal for signal in sorted(usable, key=_place) if local_day(signal.raw) == day)
    return best


def _agree(usable: list[DateSignal], day: str) -> bool:
    said = [signal for signal in usable if local_day(signal.raw) == day]
    return any(_same_moment(one, other) for one in said for other in said if one.signal != other.signal)


def _days(day: str | None) -> int:
    return date.fromisoformat(day).toordinal() if day else 0


def local_day(raw: str) -> str | None:
    """The day that a raw claim names in its own zone, "2022-02-01"."""
    found = datesignals.read_raw(raw, day_first=True)
    return found.local.date().isoformat() if found else None


def _is_local_twin(signal: DateSignal, winner: DateSignal) -> bool:
    """Whether a claim means the winner's moment and keeps the page's zone, where the winner gives it in UTC."""
    if signal is winner:
        return False
    if not _same_moment(signal, winner):
        return False
    own, other = (datesignals.read_raw(one.raw, day_first=True) for one in (winner, signal))
    return bool(own and other and own.offset == timedelta(0) and (other.offset or other.local != own.local))


def _near(one: DateSignal, other: DateSignal) -> bool:
    """Whether two claims can be one statement: the same day, or within a day of one that has no time."""
    if one is other:
        return True
    if other.precision == "instant" or one.instant is None or other.instant is None:
        return False
    if local_day(one.raw) == local_day(other.raw):
        return True
    return other.precision in ("month", "year") and one.instant.strftime("%Y") == other.instant.strftime("%Y")


def _same_moment(one: DateSignal, other: DateSignal) -> bool:
    """Whether both tell a time of day, and it is the same minute."""
    if one.instant is None or other.instant is None or one.precision not in ("instant", "local"):
        return False
    return abs(one.instant - other.instant) < timedelta(minutes=1)


def _marked(signal: DateSignal, *winners: DateSignal | None) -> DateSignal:
    winner = next((w for w in winners if w and w.role == signal.role), None)
    if winner is None or winner.instant is None or signal.instant is None:
        return signal
    return replace(signal, chosen=signal is winner, conflict=_disagree(signal, winner))


def _disagree(signal: DateSignal, winner: DateSignal) -> bool:
    """Whether a claim is more than a day off.

    One of a day alone is meant in the outlet's zone: /2026/11/24/ agrees with 24 November, 19:12 -08:00, which is the
    25th in UTC.
    """
    if signal.instant is None or winner.instant is None or signal.precision in ("month", "year"):
        return False
    if signal.precision == "day" and local_day(signal.raw) in (local_day(winner.raw), f"{winner.instant:%Y-%m-%d}"):
        return False
    return abs(signal.instant - winner.instant) > _CONFLICT_AFTER
