"""How Dateline behaves towards the servers that it asks: one frozen value, made from the configuration at the edge."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from tasks.base.urls import host_of

_TOKEN = re.compile(r"^[A-Za-z_-]+")
_COMPATIBLE = re.compile(r"\bcompatible\s{0,9};\s{0,9}(?!MSIE)([A-Za-z_-]+)", re.IGNORECASE)
_PRODUCT = re.compile(r"(?<![\w./-])([A-Za-z][A-Za-z_-]*)(?=/|\s|$)")
_BROWSERS = frozenset((
    "mozilla", "applewebkit", "khtml", "gecko", "chrome", "chromium", "headlesschrome", "safari", "version", "mobile",
    "firefox", "edg", "edge", "opr", "opera", "like", "vivaldi", "samsungbrowser", "crios", "fxios",
))  # fmt: skip
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchPolicy:
    """Limits and manners of fetching; times in seconds, sizes in bytes of decoded content."""

    user_agent: str = "Dateline/0.1 (+https://example.org/dateline; set user_agent in dateline.toml)"
    timeout_s: float = 10.0  # to connect, and between two reads
    deadline_s: float = 30.0  # network time of one get(): robots.txt, redirects, headers and body together
    max_body_bytes: int = 20 * MIB  # decoded, and at each layer of encoding
    max_hops: int = 5  # redirects (RFC 9309 section 2.3.1.2 asks robots for at least five)
    delay_s: float = 1.0  # between two requests to one registrable domain
    max_delay_s: float = 10.0  # bound of the adaptive part; a robots.txt may ask for more
    max_crawl_delay_s: float = 60.0  # bound of what a robots.txt may ask for
    max_hosts: int = 16  # requests in flight, each to another registrable domain
    host_failures: int = 3  # network failures in a row after which a host's remaining jobs wait for the next run
    respect_robots: bool = True
    respect_tdm: bool = False
    robots_ttl_s: float = 24 * 3600.0  # RFC 9309 section 2.4: not longer than 24 hours
    robots_retry_s: float = 600.0  # how long an unreachable robots.txt is not asked for again
    max_retry_after_s: float = 6 * 3600.0
    default_retry_after_s: float = 60.0  # 429 without a readable Retry-After
    retries: int = 1  # after a reset connection only
    slow_delay_s: float = 10.0  # a domain that wants as long a rest between two requests is slow …
    slow_budget_s: float = 600.0  # … and has so long of a run: what is left is pending, and comes first next time
    run_deadline_s: float | None = None  # of a whole crawl; what is left then is pending
    connect_to: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # host -> "127.0.0.1:8080"
    host_headers: Mapping[str, Mapping[str, str]] = field(
        default_factory=lambda: MappingProxyType({})
    )  # never elsewhere
    host_agents: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # in place of user_agent
    domain_delays: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))  # by registrable domain
    allow_private: tuple[str, ...] = ()  # host names whose addresses may be private
    ca_bundle: str | None = None  # PEM file trusted besides certifi's roots

    def agent_of(self, url: str) -> str:
        """The User-Agent that the host of an address is asked with."""
        return self.host_agents.get(host_of(url), self.user_agent)

    def robots_agent_of(self, url: str) -> str:
        """The product token by which its robots.txt knows us (RFC 9309 section 2.2.1): letters, `-` and `_`."""
        return product_token(self.agent_of(url))


def product_token(user_agent: str) -> str:
    """The product token of a User-Agent: of `Mozilla/5.0 (compatible; PaperBot/1.0; +https://…)` it is PaperBot.

    A header that pretends to be a browser names the crawler after "compatible;", or after the browsers that it is like.
    """
    if not user_agent.startswith("Mozilla/"):
        return next(iter(_TOKEN.findall(user_agent[:1000])), "*")
    if named := _COMPATIBLE.search(user_agent[:1000]):
        return named[1]
    outside = re.sub(r"\([^()]{0,500}\)", " ", user_agent[:1000])
    own = [token for token in _PRODUCT.findall(outside) if token.lower() not in _BROWSERS]
    return own[-1] if own else "Mozilla"
