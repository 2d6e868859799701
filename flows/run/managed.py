"""A run around its work: the writer's lock, what a signal does, and an end whatever happens."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterator
from typing import Any

from prefect import get_run_logger, runtime
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from expectations.alarms import SUSPECT
from flows.base.errors import RunCancelled
from flows.base.escape import for_terminal
from flows.base.flow_run import is_deployed
from flows.base.installed import upgraded
from flows.base.observer import Report, injected
from flows.base.settings import Settings
from flows.run.alarms import update_alarms
from flows.run.closing import build_report, close_run, end_early, publish_if_out_of_date, write_pages
from flows.run.context import RunContext
from flows.run.crashed_runs import mark_crashed
from flows.run.judging import judge_run
from flows.run.stages import judge_task, publish_task
from flows.run.stop_request import StopRequest, noting_sigterm
from flows.run.telling import tell_watches
from flows.run.window import Progress, Window
from warehouse.runs import say

_WAIT_S = 600.0


class ManagedRun(RunContext):
    """A run of a flow: what it holds open, and who watches it."""

    stop: StopRequest
    window: Window
    progress: Progress
    began: float  # seconds, of the monotonic clock


@contextlib.contextmanager
def managed_run(settings: Settings, window: Window, *, flow: str = "ingest") -> Iterator[ManagedRun]:
    """One run, from the writer's lock to books that are closed. What is done in it comes between.

    Args:
        settings: of the owner.
        window: where the run is shown.
        flow: its name in `runs`.

    Raises:
        Locked: another process is writing.
        RunCancelled: the run was told to end; the message says what is left.
        Exception: what the work raised; the books are closed, and what is staged is loaded.
    """
    began, ident = time.monotonic(), runtime.flow_run.id
    with noting_sigterm() as stop, _as_cancelled(stop):
        run = ManagedRun(
            settings,
            injected(),
            run_id=str(ident or uuid.uuid4()),
            flow_run_id=ident,
            flow=flow,
            wait_s=patience_s(),
            on_wait=say_waiting,
        )
        with run:
            run.stop, run.window, run.began = stop, window, began
            stop.then, run.raise_if_stopped = run.cancel, stop.raise_if_stopped
            mark_crashed(run.recovery.lost)
            run.alarms += filter(None, [upgraded()])
            run.observer = run.progress = window.watch(run.observer)
            try:
                yield run
            except BaseException as error:
                run.cancel()
                if not run.is_closed:
                    _end_early(run, error)
                raise


@contextlib.contextmanager
def _as_cancelled(stop: StopRequest) -> Iterator[None]:
    """Whatever a run that was told to end raises, it is cancelled; Ctrl-C in a terminal stays what it is."""
    try:
        yield
    except (KeyboardInterrupt, RunCancelled):
        raise
    except BaseException:
        if stop.is_set():
            raise RunCancelled("cancelled before it had begun, or after all was done") from None
        raise


def _end_early(run: ManagedRun, error: BaseException) -> None:
    """Close the books of a run that failed or was told to end, and show them: its ledger is wanted most."""
    if isinstance(error, KeyboardInterrupt):
        end_early(run, cancelled=True)
        return
    if not run.stop.is_set():
        said = f"{type(error).__name__}: {error}"[:500]
        _show_end(run, end_early(run, failed=said), said)
        return
    totals = end_early(run, cancelled=True)
    said = f"cancelled; {totals['pending']} pages are left for the next run"
    get_run_logger().warning(said)  # the UI's own message of a cancelled run says less
    _show_end(run, totals, said)
    raise RunCancelled(said) from None


def conclude_run(run: ManagedRun) -> State[Any]:
    """The end of a run whose work is done: it is judged, its books are closed, it is published and told of.

    Returns:
        The state of the flow run: its message is the run in a line, its name says whether there were alarms.

    Raises:
        RunFailed: the run's outcome is not what it must be; nothing was published.
    """
    run.raise_if_stopped()
    judge_task(run) if run.has_judged else judge_run(run)  # a look at the warehouse alone is no task
    run.telling = update_alarms(run)
    run.alarms += [f"{each.source}: {each.detail}" for each in run.telling.told if each.kind == SUSPECT]
    run.stop.is_raised = False  # all is loaded: from here on a signal only decides what the run is called
    run.raise_if_stopped()
    run.progress.update(100.0)
    totals = close_run(run)
    publish_task(run)
    _tell_watches(run)
    write_pages(run, totals)
    report = injected().report = build_report(run, totals, run.began)
    log_alarms(run)
    _show(run, report)
    if run.stop.is_set():
        said = f"cancelled when all was done: {report.message}"
        say(run.connection, run.run_id, said, state="cancelled")
        return Cancelled(message=said)
    return completed(run, report, report.message)


def conclude_idle_run(run: ManagedRun) -> State[Any]:
    """The end of a run that had nothing to do: books closed and told of; published if readers have no good snapshot."""
    totals = close_run(run)
    publish_if_out_of_date(run)
    _tell_watches(run)  # what the last run could not
    report = injected().report = build_report(run, totals, run.began)
    log_alarms(run)
    return completed(run, report, report.message.replace("nothing new", "nothing due"))


def _tell_watches(run: ManagedRun) -> None:
    tell_watches(run, lambda watch, articles: run.window.emit_watch_hits(run, watch.name, articles))


def completed(run: ManagedRun, report: Report, message: str) -> State[Any]:
    """The state of a run that came to its end, whose events are on their way."""
    run.window.emit_events(run, report)
    return Completed(message=message, name="CompletedWithAlarms" if report.alarms else None)


def patience_s() -> float:
    """How long to wait for another run: what a schedule or the UI started waits; a terminal is told who is at work."""
    return _WAIT_S if is_deployed() else 0.0


def say_waiting(holder: str) -> None:
    """Log that the run waits for another."""
    get_run_logger().info("waiting for up to %.0f minutes: %s", _WAIT_S / 60, holder)


def log_alarms(run: RunContext) -> None:
    """Put the run's alarms into its log."""
    for alarm in run.alarms:
        get_run_logger().warning("alarm: %s", for_terminal(alarm))


def _show(run: ManagedRun, report: Report) -> None:
    """Leave the artifacts: the window, not the work. A server that is away now does not fail a run that is done."""
    try:
        run.window.leave_artifacts(run, report)
    except Exception as error:
        get_run_logger().warning("the artifacts of this run could not be left: %s: %s", type(error).__name__, error)


def _show_end(run: ManagedRun, totals: dict[str, int], said: str) -> None:
    """The artifacts of a run that did not end well. What made it fail may be in the way of these too."""
    with contextlib.suppress(Exception):
        run.window.leave_artifacts(run, build_report(run, totals, run.began, message=said))
