"""Pages made to hurt: what cannot be read whole is refused, quickly, and never shortened."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from tasks.extract.page import read_page
from warehouse.records import Hints, Page, UnreadablePage

HINTS = Hints(fetched_at=datetime(2026, 11, 1, tzinfo=UTC))
URL = "https://news.example/a-story"


def nested(depth: int) -> str:
    return "<html><body>" + "<div>" * depth + "<p>deep</p>" + "</div>" * depth + "<p>after</p></body></html>"


@pytest.mark.parametrize(
    "html",
    [
        nested(300),
        nested(5_000),
        "<html><body>" + "<p>short</p>" * 200_000 + "</body></html>",
        "<html><body><p>" + "long text " * 1_150_000 + "</p><p>after</p></body></html>",
        "<html><body>" + "<b>" * 3_000 + "x</body></html>",
    ],
    ids=["300 deep", "5000 deep", "200k paragraphs", "11 MB text", "unclosed"],
)
def test_refused_quickly(html: str) -> None:
    started = time.monotonic()
    answer = read_page(html, url=URL, hints=HINTS)
    assert isinstance(answer, UnreadablePage)
    assert answer.rule == "extraction_incomplete"
    assert answer.observed
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    "html",
    [
        nested(200),
        "<html><head><script type='application/ld+json'>" + '{"author":"' * 30_000 + "</script></head></html>",
        "<html><body><p class='byline'>" + "By Ann " * 20_000 + "</p></body></html>",
        "<html><head><title>" + "a - " * 20_000 + "</title></head></html>",
        "<html><head><meta property='article:published_time' content='" + "1" * 100_000 + "'></head></html>",
        "<html><body><div class='date'>" + "1 " * 50_000 + "</div></body></html>",
        "<html><body><p>" + "A" * 300_000 + " (AP) - x</p></body></html>",
        "<html><body>" + "<a href='http://[broken'>x</a>" * 1_000 + "</body></html>",
        "<html><body><figure><img src=x.jpg><figcaption>" + "(a/b" * 20_000 + "</figcaption></figure></body></html>",
        "<html><body><p>" + "PARIS, " * 20_000 + "</p></body></html>",
        "<html><body><h1>A story</h1>" + "<h3><a href='/b'>Another story told</a></h3>" * 10_000 + "</body></html>",
        "<html><body><h1>A story</h1><div>" + "<h3>Read more</h3><p>text</p>" * 10_000 + "</div></body></html>",
    ],
    ids=[
        "200 deep",
        "json",
        "byline",
        "title",
        "meta date",
        "dates",
        "capitals",
        "links",
        "caption",
        "places",
        "cards",
        "boxes",
    ],
)
def test_read_in_bounded_time(html: str) -> None:
    started = time.monotonic()
    assert isinstance(read_page(html, url=URL, hints=HINTS), Page)
    assert time.monotonic() - started < 5
