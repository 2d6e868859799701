"""Asking an outlet that is not ours yet: a bounded number of requests in a bounded time, and nothing twice."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import ada_url

from tasks.base.urls import registrable_domain
from tasks.fetch.client import Client
from warehouse.records import Fetched

MAX_REQUESTS = 30  # to find one outlet, robots.txt and redirects included
MAX_SECONDS = 120.0  # at one polite request a second, and answers that take a second, twice what 30 requests need


@dataclass(slots=True)
class Asker:
    """GETs through the client until the budget is used up."""

    client: Client
    max_requests: int = MAX_REQUESTS
    max_seconds: float = MAX_SECONDS
    clock: Callable[[], float] = time.monotonic  # seconds
    watch: Callable[[str], None] = lambda _: None  # is told each address before it is asked for
    requests: int = 0
    over: str | None = None  # why nothing more is asked for
    _origins: set[str] = field(default_factory=set)
    _began: float = field(default=0.0)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def seconds(self) -> float:
        """Since the first question could have been asked."""
        return self.clock() - self._began

    def get(self, url: str, *, accept: str) -> Fetched | None:
        """The answer; None when the budget does not allow the question, and `over` then says why."""
        if not self._may_ask(url):
            return None
        self.watch(url)
        fetched = self.client.get(url, accept=accept)
        self.requests += self._cost(fetched)
        return fetched

    def sitemaps_of(self, url: str) -> tuple[str, ...]:
        """The Sitemap lines of the robots.txt of the address' host, which is asked for unless it is known."""
        if not self.client.robots.known(url):
            if not self._may_ask(url):
                return ()
            self.client.robots.permission(url)
            self.requests += 1
            self._origins.add(ada_url.URL(url).origin)
        return self.client.robots.sitemaps(url)

    def _may_ask(self, url: str) -> bool:
        waiting = self.client.politeness.delay(registrable_domain(url))
        if self.requests >= self.max_requests:
            self.over = f"stopped after {self.requests} requests"
        elif self.seconds + waiting > self.max_seconds:
            self.over = f"stopped after {self.seconds:.0f} s"
        return self.over is None

    def _cost(self, fetched: Fetched) -> int:
        """Requests made: the page, its redirects, and a robots.txt for each host that is new to us."""
        if fetched.error == "paused" and not fetched.hops:
            return 0
        obeyed = self.client.policy.respect_robots
        visited = {ada_url.URL(url).origin for url in (fetched.url, *fetched.hops, fetched.final_url or fetched.url)}
        robots = len(visited - self._origins) if obeyed else 0
        self._origins |= visited
        return robots + len(fetched.hops) + (fetched.outcome != "skipped")
