"""Many pages, politely: domains in parallel, one request at a time to each, and exactly one result per job.

    jobs | queue per domain | the domain whose turn it is | worker thread | on_result, in the calling thread

A domain that rests between two requests holds no slot, and neither does a request that has been under way for SLOW_S:
so hosts that hang or drip cost the others nothing. After `policy.host_failures` network failures in a row the rest of
a host's jobs are left for the next run; so is what a slow domain (a crawl-delay of a minute) has not given in
`policy.slow_budget_s`, for the others' pages wait for the end of the run.
"""

import heapq
import logging
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.base.urls import InvalidUrl, host_of, registrable_domain
from tasks.fetch.client import Client
from warehouse.records import Fetched, Link

SLOW_S = 2.0  # a request older than this no longer counts against policy.max_hosts …
_SLOW_FACTOR = 4  # … but never are there more than this many times max_hosts
_TICK_S = 0.25  # how often cancellation, deadline and slow requests are looked at
_NETWORK = frozenset(("timeout", "deadline", "connect", "dns", "tls", "reset"))

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchJob:
    """One page to get, with the validators of its last capture."""

    link: Link
    etag: str | None = None
    last_modified: str | None = None


OnResult = Callable[[FetchJob, Fetched], None]


_BEGAN = time.time() - time.monotonic()


def steady() -> float:
    """Epoch seconds that go on evenly when the machine's clock is set: turns and deadlines are reckoned by it."""
    return _BEGAN + time.monotonic()


def crawl(
    jobs: Iterable[FetchJob],
    client: Client,
    *,
    on_result: OnResult,
    cancelled: threading.Event | None = None,
    clock: Callable[[], float] = steady,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Gets every job once and hands each result to `on_result`, one at a time and in this thread.

    What cannot be had in `policy.run_deadline_s`, after `cancelled` is set, or from a domain that asked for a pause
    comes back as `pending` (error run_deadline, cancelled, paused, slow_domain or host_unresponsive). `clock` must be
    the client's.
    """
    _Crawl(jobs, client, on_result, cancelled or threading.Event(), clock, sleep).run()


class _Crawl:
    """The state of one crawl; only the calling thread touches it."""

    def __init__(
        self,
        jobs: Iterable[FetchJob],
        client: Client,
        on_result: OnResult,
        cancelled: threading.Event,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._client, self._policy = client, client.policy
        self._on_result, self._cancelled = on_result, cancelled
        self._clock, self._sleep = clock, sleep
        self._queues: dict[str, deque[FetchJob]] = {}
        self._turns: list[tuple[float, int, str]] = []  # heap: when, in order of arrival, domain
        self._under_way: dict[str, float] = {}  # domain -> since
        self._done: queue.SimpleQueue[tuple[str, FetchJob, Fetched | None]] = queue.SimpleQueue()
        self._failures: Counter[str] = Counter()
        self._order = 0
        limit = client.policy.run_deadline_s
        self._until = clock() + limit if limit is not None else None
        self._slow_until = clock() + self._policy.slow_budget_s
        for job in jobs:
            self._enqueue(job)

    def run(self) -> None:
        """Until every job has its result."""
        workers = self._policy.max_hosts * _SLOW_FACTOR
        with ThreadPoolExecutor(workers, thread_name_prefix="fetch") as pool:
            while self._queues or self._under_way:
                self._give_up_if_due()
                self._launch(pool, workers)
                self._collect()

    def _enqueue(self, job: FetchJob) -> None:
        try:
            domain = registrable_domain(job.link.url)
        except InvalidUrl:
            self._on_result(job, _undone(job, "bad_url", "failed", self._clock()))
            return
        if domain not in self._queues:
            self._queues[domain] = deque()
            self._plan(domain)
        self._queues[domain].append(job)

    def _plan(self, domain: str) -> None:
        self._order += 1
        heapq.heappush(self._turns, (self._client.politeness.ready_at(domain), self._order, domain))

    def _launch(self, pool: ThreadPoolExecutor, workers: int) -> None:
        """Starts a request for every domain whose turn has come, as far as there are slots."""
        now = self._clock()
        while self._turns and self._turns[0][0] <= now and self._has_slot(now, workers):
            domain = heapq.heappop(self._turns)[2]
            if domain in self._queues:
                self._under_way[domain] = now
                pool.submit(self._work, domain, self._queues[domain].popleft())

    def _has_slot(self, now: float, workers: int) -> bool:
        fresh = sum(now - since < SLOW_S for since in self._under_way.values())
        return fresh < self._policy.max_hosts and len(self._under_way) < workers

    def _work(self, domain: str, job: FetchJob) -> None:
        """In a worker thread: one request, of robots.txt if that is not known, else of the page."""
        fetched: Fetched | None
        try:
            asked = self._client.prepare(job.link.url)
            fetched = None if asked else self._client.get(job.link.url, etag=job.etag, last_modified=job.last_modified)
        except Exception:
            log.exception("fetching %s failed in a way that it should not", job.link.url)
            fetched = _undone(job, "internal_error", "failed", self._clock())
        self._done.put((domain, job, fetched))

    def _collect(self) -> None:
        """Waits for something to happen and takes in all that did."""
        wait = self._idle_seconds()
        if not self._under_way:
            if wait > 0:
                self._sleep(wait)
            return
        try:
            done = self._done.get(timeout=max(wait, 0.001))
            while True:
                self._take(*done)
                done = self._done.get_nowait()
        except queue.Empty:
            return

    def _idle_seconds(self) -> float:
        now = self._clock()
        next_turn = (
            self._turns[0][0] - now if self._turns and self._has_slot(now, len(self._under_way) + 1) else _TICK_S
        )
        return min(_TICK_S, max(0.0, next_turn))

    def _take(self, domain: str, job: FetchJob, fetched: Fetched | None) -> None:
        del self._under_way[domain]
        jobs = self._queues.get(domain)
        if fetched is None:
            if jobs is None:  # given up meanwhile
                self._report(job, "cancelled" if self._cancelled.is_set() else "run_deadline")
                return
            jobs.appendleft(job)
        else:
            self._on_result(job, fetched)
            self._learn(domain, job, fetched)
        self._go_on(domain)

    def _go_on(self, domain: str) -> None:
        if self._queues.get(domain):
            self._plan(domain)
        else:
            self._queues.pop(domain, None)

    def _learn(self, domain: str, job: FetchJob, fetched: Fetched) -> None:
        """What the result says about the domain's other jobs."""
        paused = self._client.politeness.paused_for(domain)
        if paused > 0:
            self._leave(domain, "paused", paused)
        delay = self._client.politeness.delay(domain)
        if delay >= self._policy.slow_delay_s and self._clock() + delay > self._slow_until:
            self._leave(domain, "slow_domain")
        host = host_of(job.link.url)
        self._failures[host] = self._failures[host] + 1 if fetched.error in _NETWORK else 0
        if self._failures[host] >= self._policy.host_failures:
            self._leave(domain, "host_unresponsive", None, host)

    def _leave(self, domain: str, why: str, retry_after_s: float | None = None, host: str | None = None) -> None:
        """The domain's (or one host's) remaining jobs come back as pending."""
        jobs = self._queues.get(domain, deque())
        for _ in range(len(jobs)):
            job = jobs.popleft()
            if host is None or host_of(job.link.url) == host:
                self._report(job, why, retry_after_s)
            else:
                jobs.append(job)

    def _give_up_if_due(self) -> None:
        over = self._until is not None and self._clock() >= self._until
        if not over and not self._cancelled.is_set():
            return
        for domain in list(self._queues):
            self._leave(domain, "cancelled" if self._cancelled.is_set() else "run_deadline")
            del self._queues[domain]
        self._turns.clear()

    def _report(self, job: FetchJob, why: str, retry_after_s: float | None = None) -> None:
        self._on_result(job, _undone(job, why, "pending", self._clock(), retry_after_s))


def _undone(job: FetchJob, why: str, outcome: str, now: float, retry_after_s: float | None = None) -> Fetched:
    return Fetched(
        url=job.link.url,
        started_at=datetime.fromtimestamp(now, UTC),
        elapsed_ms=0,
        outcome=outcome,
        error=why,
        retry_after_s=retry_after_s,
    )
