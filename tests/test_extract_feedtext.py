"""When the text of a feed is taken for a page's, and when it is not."""

from datetime import UTC, datetime

import pytest

from tasks.extract.feedtext import FEED_ONLY, TEXT_FROM_FEED, from_feed_alone, with_feed_text
from warehouse.records import Hints, Page

SAID = [
    f"The ferry of pier {n} sails again on Monday, the harbour office told all those who wait there." for n in range(9)
]
WHOLE = "".join(f"<p>{each}</p>" for each in SAID)
URL = "https://paper.example/ferry"


def hints(content: str | None = WHOLE) -> Hints:
    return Hints(
        fetched_at=datetime(2026, 3, 2, tzinfo=UTC), feed_title="The ferry sails again", feed_author="Ann Harper",
        feed_published="Mon, 02 Mar 2026 08:00:00 GMT", feed_content=content,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "own_words", "is_taken"),
    [
        ("consent_wall", 40, True), ("bot_wall", 20, True), ("error_page", 10, True), ("error_page", 300, True),
        ("paywall_teaser", 50, True), ("paywall_teaser", 150, False), ("article", 20, True), ("article", 70, False),
        ("section_front", 10, False), ("media", 20, False), ("live_blog", 20, False),
    ],
)  # fmt: skip
def test_a_text_is_taken_where_the_page_holds_its_own_back(kind: str, own_words: int, is_taken: bool) -> None:
    page = Page(page_kind=kind, headline="Own", text="word " * own_words)
    found = with_feed_text(page, URL, hints())
    assert (TEXT_FROM_FEED in found.flags) == is_taken
    assert found.text == ("\n\n".join(SAID) if is_taken else page.text)
    assert (FEED_ONLY in found.flags) == (is_taken and kind.endswith(("wall", "page")))
    assert found.headline == ("The ferry sails again" if FEED_ONLY in found.flags else "Own")


@pytest.mark.parametrize(
    "content",
    [
        None, "<p>Three words only.</p>", WHOLE + "<p>And then […]</p>", WHOLE + "<p>Go on…</p>", WHOLE + "So [...]",
        WHOLE + "<p>x [&#8230;]</p><p>The post <a href='/f'>Ferry</a> appeared first on <a href='/'>Paper</a>.</p>",
        "<script>" + WHOLE + "</script>", "<",
    ],
)  # fmt: skip
def test_a_summary_or_a_text_that_is_cut_off_is_not_taken(content: str | None) -> None:
    page = Page(page_kind="consent_wall", text="Accept all cookies.")
    assert with_feed_text(page, URL, hints(content)) == page


def test_a_text_without_markup_keeps_its_paragraphs() -> None:
    plain = "\n\n".join(SAID).replace("Monday,", "Monday, AT&T says,")
    assert from_feed_alone(URL, hints(plain)).text == plain


def test_a_story_that_is_gone_is_what_its_feed_said() -> None:
    found = from_feed_alone(URL, hints())
    assert (found.page_kind, found.headline, found.authors) == ("article", "The ferry sails again", ("Ann Harper",))
    assert (found.date_published, found.date_published_source) == (datetime(2026, 3, 2, 8, tzinfo=UTC), "feed")
    assert found.canonical_url is None
    assert all(signal.signal == "feed" for signal in found.signals if signal.chosen and signal.field == "headline")
