"""Captions and credits, links, JSON-LD as it really comes, language, blocks, and text that has to be repaired."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tasks.extract.fields.images import split_credit
from tasks.extract.fields.links import MAX_LINKS
from tasks.extract.page import EXTRACTOR, read_page
from tasks.extract.signals import jsonld
from warehouse.records import Hints, Page

HINTS = Hints(fetched_at=datetime(2026, 11, 1, tzinfo=UTC))
STORY = "The council met for three hours and decided nothing of importance, as everybody had expected. " * 4


def page_of(html: str, url: str = "https://news.example/a-story") -> Page:
    page = read_page(html, url=url, hints=HINTS)
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize(
    ("text", "caption", "credit"),
    [
        ("The bridge. (Photo by Sean Marsh/Getty Images)", "The bridge.", "Sean Marsh/Getty Images"),
        ("Die Brücke am Abend. Foto: Henrike Sommer", "Die Brücke am Abend.", "Henrike Sommer"),
        ("Foto: dpa", None, "dpa"),
        ("The bridge in winter", "The bridge in winter", None),
        ("The bridge. © Ann Lee", "The bridge.", "Ann Lee"),
        ("The bridge (AP Photo/Ann Lee)", "The bridge", "AP Photo/Ann Lee"),
        ("Le pont. Crédit photo : Yann Le Goff", "Le pont.", "Yann Le Goff"),
        ("The bridge. Jonas Petrak/The Harbor Ledger", "The bridge.", "Jonas Petrak/The Harbor Ledger"),
        ("", None, None),
    ],
)
def test_split_credit(text: str, caption: str | None, credit: str | None) -> None:
    assert split_credit(text) == (caption, credit)


@pytest.mark.parametrize(
    "script",
    [
        '{"@type":"NewsArticle","headline":"x"}',
        '[{"@type":"WebSite"},{"@type":["Article","NewsArticle"],"headline":"x"}]',
        '{"@graph":[{"@type":"WebPage","mainEntity":{"@type":"NewsArticle","headline":"x"}}]}',
        '<!-- {"@type":"NewsArticle","headline":"x"} -->',
        '//<![CDATA[\n{"@type":"NewsArticle","headline":"x"}\n//]]>',
        '{"@type":"NewsArticle","headline":"x",}',
        '{"@type":"http://schema.org/NewsArticle","headline":"x"};',
        '{"@type":"WebSite"}{"@type":"NewsArticle","headline":"x"}',
        '{"@type":"NewsArticle","headline":"x","description":"a\nb\tc"}',
        '{"@type":"NewsArticle","headline":"x","broken":"he said "no" to it"}',
        '{"@type":"NewsArticle","headline":"x","description":"it\\\'s"}',
    ],
)
def test_json_ld_as_it_comes(script: str) -> None:
    found = jsonld.nodes([script])
    assert jsonld.text_of(jsonld.article(found, urls=set(), titles=set()).get("headline")) == "x"


def test_the_node_of_this_page_wins() -> None:
    script = (
        '[{"@type":"NewsArticle","headline":"Other","url":"https://news.example/other","author":"A B"},'
        '{"@type":"NewsArticle","headline":"Mine","url":"https://www.news.example/mine/"}]'
    )
    found = jsonld.article(
        jsonld.nodes([script]), urls={jsonld.bare_url("https://news.example/mine?x=1")}, titles=set()
    )
    assert found["headline"] == "Mine"


@pytest.mark.parametrize("script", ["", "not json", "[" * 100_000, '{"a":' * 5_000, "null", '"text"', "{}"])
def test_hopeless_json_ld_is_nothing(script: str) -> None:
    assert jsonld.article(jsonld.nodes([script]), urls=set(), titles=set()) == {}


def test_structure_of_a_story_is_kept() -> None:
    page = page_of(
        f"<html><body><article><h1>Three hours of nothing</h1><p>{STORY}</p><h2>What they said</h2>"
        f"<blockquote><p>We will meet again, said the mayor, and again after that, until it is done.</p></blockquote>"
        f"<ul><li>First, the pier</li><li>Second, the road</li></ul><p>{STORY.replace('three', 'four')}</p>"
        "<table><tr><th>Vote</th><th>Count</th></tr><tr><td>Yes</td><td>4</td></tr></table>"
        f"<p>{STORY.replace('three', 'five')}</p></article></body></html>"
    )
    blocks = page.text.split("\n\n")
    assert "What they said" in blocks
    assert "- First, the pier\n- Second, the road" in blocks
    assert "Vote | Count\nYes | 4" in blocks
    assert "Three hours of nothing" not in blocks


def test_lines_that_are_not_the_story_go() -> None:
    noise = (
        'Read more: <a href="/late">The pier is late this year</a>',
        "Published: May 3, 2024, 10:15 am",
        '<a href="/newsletter">Sign up for our newsletter and never miss a thing</a>',
        '<em>Follow us on <a href="https://www.facebook.com/harborledger">Facebook</a></em>',
        "Have a story? Write to desk@news.example",
        "Photo: Ann Lee",
        "Advertisement",
        "© 2024 The Harbor Ledger. No part of this may be reproduced.",
    )
    told = [STORY.replace("three", word) for word in ("three", "four", "five")]
    parts = "".join(f"<p>{line}</p>" for line in (told[0], *noise, told[1], told[2]))
    page = page_of(f"<html><body><article><h1>Nothing at all</h1>{parts}</article></body></html>")
    assert page.text == "\n\n".join(story.strip() for story in told)


def test_the_same_tree_gives_the_same_page() -> None:
    html = f"<html lang='en'><body><h1>Nothing at all</h1><p>{STORY}</p></body></html>"
    assert page_of(html) == page_of(html)


def test_language_is_checked_against_what_is_declared() -> None:
    german = "<p>" + "Der Rat hat drei Stunden lang getagt und am Ende nichts beschlossen. " * 4 + "</p>"
    page = page_of(f"<html lang='en-US'><body><h1>Drei Stunden Rat</h1>{german}</body></html>")
    assert page.language == "de"
    assert "language_mismatch" in page.flags
    short = page_of("<html lang='pt-BR'><body><p>Olá</p></body></html>")
    assert (short.language, short.flags) == ("pt", ())


def test_hostile_strings_stay_verbatim() -> None:
    head = '<title>=HYPERLINK("http://x") &lt;script&gt;alert(1)&lt;/script&gt;</title>'
    page = page_of(f"<html><head>{head}</head><body><p>{STORY}<a href='javascript:alert(1)'>x</a></p></body></html>")
    assert page.headline == '=HYPERLINK("http://x") <script>alert(1)</script>'
    assert page.links == ()


def test_broken_strings_are_repaired_and_flagged() -> None:
    script = '{"@type":"NewsArticle","headline":"Nothing \\ud800 at all\\u0000","datePublished":"2024-05-03"}'
    html = f'<html><head><script type="application/ld+json">{script}</script></head><body><p>a\x00b {STORY}</p></body>'
    page = page_of(html)
    assert page.headline == "Nothing \ufffd at all"
    assert "text_repaired" in page.flags
    assert "\x00" not in repr(page)
    repr(page).encode("utf-8")


def test_links_are_capped() -> None:
    links = "".join(f"<a href='/{number}'>{number}</a>" for number in range(2 * MAX_LINKS))
    assert len(page_of(f"<html><body>{links}</body></html>").links) == MAX_LINKS


@pytest.mark.parametrize("html", ["", " ", "<html></html>", "plain text", "<!-- -->", "\x00", "<?xml version='1.0'?>"])
def test_pages_without_anything(html: str) -> None:
    assert page_of(html).text in ("", "plain text")


def test_the_extractor_has_a_version() -> None:
    assert EXTRACTOR.startswith("dateline-")
    assert "/trafilatura-" in EXTRACTOR
