"""What tests compare with: every address that the newsroom lists, and what is right for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from newsroom.cases import OUTCOMES
from newsroom.dates import iso_utc
from newsroom.listings import ListedEntry
from newsroom.site import Site
from newsroom.stories import FAR_FUTURE_YEAR, Story

_PAGE_KINDS = {"paywall": "paywall_teaser", "bot_wall": "bot_wall", "consent_wall": "consent_wall"}
_DAY_ONLY = "upland-gazette"


def rows(sites: Sequence[Site]) -> list[dict[str, Any]]:
    """One dict per listed address, in the order of the feeds; see Newsroom.truth for the keys."""
    return [_row(entry, site.edition) for site in sites for entry in site.entries]


def _row(entry: ListedEntry, edition: int) -> dict[str, Any]:
    story = entry.story
    case = entry.case or (story.case if story else None)
    row: dict[str, Any] = {"outlet": entry.outlet.id, "listed": entry.url, "case": case, "expected": expected(entry)}
    return row | (_article(story) if story else _nothing(entry)) | {"edition": edition}


def expected(entry: ListedEntry) -> Mapping[int, str | None]:
    """The ledger's outcome of this address in edition 1 and 2; None: no request is called for, or it depends."""
    story = entry.story
    case = entry.case or (story.case if story else None)
    if case is not None and case in OUTCOMES:
        first, second = OUTCOMES[case]
        return {1: first, 2: second}
    if story is None or story.edition > 1:
        return {1: None, 2: "loaded"}
    return {1: "loaded", 2: "revised" if story.revised else "unchanged"}


def _article(story: Story) -> dict[str, Any]:
    dated = story.published.year < FAR_FUTURE_YEAR
    return {
        "url": story.url,
        "headline": story.headline,
        "description": story.deck,
        "authors": list(story.bylines),
        "date_published": iso_utc(story.published) if dated else None,
        "date_modified": iso_utc(story.modified) if dated else None,
        "date_precision": "day" if story.outlet.id == _DAY_ONLY else "second",
        "text": list(story.paragraphs),
        "agency": story.agency,
        "dateline": story.place,
        "kind": _PAGE_KINDS.get(story.case or "", story.kind),
        "section": story.section,
        "revision": story.revised,
        "first_edition": story.edition,
    }


def _nothing(entry: ListedEntry) -> dict[str, Any]:
    absent = dict.fromkeys(
        (
            "description",
            "date_published",
            "date_modified",
            "date_precision",
            "agency",
            "dateline",
            "section",
            "revision",
        )
    )
    return absent | {
        "url": entry.url,
        "headline": entry.title,
        "authors": [],
        "text": [],
        "kind": "error_page",
        "first_edition": 1,
    }
