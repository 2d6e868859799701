"""Whose page it is, from feed to warehouse: outlets that move, rename, mislabel and wall off their stories."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tomlkit

from flows.base.observer import Report, Silent
from flows.base.settings import load
from flows.reading.verify import compare
from flows.work.rebuild import rebuild
from tests.archive_samples import packed, record
from tests.conftest import ORPHANS, UNBALANCED, Run, rows
from tests.outlet import at
from tests.webserver import WebServer
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.searching.checking import faults_of_index

pytestmark = pytest.mark.usefixtures("one_judge")

HOSTS = ("moved.test", "template.test", "walled.test", "gone.test", "titles.test", "testing.test")
Item = tuple[str, str, str | None]  # title, path, guid


def body(topic: str, paragraphs: int = 9) -> list[str]:
    """Paragraphs about a topic that no other topic has."""
    return [
        f"{topic.capitalize()} was item {n} of the day: the {topic} committee weighed {topic} rule {n} against {topic} "
        f"custom {n}, heard witness {topic}-{n}, and adjourned the {topic} matter until part {n + 1} of the session."
        for n in range(paragraphs)
    ]


def page(headline: str, paragraphs: list[str], canonical: str = "") -> bytes:
    text = "".join(f"<p>{each}</p>" for each in paragraphs)
    head = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return (
        f"<html lang=en><head><title>{headline}</title>{head}</head><body><article><h1>{headline}</h1>{text}</article>"
        "</body></html>"
    ).encode()


@dataclass
class World:
    """Six outlets on one server, and the home of who reads them."""

    web: WebServer
    home: Path
    reports: list[Report] = field(default_factory=list)

    @property
    def given(self) -> dict[str, str]:
        return {"config": str(self.home / "dateline.toml"), "home": str(self.home)}

    def configure(self) -> None:
        sources = [{"name": host.split(".")[0], "feeds": [f"http://{host}/{host}/feed"]} for host in HOSTS]
        fetch = {"delay": "0s", "connect_to": self.web.as_hosts(*HOSTS)}
        (self.home / "dateline.toml").write_text(tomlkit.dumps({"fetch": fetch, "source": sources}))

    def feed(self, host: str, *items: Item) -> None:
        entries = "".join(
            f"<item><title>{title}</title><link>http://{host}{path}</link>"
            f"{f'<guid>{guid}</guid>' if guid else ''}</item>"
            for title, path, guid in items
        )
        self.web.add(f"/{host}/feed", f'<rss version="2.0"><channel>{entries}</channel></rss>'.encode())

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return rows(self.home / "dateline.duckdb", sql)


FERRY = body("ferry")
EDITED = [*FERRY[:3], "A spokesman later corrected the number of letters and apologised to all.", *FERRY[3:]]
NOTICE = (
    "This story is no longer available to readers of this site; it was taken down at the request of one of the parties "
    "named in it. Contact the editors."
)
WALL = (
    b"<html><head><title>Before you continue</title></head><body><h1>We value your privacy</h1><p>Accept all "
    b"cookies or manage choices. Our partners store cookies.</p></body></html>"
)


def first_morning(world: World) -> None:
    world.feed("moved.test", ("Ferry sinks", "/ferry-sinks", "17"), ("Pier", "/pier", "18"))
    world.web.add("/ferry-sinks", page("The ferry sinks, say residents", FERRY))
    world.web.add("/pier", page("The pier is painted green", body("pier")))
    stories = ("tram", "mill", "zoo")
    world.feed("template.test", *((name, f"/{name}", "same") for name in stories))
    for name in stories:
        world.web.add(f"/{name}", page(f"The {name} opens again", body(name), "http://template.test/app"))
    world.feed("walled.test", ("x", "/go/1", None), ("x", "/market", None))
    world.web.add("/go/1", WALL.replace(b"</head>", b"<link rel=canonical href='http://walled.test/market'></head>"))
    world.web.add("/market", page("The market moves to the square", body("market"), "http://walled.test/market"))
    world.feed("gone.test", ("Quarry", "/quarry", None), ("Mast", "/mast", None))
    world.web.add("/quarry", page("The quarry is sold to its workers", body("quarry")))
    world.web.add("/mast", page("The mast is raised at noon", body("mast")))
    world.feed("titles.test", ("Lock closes", "/lock", None))
    world.web.add("/lock", page("The lock closes for a week", body("lock")))
    world.feed("testing.test", ("Buoy", "/buoy", None))
    world.web.add("/buoy", page("Buoy found on the beach", body("buoy")))


def next_day(world: World) -> None:
    """The ferry's story has moved; one more story comes out of the template; a notice and a teaser; new headlines."""
    world.feed("moved.test", ("Ferry saved", "/ferry-saved", "17"))
    world.web.add("/ferry-saved", page("The ferry is saved after a long night", EDITED))
    world.web.add("/ferry-sinks", b"gone", status=404)
    world.feed("template.test", ("dam", "/dam", "same"))
    world.web.add("/dam", page("The dam opens again", body("dam"), "http://template.test/app"))
    world.web.add("/quarry", page("The quarry is sold to its workers", [NOTICE]))
    world.web.add("/mast", page("The mast is raised at noon", body("mast")[:3]))
    world.feed("titles.test", ("Lock closes for good", "/lock", None))
    world.web.add("/lock", page("The lock closes for good", body("lock")))
    world.web.add("/buoy", page("You will not believe what lay on the beach", body("buoy")))


@pytest.fixture(scope="module")
def world(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with WebServer() as web:
        world = World(web, tmp_path_factory.mktemp("identity"))
        world.configure()
        first_morning(world)
        world.reports.append(run(now=lambda: at(0), **world.given))
        next_day(world)
        world.reports.append(run(now=lambda: at(26), **world.given))
        world.web.add("/buoy", page("Buoy found on the beach", body("buoy")))
        world.reports.append(run(now=lambda: at(80), **world.given))
        early = page("The mast is planned for spring", body("mast")[:8])
        warc = world.home / "early.warc.gz"
        warc.write_bytes(packed(record("http://gone.test/mast", early)))
        world.reports.append(run(now=lambda: at(81), warcs=[str(warc)], **world.given))
        yield world


def versions(world: World, source: str, path: str) -> list[tuple[object, ...]]:
    return world.rows(
        "select v.version, v.headline, valid_to is null from article_versions as v join articles using (article_id) "
        f"where source = '{source}' and url like '%{path}' order by 1"
    )


def outcomes(world: World, number: int, path: str) -> list[tuple[object, ...]]:
    run_id = world.reports[number].run_id
    return world.rows(f"select outcome, reason from outcomes where run_id = '{run_id}' and url like '%{path}'")


def test_every_ledger_balances_and_all_is_sound(world: World) -> None:
    assert world.rows(UNBALANCED) == []
    assert world.rows(ORPHANS) == []
    with open_writer(world.home / "state" / "work.duckdb") as connection:
        assert compare(connection, Home(world.home))[1] == []
        assert faults_of_index(connection, Home(world.home).index) == []


def test_a_story_that_moved_under_its_guid_is_a_revision_and_no_gap(world: World) -> None:
    assert versions(world, "moved", "/ferry-sinks") == [
        (1, "The ferry sinks, say residents", False), (2, "The ferry is saved after a long night", True),
    ]  # fmt: skip
    assert world.rows("select count(*) from articles where source = 'moved'") == [(2,)]
    assert world.rows("select bool_or(gap) from feed_polls where source = 'moved'") == [(False,)]
    assert world.rows("select new_entries from feed_polls where source = 'moved' order by polled_at") == [
        (2,), (0,), (0,),
    ]  # fmt: skip
    names = world.rows(
        "select kind, article_addresses.url from article_addresses join articles using (article_id) "
        "where articles.url like '%ferry-sinks' order by all"
    )
    assert ("guid", "17") in names
    assert {url for kind, url in names if kind == "fetched"} == {
        "http://moved.test/ferry-sinks", "http://moved.test/ferry-saved",
    }  # fmt: skip


def test_a_canonical_of_all_stories_is_believed_of_none_in_this_run_and_the_next(world: World) -> None:
    found = world.rows(
        "select canonical_url, list_contains(quality_flags, 'canonical_suspect') from articles "
        "where source = 'template' order by 1"
    )
    assert found == [(f"https://template.test/{name}", True) for name in ("dam", "mill", "tram", "zoo")]
    assert any("canonical address that other stories name" in alarm for alarm in world.reports[0].alarms)


def test_the_story_behind_a_wall_is_no_duplicate_of_it(world: World) -> None:
    assert outcomes(world, 0, "/go/1") == [("rejected", "consent_wall")]
    assert outcomes(world, 0, "/market") == [("loaded", None)]


def test_a_notice_and_a_teaser_leave_the_article_as_it_was(world: World) -> None:
    assert outcomes(world, 1, "/quarry") == [("rejected", "became_a_notice")]
    assert outcomes(world, 1, "/mast") == [("unchanged", "became_a_teaser")]
    assert len(versions(world, "gone", "/quarry")) == 1
    assert world.rows("select rule from quarantine where url like '%/quarry'") == [("became_a_notice",)] * 2


def test_a_title_that_changed_in_the_feed_alone_causes_a_look(world: World) -> None:
    assert outcomes(world, 1, "/lock") == [("revised", "headline")]


def test_headlines_that_alternate_are_two_versions(world: World) -> None:
    assert versions(world, "testing", "/buoy") == [
        (1, "Buoy found on the beach", True), (2, "You will not believe what lay on the beach", False),
    ]  # fmt: skip


def test_an_older_capture_fills_in_history(world: World) -> None:
    assert versions(world, "gone", "/mast") == [
        (1, "The mast is planned for spring", False), (2, "The mast is raised at noon", True),
    ]  # fmt: skip
    current = "select headline, version, first_seen < last_seen, day(first_seen) from articles where url like '%/mast'"
    assert world.rows(current) == [("The mast is raised at noon", 2, True, 1)]


def test_the_archive_gives_the_same_articles_versions_and_addresses_again(world: World) -> None:
    same = (
        "select article_id, version, headline, valid_from, valid_to from article_versions order by all",
        "select article_id, kind, url, url_id from article_addresses order by all",
    )
    before = [world.rows(sql) for sql in same]
    rebuild(load(world.home / "dateline.toml", world.home), Silent())
    assert [world.rows(sql) for sql in same] == before
