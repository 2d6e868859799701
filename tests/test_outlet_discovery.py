"""What is found of an outlet and what is chosen: feeds, sitemaps, its name."""

import json
import tomllib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from lxml.html import document_fromstring

from flows.base.source import Source
from flows.base.source_entry import Addition, Line, extended, known_as, source_name
from newsroom.outlets import BY_ID, OUTLETS, Outlet
from newsroom.server import Newsroom
from tasks.discover.asking import MAX_REQUESTS, Asker
from tasks.discover.candidates import anchored_feeds, announced_feeds, is_section, linked_feeds, named_sitemaps, site_of
from tasks.discover.feeds import parse_feed
from tasks.discover.masthead import masthead
from tasks.discover.outlet import find_outlet
from tests.conftest import ANCHOR
from tests.outlet_pages import HOME, NOW, TODAY, asker_of, link, look, page, rss, urlset, verdicts
from tests.webserver import WebServer


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


# On the embedded newsroom


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda outlet: outlet.id)
def test_every_outlet_of_the_newsroom_is_found(newsroom: Newsroom, outlet: Outlet) -> None:
    before = len(newsroom.requests)
    found = find_outlet(asker_of(newsroom.connect_to), outlet.host, now=ANCHOR)
    is_closed = outlet.id == "closed-circle"
    assert [probe.url for probe in found.feeds] == ([] if is_closed else [outlet.url(p) for p in outlet.feeds])
    assert [probe.url for probe in found.sitemaps] == [outlet.url(p) for p in outlet.robots_sitemaps]
    assert all(probe.newest for probe in (*found.feeds, *found.sitemaps))
    assert (found.home, found.trouble) == (outlet.home, None)
    assert (found.masthead.title, found.masthead.language) == (outlet.title, outlet.language)
    assert len(newsroom.requests) - before <= found.requests <= MAX_REQUESTS
    assert len({request.path for request in newsroom.requests[before:]}) == len(newsroom.requests) - before
    refused = {f.probe.url: f.reason for f in found.findings if not f.chosen}
    assert refused == ({outlet.url("/feed/"): "not_a_feed"} if is_closed else {})


def test_a_feeds_address_is_taken_as_it_is_and_leads_to_the_home_page(newsroom: Newsroom) -> None:
    outlet = BY_ID["nordhafener-tagblatt"]
    found = find_outlet(asker_of(newsroom.connect_to), outlet.url(outlet.feeds[0]), now=ANCHOR)
    assert ([p.url for p in found.feeds], found.sitemaps) == ([outlet.url(outlet.feeds[0])], ())
    assert (found.home, found.masthead.title, found.masthead.language) == (outlet.home, outlet.title, "de")
    assert found.requests == 3


# What is found


def test_comment_feeds_twins_empty_and_old_ones_are_left_out(web: WebServer) -> None:
    places = ("/feed/", "/atom.xml", "/empty.xml", "/old.xml", "/login", "/gone.xml", "/sport.xml")
    comments = [link("/comments/feed/"), link("/x.xml", title="The A &raquo; Comments Feed")]
    web.add("/", page(*map(link, places), *comments, link("/wp-json/wp/v2/pages/7", "json")))
    web.add("/feed/", rss("/1", "/2", "/3"))
    web.add("/atom.xml", rss("/1", "/2"))
    web.add("/empty.xml", rss())
    web.add("/old.xml", rss("/9", ago=timedelta(days=100)))
    web.add("/login", page())
    web.add("/sport.xml", rss("/s1", "/1"))
    found = look(web)
    assert verdicts(found) == {
        "/feed/": "",
        "/sport.xml": "",
        "/atom.xml": "duplicate",
        "/empty.xml": "empty",
        "/old.xml": "stale",
        "/login": "not_a_feed",
        "/gone.xml": "http_404",
        "/comments/feed/": "comments",
        "/x.xml": "comments",
    }
    assert not {"/comments/feed/", "/x.xml", "/wp-json/wp/v2/pages/7"} & set(web.paths())


def test_feeds_without_link_tags_are_found_on_the_page_in_directories_and_in_usual_places(web: WebServer) -> None:
    web.add("/", page(body='<a href="/feeds/">RSS</a> <a href="http://b.test/rss">elsewhere</a>'))
    web.add("/feeds/", page(body='<a href="/feeds/world.rss">World</a> <a href="/posts/a-feed-of-two">no</a>'))
    web.add("/feeds/world.rss", rss("/1"))
    assert [p.url for p in look(web).feeds] == ["http://a.test/feeds/world.rss"]
    web.add("/", page())
    del web.routes["/feeds/"]
    web.add("/rss.xml", rss("/1"))
    found = look(web)
    assert [p.url for p in found.feeds] == ["http://a.test/rss.xml"]
    assert "http://a.test/feed" in found.missed


def test_a_news_sitemap_is_preferred_and_an_archive_is_not_taken(web: WebServer) -> None:
    web.add("/", page(link("/feed")))
    web.add("/feed", rss("/1", "/2"))
    named = "Sitemap: http://a.test/index.xml\nSitemap: /tag-sitemap.xml\n"
    web.add("/robots.txt", named.encode(), headers={"Content-Type": "text/plain"})
    parts = "".join(
        f"<sitemap><loc>http://a.test{p}</loc></sitemap>" for p in ("/m-1.xml", "/m-2.xml", "/sitemap-news.xml")
    )
    web.add("/index.xml", f"<sitemapindex>{parts}</sitemapindex>".encode())
    web.add("/sitemap-news.xml", urlset("/1", news=True))
    found = look(web)
    assert verdicts(found) == {
        "/feed": "",
        "/sitemap-news.xml": "",
        "/index.xml": "has_news",
        "/tag-sitemap.xml": "not_articles",
    }
    assert found.sitemaps[0].form == "news"
    web.add("/robots.txt", b"Sitemap: /all.xml\nSitemap: /pages.xml\n")
    web.add("/all.xml", urlset(*(f"/{n}" for n in range(3000))))
    web.add("/sitemap-news.xml", b"gone", status=410)
    assert verdicts(look(web)) == {"/feed": "", "/all.xml": "archive", "/pages.xml": "not_articles"}


def test_without_a_feed_a_living_sitemap_will_do_and_a_dead_one_only_when_asked_for(web: WebServer) -> None:
    web.add("/", page())
    web.add("/sitemap.xml", urlset(*(f"/{n}" for n in range(3000))))
    assert [p.pages for p in look(web).sitemaps] == [3000]
    web.add("/sitemap.xml", urlset(*(f"/{n}" for n in range(3000)), day="2019-01-01"))
    found = look(web)
    assert (found.trouble, verdicts(found)) == ("no_feed", {"/sitemap.xml": "archive"})
    assert look(web, alone=True).trouble is None


def test_of_a_section_its_feed_is_enough(web: WebServer) -> None:
    web.add("/world/", page())
    web.add("/world/rss", rss("/1", title="World"))
    web.add("/sitemap.xml", urlset("/1", "/2"))
    assert verdicts(look(web, "http://a.test/world/")) == {"/world/rss": "", "/sitemap.xml": "whole_site"}
    assert is_section("http://a.test/world/")
    assert not any(is_section(f"http://a.test{p}") for p in ("/", "/index.html", "/en/", "/en-us", "/news/"))


@pytest.mark.parametrize(
    ("path", "trouble"),
    [("status/403", "http_403"), ("status/404", "http_404"), ("reset", "reset"), ("private", "robots")],
)
def test_a_home_page_that_does_not_answer_is_a_value(web: WebServer, path: str, trouble: str) -> None:
    web.add("/robots.txt", b"User-agent: *\nDisallow: /private\n")
    assert look(web, f"http://a.test/{path}").trouble == trouble


def test_the_budget_is_kept_and_what_was_left_out_is_said(web: WebServer) -> None:
    web.add("/", page(*(link(f"/{n}.xml") for n in range(10))))
    for number in range(10):
        web.add(f"/{number}.xml", rss(f"/{number}"))
    found = look(web, max_requests=6)
    assert len(web.requests) <= 6
    assert (len(found.feeds), found.notes) == (4, ("stopped after 6 requests",))
    slow = Asker(asker_of(web.as_hosts("a.test")).client, clock=iter(range(0, 10_000, 20)).__next__)
    late = find_outlet(slow, HOME, now=NOW)
    assert late.notes[0].startswith("stopped after 1")
    web.add("/", page())
    assert look(web).requests <= MAX_REQUESTS


def test_a_hostile_page_costs_little_and_is_written_inert(web: WebServer) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss><channel>&b;</channel></rss>'
    evil = '<meta property="og:site_name" content="A&#10;[[source]]&#27;[31m&quot; = 1">'
    web.add("/", page(evil, link("/bomb"), link("/ok.xml", title="x"), link("javascript:alert(1)")))
    web.add("/bomb", bomb)
    web.add("/ok.xml", rss("/1"))
    found = look(web)
    assert verdicts(found) == {"/ok.xml": "", "/bomb": "entities"}
    source = Addition(name="a", title=found.masthead.title, url=HOME, unused=(Line(url=HOME, remark="x\n[[source]]"),))
    assert tomllib.loads(extended(b"", source, today=TODAY).decode())["source"] == [source.values()]
    assert "\x1b" not in extended(b"", source, today=TODAY).decode()


def test_a_feed_behind_a_plain_permalink_is_found(web: WebServer) -> None:
    web.add("/", page())
    web.add("/?feed=rss2", rss("/1"))
    assert [probe.url for probe in look(web).feeds] == ["http://a.test/?feed=rss2"]


# Pure parts


def test_what_looks_like_a_feed_on_a_page() -> None:
    hrefs = (
        "/feed", "/rss/", "/rss.xml", "/index~rss2.xml", "/world.rss", "/rssfeeds/1.cms", "/search?f=rss", "http://feeds.a.test/rss",
        "/posts/the-feed-bug", "/feedback", "/news/atomic", "mailto:rss@a.test", "http://b.test/feed",
    )  # fmt: skip
    tree = document_fromstring("<base href='/x/'>" + "".join(f"<a href='{h}'>x</a>" for h in hrefs))
    found = [c.url.removeprefix("http://") for c in anchored_feeds(tree, HOME)]
    assert found == [
        "a.test/feed", "a.test/rss/", "a.test/rss.xml", "a.test/index~rss2.xml", "a.test/world.rss",
        "a.test/rssfeeds/1.cms", "a.test/search?f=rss", "feeds.a.test/rss",
    ]  # fmt: skip


def test_link_tags_are_taken_once_and_robots_lines_with_news_first() -> None:
    tree = document_fromstring(page(link("/f?utm_source=x"), link("/f"), link("/j", "feed+json"), link("http://[")))
    assert [c.url for c in linked_feeds(tree, HOME)] == ["http://a.test/f", "http://a.test/j"]
    lines = ("/tags.xml", "/sitemap.xml", "http://cdn.test/news.xml", "ftp://x/", "/sitemap.xml")
    named = [c.url for c in named_sitemaps(lines, HOME)]
    assert named == ["http://cdn.test/news.xml", "http://a.test/sitemap.xml", "http://a.test/tags.xml"]


def test_feeds_say_where_home_is() -> None:
    atom = (
        b'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="nl"><link rel="self" href="/s"/><link href="/h"/></feed>'
    )
    told = {"version": "https://jsonfeed.org/version/1.1", "home_page_url": "/j", "language": "sv", "items": []}
    for body, path, language in ((rss("/1"), "", "fr-CA"), (atom, "h", "nl"), (json.dumps(told).encode(), "j", "sv")):
        channel = parse_feed(body, url=HOME)
        assert (channel.home, channel.language) == (f"{HOME}{path}", language)


@pytest.mark.parametrize(
    ("head", "title", "url", "expected"),
    [
        ('<meta property="og:site_name" content="The &amp; Co">', "x", HOME, "The & Co"),
        ('<meta property="og:site_name" content="a.test">', "Home - A News", HOME, "a.test"),
        ("", "Port Averill's best | The Harbor Ledger", "http://www.harborledger.com/", "The Harbor Ledger"),
        ("", "BBC - Homepage", "https://www.bbc.co.uk/", "BBC"),
        ("", "Opinion of the Guardian's readers | The Guardian", "https://theguardian.com/", "The Guardian"),
        ("", "", "https://x.paper.test/", "Feed's title"),
        ('<script type="application/ld+json">{"@type": "WebSite", "name": "Ada Post"}</script>', "y", HOME, "Ada Post"),
    ],
)  # fmt: skip
def test_an_outlets_name_is_freed_of_slogans(head: str, title: str, url: str, expected: str) -> None:
    tree = document_fromstring(page(head, title=title))
    assert masthead(tree, url, feed_title="Feed's title").title == expected


@pytest.mark.parametrize(
    ("title", "url", "name"),
    [
        ("The Harbor Ledger", HOME, "harbor-ledger"),
        ("Süddeutsche Zeitung", HOME, "sueddeutsche-zeitung"),
        ("L'Équipe", HOME, "lequipe"),
        ("朝日新聞", "https://www.asahi.com/", "asahi"),
        ("The", HOME, "the"),
        ("x" * 90, HOME, "x" * 40),
    ],
)
def test_source_names(title: str, url: str, name: str) -> None:
    assert source_name(title, url) == name


def test_which_source_is_the_same() -> None:
    sources = [Source(name="a", url="https://www.a.co.uk/news"), Source(name="b", feeds=("https://feeds.b.org/1",))]
    assert [known_as(sources, u) for u in ("http://a.co.uk/", "http://b.org", "http://c.org")] == [*sources, None]
    assert known_as(sources, "http://c.org", ["http://feeds.b.org/1/"]) == sources[1]
    assert site_of("http://127.0.0.1:81/") != site_of("http://127.0.0.1:82/")


def test_feeds_are_announced_by_link_headers_rel_feed_and_marked_links() -> None:
    kind = 'rel="alternate"; type="application/rss+xml"'
    header = f'<https://a.test/h.xml>; {kind}; title="News, all", </style.css>; rel=preload'
    found = announced_feeds([("Link", header), ("link", "</f>; rel=feed")], HOME)
    assert [(c.url, c.title) for c in found] == [("https://a.test/h.xml", "News, all"), ("http://a.test/f", None)]
    tree = document_fromstring(
        '<link rel="feed" href="/one"><a rel="feed" href="/two">x</a><a type="application/atom+xml" href="/three">y</a>'
        '<link rel="alternate" type="application/rss+xml" href="/?feed=rss2"><a href="/?cat=3&amp;feed=rss2">z</a>'
    )
    assert [c.url for c in linked_feeds(tree, HOME)] == ["http://a.test/one", "http://a.test/?feed=rss2"]
    assert [c.url for c in anchored_feeds(tree, HOME)] == [
        "http://a.test/two", "http://a.test/three", "http://a.test/?cat=3&feed=rss2",
    ]  # fmt: skip
