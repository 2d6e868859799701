"""One ingest run: the books it keeps, the parts it works with, and what it does with a batch.

The methods are what the Prefect tasks of flows/ingest.py call; nothing here knows Prefect.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Queue
from types import TracebackType
from typing import Any

import duckdb

from expectations import articles as suite
from expectations.facts import COLUMNS
from expectations.judge import Judge
from expectations.rules import Verdict
from flows.base.errors import RunFailed
from flows.base.observer import Injected
from flows.base.settings import Settings, duration
from tasks.archive.adopting import orphans
from tasks.archive.batching import Batcher
from tasks.archive.salvage import salvage
from tasks.archive.segments import SegmentWriter
from tasks.base.items import Batch, Item, Refused
from tasks.decide.batches import decide_batch
from tasks.decide.decide import KnownArticle
from tasks.decide.lookups import frontier, loaded_captures, same_text, segments
from tasks.extract.job import ReadJob
from tasks.extract.page import EXTRACTOR
from tasks.extract.pool import ExtractPool
from tasks.fetch.client import Client
from tasks.load.assemble import Package, Read, assemble, to_facts
from tasks.load.rows import Tables, discovery_row
from warehouse.connection import open_writer
from warehouse.errors import BadPackage
from warehouse.home import Home
from warehouse.loader import is_loaded, load_package
from warehouse.lock import writer_lock
from warehouse.packages import read_manifest, set_aside, staged, write_package
from warehouse.records import Hints, Page, Refusal
from warehouse.runs import has_ended, own_id, reconcile, start_run

_QUEUE = 3  # batches that may wait to be read: more would only cost memory


@dataclass(slots=True, kw_only=True)
class Reading:
    """A batch whose pages are being read."""

    batch: Batch
    futures: list[Any]


class IngestRun:
    """Everything that one run holds open. A plain class, so that Prefect does not look into it.

    Entering takes the writer's lock, settles what a killed run left behind, and writes that the run has begun.

    Raises:
        Locked: another run, or another program, is writing, and goes on for `wait_s` seconds.
    """

    def __init__(
        self,
        settings: Settings,
        given: Injected,
        *,
        run_id: str,
        flow_run_id: str | None,
        flow: str = "ingest",
        wait_s: float = 0.0,
        on_wait: Callable[[str], None] | None = None,
        home: Home | None = None,
    ) -> None:
        self.settings, self.run_id, self.flow_run_id = settings, run_id, flow_run_id
        self.flow, self._wait_s, self._on_wait = flow, wait_s, on_wait
        self.now, self.observer, self._given = given.now, given.observer, given
        self.home = (home or settings.folder).prepare()
        self.cancelled = threading.Event()
        self.go_on: Callable[[], None] = lambda: None  # raises when the run was told to end
        self.alarms: list[str] = []
        self.notes: list[str] = []
        self.lost: list[str] = []  # flow runs that had died
        self.troubled: set[str] = set()  # sources that were silent or failing before this run
        self.has_judged = False
        self.batches: Queue[Batch | None] = Queue(_QUEUE)
        self._in_run: dict[str, str] = {}
        self._packages = 0
        self._exits = ExitStack()

    def __enter__(self) -> IngestRun:
        with ExitStack() as exits:
            what = f"dateline {self.flow}"
            exits.enter_context(writer_lock(self.home.lock, what=what, timeout_s=self._wait_s, on_wait=self._on_wait))
            self.connection: duckdb.DuckDBPyConnection = exits.enter_context(open_writer(self.home.work))
            self.run_id = own_id(self.connection, self.run_id)
            self._open_parts(exits)
            self.settle()
            start_run(self.connection, self.run_id, flow=self.flow, flow_run_id=self.flow_run_id, now=self.now())
            self._exits = exits.pop_all()
        return self

    def cancel(self) -> None:
        """Let whatever is being asked for or read end now; what is not done is left pending."""
        self.cancelled.set()
        self.client.cancel()

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.cancel()
        self._exits.__exit__(*error)  # type: ignore[arg-type]  # passed on as it came

    def _open_parts(self, exits: ExitStack) -> None:
        policy = self.settings.fetch.policy()
        self.client = exits.enter_context(Client(policy, clock=lambda: self.now().timestamp()))
        self.judge = self._given.judge or exits.enter_context(Judge())
        self.pool = self._given.pool or exits.enter_context(new_pool(self.settings))
        self.writer = SegmentWriter(self.home.archive, now=self.now, user_agent=policy.user_agent, run_id=self.run_id)
        self.batcher = Batcher(self.writer, size=self.settings.extract.batch, emit=self.batches.put)
        self.batcher.on_first_page = self.judge.warm

    def settle(self) -> None:
        """Take over what a killed run left: its segments, its packages, its books; `notes` say what was done."""
        self.notes += [str(salvaged) for salvaged in salvage(self.home.archive, now=self.now())]
        self.load_staged()
        for lost in reconcile(self.connection, now=self.now()):
            self.lost += [lost["flow_run_id"]] if lost["flow_run_id"] else []
            self.notes.append(f"run {lost['run_id']} had died; {lost['pending']} of its URLs are pending")

    def load_staged(self) -> None:
        """Load the packages that are staged and not loaded."""
        for folder in staged(self.home.staging):
            self._load_staged(folder)

    def _load_staged(self, folder: Path) -> None:
        """Load an earlier run's package; one that cannot be loaded must not stop this run and all that follow."""
        try:
            known = is_loaded(self.connection, folder.name)
            if not known and has_ended(self.connection, read_manifest(folder)["run_id"]):
                shutil.rmtree(folder)  # its pages are pending in that run's books, and wait in the archive
                self.notes.append(f"package {folder.name} of a run that had ended was left out")
                return
            fresh = load_package(self.connection, folder)
        except BadPackage as error:
            self.alarms.append(f"{error}. It lies in {set_aside(folder)}; its pages are read again from the archive")
        else:
            loaded = "loaded" if fresh else "was loaded already"
            self.notes.append(f"package {folder.name} of an earlier run {loaded}")

    def adopt(self, sources: Mapping[str, str]) -> list[Item]:
        """Captures that reached the archive and not the warehouse, to be read in this run instead of fetched again.

        Args:
            sources: registrable domain to name of the configured sources.
        """
        found: list[Item] = []
        loaded = lambda idents: loaded_captures(self.connection, idents)  # noqa: E731
        for orphan in orphans(self.home.archive, segments(self.connection), loaded=loaded, sources=sources):
            self.notes.append(str(orphan))
            found += orphan.items
        seen = frontier(self.connection, [item.url_id for item in found], [], now=self.now())
        return [replace(item, seen=seen.get(item.url_id)) for item in found]

    def begin_again(self, run_id: str) -> None:
        """Go on under the id of an earlier run, to do it again as it was."""
        self.run_id = run_id
        self._in_run.clear()
        start_run(self.connection, run_id, flow="ingest", flow_run_id=None, now=self.now())

    # -- the ledger's left side -------------------------------------------------------------------

    def announce(self, items: Iterable[Item], extra: Tables | None = None) -> None:
        """Write down what this run has to account for, before any of it is worked on."""
        rows = [discovery_row(item, self.run_id, self.now()) for item in items]
        self.load({"discoveries": rows, **(extra or {})})

    # -- a batch ---------------------------------------------------------------------------------

    def begin_reading(self, batch: Batch) -> Reading:
        """Hand the pages of a batch to the extraction workers."""
        jobs = [self._job(item) for item in batch.captured if item.outcome is None]
        return Reading(batch=batch, futures=self.pool.submit(jobs))

    def finish_reading(self, reading: Reading) -> Read:
        """Wait for the pages, and decide on each."""
        items = [item for item in reading.batch.captured if item.outcome is None]
        read = list(zip(items, self.pool.collect(reading.futures), strict=True))
        refused = tuple(Refused(item=i, refusal=p) for i, p in read if isinstance(p, Refusal))
        pages = [(i, p) for i, p in read if isinstance(p, Page)]
        candidates = decide_batch(pages, self.connection, reread=self._reread, in_run=self._in_run)
        found = Read(batch=reading.batch, candidates=tuple(candidates), refused=refused)
        model = self.settings.extract.spacy_model
        texts = [(c.page.text, c.page.language, model) for c in found.to_judge]
        return replace(found, deriving=tuple(self.pool.derive(texts)))  # while the judge looks at them

    def _job(self, item: Item) -> ReadJob:
        capture = item.capture
        assert capture is not None  # noqa: S101 - only captured items are read
        return ReadJob(
            archive=self.home.archive,
            warc_file=capture.warc_file,
            offset=capture.warc_offset,
            length=capture.warc_length,
            url=capture.url,
            hints=Hints(
                fetched_at=capture.fetched_at,
                outlet=self.titles.get(item.link.source),
                feed_title=item.link.title,
                feed_published=item.link.published_raw,
                feed_updated=item.link.updated_raw,
                feed_author=item.link.author,
                http_last_modified=capture.last_modified,
            ),
        )

    def _reread(self, known: Sequence[KnownArticle]) -> list[Page | Refusal]:
        """Earlier captures through today's extractor."""
        jobs = [
            ReadJob(
                archive=self.home.archive,
                warc_file=str(each.warc_file),
                offset=int(each.warc_offset or 0),
                length=int(each.warc_length or 0),
                url=each.capture_url or each.url,
                hints=Hints(fetched_at=each.fetched_at or self.now()),
            )
            for each in known
        ]
        return self.pool.collect(self.pool.submit(jobs))

    def validate(self, read: Read) -> Verdict | None:
        """Judge the rows that would be loaded; None when there are none.

        Raises:
            RunFailed: the batch as a whole is not what it must be.
            EngineError: an expectation could not be evaluated.
        """
        if not read.to_judge:
            return None
        self.has_judged = True
        copies = same_text(self.connection, read.to_judge)
        facts = to_facts(read, self.titles, now=self.now(), same_text=copies)
        verdict = self.judge.validate(facts, COLUMNS, suite.RULES, suite.SUITE)
        if verdict.failed_batch:
            names = ", ".join(c.expectation for c in verdict.failed_batch)
            raise RunFailed(f"batch {read.batch.number} fails {names}; nothing of it was loaded, its URLs are pending")
        return verdict

    def assemble(self, read: Read, verdict: Verdict | None) -> Package:
        """The rows of a batch."""
        return assemble(
            read,
            verdict,
            run_id=self.run_id,
            extractor=EXTRACTOR,
            now=self.now(),
            looks=self.settings.refetch.waits,
            derived=self.pool.derived(read.deriving),
        )

    def load(self, tables: Tables) -> None:
        """Stage rows as a package and load it."""
        if not any(tables.values()):
            return
        self._packages += 1
        name = f"{self.now():%Y%m%dT%H%M%S}-{self.run_id}-{self._packages:05d}"
        folder = write_package(self.home.staging, name, self.run_id, tables)
        load_package(self.connection, folder)

    @property
    def titles(self) -> dict[str, str]:
        """The sources' display names."""
        return {s.name: s.title for s in self.settings.source if s.title}


def new_pool(settings: Settings) -> ExtractPool:
    """A pool of extraction workers as the owner wants it."""
    timeout = duration(settings.extract.page_timeout).total_seconds()
    return ExtractPool(settings.extract.workers, page_timeout_s=timeout)
