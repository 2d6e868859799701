"""At most one request at a time to a registrable domain, and a rest between two that grows with how hard it has to
work.

The rest counts from the moment the answer began, so that the server sees at least the promised time between two
requests whatever the network does; downloading the body is part of it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tasks.fetch.policy import FetchPolicy

_LATENCY_SHARE = (
    2.0  # rest twice as long as the server took to answer: it is idle two thirds of the time, as far as we go
)
_SMOOTHING = 0.3  # of the moving average of latency: about the last five answers


@dataclass(slots=True)
class _Domain:
    lock: threading.Lock = field(default_factory=threading.Lock)
    ready_at: float = 0.0
    paused_until: float = 0.0
    crawl_delay: float = 0.0
    latency: float = 0.0
    penalty: float = 0.0


class Politeness:
    """What is owed to each domain; thread-safe. `clock` is in seconds, `sleep` takes seconds."""

    def __init__(self, policy: FetchPolicy, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._policy = policy
        self._clock = clock
        self._sleep = sleep
        self._domains: dict[str, _Domain] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, domain: str) -> Iterator[None]:
        """Waits until a request to `domain` is in order; nobody else makes one meanwhile."""
        state = self._state(domain)
        with state.lock:
            # Never more than the delay itself: a clock that was set back by hours would have us wait for hours.
            wait = min(state.ready_at - self._clock(), self.delay(domain))
            if wait > 0:
                self._sleep(wait)
            yield

    def answered(self, domain: str, latency_s: float, overloaded: bool = False) -> None:
        """The server's answer began now, `latency_s` after the request; `overloaded`: 429 or 5xx."""
        state = self._state(domain)
        state.latency += _SMOOTHING * (latency_s - state.latency)
        state.penalty = max(1.0, 2 * state.penalty) if overloaded else state.penalty / 2
        state.ready_at = self._clock() + self.delay(domain)

    def delay(self, domain: str) -> float:
        """Seconds between two requests to `domain`, as of now."""
        state, policy = self._state(domain), self._policy
        adaptive = min(policy.max_delay_s, _LATENCY_SHARE * state.latency + state.penalty)
        wanted = policy.domain_delays.get(domain, 0.0)
        return max(policy.delay_s, wanted, min(policy.max_crawl_delay_s, state.crawl_delay), adaptive)

    def ready_at(self, domain: str) -> float:
        """The time of `clock` at which the next request to `domain` is in order."""
        return self._state(domain).ready_at

    def wants(self, domain: str, crawl_delay_s: float) -> None:
        """A robots.txt of the domain asks for this delay."""
        state = self._state(domain)
        state.crawl_delay = max(state.crawl_delay, crawl_delay_s)

    def pause(self, domain: str, seconds: float) -> None:
        """No request to the domain for `seconds` (Retry-After)."""
        state = self._state(domain)
        state.paused_until = max(state.paused_until, self._clock() + seconds)

    def paused_for(self, domain: str) -> float:
        """Seconds for which the domain is still paused, 0 when it is not."""
        return max(0.0, self._state(domain).paused_until - self._clock())

    def pauses(self) -> dict[str, float]:
        """The domains that are paused, and until when (of `clock`)."""
        with self._lock:
            known = list(self._domains.items())
        return {domain: state.paused_until for domain, state in known if state.paused_until > self._clock()}

    def _state(self, domain: str) -> _Domain:
        with self._lock:
            return self._domains.setdefault(domain, _Domain())
