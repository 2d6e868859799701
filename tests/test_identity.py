"""Whose page is it: addresses, redirects, guids, canonicals, headline and text together, none of them alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest

from tasks.base.articles import Version
from tasks.base.items import TrackedLink
from tasks.base.urls import article_id
from tasks.decide.history import changed, place
from tasks.decide.identity import Evidence, as_known, disputed, evidence, identify
from tasks.decide.known import KnownArticle
from tasks.decide.twins import is_twin_form, related
from tasks.discover.sources import unique_guids
from tasks.discover.values import FeedEntry, FeedPoll
from warehouse.records import Capture, Link, Page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = "https://paper.example"
WORDS = ("harbour", "pier", "vote", "mast", "lock", "tide", "quay", "crane", "rope", "sail", "buoy")


def story(seed: int, sentences: int = 30) -> str:
    """A text that shares no sequence of words with that of another seed."""
    words = [f"{WORDS[(n * seed) % len(WORDS)]}{seed}x{n}" for n in range(sentences * 10)]
    return "\n\n".join(" ".join(words[n : n + 10]) + "." for n in range(0, len(words), 10))


def met(
    path: str, headline: str, text: str, *, asked: str | None = None, guid: str | None = None,
    canonical: str | None = None, language: str | None = "en", kind: str = "article", source: str = "paper",
) -> Evidence:  # fmt: skip
    url = SITE + path
    capture = Capture(
        capture_id="c", url=url, requested_url=url, source=source, fetched_at=NOW, status=200, content_type="text/html",
        etag=None, last_modified=None, digest="d", body_bytes=1, warc_file="f", warc_offset=0, warc_length=1,
    )  # fmt: skip
    link = Link(source=source, url=SITE + (asked or path), via="feed", guid=guid)
    item = TrackedLink(link=link, url_id=article_id(link.url), capture=capture)
    named = SITE + canonical if canonical else None
    return evidence(item, Page(page_kind=kind, headline=headline, text=text, language=language, canonical_url=named))


def known(page: Evidence) -> KnownArticle:
    """The article that a page has become."""
    bare = KnownArticle(
        article_id="", canonical_url="", source=page.source, domain=page.domain, url=page.fetched_url, version=1,
        content_hash="h", headline=page.headline, text=page.text, language=page.language, page_kind="article",
        extractor="x", last_seen=NOW, digest="d",
    )  # fmt: skip
    return as_known(page, identify(page, []), bare)


def whose(page: Evidence, *articles: KnownArticle) -> tuple[str, bool]:
    """What showed whose it is ("new" when nothing did), and whether its canonical address is suspect."""
    found = identify(page, articles)
    assert (found.known is None) == (found.why == "new")
    return found.why, found.is_suspect


FERRY, BRIDGE = story(3), story(5)
EDITED = FERRY.replace("\n\n", "\n\nA later sentence that the editors put in here.\n\n", 1)
OLD = known(met("/ferry-sinks", "The ferry sinks", FERRY, guid="17"))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (met("/ferry-sinks", "Something else altogether", BRIDGE), "address"),
        (met("/ferry-saved", "The ferry is saved", EDITED, guid="17"), "guid"),
        (met("/ferry-saved", "The ferry is saved", EDITED, asked="/ferry-sinks"), "redirect"),
        (met("/go?token=2", "The ferry is saved", EDITED, canonical="/ferry-sinks"), "canonical"),
        (met("/go?token=2", "The ferry sinks", "Now only this.", canonical="/ferry-sinks"), "canonical"),
        (met("/go?token=2", "The bridge", BRIDGE, canonical="/ferry-sinks", guid="17"), "guid"),  # two claims
        (met("/ferry-sinks/print", "Print: The ferry sinks", FERRY), "twin"),
        (met("/other-name", "The ferry sinks", FERRY), "text"),
        (met("/bridge", "The bridge opens", BRIDGE), "new"),
        (met("/bridge", "The bridge opens", BRIDGE, guid="17"), "new"),  # a feed that numbers its entries anew
        (met("/bridge", "The bridge opens", BRIDGE, asked="/ferry-sinks"), "new"),  # gone, and sent elsewhere
        (met("/bridge", "The bridge opens", BRIDGE, canonical="/ferry-sinks"), "new"),
        (met("/bridge/print", "The bridge opens", BRIDGE), "new"),
        (met("/fr/ferry", "The ferry sinks", BRIDGE, canonical="/ferry-sinks", language="fr"), "new"),
        (met("/elsewhere", "The ferry sinks", FERRY, source="another paper"), "new"),
        (met("/go", "The ferry sinks", FERRY, canonical="/ferry-sinks", kind="consent_wall"), "new"),
    ],
)
def test_what_shows_that_a_page_belongs_to_an_article(page: Evidence, why: str) -> None:
    assert whose(page, OLD)[0] == why


def test_a_canonical_that_another_story_has_is_not_believed() -> None:
    found = identify(met("/bridge", "The bridge opens", BRIDGE, canonical="/ferry-sinks"), [OLD])
    assert (found.article_id, found.is_suspect) == (article_id(SITE + "/bridge"), True)
    believed = identify(met("/bridge", "The bridge opens", BRIDGE, canonical="/the-bridge"), [OLD])
    assert (believed.article_id, believed.is_suspect) == (article_id(SITE + "/the-bridge"), False)


def test_a_claim_that_was_not_believed_is_remembered() -> None:
    """Else the third story of an outlet with one canonical for all would get it."""
    pages = [met(f"/{n}", f"Story {n}", story(n), canonical="/app") for n in (7, 11, 13)]
    first = identify(pages[0], [], disputed=disputed(pages[:2]))
    assert (first.article_id, first.is_suspect) == (article_id(SITE + "/7"), True)
    assert whose(pages[2], as_known(pages[0], first, OLD)) == ("new", True)


def test_pages_of_one_batch_dispute_what_they_claim_together() -> None:
    translations = [met("/en", "Bridge", FERRY), met("/fr", "Pont", BRIDGE, canonical="/en", language="fr")]
    assert disputed(translations) == {article_id(SITE + "/en")}
    twins = [met("/a", "Bridge", BRIDGE, canonical="/x"), met("/b", "Bridge", BRIDGE, canonical="/x")]
    wall = met("/c", "We value your privacy", "Accept all.", canonical="/x", kind="consent_wall")
    assert disputed([*twins, wall]) == set()


def test_two_stories_never_share_an_id_though_one_has_the_other_s_address() -> None:
    french = known(met("/fr", "Le pont", BRIDGE, canonical="/en", language="fr"))
    english = identify(met("/en", "The bridge", FERRY), [french])
    assert english.known is None
    assert english.article_id not in {french.article_id, article_id(SITE + "/en")}
    assert english.canonical_url.startswith(SITE + "/en#")


@pytest.mark.parametrize(
    "url",
    ["/s/print", "/s?print=1", "/s?output=1", "/s?outputType=amp-type", "/s?page=all", "/s?noamp=mobile",
     "/s-print.html", "/druck/s", "/s.amp"],
)  # fmt: skip
def test_twin_forms_lead_to_the_page_that_they_are_of(url: str) -> None:
    assert {article_id(SITE + "/s"), article_id(SITE + "/s.html")} & {*related(SITE + url), article_id(SITE + url)}
    assert is_twin_form("https://m.paper.example/s")
    assert not is_twin_form(SITE + "/s?id=7")


def test_a_guid_counts_where_it_stands_for_one_address() -> None:
    def unique(*entries: tuple[str, str]) -> set[str]:
        given = tuple(FeedEntry(url=SITE + url, id=guid) for url, guid in entries)
        return unique_guids(FeedPoll(feed_url="f", polled_at=NOW, status=200, entries=given, outcome="ok"))

    assert unique(("/a", "1"), ("/b", "2"), ("/a", "1")) == {"1", "2"}
    assert unique(("/a", "x"), ("/b", "x"), ("/c", "3")) == {"3"}
    assert unique(("/a", "y" * 5000)) == set()


# -- versions in time -------------------------------------------------------------------------------------------------


def hour(n: float) -> datetime:
    return NOW + timedelta(hours=n)


def history(*seen: tuple[str, float]) -> tuple[Version, ...]:
    """The versions after captures of contents at these hours, in this order of import."""
    (first, at), *rest = seen
    versions: tuple[Version, ...] = (
        Version(version=1, was=1, content_hash=first, first_at=hour(at), valid_from=hour(at)),
    )
    last_seen = hour(at)
    for content, at in rest:
        placed = place(versions, content_hash=content, at=hour(at), last_seen=last_seen)
        versions = tuple(replace(v, was=v.version) for v in placed) if placed else versions
        last_seen = max(last_seen, hour(at))
    return versions


def shown(versions: tuple[Version, ...]) -> list[tuple[str, float, float | None]]:
    hours = [(v.valid_from, v.valid_to) for v in versions]
    return [
        (v.content_hash, (a - NOW) / timedelta(hours=1), (b - NOW) / timedelta(hours=1) if b else None)
        for v, (a, b) in zip(versions, hours, strict=True)
    ]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([("a", 1), ("b", 2)], [("a", 1, 2), ("b", 2, None)]),
        ([("b", 2), ("a", 1)], [("a", 1, 2), ("b", 2, None)]),
        (
            [("a", 1), ("c", 3), ("b", 2)],
            [("a", 1, 2), ("b", 2, 3), ("c", 3, None)],
        ),
        ([("b", 2), ("b", 1)], [("b", 1, None)]),
        ([("a", 1), ("b", 3), ("b", 2)], [("a", 1, 2), ("b", 2, None)]),
        ([("a", 1), ("b", 2), ("a", 3), ("b", 4)], [("a", 3, 4), ("b", 4, None)]),
        ([("a", 1), ("b", 2), ("a", 3)], [("a", 3, None), ("b", 2, 3)]),
        ([("a", 1), ("a", 5), ("b", 3)], [("a", 1, None)]),  # between two looks: noted
        ([("a", 1), ("b", 1)], [("a", 1, None)]),  # of one moment: noted
    ],
)
def test_time_decides_and_not_the_order_of_import(
    seen: list[tuple[str, float]], expected: list[tuple[str, float, float | None]]
) -> None:
    assert shown(history(*seen)) == expected


def test_stretches_neither_overlap_nor_invert_whatever_comes_when() -> None:
    for order in permutations([("a", 1), ("b", 2), ("a", 3), ("c", 4), ("b", 5)]):
        versions = history(*order)
        ordered = sorted(versions, key=lambda v: v.valid_from)
        assert len({v.content_hash for v in versions}) == len(versions)
        assert [v.version for v in versions] == list(range(1, len(versions) + 1))
        assert all(v.valid_to is None or v.valid_from < v.valid_to for v in versions)
        assert all(a.valid_to is not None and a.valid_to <= b.valid_from for a, b in pairwise(ordered))
        assert [v.content_hash for v in versions if v.valid_to is None] == ["b"]  # the newest capture's


def test_only_versions_that_move_are_written() -> None:
    before = history(("a", 1), ("c", 3))
    placed = place(before, content_hash="b", at=hour(2), last_seen=hour(3))
    assert placed is not None
    assert [(v.was, v.version) for v in changed(placed, before)] == [(1, 1), (2, 3)]
