"""Carrying a run out: what it has taken on is fetched, read, judged and loaded, batch by batch."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed

from expectations.rules import Verdict
from flows.base.observer import injected
from flows.base.settings import Settings
from flows.run.closing import end_run, report
from flows.run.context import IngestRun, Reading
from flows.run.managed import concluded, framed
from flows.run.opaque import Parcel
from flows.run.planning import Taken
from flows.run.sources import judge_sources, note_gaps
from flows.run.stages import extract_task, fetch_task, import_task, known_task, load_task, validate_task
from flows.ui.artifacts import Progress
from flows.ui.events import troubled
from tasks.base.items import Batch, Item
from warehouse.runs import say

_AHEAD = 3  # batches being read: the readers have work while one is judged and loaded


def carry_out(
    settings: Settings, take: Callable[[IngestRun], Taken], *, flow: str = "ingest", dry_run: bool = False
) -> State[Any]:
    """A run that takes pages on: see `framed` for what it returns and raises.

    Args:
        settings: of the owner.
        take: decides what the run has to do.
        flow: its name in `runs`.
        dry_run: only say what would be done.
    """
    return framed(settings, lambda run, progress: _carry(run, progress, take, dry_run=dry_run), flow=flow)


def _carry(
    run: IngestRun, progress: Progress, take: Callable[[IngestRun], Taken], *, dry_run: bool
) -> State[Any] | None:
    taken = take(run)
    if dry_run:
        return _would(run, taken)
    _announce(run, taken)
    progress.expect(len(taken.plan.items) + len(taken.adopted) + len(taken.warcs))
    if taken.is_idle and not run.notes:
        return _nothing_due(run)
    _work(run, taken)
    run.troubled = troubled(run)
    run.load({"sources": judge_sources(run, taken.found)})
    return None


def _nothing_due(run: IngestRun) -> State[Any]:
    """The end of a run that had nothing to do: books closed and told of, but nothing to publish or to show."""
    injected().report = found = report(run, end_run(run), time.monotonic())
    return concluded(run, found, found.message.replace("nothing new", "nothing due"))


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
            run.go_on()
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
