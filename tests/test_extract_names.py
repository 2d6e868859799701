"""Bylines become people; titles lose what is not the headline."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tasks.extract.fields import authors, headline
from tasks.extract.fields.agencies import agency_of
from tasks.extract.fields.names import people_in
from tasks.extract.fields.outlet import OutletNames
from tasks.extract.limits import parse
from tasks.extract.signals.page_signals import Sources, gather
from warehouse.records import Hints, UnreadablePage

SITE = '<meta property="og:site_name" content="The Harbor Ledger">'


def sources(html: str, **hints: Any) -> Sources:
    tree = parse(html)
    assert tree is not None
    assert not isinstance(tree, UnreadablePage)
    known = Hints(fetched_at=datetime(2024, 6, 1, tzinfo=UTC), **hints)
    return gather(tree, url="https://www.harborledger.example/town/a-story", hints=known)


@pytest.mark.parametrize(
    ("raw", "names"),
    [
        ("By Ann Lee", ["Ann Lee"]),
        ("BY ANN LEE AND BO RAY", ["ANN LEE", "BO RAY"]),
        ("By Ann Lee and Bo Ray, Staff Writers", ["Ann Lee", "Bo Ray"]),
        ("Ann Lee, Bo Ray & Cy Fox", ["Ann Lee", "Bo Ray", "Cy Fox"]),
        ("Von Henrike Sommer und Tom Adler", ["Henrike Sommer", "Tom Adler"]),
        ("Par Yann Le Goff et Élise Morvan", ["Yann Le Goff", "Élise Morvan"]),
        ("Por Inés Calderón y Luis Vega", ["Inés Calderón", "Luis Vega"]),
        ("di Marta Bellini", ["Marta Bellini"]),
        ("Di Anna Costa", ["Di Anna Costa"]),
        ("Ann Lee, Political Correspondent", ["Ann Lee"]),
        ("Ann Lee (alee@harborledger.example)", ["Ann Lee"]),
        ("Ann Lee alee@harborledger.example", ["Ann Lee"]),
        ("Dr. Ann Lee | Updated: May 3, 2024, 10:15 am", ["Ann Lee"]),
        ("May 3, 2024 at 6:08 PM ET by Kori Lund", ["Kori Lund"]),
        ("By Ann Lee May 3, 2024", ["Ann Lee"]),
        ("Lee, Ann", ["Ann Lee"]),
        ("Ludwig van der Berg", ["Ludwig van der Berg"]),
        ("Ursula von der Tann", ["Ursula von der Tann"]),
        ("https://facebook.com/harborledger", []),
        ("admin", []),
        ("", []),
        ("신현주 기자", ["신현주"]),
    ],
)
def test_people_in(raw: str, names: list[str]) -> None:
    assert people_in(raw) == names


def decided(head: str, body: str = "", **hints: Any) -> authors.Authors:
    found = sources(f"<html><head>{head}</head><body>{body}</body></html>", **hints)
    return authors.weigh(found, OutletNames(found))


def test_the_outlet_is_author_only_where_it_stands_alone() -> None:
    alone = decided(SITE + '<meta name="author" content="The Harbor Ledger">')
    assert alone.people == ("The Harbor Ledger",)
    both = decided(SITE + '<meta name="author" content="The Harbor Ledger">', "<p class='byline'>By Ann Lee</p>")
    assert both.people == ("Ann Lee",)


def test_agencies_are_no_people() -> None:
    found = decided('<meta name="author" content="Ann Lee, Associated Press">')
    assert (found.people, found.agency) == (("Ann Lee",), "AP")
    assert [agency_of(name) for name in ("dpa/lnw", "AFP", "The Associated Press", "Ann Lee", "")] == [
        "dpa",
        "AFP",
        "AP",
        None,
        None,
    ]


def test_references_in_a_graph_are_followed() -> None:
    script = (
        '{"@graph":[{"@type":"NewsArticle","headline":"x","author":[{"@id":"#p"}]},'
        '{"@type":"Person","@id":"#p","name":"Ann Lee"}]}'
    )
    assert decided(f'<script type="application/ld+json">{script}</script>').people == ("Ann Lee",)


def title(head: str, body: str = "", **hints: Any) -> str | None:
    found = sources(f"<html><head>{head}</head><body>{body}</body></html>", **hints)
    return headline.weigh(found, OutletNames(found)).headline


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("Pier to be rebuilt - The Harbor Ledger", "Pier to be rebuilt"),
        ("Pier to be rebuilt | Town | The Harbor Ledger", "Pier to be rebuilt"),
        ("The Harbor Ledger: Pier to be rebuilt at last", "The Harbor Ledger: Pier to be rebuilt at last"),
        ("Harbor Ledger | Pier to be rebuilt at last", "Pier to be rebuilt at last"),
        ("Pier to be rebuilt – harborledger.example", "Pier to be rebuilt"),
        ("Pier to be rebuilt – the cost - The Harbor Ledger", "Pier to be rebuilt – the cost"),
        ("Q&amp;A: the pier | The Harbor Ledger", "Q&A: the pier"),
        ("Use &lt;b&gt;bold&lt;/b&gt; paint, say painters", "Use <b>bold</b> paint, say painters"),
        ("Pier rebuilt - why it took 4 years", "Pier rebuilt - why it took 4 years"),
    ],
)
def test_a_title_loses_outlet_and_section(raw: str, wanted: str) -> None:
    section = '<meta property="article:section" content="Town">'
    assert title(f"<title>{raw}</title>{SITE}{section}") == wanted


def test_the_title_that_the_reader_sees_counts() -> None:
    script = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Pier costs: what we know"}</script>'
    shared = '<meta property="og:title" content="You won’t believe this pier">'
    head = f"<title>Pier costs: what we know</title>{script}{shared}"
    assert title(head, "<h1>The long way to a new pier</h1>") == "The long way to a new pier"


def test_json_ld_counts_where_the_other_titles_come_from_one_field() -> None:
    script = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"The long way to a pier"}</script>'
    shared = '<meta property="og:title" content="Pier costs: what we know">'
    head = f"<title>Pier costs: what we know</title>{script}{shared}"
    assert title(head, "<h1>Pier costs: what we know</h1>") == "The long way to a pier"


def test_without_json_ld_the_visible_title_counts() -> None:
    head = '<title>Pier 2024</title><meta property="og:title" content="You won’t believe this pier">'
    assert title(head, "<h1>Council votes for the pier</h1>") == "Council votes for the pier"


def test_a_logo_is_no_headline() -> None:
    head = f"<title>Council votes for the pier | The Harbor Ledger</title>{SITE}"
    assert title(head, '<h1 class="logo">The Harbor Ledger</h1>') == "Council votes for the pier"


def test_a_title_cut_by_the_old_limit_is_completed() -> None:
    long = (
        "Council votes nine to two for the reconstruction of the ferry pier after four years of waiting and two reports"
    )
    script = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{long[:100]}"}}</script>'
    assert title(script + f'<meta property="og:title" content="{long}">', f"<h1>{long}</h1>") == long
