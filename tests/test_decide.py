"""The deciders are functions of what was known, what came, and the clock."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.base.articles import Version
from tasks.base.content import content_hash
from tasks.base.items import DecidedPage, FrontierEntry, TrackedLink
from tasks.base.urls import article_id
from tasks.decide.decide import decide
from tasks.decide.identity import evidence, identify
from tasks.decide.known import KnownArticle
from tasks.decide.plan import plan
from tasks.decide.revisions import change_kind
from tasks.decide.schedule import next_look, next_try
from warehouse.records import Capture, Link, Page

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://paper.example/2026/03/02/harbour"


def item(url: str = URL, digest: str = "sha256:new") -> TrackedLink:
    capture = Capture(
        capture_id="c",
        url=url,
        requested_url=url,
        source="paper",
        fetched_at=NOW,
        status=200,
        content_type="text/html",
        etag=None,
        last_modified=None,
        digest=digest,
        body_bytes=1,
        warc_file="f",
        warc_offset=0,
        warc_length=1,
    )
    return TrackedLink(link=Link(source="paper", url=url, via="feed"), url_id=article_id(url), capture=capture)


def page(headline: str = "Harbour opens", text: str = "One.\n\nTwo.", canonical: str | None = None) -> Page:
    return Page(page_kind="article", headline=headline, text=text, canonical_url=canonical)


def known(headline: str = "Harbour opens", text: str = "One.\n\nTwo.", url: str = URL) -> KnownArticle:
    """An article in its third version, of an hour ago."""
    digest, ident = content_hash(headline, text), article_id(url)
    hours = [NOW - timedelta(hours=h) for h in (3, 2, 1)]
    versions = [
        Version(version=n, was=n, content_hash=h, first_at=since, valid_from=since, valid_to=until)
        for n, h, since, until in zip((1, 2, 3), ("first", "second", digest), hours, [*hours[1:], None], strict=True)
    ]
    return KnownArticle(
        article_id=ident, canonical_url=url, source="paper", domain="paper.example", url=url, version=3,
        headline=headline, content_hash=digest, text=text, language=None, page_kind="article", extractor="old",
        last_seen=hours[2], digest="sha256:old", versions=tuple(versions),
        addresses={ident: frozenset({"fetched", "canonical"})},
    )  # fmt: skip


def decided(
    item: TrackedLink, page: Page, known: KnownArticle | None = None, in_run: dict[str, str] | None = None
) -> DecidedPage:
    brought = evidence(item, page)
    return decide(item, page, identify(brought, [known] if known else []), brought, in_run=in_run or {})


def test_an_unknown_article_is_loaded_as_version_one() -> None:
    found = decided(item(), page())
    assert (found.outcome, found.version, found.change_kind, found.article_id) == ("loaded", 1, "new", article_id(URL))


def test_the_same_content_is_unchanged() -> None:
    assert decided(item(), page(), known()).outcome == "unchanged"


def test_the_same_bytes_read_differently_are_never_a_revision() -> None:
    found = decided(item(digest="sha256:old"), page(text="One. Two. Three."), known())
    assert (found.outcome, found.reason) == ("unchanged", "same_bytes")


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (page(headline="Harbour closes"), "headline"),
        (page(text="Uno.\n\nTwo."), "lede"),
        (page(text="One.\n\nTwo.\n\nThree."), "body"),
        (page(text="One.\n\nTwo.\n\nCorrection: an earlier version misstated the year."), "correction"),
    ],
)
def test_a_change_is_a_typed_new_version(new: Page, kind: str) -> None:
    found = decided(item(), new, known())
    assert (found.outcome, found.version, found.change_kind) == ("revised", 4, kind)
    assert [(v.was, v.valid_to) for v in found.placed] == [(3, NOW)]


def test_noise_is_no_version() -> None:
    old = known(text="Updated 3 hours ago. One.")
    assert decided(item(), page(text="Updated 4 hours ago. One."), old).outcome == "unchanged"


def test_the_second_address_of_an_article_in_a_run_is_a_duplicate() -> None:
    other = "https://paper.example/story?id=7"
    found = decided(item(other), page(canonical=URL), known(), {article_id(URL): URL})
    assert found.outcome == "duplicate"


@pytest.mark.parametrize(("kind", "outcome"), [("paywall_teaser", "revised"), ("article", "duplicate")])
def test_the_whole_text_at_a_second_address_revises_a_teaser_and_nothing_else(kind: str, outcome: str) -> None:
    whole = page(text="One.\n\nTwo.\n\nThree.", canonical=URL)
    old = replace(known(), page_kind=kind)
    assert decided(item("https://paper.example/story?id=7"), whole, old, {article_id(URL): URL}).outcome == outcome


@pytest.mark.parametrize(("before", "outcome"), [((), "unchanged"), (("text_from_feed",), "revised")])
def test_a_feed_s_text_takes_the_place_of_nothing_but_a_feed_s_text(before: tuple[str, ...], outcome: str) -> None:
    told = replace(page(text="One.\n\nTwo.\n\nThree."), flags=("text_from_feed",))
    found = decided(item(), told, replace(known(), flags=before))
    assert (found.outcome, found.reason) == (outcome, "body" if before else "became_a_teaser")


@pytest.mark.parametrize(
    ("headline", "in_run", "outcome"),
    [
        ("Harbour opens", {}, "duplicate"),
        ("Pier closes", {}, "revised"),
        ("Pier closes", {article_id(URL): URL}, "duplicate"),
    ],
)
def test_a_story_that_was_renamed_and_moved_is_a_revision(headline: str, in_run: dict[str, str], outcome: str) -> None:
    text = "\n\n".join(f"Sentence {n} of the story tells what was said of matter {n} on that day." for n in range(30))
    moved = item("https://paper.example/2026/03/02/pier-closes")
    found = decided(moved, page(headline, text + "\n\nMore."), known(text=text), in_run)
    assert (found.article_id, found.outcome) == (article_id(URL), outcome)


def test_a_print_page_never_revises_a_known_article() -> None:
    found = decided(item("https://paper.example/print/7"), page(text="Short.", canonical=URL), known())
    assert found.outcome == "duplicate"


def test_another_address_of_an_article_with_a_changed_text_revises_it() -> None:
    found = decided(item(URL + "?token=2"), page(text="One.\n\nTwo.\n\nThree.", canonical=URL), known())
    assert (found.outcome, found.version) == ("revised", 4)


LONG = "\n\n".join(
    f"The council heard item {n} of the long agenda and voted after an hour of debate." for n in range(20)
)


@pytest.mark.parametrize(
    ("now", "outcome", "reason"),
    [
        (page(text="This story is no longer available, the editors say."), "rejected", "became_a_notice"),
        (Page(page_kind="paywall_teaser", headline="Harbour opens", text=LONG[:400]), "unchanged", "became_a_teaser"),
        (Page(page_kind="article", headline="Harbour opens", text=LONG[:400]), "unchanged", "became_a_teaser"),
        (Page(page_kind="article", headline="Harbour opens", text=LONG + "\n\nIt rained."), "revised", "body"),
        (Page(page_kind="article", headline="Harbour opens", text=LONG[200:]), "revised", "lede"),
    ],
)  # fmt: skip
def test_what_stands_in_the_place_of_an_article_is_no_version_of_it(now: Page, outcome: str, reason: str) -> None:
    found = decided(item(), now, known(text=LONG))
    assert (found.outcome, found.reason) == (outcome, reason)


def test_a_content_that_comes_back_is_its_version_again() -> None:
    old = known()
    first = replace(old.versions[0], content_hash=content_hash("Harbour closes", "One.\n\nTwo."))
    found = decided(item(), page(headline="Harbour closes"), replace(old, versions=(first, *old.versions[1:])))
    assert (found.outcome, found.reason, found.version) == ("revised", "headline, back to version 1", 1)
    assert (found.is_current, found.is_new_version) == (True, False)
    assert {(v.was, v.valid_from, v.valid_to) for v in found.placed} == {
        (1, NOW, None), (3, NOW - timedelta(hours=1), NOW),
    }  # fmt: skip


def test_an_older_capture_fills_in_the_past_and_the_present_stays() -> None:
    old = replace(known(), last_seen=NOW + timedelta(hours=1), contents={
        1: ("Harbour plan", "One."), 2: ("Harbour soon", "One.\n\nTwo."), 3: ("Harbour opens", "One.\n\nTwo."),
    })  # fmt: skip
    capture = item().capture
    assert capture is not None
    early = replace(item(), capture=replace(capture, fetched_at=NOW - timedelta(days=9)))
    found = decided(early, page(headline="Harbour wanted", text="None."), old)
    assert (found.outcome, found.reason, found.version, found.is_current) == ("revised", "older: new", 1, False)
    assert found.valid_to == NOW - timedelta(hours=3)
    assert next((v.was, v.version, v.change_kind) for v in found.placed) == (1, 2, "headline")


def test_change_kind_says_noise_when_only_the_quotes_differ() -> None:
    assert change_kind("A “b”", "C’s.", 'A "b"', "C's.") == "noise"


def test_the_schedule_decays_and_ends() -> None:
    assert next_look(NOW, NOW) == NOW + timedelta(hours=1)
    assert next_look(NOW, NOW + timedelta(hours=2)) == NOW + timedelta(hours=6)
    assert next_look(NOW, NOW + timedelta(days=31)) is None
    assert next_try(1, NOW) == NOW + timedelta(hours=1)
    assert next_try(5, NOW) is None


def seen(url: str = URL, **changes: object) -> dict[str, FrontierEntry]:
    values: dict[str, object] = {
        "url_id": article_id(url), "source": "paper", "url": url, "state": "known",
        "next_check": NOW + timedelta(hours=1),
    }  # fmt: skip
    return {article_id(url): FrontierEntry(**(values | changes))}  # type: ignore[arg-type]


def link(url: str = URL, source: str = "paper", updated: str | None = None) -> Link:
    return Link(source=source, url=url, via="feed", updated_raw=updated)


def test_plan_takes_new_links_once_and_their_other_forms_as_duplicates() -> None:
    found = plan([link(), link(URL + "?utm_source=x"), link(source="wire"), link()], {}, now=NOW)
    assert [i.link.url for i in found.fetch] == [URL]
    assert [(i.link.source, i.outcome.outcome) for i in found.decided if i.outcome] == [
        ("paper", "duplicate"), ("wire", "duplicate"),
    ]  # fmt: skip


@given(st.lists(st.sampled_from(["paper", "wire", "post"]), min_size=1), st.sampled_from(["paper", "wire", "post"]))
def test_plan_accounts_for_each_source_and_url_once(sources: list[str], known_by: str) -> None:
    forms = [link(URL + "?utm_source=x" * (number % 2), source=source) for number, source in enumerate(sources)]
    known = {ident: replace(each, source=known_by, next_check=NOW) for ident, each in seen().items()}
    found = plan(forms, known, now=NOW)
    pairs = [(item.link.source, item.link.url) for item in found.items]
    assert [(item.link.source, item.link.url) for item in found.fetch] == [(known_by, URL)]
    assert sorted(pairs) == sorted({(known_by, URL), *((each.source, each.url) for each in forms)})


@pytest.mark.parametrize("is_known", [True, False])
def test_a_page_named_by_hand_is_of_the_source_that_has_or_announces_it(is_known: bool) -> None:
    by_hand = replace(link(source="paper.example"), via="url")
    found = plan([by_hand, link(), link(source="wire")], seen() if is_known else {}, now=NOW)
    assert [(item.link.source, item.link.via) for item in found.items] == [("paper", "url"), ("wire", "feed")]
    assert [item.link.source for item in plan([by_hand], {}, now=NOW).items] == ["paper.example"]


def test_plan_leaves_known_links_that_are_not_due() -> None:
    assert plan([link()], seen(), now=NOW).items == []


def test_plan_takes_what_is_due_and_pending_first() -> None:
    late = "https://paper.example/late"
    rows = seen(next_check=NOW) | seen(late, state="pending", next_check=NOW)
    found = plan([link("https://paper.example/new")], rows, now=NOW)
    assert [(i.link.url, i.link.via) for i in found.fetch] == [
        (late, "pending"), (URL, "refetch"), ("https://paper.example/new", "feed"),
    ]  # fmt: skip


def test_plan_takes_a_known_link_whose_feed_says_updated() -> None:
    found = plan([link(updated="b")], seen(updated_raw="a"), now=NOW)
    assert [i.link.url for i in found.fetch] == [URL]


def test_plan_takes_what_the_owner_asks_for_although_it_is_not_due() -> None:
    assert len(plan([replace(link(), via="url")], seen(), now=NOW).fetch) == 1
