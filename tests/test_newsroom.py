"""The embedded newsroom's pages: they say what is known of them, and the awkward ones are awkward."""

import collections
import gzip
import html
import json
import re
import urllib.robotparser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import etree
from markupsafe import escape

from newsroom.blocks import Block, grouped, parse
from newsroom.dates import ago, broadcast, broadcast_updated, german, long_us
from newsroom.outlets import OUTLETS
from tests.newsroom_reader import ANCHOR, Got, Reader, feeds, opened

LISTED = {
    "harbor-ledger": 24,
    "kvrn": 22,
    "meridian-post": 24,
    "plainsfield-courier": 20,
    "nordhafener-tagblatt": 14,
    "upland-gazette": 12,
    "the-junction": 11,
    "closed-circle": 3,
}


@pytest.fixture(scope="module")
def shared() -> Iterator[Reader]:
    with opened() as reader:
        yield reader


@pytest.fixture
def reader(shared: Reader) -> Iterator[Reader]:
    shared.newsroom.edition = 1
    yield shared
    shared.newsroom.edition = 1


def locations(body: bytes) -> list[str]:
    data = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    return [loc.text or "" for loc in etree.fromstring(data).iter("{*}loc")]


def atom_updates(body: bytes) -> dict[str, str]:
    """Address and <updated> of each entry."""
    found = {}
    for entry in etree.fromstring(body).iter("{*}entry"):
        link = entry.find("{*}link")
        assert link is not None
        found[str(link.get("href"))] = entry.findtext("{*}updated") or ""
    return found


def visible(page: str) -> str:
    """The page's text without markup, spaces made one."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def test_listed_pages_per_outlet(reader: Reader) -> None:
    counts = collections.Counter(row["outlet"] for row in reader.newsroom.truth())
    print(dict(counts), sum(counts.values()))
    assert counts == LISTED


def test_every_listed_page_answers_as_expected(reader: Reader) -> None:
    odd = {"gone": 404, "variant": 301}
    for row in reader.newsroom.truth():
        wanted = 200 if "?" in row["listed"] or row["listed"].endswith("/amp/") else odd.get(row["case"], 200)
        assert reader.get(row["listed"]).status == wanted, row["listed"]


def test_pages_hold_the_truth(reader: Reader) -> None:
    for edition in (1, 2):
        reader.newsroom.edition = edition
        for row in (r for r in reader.newsroom.truth() if r["expected"][edition] in ("loaded", "unchanged", "revised")):
            if row["case"] == "lying_charset":
                continue
            text = visible(reader.get(row["url"]).text)
            for piece in (row["headline"], *row["text"]):
                assert " ".join(piece.split()) in text, (row["url"], piece)
            assert all(name in text for name in row["authors"])


def test_texts_are_of_realistic_length(reader: Reader) -> None:
    told = [row for row in reader.newsroom.truth() if row["case"] is None]
    words = sorted(sum(len(text.split()) for text in row["text"]) for row in told)
    assert len(told) > 100
    assert words[0] > 120
    assert words[len(words) // 2] > 250


def test_feeds_and_sitemaps_list_all_pages(reader: Reader) -> None:
    for source in reader.newsroom.sources:
        listed: set[str] = set()
        for url in (*source["feeds"], *source["sitemaps"]):
            listed |= announced(reader, url)
        assert listed == {row["listed"] for row in reader.rows(outlet=source["name"])}


def announced(reader: Reader, url: str) -> set[str]:
    got = reader.get(url)
    assert got.status == 200
    kind = got.headers["Content-Type"]
    if "json" in kind:
        return {item["url"] for item in json.loads(got.body)["items"]}
    if "html" in kind:
        return set()
    if "rss" in kind:
        return {item.findtext("link") or "" for item in etree.fromstring(got.body).iter("item")}
    if "atom" in kind:
        return set(atom_updates(got.body))
    found = locations(got.body)
    if b"<sitemapindex" in got.body:
        return {page for child in found for page in locations(reader.get(child).body)}
    return set(found)


def test_robots_names_sitemaps_that_are_there(reader: Reader) -> None:
    for outlet in OUTLETS:
        robots = reader.get(outlet.url("/robots.txt")).text
        named = re.findall(r"^Sitemap: (\S+)$", robots, re.MULTILINE)
        assert named
        assert all(announced(reader, url) for url in named)


def test_home_pages_list_their_stories(reader: Reader) -> None:
    for row in reader.rows(case=None):
        outlet = next(o for o in OUTLETS if o.id == row["outlet"])
        assert f'href="{urlsplit(row["url"]).path}"' in reader.get(outlet.home).text


@pytest.mark.parametrize("path", ["/", "/about/"])
def test_every_outlet_has_its_pages(reader: Reader, path: str) -> None:
    for outlet in OUTLETS:
        got = reader.get(outlet.url(path))
        assert got.status == 200
        assert html.escape(outlet.title) in got.text or outlet.title.upper() in got.text
        assert reader.get(outlet.url("/nothing/here")).status == 404


def test_section_pages(reader: Reader) -> None:
    got = reader.get("http://www.harborledger.example/category/sports/")
    assert "Terns" in got.text
    assert "ferry-terminal" not in got.text


def test_second_edition_changes_what_it_says_and_nothing_else(reader: Reader) -> None:
    before = {row["listed"]: reader.get(row["listed"]) for row in reader.newsroom.truth()}
    old = {row["listed"]: row for row in reader.newsroom.truth()}
    reader.newsroom.edition = 2
    outcomes = collections.Counter(row["expected"][2] for row in reader.newsroom.truth())
    assert outcomes["loaded"] >= 10
    assert outcomes["revised"] >= 16
    for row in reader.newsroom.truth():
        known = before.get(row["listed"])
        if known is None:
            assert (row["first_edition"], reader.get(row["listed"]).status) == (2, 200)
        elif row["expected"][2] == "revised":
            check_revision(reader, row, old[row["listed"]], known)
        elif row["case"] == "gone_later":
            assert reader.get(row["listed"]).status == 404
        elif known.status == 200:
            assert reader.get(row["listed"]).body == known.body
            assert reader.get(row["listed"], If_None_Match=known.headers["ETag"]).status == 304


def check_revision(reader: Reader, row: dict[str, Any], old: dict[str, Any], known: Got) -> None:
    now = reader.get(row["listed"], If_None_Match=known.headers["ETag"])
    assert now.status == 200
    assert (row["headline"], row["text"]) != (old["headline"], old["text"])
    assert (row["headline"] != old["headline"]) == (row["revision"] == "headline")
    moved = parsedate_to_datetime(now.headers["Last-Modified"])
    assert ANCHOR < moved <= ANCHOR + timedelta(hours=6)
    assert row["date_published"] == old["date_published"]
    assert row["date_modified"] > old["date_modified"]


def test_feeds_of_the_second_edition_say_what_moved(reader: Reader) -> None:
    before = {url: reader.get(url) for url in feeds(reader.newsroom)}
    reader.newsroom.edition = 2
    for url, known in before.items():
        again = reader.get(url, If_None_Match=known.headers["ETag"])
        assert again.status == (304 if "closedcircle" in url else 200)
    revised = {row["url"]: row["date_modified"] for row in reader.newsroom.truth() if row["revision"]}
    updated = atom_updates(reader.get("http://www.meridianpost.example/atom.xml").body)
    moved = {url: at for url, at in revised.items() if url in updated}
    assert len(moved) >= 2
    assert {url: updated[url] for url in moved} == moved


def test_no_time_is_ahead_of_its_edition(reader: Reader) -> None:
    for edition, latest in ((1, ANCHOR), (2, ANCHOR + timedelta(hours=6))):
        reader.newsroom.edition = edition
        for row in (r for r in reader.newsroom.truth() if r["date_published"]):
            published, modified = (datetime.fromisoformat(row[name]) for name in ("date_published", "date_modified"))
            assert published <= modified <= latest


def test_wire_copy_has_datelines_and_agency_lines(reader: Reader) -> None:
    wire = [row for row in reader.newsroom.truth() if row["agency"] == "NPA"]
    assert len(wire) > 35
    assert all(row["text"][0].startswith(f"{row['dateline']} (NPA) — ") for row in wire)
    assert all(reader.get(row["url"]).text.count("Northern Press Agency") >= 1 for row in wire)
    german_wire = [row for row in reader.newsroom.truth() if row["agency"] == "npa"]
    assert {row["text"][0].split(" - ")[0] for row in german_wire} == {
        "BERLIN (npa)",
        "KOPENHAGEN (npa)",
        "HAMBURG (npa)",
    }


def test_redirect_and_variants_lead_to_listed_articles(reader: Reader) -> None:
    variants = reader.rows(case="variant")
    assert sorted(reader.get(row["listed"]).status for row in variants) == [200, 200, 301, 301]
    for row in variants:
        got = reader.get(row["listed"])
        assert row["url"] in (got.headers["Location"] or got.text)
        assert reader.rows(listed=row["url"])[0]["expected"][1] == "loaded"


def test_members_section_is_disallowed(reader: Reader) -> None:
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(reader.get("http://www.meridianpost.example/robots.txt").text.splitlines())
    members = reader.rows(case="members")
    assert len(members) == 2
    assert not any(robots.can_fetch("Dateline", row["url"]) for row in members)
    assert robots.can_fetch("Dateline", reader.rows(outlet="meridian-post", case=None)[0]["url"])


def test_walls(reader: Reader) -> None:
    texts = {visible(reader.get(row["url"]).text) for row in reader.rows(case="consent_wall")}
    assert len(texts) == 1
    assert "partners" in texts.pop()
    login = reader.get("http://www.closedcircle.example/feed/")
    assert (login.status, login.headers.get_content_type()) == (200, "text/html")
    bot = reader.get(reader.only("bot_wall")["url"])
    assert bot.status == 200
    assert "Checking your browser" in bot.text
    paywall = reader.only("paywall")
    assert '"isAccessibleForFree": false' in reader.get(paywall["url"]).text
    assert len(paywall["text"]) == 2


def test_hostile_headline_is_escaped_and_whole(reader: Reader) -> None:
    row = reader.only("hostile_title")
    assert row["headline"].startswith("=HYPERLINK(")
    assert "<script>alert(1)</script>" in row["headline"]
    assert "\x1b[31m" in row["headline"]
    items = json.loads(reader.get("http://thejunction.example/feed.json").body)["items"]
    assert row["headline"] in {item["title"] for item in items}
    for url in (row["url"], "http://thejunction.example/"):
        page = reader.get(url).text
        assert "<script>alert" not in page
        assert str(escape(row["headline"])) in page


def test_lying_charset_is_windows_1252_with_a_nul(reader: Reader) -> None:
    row = reader.only("lying_charset")
    got = reader.get(row["url"])
    assert got.headers["Content-Type"] == "text/html; charset=iso-8859-1"
    assert b"\x93I\x92d have cut it thinner,\x94" in got.body
    assert got.body.count(b"\0") == 1
    text = visible(got.body.replace(b"\0", b"").decode("cp1252"))
    assert all(piece in text for piece in row["text"])


def test_far_future_is_all_that_is_said(reader: Reader) -> None:
    row = reader.only("far_future")
    got = reader.get(row["url"])
    assert got.headers["Last-Modified"] is None
    assert "2099-03-02T" in got.text
    assert not re.search(r"\b20(?!99)\d\d-\d\d", got.text)
    assert row["date_published"] is None


def test_pictures_are_png(reader: Reader) -> None:
    page = reader.get(reader.rows(outlet="harbor-ledger", case=None)[0]["url"]).text
    found = re.search(r'property="og:image" content="([^"]+)"', page)
    assert found
    assert reader.get(found[1]).body.startswith(b"\x89PNG")


def test_blocks() -> None:
    blocks = parse("One\ntwo.\n\n## Head\n\n- a\n- b\n\n> Said.\n\nCorrection: it was.")
    assert blocks[:2] == (Block("paragraph", "One two."), Block("heading", "Head"))
    assert [kind for kind, _ in grouped(blocks)] == ["paragraph", "heading", "item", "quote", "correction"]
    assert grouped(blocks)[2][1] == ["a", "b"]


def test_dates_as_outlets_write_them() -> None:
    assert broadcast(datetime(2022, 2, 1, 12, 39, tzinfo=UTC)) == "Feb 1, 2022, 12:39 PM"
    assert broadcast_updated(datetime(2022, 6, 13, 15, 40, tzinfo=UTC)) == "Jun 13, 2022, 3:40 pm"
    assert german(datetime(2026, 11, 23, 14, 5, tzinfo=UTC)) == "23. November 2026, 14:05 Uhr"
    assert long_us(datetime(2026, 11, 22, 0, 11, tzinfo=UTC)) == "November 22, 2026 at 12:11 am"
    spans = {0.2: "Just now", 1: "1 hour ago", 23: "23 hours ago", 30: "1 day ago", 50: "2 days ago"}
    assert {h: ago(ANCHOR - timedelta(hours=h), ANCHOR) for h in spans} == spans
