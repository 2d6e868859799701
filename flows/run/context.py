"""What one run holds open: the writer's lock and file, the client, the workers, the judge, the archive's segment.

Nothing here knows Prefect: `flows.run.managed` puts a run into a flow, and `flows.work` has runs without one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from queue import Queue
from types import TracebackType

import duckdb

from expectations.alarms import Review, Wrong
from expectations.judge import Judge
from flows.base.observer import Injected
from flows.base.settings import Settings, duration
from flows.run.batch_reader import BatchReader
from flows.run.recovery import Recovery
from tasks.archive.batching import Batcher
from tasks.archive.segments import SegmentWriter
from tasks.base.items import Batch, TrackedLink
from tasks.decide.lookups import domain_pauses
from tasks.extract.pool import ExtractPool
from tasks.fetch.client import Client
from tasks.load.rows import Table, discovery_row
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import schemas_of, write_package
from warehouse.runs import own_id, start_run
from warehouse.writing import writer_of

_QUEUE = 3  # batches that may wait to be read: more would only cost memory


class RunContext:
    """Everything that one run holds open. A plain class, so that Prefect does not look into it.

    Entering takes the writer's lock, recovers what a killed run left behind, and writes that the run has begun.

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
        self.raise_if_stopped: Callable[[], None] = lambda: None  # raises when the run was told to end
        self.alarms: list[str] = []
        self.notes: list[str] = []
        self.drifted: list[Wrong] = []  # measures of sources that are far from their own usual
        self.drift_judged: set[tuple[str, str]] = set()  # sources and measures that were looked at
        self.telling = Review((), (), ())  # whom to tell of what
        self.has_judged = False
        self.is_closed = False  # its books are
        self.batches: Queue[Batch | None] = Queue(_QUEUE)
        self._packages = 0
        self._exits = ExitStack()

    def __enter__(self) -> RunContext:
        with ExitStack() as exits:
            what = f"dateline {self.flow}"
            self.connection: duckdb.DuckDBPyConnection = exits.enter_context(
                writer_of(self.home, what=what, timeout_s=self._wait_s, on_wait=self._on_wait)
            )
            self.run_id = own_id(self.connection, self.run_id)
            self._schemas = schemas_of(self.connection)
            self._open_parts(exits)
            self.recovery.recover(self.now())
            start_run(self.connection, self.run_id, flow=self.flow, flow_run_id=self.flow_run_id, now=self.now())
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.cancel()
        self._exits.__exit__(*error)  # type: ignore[arg-type]  # passed on as it came

    def _open_parts(self, exits: ExitStack) -> None:
        policy = self.settings.policy()
        self.client = exits.enter_context(Client(policy, clock=lambda: self.now().timestamp()))
        for domain, until in domain_pauses(self.connection, self.now()).items():
            seconds = (until - self.now()).total_seconds()
            self.client.politeness.pause(domain, min(seconds, policy.max_retry_after_s))  # the clock may be set back
        self.judge = exits.enter_context(open_judge(self._given))
        self.pool = exits.enter_context(open_pool(self._given, self.settings))
        self.writer = SegmentWriter(
            self.home.archive,
            now=self.now,
            user_agent=policy.user_agent,
            agent_of=policy.agent_of,
            run_id=self.run_id,
        )
        self.batcher = Batcher(self.writer, size=self.settings.extract.batch, emit=self.batches.put)
        self.batcher.on_first_page = self.judge.warm
        self.recovery = Recovery(home=self.home, connection=self.connection, notes=self.notes, alarms=self.alarms)
        self.reader = BatchReader(
            self.home.archive, self.connection, self.pool,
            titles=self.titles, model=self.settings.extract.spacy_model, selectors=self.settings.selectors,
            now=self.now,
        )  # fmt: skip

    def cancel(self) -> None:
        """Let whatever is being asked for or read end now; what is not done is left pending."""
        self.cancelled.set()
        self.client.cancel()

    def begin_again(self, run_id: str) -> None:
        """Go on under the id of an earlier run, to do it again as it was."""
        self.run_id = run_id
        self.reader.forget()
        start_run(self.connection, run_id, flow="ingest", flow_run_id=None, now=self.now())

    def save_pauses(self) -> None:
        """Write down which sites asked for a pause: the next runs must keep it too."""
        pauses = self.client.politeness.pauses()
        rows = [
            {"domain": domain, "paused_until": datetime.fromtimestamp(until, UTC), "noted_at": self.now()}
            for domain, until in pauses.items()
        ]
        self.load({"domain_pauses": rows})

    def record_discoveries(self, items: Iterable[TrackedLink], extra: Mapping[str, Table] | None = None) -> None:
        """Write down what this run has to account for, before any of it is worked on: the ledger's left side."""
        rows = [discovery_row(item, self.run_id, self.now()) for item in items]
        self.load({"discoveries": rows, **(extra or {})})

    def load(self, tables: Mapping[str, Table]) -> None:
        """Stage rows as a package and load it."""
        if not any(len(rows) for rows in tables.values()):
            return
        self._packages += 1
        name = f"{self.now():%Y%m%dT%H%M%S}-{self.run_id}-{self._packages:05d}"
        folder = write_package(self.home.staging, name, self.run_id, tables, self._schemas)
        load_package(self.connection, folder)

    @property
    def titles(self) -> dict[str, str]:
        """The sources' display names."""
        return {s.name: s.title for s in self.settings.all_sources if s.title}


def open_judge(given: Injected) -> AbstractContextManager[Judge]:
    """The judge that was given, which stays, or one that ends with the block."""
    return nullcontext(given.judge) if given.judge else Judge()


def open_pool(given: Injected, settings: Settings) -> AbstractContextManager[ExtractPool]:
    """The readers that were given, which stay, or some that end with the block."""
    return nullcontext(given.pool) if given.pool else new_pool(settings)


def new_pool(settings: Settings) -> ExtractPool:
    """A pool of extraction workers as the owner wants it."""
    timeout = duration(settings.extract.page_timeout).total_seconds()
    return ExtractPool(settings.extract.workers, page_timeout_s=timeout)
