"""The frame of a run that writes: the writer's lock, an end whatever happens, and what the Prefect UI shows of it."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from prefect import get_run_logger, runtime
from prefect.client.schemas.objects import State
from prefect.exceptions import TerminationSignal
from prefect.states import Cancelled, Completed

from flows.artifacts import Progress, leave_artifacts
from flows.conclude import end_run, report, write_pages
from flows.dead import mark_crashed
from flows.events import tell
from flows.inert import for_terminal
from flows.naming import is_deployed
from flows.observer import Report, injected
from flows.run import IngestRun
from flows.settings import Settings
from flows.stages import judge_task, publish_task

_WAIT_S = 600.0


def framed(
    settings: Settings, do: Callable[[IngestRun, Progress], State[Any] | None], *, flow: str = "ingest"
) -> State[Any]:
    """One run, from the writer's lock to what the Prefect UI shows of it.

    Args:
        settings: of the owner.
        do: the work; a state that it returns is the end of the run, else the run is judged, published and told of.
        flow: its name in `runs`.

    Returns:
        The state of the flow run: its message is the run in a line, its name says whether there were alarms.

    Raises:
        Locked: another process is writing.
        RunFailed: the run's outcome is not what it must be; nothing was published.
    """
    began, ident = time.monotonic(), str(runtime.flow_run.id or uuid.uuid4())
    with (
        noting_sigterm() as ending,
        IngestRun(
            settings,
            injected(),
            run_id=ident,
            flow_run_id=runtime.flow_run.id,
            flow=flow,
            wait_s=patience_s(),
            on_wait=say_waiting,
        ) as run,
    ):
        mark_crashed(run.lost)
        progress = Progress.shown(run)
        try:
            if (ended := do(run, progress)) is not None:
                return ended
            if run.has_judged:
                judge_task(run)
            progress.update(100.0)
        except KeyboardInterrupt:
            run.cancel()
            end_run(run, cancelled=True)
            raise
        except BaseException as error:
            run.cancel()
            if ending.is_set():
                totals = end_run(run, cancelled=True)
                said = f"cancelled; {totals['pending']} pages are left for the next run"
                _show_end(run, totals, began, said)
                return Cancelled(message=said)
            said = f"{type(error).__name__}: {error}"[:500]
            _show_end(run, end_run(run, failed=said), began, said)
            raise
        return _conclude(run, began)


def patience_s() -> float:
    """How long to wait for another run: what a schedule or the UI started waits; a terminal is told who is at work."""
    return _WAIT_S if is_deployed() else 0.0


def say_waiting(holder: str) -> None:
    """Log that the run waits for another."""
    get_run_logger().info("waiting for up to %.0f minutes: %s", _WAIT_S / 60, holder)


@contextlib.contextmanager
def noting_sigterm() -> Iterator[threading.Event]:
    """Know that the run was told to end, whatever error that becomes: DuckDB turns it into "Query interrupted"."""
    told = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield told
        return
    before = signal.getsignal(signal.SIGTERM)

    def handle(number: int, frame: FrameType | None) -> None:
        told.set()
        if callable(before):
            before(number, frame)
        raise TerminationSignal(signal=number)

    signal.signal(signal.SIGTERM, handle)
    try:
        yield told
    finally:
        signal.signal(signal.SIGTERM, before)


def _conclude(run: IngestRun, began: float) -> State[Any]:
    totals = end_run(run)
    publish_task(run)
    write_pages(run, totals)
    injected().report = shown = report(run, totals, began)
    _show(run, shown)
    return told(run, shown, shown.message)


def told(run: IngestRun, shown: Report, message: str) -> State[Any]:
    """Log the alarms, emit the events; the state of a run that is done."""
    for alarm in run.alarms:
        get_run_logger().warning("alarm: %s", for_terminal(alarm))
    tell(run, shown)
    return Completed(message=message, name="CompletedWithAlarms" if shown.alarms else None)


def _show(run: IngestRun, shown: Report) -> None:
    """Leave the artifacts: the window, not the work. A server that is away now does not fail a run that is done."""
    try:
        leave_artifacts(run, shown)
    except Exception as error:
        get_run_logger().warning("the artifacts of this run could not be left: %s: %s", type(error).__name__, error)


def _show_end(run: IngestRun, totals: dict[str, int], began: float, said: str) -> None:
    """The pages and artifacts of a run that did not end well: its ledger is wanted most."""
    with contextlib.suppress(Exception):  # what made it fail may be in the way of this too, and is what counts
        leave_artifacts(run, report(run, totals, began, message=said))
