"""Which of the things that are wrong somebody is told of, and when. Pure.

    what is wrong now | wrong twice in a row? | told within a day? | tell it
    what is well again | was it told? | tell that it is over

A batch is five pages: what is wrong with one of them is a flag of a row, not an alarm. An alarm is about a source: that
it brings nothing, or that a share of its newest pages is far from its own usual one (the binomial tail). It is told
when two judgements in a row found it, again once a day while it lasts, and once when it is over.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

TELL_EVERY = timedelta(days=1)
TWICE = 2
_CHANCE = 1e-6  # of a rule's share: with 30 rules, 100 sources and two independent windows a day, one in 160 days
_MORE = 0.3  # a share must have risen by so much to be worth a message; by half of it not to be over
_FEWEST = 5  # failing pages
SUSPECT = "canonical_suspect"  # the flag of a page whose canonical address was not believed
_OFTEN, _OFTEN_SHARE = 3, 0.1  # such pages of a source, and their share: it is the outlet, and no slip of one page
_BASE = 50  # pages before the newest, from which the usual share is known


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """Something that is wrong with a source now."""

    source: str
    kind: str  # failing, silent, a measure of its suite, a rule, or `requests`
    detail: str
    examples: tuple[str, ...] = ()
    needs: int = TWICE  # judgements in a row before it is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A row of `alarms`: something that is wrong, from when it was seen first."""

    source: str
    kind: str
    since: datetime
    run_id: str  # in which it was seen first
    detail: str
    examples: tuple[str, ...]
    times_seen: int
    last_seen: datetime
    last_told: datetime | None = None
    times_told: int = 0
    over_at: datetime | None = None
    over_run_id: str | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.source, self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How many of a source's newest pages fail a rule, and how many of those before them."""

    source: str
    rule: str
    failing: int
    of: int
    before_failing: int
    before_of: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """What becomes of the alarms: rows to write, and whom to tell."""

    rows: tuple[Alarm, ...]
    told: tuple[Alarm, ...]  # raised, or still there after a day
    over: tuple[Alarm, ...]


def review(
    standing: Sequence[Alarm],
    wrong: Iterable[Wrong],
    well: Collection[tuple[str, str]],
    *,
    told_before: Mapping[tuple[str, str], datetime],
    run_id: str,
    now: datetime,
) -> Review:
    """What to tell after a run.

    Args:
        standing: the alarms that are not over.
        wrong: what this run found.
        well: sources and kinds that this run judged and found well; what it did not judge stays as it was.
        told_before: when the same thing was told last, over or not: what comes and goes is told once a day.
        run_id: of the run.
        now: the clock.
    """
    known = {each.key: each for each in standing}
    rows, told = [], []
    for each in {(w.source, w.kind): w for w in wrong}.values():
        alarm = _seen(known.pop((each.source, each.kind), None), each, run_id, now)
        if alarm.times_seen >= each.needs and _is_due(told_before.get(alarm.key), now):
            alarm = replace(alarm, last_told=now, times_told=alarm.times_told + 1)
            told.append(alarm)
        rows.append(alarm)
    ended = [replace(a, over_at=now, over_run_id=run_id) for key, a in known.items() if key in well]
    over = tuple(each for each in ended if each.times_told)
    return Review((*rows, *ended), tuple(told), over)


def _seen(alarm: Alarm | None, now_wrong: Wrong, run_id: str, now: datetime) -> Alarm:
    if alarm is None:
        alarm = Alarm(
            source=now_wrong.source, kind=now_wrong.kind, since=now, run_id=run_id, detail="", examples=(),
            times_seen=0, last_seen=now,
        )  # fmt: skip
    examples = now_wrong.examples or alarm.examples
    return replace(alarm, detail=now_wrong.detail, examples=examples, times_seen=alarm.times_seen + 1, last_seen=now)


def _is_due(told: datetime | None, now: datetime) -> bool:
    return told is None or now - told >= TELL_EVERY


def rate_alarm(rate: Rate, *, is_standing: bool) -> Wrong | None:
    """What is wrong with a share, if it is; of one that stands already less is enough.

    Without enough pages before there is no usual share: `requests` alone is then held against a half.
    """
    if rate.rule == SUSPECT:
        return _often_suspect(rate)
    usual = _usual(rate)
    if usual is None or rate.of == 0:
        return None
    share = rate.failing / rate.of
    if is_standing:
        is_wrong = share > usual + _MORE / 2
    else:
        is_wrong = rate.failing >= _FEWEST and share >= usual + _MORE and _tail(rate.failing, rate.of, usual) < _CHANCE
    if not is_wrong:
        return None
    detail = f"{rate.failing} of the newest {rate.of} pages fail {rate.rule}, usually {usual:.0%}"
    if rate.rule == "requests":
        detail = f"{rate.failing} of the newest {rate.of} requests failed, usually {usual:.0%}"
    return Wrong(source=rate.source, kind=rate.rule, detail=detail, examples=rate.examples)


def _often_suspect(rate: Rate) -> Wrong | None:
    """An outlet whose canonical addresses are wrong is told of at once: no share of them is usual."""
    if rate.failing < _OFTEN or rate.failing < _OFTEN_SHARE * rate.of:
        return None
    detail = f"{rate.failing} of the newest {rate.of} pages name a canonical address that other stories name too"
    return Wrong(source=rate.source, kind=rate.rule, detail=detail, examples=rate.examples, needs=1)


def _usual(rate: Rate) -> float | None:
    """The share before, drawn towards one half by a pseudo-page of each kind (Laplace)."""
    if rate.before_of >= _BASE:
        return (rate.before_failing + 1) / (rate.before_of + 2)
    return 0.2 if rate.rule == "requests" else None


def _tail(failing: int, of: int, share: float) -> float:
    """The chance of so many failing pages or more (exact binomial tail)."""
    return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(failing, of + 1))
