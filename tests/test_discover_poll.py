"""Polls against a real server: what is read, what is remembered, and how far an index is followed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from tasks.discover.poll import Validators, poll_feed, poll_sitemap
from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tests.webserver import WebServer

FEED = b"""<rss version="2.0"><channel><title>Gazette</title>
<item><title>One</title><link>http://a.test/1</link></item>
<item><title>Two</title><link>http://a.test/2</link></item></channel></rss>"""
MARKS = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"}


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def client_of(web: WebServer, **changes: object) -> Client:
    settings: dict[str, object] = {"connect_to": web.as_hosts("a.test", "b.test"), "delay_s": 0.0, "deadline_s": 2.0}
    return Client(FetchPolicy(**{**settings, **changes}))  # type: ignore[arg-type]


def urlset(*paths: str, lastmod: str = "") -> bytes:
    mod = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return (
        "<urlset>" + "".join(f"<url><loc>http://a.test{path}</loc>{mod}</url>" for path in paths) + "</urlset>"
    ).encode()


def index(*items: tuple[str, str]) -> bytes:
    rows = "".join(
        f"<sitemap><loc>http://a.test{path}</loc>" + (f"<lastmod>{mod}</lastmod>" if mod else "") + "</sitemap>"
        for path, mod in items
    )
    return f"<sitemapindex>{rows}</sitemapindex>".encode()


def test_a_feed(web: WebServer) -> None:
    web.add("/feed", FEED, headers=MARKS)
    poll = poll_feed(client_of(web), "http://a.test/feed")
    assert (poll.outcome, poll.status, poll.error, poll.title) == ("ok", 200, None, "Gazette")
    assert [entry.url for entry in poll.entries] == ["http://a.test/1", "http://a.test/2"]
    assert (poll.etag, poll.last_modified) == ('"v1"', "Mon, 02 Mar 2026 10:00:00 GMT")
    assert poll.polled_at.tzinfo is UTC


@pytest.mark.parametrize("known", [Validators('"one"', "x"), ('"one"', None), (None, "Mon, 02 Mar 2026 10:00:00 GMT")])
def test_an_unchanged_feed_keeps_its_validators(web: WebServer, known: tuple[str | None, str | None]) -> None:
    poll = poll_feed(client_of(web), "http://a.test/etag", known)
    assert (poll.outcome, poll.status, poll.entries) == ("not_modified", 304, ())
    assert poll.etag == '"one"'


def test_a_login_page_is_a_failed_poll(web: WebServer) -> None:
    web.add("/feed", b"<!doctype html><html><body>Log in</body></html>", headers=MARKS)
    poll = poll_feed(client_of(web), "http://a.test/feed")
    assert (poll.outcome, poll.status, poll.error) == ("failed", 200, "not_a_feed")
    assert (poll.etag, poll.last_modified) == (None, None)


def test_a_cut_feed_gives_what_is_complete_and_saves_no_validators(web: WebServer) -> None:
    web.add("/feed", FEED[:-60], headers=MARKS)
    poll = poll_feed(client_of(web), "http://a.test/feed")
    assert (poll.outcome, len(poll.entries), poll.warnings) == ("ok", 1, ("cut",))
    assert (poll.etag, poll.last_modified) == (None, None)


@pytest.mark.parametrize(
    ("path", "outcome", "error"),
    [
        ("status/404", "failed", "http_404"),
        ("truncated-gzip", "failed", "truncated"),
        ("bomb", "failed", "too_large"),
        ("drip", "failed", "deadline"),
        ("retry-after/429", "pending", "http_429"),
        ("redirect?to=http://127.0.0.1/", "failed", "blocked_address"),
    ],
)
def test_trouble_is_told(web: WebServer, path: str, outcome: str, error: str) -> None:
    for poll in (poll_feed, poll_sitemap):
        polled = poll(client_of(web, deadline_s=0.5 if path == "drip" else 30), f"http://a.test/{path}")
        assert (polled.outcome, polled.error, polled.entries) == (outcome, error, ())


def test_a_disallowed_feed_is_not_asked_for(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /feed\n")
    poll = poll_feed(client_of(web), "http://a.test/feed")
    assert (poll.outcome, poll.error) == ("skipped", "robots")


def test_an_entity_bomb_is_refused(web: WebServer) -> None:
    web.add("/feed", b'<!DOCTYPE r [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>' + FEED)
    assert poll_feed(client_of(web), "http://a.test/feed").error == "entities"


def test_an_index_is_walked_breadth_first_newest_first_and_each_once(web: WebServer) -> None:
    web.add("/s.xml", index(("/old.xml", "2020-01-01"), ("/deep.xml", ""), ("/new.xml", "2026-03-01"), ("/s.xml", "")))
    web.add("/deep.xml", index(("/s.xml", ""), ("/deeper.xml", ""), ("/new.xml", "")), headers=MARKS)
    for name in ("old", "new", "deeper"):
        web.add(f"/{name}.xml", urlset(f"/{name}/1", f"/{name}/2"))
    poll = poll_sitemap(client_of(web), "http://a.test/s.xml")
    assert web.paths() == ["/robots.txt", "/s.xml", "/new.xml", "/old.xml", "/deep.xml", "/deeper.xml"]
    assert len(poll.entries) == 6
    assert (poll.outcome, poll.warnings, poll.etag) == ("ok", (), None)


def test_only_what_changed_since_is_looked_at(web: WebServer) -> None:
    web.add("/s.xml", index(("/old.xml", "2026-02-27"), ("/new.xml", "2026-03-01T05:00:00Z"), ("/unknown.xml", "")))
    web.add("/new.xml", urlset("/new/1", lastmod="2026-03-01"))
    web.add("/unknown.xml", urlset("/unknown/old", lastmod="2020-01-01") + b"")
    poll = poll_sitemap(client_of(web), "http://a.test/s.xml", since=datetime(2026, 2, 28, 12, tzinfo=UTC))
    assert web.paths()[1:] == ["/s.xml", "/new.xml", "/unknown.xml"]
    assert [entry.url for entry in poll.entries] == ["http://a.test/new/1"]


def test_limits_have_names(web: WebServer) -> None:
    web.add("/s.xml", index(*((f"/{number}.xml", "") for number in range(10))))
    for number in range(10):
        web.add(f"/{number}.xml", urlset(f"/{number}"))
    poll = poll_sitemap(client_of(web), "http://a.test/s.xml", max_sitemaps=4)
    assert (len(poll.entries), poll.warnings) == (3, ("sitemap_count",))


def test_a_part_that_fails_is_told(web: WebServer) -> None:
    web.add("/s.xml", index(("/gone.xml", ""), ("/html.xml", ""), ("/good.xml", "")))
    web.add("/html.xml", b"<html>")
    web.add("/good.xml", urlset("/1"))
    poll = poll_sitemap(client_of(web), "http://a.test/s.xml")
    assert (poll.outcome, len(poll.entries), poll.warnings) == ("ok", 1, ("sitemap_failed",))


def test_a_plain_sitemap_keeps_its_validators(web: WebServer) -> None:
    web.add("/s.xml", urlset("/1", "/1"), headers=MARKS)
    poll = poll_sitemap(client_of(web), "http://a.test/s.xml")
    assert (poll.etag, len(poll.entries)) == ('"v1"', 2)
    web.add("/s.xml", urlset("/1")[:-5], headers=MARKS)
    assert poll_sitemap(client_of(web), "http://a.test/s.xml").etag is None


def test_an_index_that_turns_in_circles_ends(web: WebServer) -> None:
    for number in range(200):
        web.add(f"/{number}.xml", index((f"/{(number + 1) % 200}.xml", ""), (f"/{(number + 7) % 200}.xml", "")))
    poll = poll_sitemap(client_of(web), "http://a.test/0.xml")
    assert poll.warnings == ("sitemap_count",)
    assert len(web.paths()) == 51


def test_polls_are_polite(web: WebServer) -> None:
    web.add("/feed", FEED)
    client = client_of(web, delay_s=0.2)
    poll_feed(client, "http://a.test/feed")
    poll_feed(client, "http://a.test/feed")
    times = [seen.at for seen in web.requests]
    assert len(times) == 3
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2
