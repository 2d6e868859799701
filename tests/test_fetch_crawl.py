"""A crawl: polite to each domain, not held up by the slow ones, and exactly one result per job."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tasks.fetch.client import Client
from tasks.fetch.crawl import FetchJob, crawl
from tasks.fetch.policy import FetchPolicy
from tasks.fetch.politeness import Politeness
from tests.webserver import WebServer
from warehouse.records import Fetched, Link

DOMAINS = tuple(f"h{number:02}.test" for number in range(10))


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def jobs_for(*urls: str) -> list[FetchJob]:
    return [FetchJob(link=Link(source="s", url=url, via="feed")) for url in urls]


def client_of(web: WebServer, **changes: Any) -> Client:
    names = [f"{prefix}{domain}" for domain in DOMAINS for prefix in ("", "www.", "a.")]
    settings: dict[str, Any] = {"connect_to": web.as_hosts(*names), "delay_s": 0.1, "deadline_s": 2.0, **changes}
    return Client(FetchPolicy(**settings))


def run(client: Client, jobs: list[FetchJob], **more: Any) -> list[tuple[FetchJob, Fetched]]:
    results: list[tuple[FetchJob, Fetched]] = []
    crawl(jobs, client, on_result=lambda job, fetched: results.append((job, fetched)), **more)
    assert Counter(id(job) for job, _ in results) == Counter(id(job) for job in jobs)
    assert all(fetched.url == job.link.url for job, fetched in results)
    return results


def outcomes(results: list[tuple[FetchJob, Fetched]]) -> Counter[tuple[str, str | None]]:
    return Counter((fetched.outcome, fetched.error) for _, fetched in results)


def test_one_at_a_time_per_domain_and_never_too_soon(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /page/3\n")
    urls = [f"http://{prefix}{host}/page/{n}" for n in range(4) for host in DOMAINS for prefix in ("", "www.")]
    began = time.monotonic()
    results = run(client_of(web), jobs_for(*urls))
    took = time.monotonic() - began
    assert outcomes(results) == {("ok", None): 60, ("skipped", "robots"): 20}
    assert not any(path.startswith("/page/3") for path in web.paths())
    for domain in DOMAINS:
        times = sorted(seen.at for seen in web.requests if seen.host.endswith(domain))
        assert len(times) == 8  # three pages and robots.txt on two hosts
        assert min(later - earlier for earlier, later in pairwise(times)) >= 0.1
    assert max(web.busiest.values()) == 1
    assert took <= 7 * 0.1 * 1.15 + 0.3  # the bound that politeness sets; the rest is starting threads


def test_hosts_that_hang_do_not_hold_up_the_others(web: WebServer) -> None:
    slow, healthy = DOMAINS[:3], DOMAINS[3:]
    urls = [f"http://{host}/hang/{n}" for host in slow for n in range(5)]
    urls += [f"http://{host}/page/{n}" for host in healthy for n in range(5)]
    finished: dict[str, float] = {}
    began = time.monotonic()
    results: list[Fetched] = []

    def note(job: FetchJob, fetched: Fetched) -> None:
        results.append(fetched)
        finished[job.link.url.split("/")[2]] = time.monotonic() - began

    crawl(jobs_for(*urls), client_of(web, deadline_s=0.8, max_hosts=7), on_result=note)
    assert max(finished[host] for host in healthy) < 1.2
    assert Counter(fetched.error for fetched in results) == {None: 35, "deadline": 9, "host_unresponsive": 6}


def test_more_hanging_hosts_than_slots(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tasks.fetch.crawl.SLOW_S", 0.2)
    urls = [f"http://{host}/hang" for host in DOMAINS[:6]] + [f"http://{host}/ok" for host in DOMAINS[6:]]
    finished: dict[str, float] = {}
    began = time.monotonic()
    client = client_of(web, deadline_s=3.0, max_hosts=2, respect_robots=False)
    crawl(
        jobs_for(*urls),
        client,
        on_result=lambda job, _: finished.update({job.link.url: time.monotonic() - began}),
    )
    assert max(seconds for url, seconds in finished.items() if url.endswith("/ok")) < 2.0


def test_retry_after_leaves_the_domain_s_other_pages_pending(web: WebServer) -> None:
    results = run(
        client_of(web),
        jobs_for(
            "http://h00.test/ok",
            "http://h00.test/retry-after/429?s=30",
            "http://www.h00.test/ok",
            "http://h00.test/page/1",
            "http://h01.test/ok",
        ),
    )
    by_url = {job.link.url: fetched for job, fetched in results}
    assert by_url["http://h00.test/retry-after/429?s=30"].error == "http_429"
    for url in ("http://www.h00.test/ok", "http://h00.test/page/1"):
        assert (by_url[url].outcome, by_url[url].error) == ("pending", "paused")
        assert by_url[url].retry_after_s is not None
    assert by_url["http://h00.test/ok"].outcome == by_url["http://h01.test/ok"].outcome == "ok"
    assert "/page/1" not in web.paths()


def test_an_unreachable_robots_txt_leaves_its_host_pending_only(web: WebServer) -> None:
    web.add("/robots.txt", b"", status=503)
    results = run(client_of(web), jobs_for(*[f"http://h00.test/page/{number}" for number in range(30)]))
    assert outcomes(results) == {("pending", "robots_unreachable"): 30}
    assert web.paths() == ["/robots.txt"]


def test_what_does_not_fit_into_the_run_is_pending(web: WebServer) -> None:
    urls = [f"http://h00.test/page/{number}" for number in range(50)]
    began = time.monotonic()
    results = run(client_of(web, run_deadline_s=0.5), jobs_for(*urls))
    assert time.monotonic() - began < 4
    found = outcomes(results)
    assert found["ok", None] + found["pending", "run_deadline"] == 50
    assert found["ok", None] >= 2
    assert [job.link.url for job, fetched in results if fetched.outcome == "ok"] == urls[: found["ok", None]]


def test_a_run_can_be_cancelled(web: WebServer) -> None:
    cancelled = threading.Event()
    results: list[Fetched] = []

    def stop_soon(_: FetchJob, fetched: Fetched) -> None:
        results.append(fetched)
        cancelled.set()

    urls = [f"http://{host}/page/{number}" for host in DOMAINS for number in range(10)]
    crawl(jobs_for(*urls), client_of(web), on_result=stop_soon, cancelled=cancelled)
    assert len(results) == 100
    assert Counter(fetched.error for fetched in results)["cancelled"] >= 80


def test_validators_go_along(web: WebServer) -> None:
    link = Link(source="s", url="http://h00.test/etag", via="refetch")
    results = run(client_of(web), [FetchJob(link=link, etag='"one"')])
    assert outcomes(results) == {("not_modified", None): 1}


def test_addresses_that_are_none_and_bugs_are_results_too(web: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(web)
    monkeypatch.setattr(client, "get", lambda *_, **__: 1 / 0)
    results = run(client, jobs_for("mailto:x", "http://h00.test/ok"))
    assert outcomes(results) == {("failed", "bad_url"): 1, ("failed", "internal_error"): 1}


def test_nothing_to_do(web: WebServer) -> None:
    assert run(client_of(web), []) == []


def test_each_page_once_even_when_it_is_asked_for_twice(web: WebServer) -> None:
    results = run(client_of(web), jobs_for("http://h00.test/ok", "http://h00.test/ok"))
    assert len(results) == 2


class Clock:
    """Time that passes when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_delay_follows_robots_latency_and_load() -> None:
    clock = Clock()
    polite = Politeness(FetchPolicy(delay_s=1.0, max_delay_s=10.0, max_crawl_delay_s=60.0), clock, clock.sleep)
    assert polite.delay("a.test") == 1.0
    polite.answered("a.test", 0.1)
    assert polite.delay("a.test") == 1.0
    for _ in range(20):
        polite.answered("a.test", 3.0)
    assert 5.9 < polite.delay("a.test") <= 6.0
    for _ in range(20):
        polite.answered("a.test", 100.0)
    assert polite.delay("a.test") == 10.0
    polite.wants("b.test", 4.0)
    assert polite.delay("b.test") == 4.0
    polite.wants("b.test", 86400.0)
    assert polite.delay("b.test") == 60.0
    for expected in (1.0, 2.0, 4.0, 8.0, 10.0):
        polite.answered("c.test", 0.0, overloaded=True)
        assert polite.delay("c.test") == expected
    for _ in range(6):
        polite.answered("c.test", 0.0)
    assert polite.delay("c.test") == 1.0


def test_a_turn_waits_from_the_answer_on() -> None:
    clock = Clock()
    polite = Politeness(FetchPolicy(delay_s=2.0), clock, clock.sleep)
    for _ in range(3):
        with polite.turn("a.test"):
            clock.now += 0.5  # the request
            polite.answered("a.test", 0.5)
            clock.now += 0.25  # the body
    assert clock.now == 1000.0 + 0.5 + 2.0 + 0.5 + 2.0 + 0.5 + 0.25
