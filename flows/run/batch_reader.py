"""Reading a batch: its pages go to the extraction workers, and what comes back is decided on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from tasks.base.boilerplate import Recurrence
from tasks.base.items import Batch, ReadPage, TrackedLink, UnreadableItem
from tasks.decide.batches import ReadItem, decide_batch
from tasks.decide.known import KnownArticle
from tasks.decide.learned import learned_blocks
from tasks.extract.job import Learned, ReadJob
from tasks.extract.pool import ExtractPool, PagesCall
from tasks.extract.selectors import NONE, Selectors
from tasks.load.assemble import ReadBatch
from warehouse.records import Hints, Page, UnreadablePage

_LEARNED_S = 60.0  # what was learned of an outlet is asked for again after this; what is missed costs a second look


@dataclass(slots=True, kw_only=True)
class PendingBatch:
    """A batch whose pages are being read."""

    batch: Batch
    calls: list[PagesCall]


class BatchReader:
    """Reads the batches of one run; it remembers which articles the run has met.

    Args:
        archive: the folder of the archive's segments.
        connection: to the writer's file; what is known of an article is asked there.
        pool: the extraction workers.
        titles: display names of sources, by name.
        model: the spaCy model that the owner named, or None.
        selectors: of the sources that have some, by name.
        now: the clock.
    """

    def __init__(
        self,
        archive: Path,
        connection: duckdb.DuckDBPyConnection,
        pool: ExtractPool,
        *,
        titles: Mapping[str, str],
        model: str | None,
        selectors: Mapping[str, Selectors],
        now: Callable[[], datetime],
    ) -> None:
        self._archive, self._connection, self._pool = archive, connection, pool
        self._titles, self._model, self._selectors, self._now = titles, model, selectors, now
        self._in_run: dict[str, str] = {}
        self._learned: dict[str, tuple[float, dict[int, Recurrence]]] = {}

    def forget(self) -> None:
        """Another run begins: no article has been met in it."""
        self._in_run.clear()

    def begin(self, batch: Batch) -> PendingBatch:
        """Hand the pages of a batch to the extraction workers."""
        jobs = [self._job(item) for item in batch.captured if item.outcome is None]
        learned = Learned(blocks=self._blocks({job.source for job in jobs if job.is_new}), model=self._model)
        return PendingBatch(batch=batch, calls=self._pool.submit(jobs, learned))

    def finish(self, pending: PendingBatch) -> ReadBatch:
        """Wait for the pages, and decide on each that does not have to wait for another of them (`Read.later`)."""
        items = [item for item in pending.batch.captured if item.outcome is None]
        read = list(zip(items, self._pool.collect(pending.calls), strict=True))
        refused = tuple(UnreadableItem(item=i, refusal=p) for i, p in read if isinstance(p, UnreadablePage))
        pages = [(i, p) for i, p in read if isinstance(p, Page)]
        return self._decided(pending.batch, pages, refused)

    def finish_later(self, read: ReadBatch) -> ReadBatch:
        """Decide on the pages that had to wait, now that what they waited for is loaded."""
        items = tuple(item for item, _ in read.later)
        return self._decided(replace(read.batch, items=items), list(read.later), ())

    def _decided(self, batch: Batch, pages: Sequence[ReadItem], refused: tuple[UnreadableItem, ...]) -> ReadBatch:
        decided = decide_batch(
            pages, self._connection, reread=self._reread, in_run=self._in_run, selectors=self._selectors
        )
        waiting = {id(item) for item, _ in decided.later}
        batch = replace(batch, items=tuple(item for item in batch.items if id(item) not in waiting))
        found = ReadBatch(batch=batch, candidates=decided.candidates, refused=refused, later=decided.later)
        texts = [(c.page.text, c.page.language) for c in found.to_judge if c.derived is None]
        return replace(found, deriving=tuple(self._pool.derive(texts, self._model)))  # while the judge looks at them

    def _blocks(self, sources: set[str]) -> dict[str, dict[int, Recurrence]]:
        """The boilerplate of some outlets, as far as it is known before the pages at hand are loaded."""
        now = time.monotonic()
        old = {name for name in sources if now - self._learned.get(name, (-_LEARNED_S, {}))[0] >= _LEARNED_S}
        self._learned |= {name: (now, each) for name, each in learned_blocks(self._connection, old).items()}
        return {name: self._learned[name][1] for name in sources}

    def _job(self, item: TrackedLink) -> ReadJob:
        capture = item.capture
        assert capture is not None  # noqa: S101 - only captured items are read
        hints = Hints(
            fetched_at=capture.fetched_at,
            outlet=self._titles.get(item.link.source),
            feed_title=item.link.title,
            feed_published=item.link.published_raw,
            feed_updated=item.link.updated_raw,
            feed_author=item.link.author,
            feed_guid=item.link.guid,
            feed_description=item.link.description,
            feed_categories=item.link.categories,
            feed_enclosures=item.link.enclosures,
            feed_content=item.link.content,
            is_gone=capture.is_error,
            http_last_modified=capture.last_modified,
        )
        return ReadJob(
            archive=self._archive,
            warc_file=capture.warc_file,
            offset=capture.warc_offset,
            length=capture.warc_length,
            url=capture.url,
            hints=hints,
            source=item.link.source,
            selectors=self._selectors.get(item.link.source, NONE),
            is_new=item.seen is None or item.seen.article_id is None,
        )

    def _reread(self, known: Sequence[tuple[KnownArticle, str]]) -> list[ReadPage | UnreadablePage]:
        """Earlier captures through today's extractor, each as the pages of that source are read."""
        jobs = [
            ReadJob(
                archive=self._archive,
                warc_file=str(each.warc_file),
                offset=int(each.warc_offset or 0),
                length=int(each.warc_length or 0),
                url=each.capture_url or each.url,
                hints=Hints(fetched_at=each.fetched_at or self._now()),
                selectors=self._selectors.get(source, NONE),
            )
            for each, source in known
        ]
        return self._pool.collect(self._pool.submit(jobs))
