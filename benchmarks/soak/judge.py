"""What is seen after a soak: in Prefect's history, in the ledger, and in the samples."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb

from benchmarks.soak.world import Sample, Service

_DUE = timedelta(seconds=60)  # after a poll, at the latest
_LATE = timedelta(seconds=60 + 45 + 30)  # due, the longer schedule, and the runs before it
_AFTERWARDS = timedelta(seconds=90)  # a fault delays polls for some time after its end


@dataclass(slots=True)
class Verdict:
    """All of it."""

    states: list[str]  # of the scheduled runs that were due
    failed: list[str]  # what those said that failed
    missing: int  # due times of a schedule that no run stands for
    stuck: int
    runs: int
    polls: int
    failed_polls: int
    late: Counter[str]  # by the fault that explains them
    memory: dict[str, tuple[float, float]]
    samples: list[Sample]
    faults: list[tuple[datetime, datetime, str]]
    unbalanced: int = field(default=0)


def judge(service: Service, faults: list[tuple[datetime, datetime, str]]) -> Verdict:
    """Look at everything while the service still serves."""
    now = datetime.now(tz=faults[0][0].tzinfo)
    runs = [run for run in _flow_runs() if run.expected_start_time and run.expected_start_time <= now]
    scheduled = [run for run in runs if run.auto_scheduled and run.expected_start_time <= now - timedelta(seconds=60)]
    polls = _polls(service)
    return Verdict(
        states=[run.state.name for run in scheduled],
        failed=[f"{run.name}: {run.state.message}" for run in runs if run.state.is_failed()],
        missing=_missing(scheduled),
        stuck=sum(not run.state.is_final() for run in scheduled),
        runs=sum(run.state.is_final() for run in runs),
        polls=len(polls),
        failed_polls=sum(outcome not in ("ok", "not_modified") for _, _, outcome in polls),
        late=_late(polls, faults, now),
        memory=_memory(service.samples),
        samples=service.samples,
        faults=faults,
    )


def _flow_runs() -> list[Any]:
    from prefect.client.orchestration import get_client

    found: list[Any] = []
    with get_client(sync_client=True) as client:
        while page := client.read_flow_runs(limit=200, offset=len(found)):
            found += page
    return found


def _missing(runs: Iterable[Any]) -> int:
    """Due times that a schedule left out: twice the interval between two runs is one."""
    due: dict[Any, list[datetime]] = {}
    for run in runs:
        due.setdefault(run.deployment_id, []).append(run.expected_start_time)
    missing = 0
    for times in due.values():
        steps = [(b - a).total_seconds() for a, b in pairwise(sorted(times))]
        interval = statistics.median(steps) if steps else 1.0
        missing += sum(round(step / interval) - 1 for step in steps)
    return missing


def _polls(service: Service) -> list[tuple[str, datetime, str]]:
    with duckdb.connect(str(service.home.snapshot), read_only=True) as connection:
        found: list[tuple[str, datetime, str]] = connection.execute(
            "select feed_url, polled_at, outcome from feed_polls "
            "where outcome not in ('skipped', 'pending') and kind = 'feed' order by 1, 2"
        ).fetchall()
    return found


def _late(
    polls: list[tuple[str, datetime, str]], faults: list[tuple[datetime, datetime, str]], now: datetime
) -> Counter[str]:
    """Pauses between two polls of a feed, and from its last to the end, that are longer than they should be."""
    of_feed: dict[str, list[datetime]] = {}
    for feed, at, _ in polls:
        of_feed.setdefault(feed, []).append(at)
    found: Counter[str] = Counter()
    for times in of_feed.values():
        for one, other in pairwise([*times, now]):
            if other - one > _LATE:
                found[_explained(one + _DUE, other, faults)] += 1
    return found


def _explained(due: datetime, polled: datetime, faults: list[tuple[datetime, datetime, str]]) -> str:
    for since, until, what in faults:
        if since < polled and due < until + _AFTERWARDS:
            return what
    return "nothing"


def _memory(samples: list[Sample]) -> dict[str, tuple[float, float]]:
    """Of the processes as they were last started: a minute after their start, and in the last minute."""
    found = {}
    for name, what in (("up", "`up`"), ("server", "the Prefect server")):
        values = [getattr(each, name) for each in samples]
        began = max((n for n, value in enumerate(values) if not value), default=-1) + 1
        living = values[began:]
        found[what] = (statistics.median(living[12:18]), statistics.median(living[-12:]))
    runs = [each.run for each in samples if each.run]
    third = len(runs) // 3
    found["a run (largest of the first and of the last third)"] = (max(runs[:third]), max(runs[-third:]))
    return found
