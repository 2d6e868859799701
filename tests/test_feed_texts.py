"""Stories whose pages are walled, gone or cut off, with the text that their feed gives; and pages that come late."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
import tomlkit

from flows.base.observer import Report, Silent
from flows.base.settings import load
from flows.reading.verify import compare
from flows.work.rebuild import rebuild
from flows.work.reextract import reextract
from tests.conftest import ORPHANS, UNBALANCED, Run, rows
from tests.outlet import at
from tests.test_identity_runs import WALL, body, page
from tests.webserver import WebServer
from warehouse.connection import open_writer
from warehouse.home import Home

pytestmark = pytest.mark.usefixtures("one_judge")

PUBLISHED = datetime(2026, 3, 2, 8, tzinfo=UTC)
STORIES = ("gone", "barred", "consent", "teaser", "scripted", "cut", "later", "plain")
TEASER = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The teaser of the day", "isAccessibleForFree": false}</script>'  # noqa: E501 - one tag


def item(name: str, topic: str | None = None, end: str = "") -> str:
    paragraphs = "".join(f"<p>{each}</p>" for each in body(topic or name)) + end
    return (
        f"<item><title>The {name} of the day</title><link>http://full.test/{name}</link><guid>{name}</guid>"
        f"<dc:creator>Ann Harper</dc:creator><pubDate>Mon, 02 Mar 2026 08:00:00 GMT</pubDate>"
        f"<content:encoded>{escape(paragraphs)}</content:encoded></item>"
    )


def publish(web: WebServer, *items: str) -> None:
    spaces = 'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    web.add("/feed", f'<rss version="2.0" {spaces}><channel>{"".join(items)}</channel></rss>'.encode())


class Outlet:
    """One outlet whose feed has whole texts, and the home of who reads it."""

    def __init__(self, web: WebServer, home: Path) -> None:
        self.web, self.home = web, home
        fetch = {"delay": "0s", "connect_to": web.as_hosts("full.test", "consent.test")}
        source = {"name": "full", "feeds": ["http://full.test/feed"]}
        (home / "dateline.toml").write_text(tomlkit.dumps({"fetch": fetch, "source": [source]}))
        self.given = {"config": str(home / "dateline.toml"), "home": str(home)}
        self.reports: list[Report] = []

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return rows(self.home / "dateline.duckdb", sql)

    def outcome(self, number: int, name: str) -> list[tuple[object, ...]]:
        run_id = self.reports[number].run_id
        return self.rows(f"select outcome, reason from outcomes where run_id = '{run_id}' and url like '%/{name}'")


def first_morning(web: WebServer) -> None:
    publish(web, *(item(name, end="<p>Read the rest [&hellip;]</p>" if name == "cut" else "") for name in STORIES))
    for name, status in (("gone", 410), ("barred", 403), ("cut", 404)):
        web.add(f"/{name}", b"<html><title>Sorry</title><h1>Sorry</h1></html>", status=status)
    web.add("/consent", b"", status=302, headers={"Location": "http://consent.test/choose"})
    web.add("/choose", WALL)
    web.add(
        "/teaser", page("The teaser of the day", body("teaser")[:1]).replace(b"</head>", TEASER.encode() + b"</head>")
    )
    web.add("/scripted", page("The scripted of the day", ["Loading the story for you."]))
    web.add("/later", page("The later of the day", body("later")))
    web.add("/plain", page("The plain of the day", body("page of its own")))
    web.add("/pier/print", page("Print: the pier is painted", body("pier", 4)))


@pytest.fixture(scope="module")
def outlet(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outlet]:
    with WebServer() as web:
        outlet = Outlet(web, tmp_path_factory.mktemp("full"))
        first_morning(web)
        outlet.reports.append(run(now=lambda: at(0), **outlet.given))
        outlet.reports.append(run(now=lambda: at(1), urls=["http://full.test/pier/print"], **outlet.given))
        publish(
            web,
            item("gone", "gone, as the feed tells it now"),
            item("later", "other text"),
            item("consent"),
            item("teaser"),
        )
        web.add("/later", WALL)
        web.add("/pier", page("The pier is painted", body("pier", 4)))
        outlet.reports.append(run(now=lambda: at(26), **outlet.given))
        outlet.reports.append(run(now=lambda: at(27), urls=["http://full.test/pier"], **outlet.given))
        yield outlet


def test_the_books_balance_and_all_is_sound(outlet: Outlet) -> None:
    assert outlet.rows(UNBALANCED) == []
    assert outlet.rows(ORPHANS) == []
    with open_writer(outlet.home / "state" / "work.duckdb") as connection:
        assert compare(connection, Home(outlet.home))[1] == []


@pytest.mark.parametrize("name", ["gone", "barred", "consent"])
def test_a_story_behind_a_wall_or_gone_is_what_its_feed_tells(outlet: Outlet, name: str) -> None:
    assert outlet.outcome(0, name) == [("loaded", None)]
    found = outlet.rows(
        "select headline, authors, date_published, page_kind, list_filter(quality_flags, lambda f: f in "
        f"('text_from_feed', 'feed_only')), url, text from articles where url like '%/{name}'"
    )
    text = "\n\n".join(body(name))
    ((headline, authors, day, kind, flags, url, told),) = found
    assert (headline, authors, day, kind) == (
        f"The {name} of the day",
        ["Ann Harper"],
        PUBLISHED,
        "article",
    )
    assert (flags, url, told) == (["feed_only", "text_from_feed"], f"http://full.test/{name}", text)


@pytest.mark.parametrize("name", ["teaser", "scripted"])
def test_of_a_page_that_holds_its_text_back_all_else_is_kept(outlet: Outlet, name: str) -> None:
    found = outlet.rows(f"select headline, text, quality_flags from articles where url like '%/{name}'")
    ((headline, text, flags),) = found
    assert (headline, text) == (f"The {name} of the day", "\n\n".join(body(name)))
    assert "text_from_feed" in flags and "feed_only" not in flags  # type: ignore[operator]  # noqa: PT018


def test_a_page_with_its_own_text_keeps_it(outlet: Outlet) -> None:
    ((text, flags),) = outlet.rows("select text, quality_flags from articles where url like '%/plain'")
    assert text == "\n\n".join(body("page of its own"))
    assert "text_from_feed" not in flags  # type: ignore[operator]


def test_a_text_that_the_feed_cuts_off_is_none(outlet: Outlet) -> None:
    assert outlet.outcome(0, "cut") == [("rejected", "error_page")]


def test_a_known_story_whose_page_becomes_a_wall_keeps_its_version(outlet: Outlet) -> None:
    assert outlet.outcome(2, "later") == [("unchanged", "became_a_wall")]
    assert outlet.outcome(2, "consent") == [("unchanged", "same_content")]
    assert outlet.rows("select count(*) from article_versions") == [(len(STORIES),)]


def test_the_main_page_that_comes_after_its_print_page_is_the_same_article(outlet: Outlet) -> None:
    assert outlet.outcome(3, "pier") == [("duplicate", "another address of http://full.test/pier/print")]


def test_the_archive_gives_the_feed_s_texts_again(outlet: Outlet) -> None:
    settings = load(outlet.home / "dateline.toml", outlet.home)
    tally, _ = reextract(settings, Silent(), source=None, apply=False)
    assert (tally.counts.total(), tally.refused) == (0, [])
    same = (
        "select article_id, url, headline, text, quality_flags from articles order by all",
        "select capture_id, content from feed_texts order by all",
        "select article_id, url_id from internal.address_forms order by all",
        "select run_id, url, status, outcome, error from fetches where kind = 'article' order by all",
    )
    before = [outlet.rows(sql) for sql in same]
    rebuild(settings, Silent())
    assert [outlet.rows(sql) for sql in same] == before
