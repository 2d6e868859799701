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

from flows.base.escape import for_terminal
from flows.base.observer import Report, injected
from flows.base.settings import Settings
from flows.run.closing import end_early, end_run, report, write_pages
from flows.run.context import IngestRun
from flows.run.crashed_runs import mark_crashed
from flows.run.judging import judge_run
from flows.run.stages import judge_task, publish_task
from flows.ui.artifacts import Progress, leave_artifacts
from flows.ui.events import tell
from flows.ui.naming import is_deployed
from warehouse.runs import say

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
    with noting_sigterm() as told:
        try:
            return _in_frame(settings, do, told, flow=flow)
        except KeyboardInterrupt:
            raise
        except BaseException:
            if told.is_set():
                return Cancelled(message="cancelled before it had begun, or after all was done")
            raise


def _in_frame(
    settings: Settings, do: Callable[[IngestRun, Progress], State[Any] | None], told: Told, *, flow: str
) -> State[Any]:
    began, ident = time.monotonic(), str(runtime.flow_run.id or uuid.uuid4())
    with IngestRun(
        settings,
        injected(),
        run_id=ident,
        flow_run_id=runtime.flow_run.id,
        flow=flow,
        wait_s=patience_s(),
        on_wait=say_waiting,
    ) as run:
        told.then, run.go_on = run.cancel, told.go_on
        mark_crashed(run.lost)
        progress = Progress.shown(run)
        try:
            if (ended := do(run, progress)) is not None:
                return ended
            run.go_on()
            if run.has_judged:
                judge_task(run)
            else:
                judge_run(run)  # a look at the warehouse: no task for that
            told.is_raised = False  # all is loaded: from here on a signal only decides what the run is called
            run.go_on()
        except KeyboardInterrupt:
            run.cancel()
            end_early(run, cancelled=True)
            raise
        except BaseException as error:
            run.cancel()
            if told.is_set():
                totals = end_early(run, cancelled=True)
                said = f"cancelled; {totals['pending']} pages are left for the next run"
                get_run_logger().warning(said)  # the UI's own message of a cancelled run says less
                _show_end(run, totals, began, said)
                return Cancelled(message=said)
            said = f"{type(error).__name__}: {error}"[:500]
            _show_end(run, end_early(run, failed=said), began, said)
            raise
        return _conclude(run, progress, began, told)


def patience_s() -> float:
    """How long to wait for another run: what a schedule or the UI started waits; a terminal is told who is at work."""
    return _WAIT_S if is_deployed() else 0.0


def say_waiting(holder: str) -> None:
    """Log that the run waits for another."""
    get_run_logger().info("waiting for up to %.0f minutes: %s", _WAIT_S / 60, holder)


class Told(threading.Event):
    """Whether the run was told to end, by SIGTERM, and what is done then."""

    then: Callable[[], None] | None = None  # called once, in a thread of its own
    is_raised = True  # whether the signal also raises where the run is

    def go_on(self) -> None:
        """Go on, unless it was told to end.

        Raises:
            TerminationSignal: it was.
        """
        if self.is_set():
            raise TerminationSignal(signal=signal.SIGTERM)


@contextlib.contextmanager
def noting_sigterm() -> Iterator[Told]:
    """Know that the run was told to end, whatever error that becomes.

    DuckDB turns the exception into "Query interrupted", and within a weak reference's callback it is lost: so the run
    asks as well (`Told.go_on`), and what it waits for is ended.
    """
    told = Told()
    if threading.current_thread() is not threading.main_thread():
        yield told
        return
    before = signal.getsignal(signal.SIGTERM)

    def handle(number: int, frame: FrameType | None) -> None:
        if told.is_set():
            return  # it is ending
        told.set()
        if told.then:
            threading.Thread(target=told.then, name="cancel", daemon=True).start()
        if told.is_raised and callable(before):
            before(number, frame)  # Prefect's own raises too
        if told.is_raised:
            raise TerminationSignal(signal=number)

    signal.signal(signal.SIGTERM, handle)
    try:
        yield told
    finally:
        signal.signal(signal.SIGTERM, before)


def _conclude(run: IngestRun, progress: Progress, began: float, told: Told) -> State[Any]:
    """Close the books, publish and tell."""
    progress.update(100.0)
    totals = end_run(run)
    publish_task(run)
    write_pages(run, totals)
    injected().report = shown = report(run, totals, began)
    _log_alarms(run)
    _show(run, shown)
    if told.is_set():
        said = f"cancelled when all was done: {shown.message}"
        say(run.connection, run.run_id, said, state="cancelled")
        return Cancelled(message=said)
    return _told_of(run, shown, shown.message)


def concluded(run: IngestRun, shown: Report, message: str) -> State[Any]:
    """The end of a run that had nothing to publish: its alarms are logged, its events emitted; its state."""
    _log_alarms(run)
    return _told_of(run, shown, message)


def _log_alarms(run: IngestRun) -> None:
    for alarm in run.alarms:
        get_run_logger().warning("alarm: %s", for_terminal(alarm))


def _told_of(run: IngestRun, shown: Report, message: str) -> State[Any]:
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
