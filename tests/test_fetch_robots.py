"""robots.txt: what it says (RFC 9309), and what is done when it cannot be had."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tasks.fetch.robots import Robots
from tasks.fetch.robots_rules import MAX_ROBOTS, parse_robots
from tests.webserver import WebServer
from warehouse.records import Fetched

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "robots-google" / "cases.json"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def client_of(web: WebServer, **changes: object) -> Client:
    settings: dict[str, object] = {
        "connect_to": web.as_hosts("a.test", "b.test"),
        "delay_s": 0.0,
        "deadline_s": 2.0,
        "user_agent": "Dateline/1 (+https://news.example/bot)",
        **changes,
    }
    return Client(FetchPolicy(**settings))  # type: ignore[arg-type]


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not part of the project")
def test_the_corpus_of_google() -> None:
    cases = json.loads(CORPUS.read_text())
    wrong = [
        case
        for case in cases
        if parse_robots(case["robotstxt_latin1"].encode("latin-1")).allows(case["ua"], case["url"])
        != (case["expected"] == "ALLOWED")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        (b"User-agent: *\nDisallow: /private/\n", "/private/x", False),
        (b"User-agent: *\nDisallow: /private/\n", "/private", True),
        (b"\xef\xbb\xbfUser-agent: *\nDisallow: /", "/x", False),
        ("User-agent: *\nDisallow: /".encode("utf-16"), "/x", False),
        (b"User-agent: other\nDisallow: /\n", "/x", True),
        (b"User-agent: dateline\nUser-agent: other\nDisallow: /\n", "/x", False),
        (b"User-agent: DATELINE/2.0\nDisallow: /\n", "/x", False),
        (b"User-agent: datelinebot\nDisallow: /\n", "/x", True),
        (b"User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nAllow: /\n", "/x", True),
        (b"User-agent: Dateline\nDisallow: /a\n\nUser-agent: Dateline\nDisallow: /b\n", "/b", False),
        (b"User-agent: Dateline\nCrawl-delay: 4\nUser-agent: x\nDisallow: /a\n", "/a", False),
        (b"User-agent: *\nSitemap: https://a.test/s.xml\nDisallow: /a\n", "/a", False),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf", False),
        (b"User-agent: *\nDisallow: /*.pdf$\n", "/x.pdf?y", True),
        (b"User-agent: *\nDisallow: /a%7Eb\n", "/a~b", False),
        (b"User-agent: *\nDisallow: /\xc3\xa4\n", "/%C3%A4", False),
        (b"User-agent: *\nDisallow: /%c3%a4\n", "/\u00e4", False),
        (b"User-agent: *\nDisallow: /a%2Fb\n", "/a/b", True),
        (b"User-agent: *\nDisallow: /*?print=\n", "/x?print=1", False),
        (b"<html><body>User-agent is a word here</body></html>", "/x", True),
        (b"\x00\xff\xfe garbage \x80", "/x", True),
        (b"User-agent: *\nDisallow:\n", "/x", True),
    ],
)
def test_rules(robots: bytes, path: str, allowed: bool) -> None:
    assert parse_robots(robots).allows("Dateline", f"https://a.test{path}") is allowed


def test_the_rule_that_decided_is_told_as_written() -> None:
    robots = parse_robots(b"User-agent: *\nDISALLOW : /a   # not this\nAllow: /a/b\n")
    rule = robots.rule_for("Dateline", "https://a.test/a/x")
    assert rule is not None
    assert rule.written == "DISALLOW : /a"
    assert robots.rule_for("Dateline", "https://a.test/c") is None


def test_delay_and_sitemaps() -> None:
    robots = parse_robots(b"Sitemap: https://a.test/1.xml\nUser-agent: *\nCrawl-delay: 2.5\nsitemap:/2.xml\n")
    assert robots.crawl_delay("Dateline") == 2.5
    assert robots.sitemaps == ("https://a.test/1.xml", "/2.xml")
    assert parse_robots(b"User-agent: *\nCrawl-delay: soon\nCrawl-delay: nan\n").crawl_delay("x") is None


def test_only_the_first_500_kib_count() -> None:
    lines = b"User-agent: *\nDisallow: /early\n" + b"# padding\n" * 52_000
    late = lines[: MAX_ROBOTS - 12] + b"\nDisallow: /late-and-cut\nDisallow: /\n"
    robots = parse_robots(late)
    assert not robots.allows("Dateline", "https://a.test/early")
    assert robots.allows("Dateline", "https://a.test/late-and-cut")
    assert robots.allows("Dateline", "https://a.test/x")


def test_a_wildcard_bomb_is_linear() -> None:
    robots = parse_robots(b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"$\n")
    assert robots.allows("Dateline", "https://a.test/" + "a" * 1500 + "b")


def test_a_disallowed_page_is_skipped_with_its_rule(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: Dateline\nDisallow: /private/\n")
    fetched = client_of(web).get("http://a.test/private/ok")
    assert (fetched.outcome, fetched.error, fetched.robots_rule) == ("skipped", "robots", "Disallow: /private/")
    assert web.paths() == ["/robots.txt"]


def test_each_hop_is_asked_about(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /page/\n")
    fetched = client_of(web).get("http://a.test/redirect?to=http://b.test/page/1")
    assert (fetched.outcome, fetched.error, fetched.final_url) == ("skipped", "robots", "http://b.test/page/1")
    assert "/page/1" not in web.paths()


def test_robots_may_be_told_not_to_matter(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /\n")
    assert client_of(web, respect_robots=False).get("http://a.test/ok").outcome == "ok"
    assert web.paths() == ["/ok"]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        *((status, "ok") for status in (200, 204, 400, 401, 403, 404, 410, 451)),
        *((status, "pending") for status in (429, 500, 502, 503)),
    ],
)
def test_what_a_status_of_robots_txt_means(web: WebServer, status: int, outcome: str) -> None:
    web.add("/robots.txt", b"" if status == 204 else b"# nothing\n", status=status)
    fetched = client_of(web).get("http://a.test/ok")
    assert fetched.outcome == outcome
    assert fetched.error == (None if outcome == "ok" else "robots_unreachable")
    assert ("/ok" in web.paths()) is (outcome == "ok")


@pytest.mark.parametrize("behaviour", ["/hang", "/drip", "/reset", "/truncated-gzip"])
def test_a_robots_txt_that_does_not_come_leaves_the_host_pending(web: WebServer, behaviour: str) -> None:
    web.add("/robots.txt", b"", status=302, headers={"Location": behaviour})
    fetched = client_of(web, deadline_s=0.5).get("http://a.test/ok")
    assert (fetched.outcome, fetched.error) == ("pending", "robots_unreachable")
    assert "/ok" not in web.paths()


def test_an_endless_robots_txt_counts_up_to_its_limit(web: WebServer) -> None:
    web.add("/robots.txt", b"", status=302, headers={"Location": "/endless"})
    assert client_of(web).get("http://a.test/ok").outcome == "ok"


def test_a_600_kib_robots_txt_counts_at_its_beginning(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /page/\n" + b"# x\n" * 150_000 + b"Disallow: /ok\n")
    client = client_of(web)
    assert client.get("http://a.test/page/1").error == "robots"
    assert client.get("http://a.test/ok").outcome == "ok"


def test_five_redirects_of_robots_txt_are_followed_and_no_more(web: WebServer) -> None:
    web.add("/robots.txt", b"", status=301, headers={"Location": "/r/1"})
    for number in range(1, 5):
        web.add(f"/r/{number}", b"", status=301, headers={"Location": f"/r/{number + 1}"})
    web.add("/r/5", b"User-agent: *\nDisallow: /ok\n")
    assert client_of(web).get("http://a.test/ok").error == "robots"
    web.add("/r/5", b"", status=301, headers={"Location": "/r/6"})
    web.add("/r/6", b"User-agent: *\nDisallow: /ok\n")
    assert client_of(web).get("http://a.test/ok").outcome == "ok"  # section 2.3.1.2: then it is unavailable


def fetched_robots(outcome: str, body: bytes | None = None, **more: object) -> Fetched:
    return Fetched(
        url="https://a.test/robots.txt",
        started_at=datetime(2026, 3, 2, tzinfo=UTC),
        elapsed_ms=1,
        outcome=outcome,
        body=body,
        **more,  # type: ignore[arg-type]
    )


def test_a_day_in_the_cache_and_the_old_rules_while_it_is_unreachable() -> None:
    now, asked = [0.0], []
    answers = [
        fetched_robots("ok", b"User-agent: *\nDisallow: /a\n"),
        fetched_robots("failed", status=500, error="http_500"),
        fetched_robots("ok", b"User-agent: *\nDisallow: /b\n"),
    ]

    def fetch_one(url: str) -> Fetched:
        asked.append(url)
        return answers[len(asked) - 1]

    robots = Robots(fetch_one, lambda: now[0], FetchPolicy(robots_ttl_s=86400.0, robots_retry_s=600.0))
    for at, path, allowed, times in [
        (0.0, "/a", False, 1),
        (86399.0, "/a", False, 1),
        (86400.0, "/a", False, 2),  # unreachable: the old rules hold (section 2.3.1.4)
        (86400.0 + 599, "/b", True, 2),
        (86400.0 + 600, "/b", False, 3),
    ]:
        now[0] = at
        assert robots.permission(f"https://a.test{path}").allowed is allowed, at
        assert len(asked) == times


def test_each_origin_has_its_own() -> None:
    asked: list[str] = []

    def fetch_one(url: str) -> Fetched:
        asked.append(url)
        return fetched_robots("failed", status=404, error="http_404")

    robots = Robots(fetch_one, lambda: 0.0)
    for url in (
        "https://a.test/x",
        "http://a.test/x",
        "https://a.test:8443/x",
        "https://www.a.test/x",
        "https://a.test/y",
    ):
        assert robots.permission(url).allowed
    assert asked == [
        "https://a.test/robots.txt",
        "http://a.test/robots.txt",
        "https://a.test:8443/robots.txt",
        "https://www.a.test/robots.txt",
    ]
