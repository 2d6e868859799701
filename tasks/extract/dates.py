"""When a page was published and changed: every claim a signal, and a documented ranking that picks one.

Ranking for each role: the sources in `_ORDER`, best first. Among claims of the same day as the winner, one with time and
zone is preferred to one without ("2022-02-01" and "2022-02-01T12:39:00Z" are one statement, made twice). Claims of the
future, of the impossible (31 February, year 1) and the epoch itself are kept raw and never chosen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tasks.extract import datesignals
from tasks.extract.dateparse import ReadDate
from tasks.extract.signals import Sources
from warehouse.records import DateSignal

SUSPECT = "date_suspect"
CONFLICT = "date_conflict"
OLDEST_YEAR = 1900
# News pages' claims in the order of their worth, measured on the dev corpus: JSON-LD is written by the publishing
# system for exactly this purpose; visible text may be any date of the story.
_ORDER = ("jsonld", "og", "microdata", "meta", "sitemap", "feed", "time", "url", "text", "htmldate", "http")
_PRECISIONS = ("instant", "local", "day", "month", "year")
_CONFLICT_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The decision: what was chosen, and every signal with its part in it."""

    published: DateSignal | None
    modified: DateSignal | None
    signals: tuple[DateSignal, ...]
    flags: tuple[str, ...]


def decide(sources: Sources) -> Dates:
    """Read and rank a page's dates."""
    claims = datesignals.claims(sources)
    latest = sources.hints.fetched_at + timedelta(days=1)
    zone = _zone_of([claim.read for claim in claims if claim.read])
    signals = [_signal(claim, zone, latest) for claim in claims]
    if not _usable(signals, "published"):
        signals += [_signal(claim, zone, latest) for claim in datesignals.fallback(sources)]
    return _choose(signals)


def local_day(raw: str) -> str | None:
    """The day that a raw claim names in its own zone, "2022-02-01"."""
    found = datesignals.read_raw(raw, day_first=True)
    return found.local.date().isoformat() if found else None


def _zone_of(reads: Iterable[ReadDate]) -> timedelta | None:
    """The zone that the page's own claims reveal: the most frequent offset, and not UTC if there is another."""
    offsets = Counter(found.offset for found in reads if found.offset is not None)
    local = [(count, offset) for offset, count in offsets.items() if offset]
    return max(local)[1] if local else None


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


def _usable(signals: Iterable[DateSignal], role: str) -> list[DateSignal]:
    return [signal for signal in signals if signal.role == role and signal.instant is not None]


def _choose(signals: list[DateSignal]) -> Dates:
    published = _winner(_usable(signals, "published"))
    modified = _winner(_usable(signals, "modified"), not_before=published)
    marked = tuple(_marked(signal, published, modified) for signal in signals)
    flags = [SUSPECT] if any(signal.instant is None and signal.signal not in ("text", "url") for signal in signals) else []
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
    best = min(usable, key=lambda signal: (signal.precision in ("month", "year"), _ORDER.index(signal.signal)))
    same = [signal for signal in usable if _near(signal, best)]
    return min(same, key=lambda signal: (_PRECISIONS.index(signal.precision), _ORDER.index(signal.signal)))


def _near(one: DateSignal, other: DateSignal) -> bool:
    """Whether two claims can be one statement: the same day, or within a day of one that has no time."""
    if one is other:
        return True
    if other.precision == "instant" or one.instant is None or other.instant is None:
        return False
    if local_day(one.raw) == local_day(other.raw):
        return True
    return other.precision in ("month", "year") and one.instant.strftime("%Y") == other.instant.strftime("%Y")


def _marked(signal: DateSignal, *winners: DateSignal | None) -> DateSignal:
    winner = next((w for w in winners if w and w.role == signal.role), None)
    if winner is None or winner.instant is None or signal.instant is None:
        return signal
    far = abs(signal.instant - winner.instant) > _CONFLICT_AFTER
    return replace(signal, chosen=signal is winner, conflict=far and signal.precision not in ("month", "year"))


