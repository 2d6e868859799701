"""May we fetch this? One robots.txt per origin, kept for a day, asked for once at a time (RFC 9309 section 2.3)."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

import ada_url

from tasks.fetch.policy import FetchPolicy
from tasks.fetch.robots_rules import RobotsFile, parse_robots
from warehouse.records import Fetched

_EVERYTHING = parse_robots(b"")
_MAX_ORIGINS = 10_000  # some kilobytes each
_SURE = (
    "dns",
    "connect",
    "tls",
    "blocked_address",
    "bad_url",
)  # the page would fail in the same way: it says so itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Whether a URL may be fetched: `rule` is the line of robots.txt that decided, `pending` that nobody could say yet.

    `error` is set with `pending` (robots_unreachable) or when the host itself cannot be reached, then alone.
    """

    allowed: bool
    rule: str | None = None
    pending: bool = False
    crawl_delay: float | None = None
    error: str | None = None
    retry_after_s: float | None = None


@dataclass(slots=True)
class _Entry:
    """What is known of one origin's robots.txt; `rules` survive an unreachable robots.txt (section 2.3.1.4)."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: RobotsFile | None = None
    trouble: Permission | None = None
    good_until: float = float("-inf")


class Robots:
    """Decisions for the user agent of each host. `fetch_one` gets a robots.txt and may be called by many threads."""

    def __init__(
        self, fetch_one: Callable[[str], Fetched], clock: Callable[[], float], policy: FetchPolicy | None = None
    ) -> None:
        self._fetch_one = fetch_one
        self._clock = clock
        self._policy = policy or FetchPolicy()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, url: str) -> bool:
        """Whether `permission(url)` needs no request."""
        return self._clock() < self._entry(_origin(url)).good_until

    def permission(self, url: str, fetch_one: Callable[[str], Fetched] | None = None) -> Permission:
        """Whether we may fetch `url`; asks for robots.txt (through `fetch_one`, if given) when it is not known."""
        origin = _origin(url)
        entry = self._entry(origin)
        with entry.lock:
            if self._clock() >= entry.good_until:
                self._refresh(entry, (fetch_one or self._fetch_one)(f"{origin}/robots.txt"))
        if entry.rules is None:
            return entry.trouble or Permission(allowed=False, pending=True, error="robots_unreachable")
        return self._by_rules(entry.rules, url)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that the robots.txt of the origin names, as written; ask permission() first."""
        rules = self._entry(_origin(url)).rules
        return rules.sitemaps if rules else ()

    def _by_rules(self, rules: RobotsFile, url: str) -> Permission:
        agent = self._policy.robots_agent_of(url)
        rule = rules.rule_for(agent, url)
        return Permission(
            allowed=rule is None or rule.allow,
            rule=rule.written if rule else None,
            crawl_delay=rules.crawl_delay(agent),
        )

    def _refresh(self, entry: _Entry, answer: Fetched) -> None:
        rules = _rules_of(answer)
        lifetime = self._policy.robots_ttl_s if rules else self._policy.robots_retry_s
        entry.good_until = self._clock() + max(lifetime, answer.retry_after_s or 0.0)
        if rules is not None:
            entry.rules, entry.trouble = rules, None
        elif entry.rules is None:
            entry.trouble = _trouble(answer)

    def _entry(self, origin: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(origin, _Entry())
            self._entries.move_to_end(origin)
            while len(self._entries) > _MAX_ORIGINS:
                self._entries.popitem(last=False)
            return entry


def _rules_of(answer: Fetched) -> RobotsFile | None:
    """Section 2.3.1: the rules of a good answer, none for 4xx (but 429) and endless redirects, else None."""
    if answer.outcome == "ok":
        return parse_robots(answer.body or b"")
    unavailable = answer.status is not None and 400 <= answer.status < 500 and answer.status != 429
    if unavailable or answer.error in ("too_many_redirects", "redirect_loop"):
        return _EVERYTHING
    return None


def _trouble(answer: Fetched) -> Permission:
    if answer.error in _SURE:
        return Permission(allowed=False, error=answer.error)
    return Permission(
        allowed=False, pending=True, error="robots_unreachable", retry_after_s=answer.retry_after_s, rule=answer.error
    )


def _origin(url: str) -> str:
    origin: str = ada_url.URL(url).origin
    return origin
