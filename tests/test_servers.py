"""What servers do, between polls and within one answer: validators, moves, parts of indexes, stubs, framing, pauses."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tasks.discover.pace import FEED_BOUNDS, MAX_UNCHANGED, Feed, Poll, after, has_lied
from tasks.discover.parts import Part, day_of, next_parts, part_key
from tasks.discover.poll import poll_feed
from tasks.discover.sources import Memory, discover
from tasks.extract.signals.dateparse import read
from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy, product_token
from tasks.fetch.refresh import refresh_target
from tests.webserver import WebServer

AT = datetime(2026, 11, 29, 12, tzinfo=UTC)
URL = "http://a.test/feed"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def client_of(web: WebServer, **options: float) -> Client:
    return Client(FetchPolicy(connect_to=web.as_hosts("a.test", "b.test"), delay_s=0, **options))  # type: ignore[arg-type]


def rss(*paths: str) -> bytes:
    return f"<rss><channel>{''.join(f'<item><link>{path}</link></item>' for path in paths)}</channel></rss>".encode()


# Validators


def polled(known: Feed | None, outcome: str, *entries: str, same: bool = False) -> Feed:
    return after(known, poll_of(outcome, *entries, same=same), FEED_BOUNDS)


def poll_of(outcome: str, *entries: str, same: bool = False) -> Poll:
    return Poll(
        feed_url=URL,
        source="a",
        kind="feed",
        outcome=outcome,
        polled_at=AT,
        is_window=True,
        entries=tuple((each,) for each in entries),
        has_same_validators=same,
    )


def test_validators_are_tested_after_some_answers_that_nothing_changed() -> None:
    feed = polled(None, "ok", "1")
    for _ in range(MAX_UNCHANGED):
        assert feed.is_believed
        feed = polled(feed, "not_modified")
    assert not feed.is_believed
    honest = polled(feed, "ok", "1", same=True)
    assert (honest.is_believed, honest.unchanged) == (True, 0)
    assert has_lied(feed, poll_of("ok", "1", "2", same=True))
    liar = polled(feed, "ok", "1", "2", same=True)
    assert not liar.is_believed
    assert not polled(liar, "not_modified").is_believed
    assert polled(feed, "ok", "1", "2").is_believed  # its validators changed with its entries


@pytest.mark.parametrize(
    ("modified", "kept"),
    [
        ("Sat, 16 Nov 2041 19:11:00 GMT", None),
        ("2041-11-16T19:11:00Z", None),
        ("Sun, 01 Mar 2020 08:00:00 GMT", "Sun, 01 Mar 2020 08:00:00 GMT"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_last_modified_of_the_future_is_not_kept(web: WebServer, modified: str, kept: str | None) -> None:
    web.add("/feed", rss("/1"), headers={"Last-Modified": modified})
    poll = poll_feed(client_of(web), URL)
    assert (poll.last_modified, "validators_future" in poll.warnings) == (kept, kept is None)


# Moves


def test_a_feed_that_moved_for_good_is_asked_for_there_until_that_fails(web: WebServer) -> None:
    web.add("/feed", b"", status=301, headers={"Location": "/new"})
    web.add("/new", rss("/1"))
    first = discover("a", {"feed": (URL,)}, client_of(web), Memory()).polled[0]
    assert (first.poll.moved_to, first.poll.warnings) == ("http://a.test/new", ("moved",))
    web.requests.clear()
    memory = Memory(feeds={URL: first.feed})
    second = discover("a", {"feed": (URL,)}, client_of(web), memory).polled[0]
    assert web.paths() == ["/robots.txt", "/new"]
    assert (second.feed.moved_to, second.links[0].found_in) == ("http://a.test/new", URL)
    web.add("/new", b"", status=410)
    web.add("/feed", rss("/2"))
    third = discover("a", {"feed": (URL,)}, client_of(web), Memory(feeds={URL: second.feed})).polled[0]
    assert (third.poll.outcome, third.feed.moved_to) == ("ok", None)


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_a_feed_that_is_longer_than_what_is_read_both_ends_are_there(web: WebServer, newest_first: bool) -> None:
    numbers = range(400, 0, -1) if newest_first else range(1, 401)
    web.add("/feed", rss(*(f"/{n}</link><description>{'long ' * 40}</description><link>" for n in numbers)))
    poll = poll_feed(client_of(web, max_body_bytes=30_000), URL)
    paths = [entry.url.removeprefix("http://a.test/") for entry in poll.entries]
    assert (poll.outcome, poll.warnings) == ("ok", ("feed_bytes",))
    assert {"1", "2", "399", "400"} <= set(paths) < {str(n) for n in numbers}


def test_a_move_for_a_while_is_none(web: WebServer) -> None:
    web.add("/feed", b"", status=302, headers={"Location": "/new"})
    web.add("/new", rss("/1"))
    assert poll_feed(client_of(web), URL).moved_to is None


# Indexes


def parts(count: int, name: str = "/sitemap-{i}.xml", lastmod: str = "") -> list[Part]:
    days = [date(2026, 1, 1) + timedelta(days=i) for i in range(count)]
    return [
        Part(url=f"http://a.test{name.format(i=i, d=d)}", lastmod=lastmod.format(d=d) or None)
        for i, d in enumerate(days)
    ]


@pytest.mark.parametrize(
    ("name", "lastmod"),
    [
        ("/sitemap-{i}.xml", ""),
        ("/{d}.xml", ""),
        ("/archive/{d.year}/{d.month}/{d.day}.xml", ""),
        ("/{d:%Y%m%d}.xml", ""),
        ("/{d}.xml", "yesterday"),
        ("/s?day={d}", ""),
        ("/x{i}.xml", "{d}"),
        ("/x.xml?p={i}", "{d.year}-{d.month}-{d.day}"),
        ("/x{i}.xml", "{d:%a, %d %b %Y} 10:00:00 GMT"),
        ("/x{i}.xml", "{d:%d.%m.%Y}"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_the_newest_part_is_read_at_once_and_all_in_turns(name: str, lastmod: str, turned: bool) -> None:
    index = parts(90, name, lastmod)
    shown = index[::-1] if turned else index
    read_before: set[str] = set()
    for turn in range(3):
        chosen = next_parts(shown, read_before, 49)
        assert len({part.url for part in chosen}) == 49
        assert index[-1] in chosen, turn
        read_before |= {part_key(part.url) for part in chosen}
    assert len(read_before) == 90


def test_a_day_in_a_name_is_read_whole() -> None:
    index = [Part(url=f"http://a.test/s-2026-{month}-{day}.xml") for day in range(10, 29) for month in (10, 11, 12)]
    newest = sorted(index, key=lambda part: part.url)[-8:]
    assert set(newest) <= set(next_parts(index, (), 16))


def test_a_part_of_which_nobody_says_how_new_it_is_is_read_at_once() -> None:
    dated = [Part(url=f"http://a.test/{'x' * (i + 1)}.xml", lastmod=f"2026-01-{i % 28 + 1:02}") for i in range(80)]
    undated = Part(url="http://a.test/y.xml")
    assert undated in next_parts([undated, *dated], (), 20)


def test_parts_without_any_sign_are_read_from_both_ends() -> None:
    index = [Part(url=f"http://a.test/{'x' * (i + 1)}.xml") for i in range(60)]
    chosen = next_parts(index, (), 20)
    assert index[0] in chosen
    assert index[-1] in chosen


@pytest.mark.parametrize("raw", ["2026-11-9", "2026-11-09T10:00:00Z", "2026/11/9", "Mon, 09 Nov 2026 10:00:00 GMT"])
def test_a_lastmod_is_read_in_any_form(raw: str) -> None:
    assert day_of(raw) == date(2026, 11, 9)


# Dates of feeds


@pytest.mark.parametrize(
    ("raw", "utc"),
    [
        ("Sun, 29 Nov 26 08:00:00 GMT", datetime(2026, 11, 29, 8, tzinfo=UTC)),
        ("29 Nov 26 08:00 EST", datetime(2026, 11, 29, 13, tzinfo=UTC)),
        ("Sun, 29 Nov 1998 08:00:00 +0100", datetime(1998, 11, 29, 7, tzinfo=UTC)),
        ("Sun, 29 Nov 98 08:00:00 +0100", datetime(1998, 11, 29, 7, tzinfo=UTC)),
        ("Sun, 29 Nov 2026 08:00:00 Europe/Berlin", datetime(2026, 11, 29, 7, tzinfo=UTC)),
        ("Sun, 29 Nov 2026 08:00:00 AKST", datetime(2026, 11, 29, 17, tzinfo=UTC)),
    ],
)
def test_years_of_two_digits_and_zones_by_name(raw: str, utc: datetime) -> None:
    found = read(raw)
    assert found is not None
    assert (found.precision, found.instant()) == ("instant", utc)


@pytest.mark.parametrize("zone", ["XYZ", "Nowhere/City", "Q"])
def test_an_unknown_zone_is_not_utc(zone: str) -> None:
    found = read(f"Sun, 29 Nov 2026 08:00:00 {zone}")
    assert found is not None
    assert (found.offset, found.precision) == (None, "local")


# Stubs that lead on


def stub(content: str, body: str = "", extra: str = "") -> bytes:
    return f'<html><head><title>Wait</title><meta http-equiv=Refresh content="{content}">{extra}</head>{body}'.encode()


LONG = "<p>" + "The ferry sails again on Monday. " * 60


@pytest.mark.parametrize(
    ("body", "headers", "target"),
    [
        (stub("0;url=/n/1"), {}, "http://a.test/n/1"),
        (stub("5; URL='http://b.test/n'"), {}, "http://b.test/n"),
        (stub("1, /n/1", "<p>If nothing happens <a href=/n/1>click here</a>"), {}, "http://a.test/n/1"),
        (stub("0;url=n", extra="<base href='/x/'>"), {}, "http://a.test/x/n"),
        (b"<noscript><meta http-equiv='refresh' content='0; /n/1'></noscript><script>go()</script>", {}, "http://a.test/n/1"),
        (b"moved", {"Refresh": "0; url=/n/1"}, "http://a.test/n/1"),
        (stub(".5;url=/n/1", extra=f"<script>{'x();' * 20_000}</script>"), {}, "http://a.test/n/1"),
        (("\ufeff" + stub("0;url=/n/1").decode()).encode("utf-16-le"), {}, "http://a.test/n/1"),
        (stub("6;url=/n/1"), {}, None),
        (stub("0"), {}, None),
        (stub("0;url=http://a.test/here"), {}, None),
        (stub("0;url=javascript:x()"), {}, None),
        (stub("0;url=/n/1", LONG), {}, None),
        (b"<!-- <meta http-equiv=refresh content='0;url=/n'> --><p>x", {}, None),
        (LONG.encode(), {"Refresh": "0; url=/n/1"}, None),
    ],
)  # fmt: skip
def test_a_stub_leads_on_and_a_page_does_not(body: bytes, headers: dict[str, str], target: str | None) -> None:
    assert refresh_target(tuple(headers.items()), body, "http://a.test/here") == target


def test_a_stub_counts_as_a_hop_under_the_same_guards(web: WebServer) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /no\n")
    web.add("/a", stub("0;url=/b"))
    web.add("/b", stub("0;url=/a"))
    web.add("/c", stub("0;url=/no"))
    web.add("/d", stub("0;url=http://127.0.0.1:9/"))
    fetched = [client_of(web).get(f"http://a.test/{path}") for path in "acd"]
    assert [each.error for each in fetched] == ["redirect_loop", "robots", "blocked_address"]
    assert fetched[1].hops == ("http://a.test/c",)


# Redirects


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/n/josé".encode(), "/n/jos%C3%A9"),
        ("/n/josé".encode("latin-1"), "/n/jos%E9"),
        ("/n/Паром".encode("cp1251"), "/n/%CF%E0%F0%EE%EC"),
        (b"/n/jos%c3%a9", "/n/jos%C3%A9"),
        (b"/n/two words", "/n/two%20words"),
        (b"/n/1#comments", "/n/1"),
        (b"//b.test/n/1", "/n/1"),
        (b"HTTP://A.TEST:80/n/1", "/n/1"),
        (b"\\n\\1", "/n/1"),
        (b"http:/n/1", "/n/1"),
        (b"../n/100%", "/n/100%25"),
        (b"?id=7", "/deep/old?id=7"),
    ],
)
def test_a_redirect_leads_where_its_bytes_say(web: WebServer, location: bytes, asked: str) -> None:
    head = b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\nConnection: close\r\nLocation: "
    web.add_raw("/deep/old", head + location + b"\r\n\r\n")
    client_of(web).get("http://a.test/deep/old")
    assert [path for path in web.paths() if path != "/robots.txt"][1] == asked


# Answers


@pytest.mark.parametrize(
    "coding", ["UTF-8", "aws-chunked", "none", "text/html", "utf-8, identity", "gzip", "br", "deflate", "zstd"]
)
@pytest.mark.parametrize("body", [LONG.encode(), b"User-agent: *\nDisallow: /private\n" * 3, b"The ferry sails again."])
def test_a_coding_that_nobody_applied_changes_nothing(web: WebServer, coding: str, body: bytes) -> None:
    web.add("/p", body, headers={"Content-Encoding": coding})
    fetched = client_of(web).get("http://a.test/p")
    assert (fetched.outcome, fetched.body) == ("ok", body)


@pytest.mark.parametrize("coding", ["deflate", "br", "gzip, deflate", "none"])
def test_gzip_is_unpacked_whatever_it_is_called(web: WebServer, coding: str) -> None:
    web.add("/p", gzip.compress(LONG.encode()), headers={"Content-Encoding": coding})
    assert client_of(web).get("http://a.test/p").body == LONG.encode()


def test_answers_that_only_say_that_more_will_come_are_passed_over(web: WebServer) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x.css>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    web.add_raw("/p", hints + HEAD + b"\r\nhello")
    assert client_of(web).get("http://a.test/p").body == b"hello"


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nhello",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nnine\r\nhello\r\n0\r\n\r\n",
        HEAD + b"Content-Length: +5\r\n\r\nhello",
        HEAD + b"Content-Length: 1_0\r\n\r\nhello",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello",
        HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        b"HTTP/1.1 2\xb2\xb2 OK\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\nhello",
    ],
)
def test_framing_that_http_forbids_is_a_declared_failure(web: WebServer, answer: bytes) -> None:
    web.add_raw("/p", answer)
    fetched = client_of(web, timeout_s=2).get("http://a.test/p")
    assert (fetched.outcome, fetched.body) == ("failed", None)
    assert fetched.error in ("protocol", "truncated", "too_large", "reset")


@pytest.mark.parametrize("length", [b"9" * 5000, b"9" * 30, b"+5", b"99999"])
def test_a_length_that_no_body_has_fails_the_poll(web: WebServer, length: bytes) -> None:
    web.add_raw("/feed", HEAD + b"Content-Length: " + length + b"\r\n\r\n" + rss("/1"))
    poll = poll_feed(client_of(web), URL)
    assert (poll.outcome, poll.entries) == ("failed", ())


@pytest.mark.parametrize("length", [b"\xb2", b"none", b"", b"-5"])
def test_a_length_that_is_no_number_is_passed_over(web: WebServer, length: bytes) -> None:
    web.add_raw("/p", HEAD + b"Content-Length: " + length + b"\r\n\r\nhello")
    assert client_of(web).get("http://a.test/p").body == b"hello"


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("CaseBot/1.0", "CaseBot"),
        ("Mozilla/5.0 (compatible; PaperBot/1.0; +https://paper.example/bot)", "PaperBot"),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Paper-Bot/1.1)", "Paper-Bot"),
        ("Mozilla/5.0 (X11) AppleWebKit/537 (KHTML, like Gecko) Chrome/120.0 Safari/537 PaperBot/2", "PaperBot"),
        ("Mozilla/5.0 (X11; Linux) Gecko/2010 Firefox/120.0", "Mozilla"),
        ("9", "*"),
    ],
)  # fmt: skip
def test_the_token_that_robots_txt_knows_us_by(agent: str, token: str) -> None:
    assert product_token(agent) == token
