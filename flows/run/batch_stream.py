"""The stream of batches: pages are fetched and imported in the background, and read ahead of what is being loaded."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any

from prefect.futures import PrefectFuture

from flows.run.batch_reader import PendingBatch
from flows.run.context import RunContext
from flows.run.opaque import Opaque
from flows.run.planning import RunPlan
from flows.run.stages import fetch_task, import_task, known_task
from tasks.base.items import Batch, TrackedLink

_AHEAD = 3  # batches being read: the workers have pages while one batch is judged and loaded


@contextlib.contextmanager
def fetched_batches(run: RunContext, planned: RunPlan) -> Iterator[Iterator[PendingBatch]]:
    """Fetch, import and pass on what is planned, in the background; gives the batches whose pages are being read.

    Raises:
        Exception: what a source's fetching or a file's import raised, when all batches that came have been dealt with.
    """
    producers = _start(run, planned)
    with _closing(run, producers):
        yield _read_ahead(run)
    for producer in producers:
        producer.result()


def by_source(items: Sequence[TrackedLink]) -> dict[str, list[TrackedLink]]:
    """Items by source. Sources that share a site share its turns: the client keeps them for all of its callers."""
    groups: dict[str, list[TrackedLink]] = {}
    for item in items:
        groups.setdefault(item.link.source, []).append(item)
    return groups


def _start(run: RunContext, planned: RunPlan) -> list[PrefectFuture[Any]]:
    run.observer.stage("fetch", total=len(planned.links.fetch))
    producers: list[PrefectFuture[Any]] = [
        fetch_task.submit(name, Opaque(items), run) for name, items in by_source(planned.links.fetch).items()
    ]
    producers += [import_task.submit(name, run) for name in planned.warcs]
    if known := [*planned.links.decided, *planned.adopted]:
        producers.append(known_task.submit(Opaque(known), run))
    return producers


def _read_ahead(run: RunContext) -> Iterator[PendingBatch]:
    """Batches in the order in which they came, while the next ones are being read already."""
    reading: deque[PendingBatch] = deque()
    ended = False
    while reading or not ended:
        run.raise_if_stopped()
        while not ended and len(reading) < _AHEAD:
            batch = run.batches.get()
            ended = batch is None
            if batch is not None:
                reading.append(_begin(run, batch))
        if reading:
            yield reading.popleft()


def _begin(run: RunContext, batch: Batch) -> PendingBatch:
    if imported := [item for item in batch.items if item.link.brings_own_page]:
        run.record_discoveries(imported)
    run.observer.stage("read", total=len(batch.captured))
    return run.reader.begin(batch)


@contextlib.contextmanager
def _closing(run: RunContext, producers: list[PrefectFuture[Any]]) -> Iterator[None]:
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
