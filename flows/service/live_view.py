"""What `dateline up` shows while it works: a line for each run that ends, and in a terminal what comes next."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from rich.live import Live
from rich.table import Table
from rich.text import Text

from flows.base.escape import for_terminal
from flows.terminal.show import console

_POLL_S = 2.0
_TRIES = 5
_STYLES = {"Completed": "green", "CompletedWithAlarms": "yellow", "Failed": "red", "Crashed": "red", "Skipped": "dim"}


@contextmanager
def watch(names: Mapping[Any, str]) -> Iterator[None]:
    """Show what happens for the time of the block.

    Args:
        names: of the deployments, by their ids.
    """
    done = threading.Event()
    thread = threading.Thread(target=_watch, args=(names, done), name="live view", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=2 * _POLL_S)


def _watch(names: Mapping[Any, str], done: threading.Event) -> None:
    shown: set[Any] = set()
    began = datetime.now(UTC)
    live = Live(console=console, refresh_per_second=1, transient=True) if console.is_terminal else None
    with live or contextlib.nullcontext():
        while not done.wait(_POLL_S):
            with contextlib.suppress(Exception):  # the server may be going down
                ended, coming = _ask(list(names))
                for run in ended:
                    if run.id not in shown and (run.end_time is None or run.end_time >= began):
                        print_ended(run)
                    shown.add(run.id)
                if live:
                    live.update(next_runs(coming, names))


def _ask(deployment_ids: list[Any]) -> tuple[list[Any], list[Any]]:
    """The newest runs that ended, oldest first; and those that are at work or come next."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters
    from prefect.client.schemas.objects import StateType
    from prefect.client.schemas.sorting import FlowRunSort

    only = filters.DeploymentFilter(id=filters.DeploymentFilterId(any_=deployment_ids))
    open_ones = filters.FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING, StateType.SCHEDULED])
    with get_client(sync_client=True) as client:
        ended = client.read_flow_runs(deployment_filter=only, sort=FlowRunSort.END_TIME_DESC, limit=8)
        coming = client.read_flow_runs(
            deployment_filter=only,
            flow_run_filter=filters.FlowRunFilter(state=filters.FlowRunFilterState(type=open_ones)),
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=4,
        )
    return [run for run in reversed(ended) if run.state and run.state.is_final()], coming


def print_ended(run: Any) -> None:
    """A line for a flow run that ended, and one for each of its alarms; what an outlet said in it is inert."""
    at = f"{run.end_time:%H:%M:%S} UTC  " if run.end_time else ""
    text = Text(for_terminal(f"{at}{run.name}: "))
    text.append(run.state.name, style=_STYLES.get(run.state.name, ""))
    text.append(for_terminal(f" · {run.state.message or ''}"))
    console.print(text)
    if run.state.name == "CompletedWithAlarms":
        for alarm in _arrived(run.id):
            console.print(Text(f"  {for_terminal(alarm)}", style="yellow"))


def _arrived(run_id: Any) -> list[str]:
    """The alarms of a run that has some: its log reaches the server up to some seconds after its state."""
    for _ in range(_TRIES):
        if said := current_alarms(run_id):
            return said
        time.sleep(1)
    return []


def current_alarms(run_id: Any) -> list[str]:
    """What the run has said in its log."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId, LogFilterLevel

    warnings = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]), level=LogFilterLevel(ge_=logging.WARNING))
    with get_client(sync_client=True) as client:
        said = [entry.message for entry in client.read_logs(log_filter=warnings, limit=50)]
    return [message for message in said if message.startswith("alarm: ")]


def next_runs(runs: list[Any], names: Mapping[Any, str]) -> Table:
    """The runs at work and to come, as a table under what has been printed."""
    table = Table("", "run", "when", box=None, header_style="dim", pad_edge=False)
    for run in runs:
        is_on = run.state is not None and run.state.is_running()
        due = run.expected_start_time
        when = f"since {run.start_time:%H:%M:%S} UTC" if is_on and run.start_time else _until(due) if due else ""
        name = run.name if is_on else names.get(run.deployment_id, run.name)
        table.add_row("▶" if is_on else "·", Text(for_terminal(name)), when)
    return table


def _until(due: datetime) -> str:
    left = int((due - datetime.now(UTC)).total_seconds())
    return f"in {left // 60} min {left % 60:02d} s" if left > 0 else "now"
