"""Carrying a run out: what was taken on is fetched, read, judged, loaded batch by batch, then published and told."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from prefect import get_run_logger, runtime
from prefect.client.schemas.objects import State
from prefect.exceptions import TerminationSignal
from prefect.futures import PrefectFuture
from prefect.states import Cancelled, Completed

from expectations.rules import Verdict
from flows.artifacts import Progress, leave_artifacts
from flows.conclude import end_run, report, write_pages
from flows.dead import mark_crashed
from flows.events import tell, troubled
from flows.inert import for_terminal
from flows.observer import Injected, Report, injected
from flows.parcel import Parcel
from flows.run import IngestRun, Reading
from flows.settings import Settings
from flows.sources import judge_sources, note_gaps
from flows.stages import (
    extract_task,
    fetch_task,
    import_task,
    judge_task,
    known_task,
    load_task,
    publish_task,
    validate_task,
)
from flows.taking import Taken
from tasks.moments import Batch, Item
from warehouse.runs import say

_WAIT_S = 600.0
_AHEAD = 3  # batches being read: the readers have work while one is judged and loaded


def carry_out(
    settings: Settings, take: Callable[[IngestRun], Taken], *, flow: str = "ingest", dry_run: bool = False
) -> State[Any]:
    """One run, from the writer's lock to what the Prefect UI shows of it.

    Args:
        settings: of the owner.
        take: decides what the run has to do.
        flow: its name in `runs`.
        dry_run: only say what would be done.

    Returns:
        The state of the flow run: its message is the run in a line, its name says whether there were alarms.

    Raises:
        Locked: another process is writing.
        RunFailed: the run's outcome is not what it must be; nothing was published.
    """
    began, given = time.monotonic(), injected()
    ident = str(runtime.flow_run.id or uuid.uuid4())
    with (
        noting_sigterm() as told,
        IngestRun(
            settings, given, run_id=ident, flow_run_id=runtime.flow_run.id, flow=flow, wait_s=patience_s()
        ) as run,
    ):
        mark_crashed(run.lost)
        progress = Progress.shown(run)
        try:
            taken = take(run)
            if dry_run:
                return _would(run, taken)
            _announce(run, taken)
            progress.expect(len(taken.plan.items) + len(taken.adopted) + len(taken.warcs))
            if taken.is_idle and not run.notes:
                return _nothing_due(run, given, began)
            _work(run, taken)
            run.troubled = troubled(run)
            run.load({"sources": judge_sources(run, taken.found)})
            if run.has_judged:
                judge_task(run)
            progress.update(100.0)
        except KeyboardInterrupt:
            run.cancel()
            end_run(run, cancelled=True)
            raise
        except BaseException as error:
            run.cancel()
            if told.is_set():
                totals = end_run(run, cancelled=True)
                said = f"cancelled; {totals['pending']} pages are left for the next run"
                _show_end(run, totals, began, said)
                return Cancelled(message=said)
            said = f"{type(error).__name__}: {error}"[:500]
            _show_end(run, end_run(run, failed=said), began, said)
            raise
        return _conclude(run, given, began)


def patience_s() -> float:
    """How long to wait for another run: what a schedule or the UI started waits; a terminal is told who is at work."""
    return _WAIT_S if runtime.deployment.id else 0.0


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


def _conclude(run: IngestRun, given: Injected, began: float) -> State[Any]:
    totals = end_run(run)
    publish_task(run)
    write_pages(run, totals)
    given.report = report(run, totals, began)
    for alarm in run.alarms:
        get_run_logger().warning("alarm: %s", for_terminal(alarm))
    _show(run, given.report)
    tell(run, given.report)
    name = "CompletedWithAlarms" if given.report.alarms else None
    return Completed(message=given.report.message, name=name)


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


def _nothing_due(run: IngestRun, given: Injected, began: float) -> State[Any]:
    """The end of a run that had nothing to do: books closed and told of, but nothing to publish or to show."""
    given.report = report(run, end_run(run), began)
    tell(run, given.report)
    return Completed(message="nothing due; remainder 0")


def _announce(run: IngestRun, taken: Taken) -> None:
    """Write into the ledger what this run has to account for, before any of it is worked on."""
    run.announce(taken.plan.items, taken.polls)
    note_gaps(run, taken.found)
    run.announce(taken.adopted)


def _would(run: IngestRun, taken: Taken) -> State[Any]:
    sites = {name: len(items) for name, items in _by_source(taken.plan.fetch).items()}
    said = ", ".join(f"{name} {count}" for name, count in sorted(sites.items())) or "none"
    later = sum(item.outcome is not None and item.outcome.outcome == "pending" for item in taken.plan.decided)
    message = f"dry run: {sum(sites.values())} pages would be fetched ({said}); {later} left for later"
    run.notes.append(message)
    totals = end_run(run)
    say(run.connection, run.run_id, message)
    injected().report = report(run, totals, time.monotonic(), message=message)
    return Completed(message=message, name="DryRun")


def _work(run: IngestRun, taken: Taken) -> None:
    """Fetch and import in the background; read, judge and load each batch as it comes."""
    run.observer.stage("fetch", total=len(taken.plan.fetch))
    producers: list[PrefectFuture[Any]] = [
        fetch_task.submit(name, Parcel(items), run) for name, items in _by_source(taken.plan.fetch).items()
    ]
    producers += [import_task.submit(name, run) for name in taken.warcs]
    if known := [*taken.plan.decided, *taken.adopted]:
        producers.append(known_task.submit(Parcel(known), run))
    with _closing(run, producers):
        reading: deque[Reading] = deque()
        ended = False
        while reading or not ended:
            while not ended and len(reading) < _AHEAD:
                batch = run.batches.get()
                ended = batch is None
                if batch is not None:
                    reading.append(_begin(run, batch))
            if reading:
                _finish(run, reading.popleft())
    for producer in producers:
        producer.result()


def _begin(run: IngestRun, batch: Batch) -> Reading:
    if any(item.link.via == "warc" for item in batch.items):
        run.announce([item for item in batch.items if item.link.via == "warc"])
    run.observer.stage("read", total=len(batch.captured))
    return run.begin_reading(batch)


def _finish(run: IngestRun, reading: Reading) -> None:
    number = reading.batch.number
    read = extract_task(number, Parcel(reading), run)
    run.observer.stage("read", done=len(reading.batch.captured))
    nothing: Parcel[Verdict | None] = Parcel(None)
    verdict = validate_task(number, read, run) if read.content.to_judge else nothing
    loaded = load_task(number, read, verdict, run)
    run.observer.stage("load", done=loaded)


def _by_source(items: list[Item]) -> dict[str, list[Item]]:
    """Items by source. Sources that share a site share its turns: the client keeps them for all of its callers."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.link.source, []).append(item)
    return groups


@contextlib.contextmanager
def _closing(run: IngestRun, producers: list[PrefectFuture[Any]]) -> Iterator[None]:
    """End the stream of batches when all producers have, come what may; stop them when the block fails."""
    wrong: list[BaseException] = []

    def close() -> None:
        try:
            for producer in producers:
                producer.wait()
            run.batcher.flush()
        except BaseException as error:
            wrong.append(error)
        finally:
            run.batches.put(None)

    closer = threading.Thread(target=close, name="close batches", daemon=True)
    closer.start()
    try:
        yield
    except BaseException:
        run.cancel()
        while closer.is_alive():  # let blocked producers out
            with contextlib.suppress(Exception):
                run.batches.get(timeout=0.1)
        raise
    closer.join()
    for error in wrong:
        raise error
