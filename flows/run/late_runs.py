"""Runs that come too late, and runs that should not all come at once."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from flows.base.flow_run import this_run
from flows.base.settings import Settings, duration
from warehouse.connection import open_reader
from warehouse.errors import WarehouseError

SKIPPED = "Skipped"
AT_START = "at-start"  # the tag of runs that `up` has asked for when it started, and nobody else


def superseded() -> str | None:
    """Why a scheduled run has nothing to do: one of its deployment that began after its time has finished already.

    After an hour of downtime a quarter-hourly schedule has four late runs (prefect#16984). The first does the work of
    all; the others end here. Runs that a person started are never superseded.
    """
    mine = this_run()
    if mine is None or not mine.auto_scheduled or mine.deployment_id is None or mine.expected_start_time is None:
        return None
    if mine.run_count > 1:  # somebody pressed Retry
        return None
    newest = None
    with contextlib.suppress(Exception):  # without an answer the run is better done twice than not at all
        newest = _newest_finished(mine.deployment_id)
    if newest is None or newest.id == mine.id or not is_late(mine.expected_start_time, newest.start_time):
        return None
    due = f"{mine.expected_start_time:%Y-%m-%d %H:%M:%S} UTC"
    return f"was due at {due}; {newest.name} began after that and has finished, so nothing is left to do"


def skip_late(deployment_ids: Iterable[Any], *, all_of: Collection[Any] = (), now: datetime) -> int:
    """End the runs that downtime has left, all but the newest of each deployment; how many there were.

    Each would start a process only to see that it has nothing to do: 72 of them kept a person waiting for 12 minutes.

    Args:
        deployment_ids: whose.
        all_of: deployments that are run at once anyway, or are switched off: none of their late ones is kept.
        now: the clock.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort
    from prefect.states import Completed

    count = 0
    with get_client(sync_client=True) as client:
        for ident in deployment_ids:
            waiting = filters.FlowRunFilter(
                state=filters.FlowRunFilterState(type=filters.FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
                expected_start_time=filters.FlowRunFilterExpectedStartTime(before_=now),
            )
            only = filters.DeploymentFilter(id=filters.DeploymentFilterId(any_=[ident]))
            runs = client.read_flow_runs(
                flow_run_filter=waiting, deployment_filter=only, sort=FlowRunSort.EXPECTED_START_TIME_DESC
            )
            nobodys = [run for run in runs if run.auto_scheduled or AT_START in run.tags]
            late = nobodys[0 if ident in all_of else 1 :]
            for run in late:
                said = "was due while nothing ran; a later run catches up for all"
                client.set_flow_run_state(run.id, Completed(name=SKIPPED, message=said), force=True)
            count += len(late)
    return count


def is_overdue(snapshot: Path, interval: timedelta, now: datetime) -> bool:
    """Whether maintenance was last done longer ago than its interval, or never since the first run."""
    if not snapshot.exists():
        return False
    try:
        with open_reader(snapshot) as reader:
            row = reader.execute(
                "select coalesce(max(started_at) filter (flow = 'maintain'), min(started_at)) from runs"
            ).fetchone()
    except (WarehouseError, duckdb.Error):  # damaged or edited: maintenance verifies, and publishes anew
        return True
    return bool(row and row[0] and now - row[0] > interval)


def is_late(due: datetime, newest_began: datetime | None) -> bool:
    """Whether a run that was due then has been done by one that began after that."""
    return newest_began is not None and newest_began >= due


def _newest_finished(deployment_id: Any) -> Any:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    done = filters.FlowRunFilterState(
        type=filters.FlowRunFilterStateType(any_=[StateType.COMPLETED]),
        name=filters.FlowRunFilterStateName(not_any_=[SKIPPED]),
    )
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(
            flow_run_filter=filters.FlowRunFilter(state=done),
            deployment_filter=filters.DeploymentFilter(id=filters.DeploymentFilterId(any_=[deployment_id])),
            sort=FlowRunSort.START_TIME_DESC,
            limit=1,
        )
    return found[0] if found else None


def wait_jitter(settings: Settings) -> None:
    """Wait a moment before a scheduled run, so that installations do not all ask at the full quarter of the hour."""
    longest, mine = duration(settings.schedule.jitter).total_seconds(), this_run()
    if longest and mine and mine.auto_scheduled:
        time.sleep(random.uniform(0, longest))
