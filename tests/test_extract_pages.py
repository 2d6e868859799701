"""Golden pages: invented outlets, each with another template; what is read of them is written beside them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tasks.extract.page import read_page
from warehouse.records import Hints, Page

PAGES = Path(__file__).parent / "pages"
NAMES = sorted(folder.name for folder in PAGES.iterdir() if folder.is_dir())
HINTS = Hints(fetched_at=datetime(2026, 11, 1, tzinfo=UTC))


def golden(name: str) -> tuple[Page, dict[str, Any]]:
    expected = json.loads((PAGES / name / "expected.json").read_text(encoding="utf-8"))
    html = (PAGES / name / "page.html").read_text(encoding="utf-8")
    page = read_page(html, url=expected.pop("url"), hints=HINTS)
    assert isinstance(page, Page)
    return page, expected


def told(page: Page, name: str) -> Any:
    if name == "paragraphs":
        return page.text.split("\n\n")
    if name == "day":
        return page.published_day.isoformat() if page.published_day else None
    if name == "images":
        return [[image.url, image.caption, image.credit] for image in page.images]
    value = getattr(page, name)
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("name", NAMES)
def test_golden_page(name: str) -> None:
    page, expected = golden(name)
    kinds = expected.pop("link_kinds", {})
    assert {field: told(page, field) for field in expected} == expected
    found = {link.url: link.kind for link in page.links}
    assert {url: found.get(url) for url in kinds} == kinds


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_has_its_signal(name: str) -> None:
    page, _ = golden(name)
    if page.headline:
        assert any(signal.field == "headline" and signal.chosen for signal in page.signals)
    if page.authors:
        assert any(signal.field == "author" and signal.chosen for signal in page.signals)
    chosen = [signal for signal in page.dates if signal.chosen and signal.role == "published"]
    assert [signal.instant for signal in chosen] == ([page.date_published] if page.date_published else [])


def test_a_feed_fills_what_the_page_does_not_say() -> None:
    html = "<html><body><p>" + "A story without any head, told at some length for the sake of it. " * 10 + "</p></body>"
    hints = Hints(
        fetched_at=HINTS.fetched_at,
        feed_title="Told by the feed",
        feed_author="Ann Lee",
        feed_published="Tue, 01 Feb 2022 12:39:00 GMT",
    )
    page = read_page(html, url="https://news.example/a", hints=hints)
    assert isinstance(page, Page)
    assert (page.headline, page.authors, page.date_published_source) == ("Told by the feed", ("Ann Lee",), "feed")
    assert page.date_published == datetime(2022, 2, 1, 12, 39, tzinfo=UTC)


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        ("/2024/story", "https://news.example/2024/story"),
        ("https://www.news.example/2024/story", "https://www.news.example/2024/story"),
        ("https://other.test/2024/story", None),
        ("https://news.example/", None),
        ("https://news.example/en/", None),
        ("/index.php", None),
        ("/404.html", None),
        ("https://news.example/2024/story,https://news.example/video/1", None),
        ("javascript:alert(1)", None),
    ],
)
def test_canonical_url_only_when_believable(claim: str, wanted: str | None) -> None:
    html = f'<html><head><link rel="canonical" href="{claim}"></head><body><p>x</p></body></html>'
    page = read_page(html, url="https://news.example/2024/story?utm=1", hints=HINTS)
    assert isinstance(page, Page)
    assert page.canonical_url == wanted
