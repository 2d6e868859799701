"""Runs that come too late, and runs that should not all come at once."""

from __future__ import annotations

import contextlib
import random
import time
from datetime import datetime
from typing import Any

from prefect.context import FlowRunContext

from flows.settings import Settings, duration

SKIPPED = "Skipped"


def superseded() -> str | None:
    """Why a scheduled run has nothing to do: one of its deployment that began after its time has finished already.

    After an hour of downtime a quarter-hourly schedule has four late runs (prefect#16984). The first does the work of
    all; the others end here. Runs that a person started are never superseded.
    """
    context = FlowRunContext.get()
    mine = context.flow_run if context else None
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
    context = FlowRunContext.get()
    longest = duration(settings.schedule.jitter).total_seconds()
    if longest and context and context.flow_run and context.flow_run.auto_scheduled:
        time.sleep(random.uniform(0, longest))
