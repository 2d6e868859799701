"""Flow runs whose process is gone: Prefect goes on saying Running, so whoever comes next tells it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from flows.base.flow_run import TAG
from flows.base.home_identity import is_of
from warehouse.errors import Locked
from warehouse.home import Home
from warehouse.lock import writer_lock

_MESSAGE = "its process died; its pages are left for the next run"


def mark_crashed(flow_run_ids: Iterable[str]) -> int:
    """Give these flow runs the state Crashed where Prefect has them as unfinished; how many there were."""
    wanted = [UUID(ident) for ident in flow_run_ids]
    if not wanted:
        return 0
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters

    marked = 0
    with (
        contextlib.suppress(Exception),
        get_client(sync_client=True) as client,
    ):  # the ledger has it; this is the window
        only = filters.FlowRunFilter(id=filters.FlowRunFilterId(any_=wanted))
        for run in client.read_flow_runs(flow_run_filter=only):
            marked += _crash(client, run)
    return marked


def reap(home: Home) -> int:
    """Find this home's flow runs that Prefect believes to be working although nobody holds the writer's lock.

    Returns:
        How many were marked as Crashed.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType

    try:
        with writer_lock(home.lock, what="dateline up"), get_client(sync_client=True) as client:
            working = filters.FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.CANCELLING, StateType.PENDING])
            only = filters.FlowRunFilter(
                tags=filters.FlowRunFilterTags(all_=[TAG]), state=filters.FlowRunFilterState(type=working)
            )
            runs = client.read_flow_runs(flow_run_filter=only)
            ours = [run for run in runs if is_of(home, tags=run.tags, parameters=run.parameters)]
            return sum(_crash(client, run) for run in ours)
    except Locked:
        return 0  # a run is at work; what it finds dead it marks itself


def _crash(client: Any, run: Any) -> int:
    from prefect.states import Crashed

    if run.state is None or run.state.is_final():
        return 0
    client.set_flow_run_state(run.id, Crashed(message=_MESSAGE), force=True)
    return 1
