"""One GET, done so that nothing about the answer has to be taken on trust.

    robots.txt | our turn with the domain | guarded connection | headers | next hop, or body under cap and deadline

Every hop of a redirect passes robots and the address guard again, and headers configured for a host are sent to that
host only. Trouble of the network is a value (`Fetched.outcome`, `.error`), never an exception. Errors: too_large,
deadline, truncated, undecodable, blocked_address, dns, connect, timeout, tls, reset, protocol, bad_url, bad_redirect,
redirect_loop, too_many_redirects, http_<status>, robots, robots_unreachable, tdm, paused.
"""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import requests

from tasks.base.urls import InvalidUrl, host_of, registrable_domain, requestable
from tasks.fetch.addresses import Resolver
from tasks.fetch.answers import Answer, classify, reason_of, retry_after
from tasks.fetch.decode import ACCEPT_ENCODING, decoded, ungzipped
from tasks.fetch.errand import Errand, both_ends, first_bytes
from tasks.fetch.errors import DeadlinePassed, FetchError
from tasks.fetch.policy import FetchPolicy
from tasks.fetch.politeness import Politeness
from tasks.fetch.refresh import refresh_target
from tasks.fetch.robots import Permission, Robots
from tasks.fetch.robots_rules import MAX_ROBOTS
from tasks.fetch.sessions import Sessions, cookie_header
from tasks.fetch.tdm import Reservations, reservations
from tasks.fetch.transport import Exchange
from warehouse.records import Fetched

ACCEPT_PAGE = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
ACCEPT_FEED = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"
_REDIRECTS = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_NEVER_ASKED = ("blocked_address", "dns", "bad_url")  # the server has noticed nothing
_PIECE = 64 * 1024
_MOST_READ = 100 * 1024 * 1024  # bytes of a body whose two ends are wanted


class Client:
    """GET by a policy; thread-safe. `clock` gives epoch seconds, `sleep` waits for our turn (until `cancel`)."""

    def __init__(
        self,
        policy: FetchPolicy,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] | None = None,
        resolver: Resolver = socket.getaddrinfo,
    ) -> None:
        self.policy = policy
        self._clock = clock
        self._sessions = Sessions(policy, resolver)
        self._cancelled = threading.Event()
        self._exchanges: set[Exchange] = set()
        self.politeness = Politeness(policy, clock, sleep or self._wait)
        self.robots = Robots(self._robots_txt, clock, policy)
        self._reservations = Reservations(self._robots_txt)

    def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = ACCEPT_PAGE,
        keep: int | None = None,
        both_ends: bool = False,
    ) -> Fetched:
        """The page at `url`, at most `policy.deadline_s` of network time later; never raises for what servers do.

        `etag` and `last_modified` are validators as received before: with them the outcome can be `not_modified`.
        `keep` is how many bytes of a longer body are wanted; without it such a body is `too_large`. With `both_ends`
        half of them are its last ones, behind `errand.GAP`.
        """
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        if last_modified:
            headers["If-Modified-Since"] = last_modified
        exchange = Exchange(self.policy.deadline_s)
        obey = self.policy.respect_robots
        return self._run(url, headers, exchange, obey=obey, keep=keep, both_ends=both_ends)

    def prepare(self, url: str) -> bool:
        """Asks for the robots.txt that get(url) will need; False when it is known already and nothing was asked."""
        if not self.policy.respect_robots or self.robots.known(url):
            return False
        self.robots.permission(url)
        return True

    def wait_for(self, url: str) -> float:
        """Seconds until a request to the address' domain is in order."""
        return max(0.0, self.politeness.ready_at(registrable_domain(url)) - self._clock())

    def cancel(self) -> None:
        """Ends all requests that are under way, and answers all others with `pending`, error cancelled."""
        self._cancelled.set()
        for exchange in tuple(self._exchanges):
            exchange.stop()

    def _wait(self, seconds: float) -> None:
        self._cancelled.wait(seconds)

    def close(self) -> None:
        """Closes idle connections; the client stays usable."""
        self._sessions.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _robots_txt(self, url: str, exchange: Exchange | None = None) -> Fetched:
        exchange = exchange or Exchange(self.policy.deadline_s)
        headers = {"Accept": "text/plain,*/*;q=0.5"}
        return self._run(url, headers, exchange, obey=False, keep=MAX_ROBOTS + 1, is_robots=True)

    def _run(
        self,
        url: str,
        headers: dict[str, str],
        exchange: Exchange,
        *,
        obey: bool,
        keep: int | None = None,
        both_ends: bool = False,
        is_robots: bool = False,
    ) -> Fetched:
        jar = requests.cookies.RequestsCookieJar()
        errand = Errand(url, exchange, headers, keep, both_ends, obey, jar, [], is_robots=is_robots)
        started, spent = datetime.fromtimestamp(self._clock(), UTC), exchange.spent
        try:
            fetched = self._follow(errand, requestable(url))
        except InvalidUrl as error:
            fetched = self._value(
                errand, "failed", error="bad_url" if not errand.hops else "bad_redirect", final=error.url
            )
        except FetchError as error:
            fetched = self._value(errand, "failed", error=error.reason)
        return replace(fetched, started_at=started, elapsed_ms=round((exchange.spent - spent) * 1000))

    def _follow(self, errand: Errand, url: str) -> Fetched:
        seen: set[tuple[str, str]] = set()
        while True:
            answer = self._hop_twice(errand, url)
            if isinstance(answer, Fetched):
                return answer
            here = (url, cookie_header(errand.cookies, requests.Request("GET", url).prepare()))
            if here in seen:
                return self._value(errand, "failed", error="redirect_loop", final=url)
            seen.add(here)
            errand.hops.append(url)
            if len(errand.hops) > self.policy.max_hops:
                return self._value(errand, "failed", error="too_many_redirects", final=url)
            url = requestable(answer, url)

    def _hop_twice(self, errand: Errand, url: str) -> Fetched | str:
        """A hop, repeated when the server reset the connection (a kept-alive one may have died of age)."""
        for attempt in range(self.policy.retries + 1):
            result = self._hop(errand, url)
            if not (isinstance(result, Fetched) and result.error == "reset" and attempt < self.policy.retries):
                break
        return result

    def _hop(self, errand: Errand, url: str) -> Fetched | str:
        """One request, or why none was made; a str is the Location to go on to."""
        paused = self.politeness.paused_for(registrable_domain(url))
        if paused > 0:
            return self._value(errand, "pending", error="paused", retry_after_s=paused, final=url)
        if errand.obey:
            permission = self.robots.permission(url, lambda address: self._robots_txt(address, errand.exchange))
            errand.rule = permission.rule
            if not permission.allowed:
                return self._refused(errand, permission, url)
            self.politeness.wants(registrable_domain(url), permission.crawl_delay or 0.0)
        if self.policy.respect_tdm and not errand.is_robots and (pattern := self._reservations.reserved(url)):
            return replace(self._value(errand, "skipped", error="tdm", final=url), tdm=(f"tdmrep.json: {pattern}",))
        return self._request(errand, url)

    def _refused(self, errand: Errand, permission: Permission, url: str) -> Fetched:
        if permission.pending:
            return self._value(
                errand, "pending", error=permission.error, retry_after_s=permission.retry_after_s, final=url
            )
        if permission.error:
            return self._value(errand, "failed", error=permission.error, final=url)
        return self._value(errand, "skipped", error="robots", final=url)

    def _request(self, errand: Errand, url: str) -> Fetched | str:
        domain, answer = registrable_domain(url), None
        with self.politeness.turn(domain):
            if self._cancelled.is_set():
                return self._value(errand, "pending", error="cancelled", final=url)
            before = errand.exchange.spent
            self._exchanges.add(errand.exchange)
            try:
                with self._sessions.serving(errand.exchange):
                    began = time.monotonic()
                    answer = self._sessions.send(url, self._headers_for(errand, url), errand.cookies)
                    overloaded = answer.status == 429 or answer.status >= 500
                    self.politeness.answered(domain, time.monotonic() - began, overloaded)
                    return self._taken(errand, url, answer)
            except Exception as error:  # requests, urllib3, http.client, ssl and the socket each have their own
                reason = reason_of(error, expired=errand.exchange.expired, in_body=answer is not None)
                if answer is None and reason not in _NEVER_ASKED:
                    self.politeness.answered(domain, errand.exchange.spent - before, overloaded=True)
                if self._cancelled.is_set():
                    return self._value(errand, "pending", answer, error="cancelled", final=url)
                if reason is None:
                    raise
                return self._value(errand, "failed", answer, error=reason, final=url)
            finally:
                self._exchanges.discard(errand.exchange)
                if answer is not None:
                    answer.release()

    def _taken(self, errand: Errand, url: str, answer: Answer) -> Fetched | str:
        location = answer.location()
        if answer.status in _REDIRECTS and location:
            errand.is_moving = errand.is_moving and answer.status in _FOR_GOOD
            errand.moved_to = requestable(location, url) if errand.is_moving else errand.moved_to
            return location
        outcome, error = classify(
            answer.status, conditional=errand.is_conditional, paused=answer.header("retry-after") is not None
        )
        if outcome == "pending":
            seconds = retry_after(answer, self.policy, self._clock())
            self.politeness.pause(registrable_domain(url), seconds)
            return self._value(errand, outcome, answer, error=error, retry_after_s=seconds, final=url)
        body = self._body(errand, answer) if outcome == "ok" else None
        if body and not errand.is_robots and (target := refresh_target(answer.headers, body, url)):
            return target
        tdm = reservations(answer.headers, body or b"")
        if tdm and self.policy.respect_tdm and not errand.is_robots:
            outcome, error, body = "skipped", "tdm", None
        return replace(self._value(errand, outcome, answer, error=error, body=body, final=url), tdm=tdm)

    def _body(self, errand: Errand, answer: Answer) -> bytes:
        limit = _MOST_READ if errand.both_ends else self.policy.max_body_bytes
        answer.check_length(limit if errand.keep is None else None)
        stream = decoded(answer.pieces(_PIECE), answer.header("content-encoding"), limit)
        if errand.keep is not None and errand.both_ends:
            size = min(errand.keep, self.policy.max_body_bytes)
            body = b"".join(both_ends(stream, size, limit - _PIECE * 2))
        else:
            body = b"".join(stream if errand.keep is None else first_bytes(stream, errand.keep))
        if errand.exchange.expired:  # without a length, a connection that we shut looks like the end of the body
            raise DeadlinePassed(f"{self.policy.deadline_s:g} s of network time are over")
        return ungzipped(body, limit)

    def _headers_for(self, errand: Errand, url: str) -> dict[str, str]:
        headers = {
            "User-Agent": self.policy.agent_of(url),
            "Accept-Encoding": ACCEPT_ENCODING,
            **errand.headers,
        }
        downgraded = errand.url.startswith("https:") and not url.startswith("https:")
        if not downgraded:
            headers.update(self.policy.host_headers.get(host_of(url), {}))
        return headers

    def _value(
        self,
        errand: Errand,
        outcome: str,
        answer: Answer | None = None,
        *,
        error: str | None = None,
        body: bytes | None = None,
        retry_after_s: float | None = None,
        final: str | None = None,
    ) -> Fetched:
        return Fetched(
            url=errand.url,
            started_at=datetime.fromtimestamp(self._clock(), UTC),
            elapsed_ms=0,
            outcome=outcome,
            status=answer.status if answer else None,
            error=error,
            robots_rule=errand.rule,
            final_url=final,
            headers=answer.headers if answer else (),
            body=body,
            retry_after_s=retry_after_s,
            hops=tuple(errand.hops),
            moved_to=errand.moved_to,
        )
