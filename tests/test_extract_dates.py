"""Dates as pages write them, and which of several claims is believed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tasks.extract.fields import dates
from tasks.extract.limits import parse
from tasks.extract.signals.dateparse import find, read
from tasks.extract.signals.page_signals import gather
from warehouse.records import Hints, UnreadablePage

FETCHED_AT = datetime(2024, 6, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "instant", "precision"),
    [
        ("2022-02-01T12:39:00+00:00", "2022-02-01T12:39", "instant"),
        ("2022-02-01T12:39:00.123Z", "2022-02-01T12:39", "instant"),
        ("2024-04-27T15:56:35+0100", "2024-04-27T14:56:35", "instant"),
        ("2026-01-06 14:02:09+01:00", "2026-01-06T13:02:09", "instant"),
        ("20220201", "2022-02-01T00:00", "day"),
        ("20220201T123900Z", "2022-02-01T12:39", "instant"),
        ("1643719140", "2022-02-01T12:39", "instant"),
        ("1643719140000", "2022-02-01T12:39", "instant"),
        ("Tue, 01 Feb 2022 12:39:00 GMT", "2022-02-01T12:39", "instant"),
        ("Tue Feb 01 2022 12:39:00 GMT+0100 (CET)", "2022-02-01T11:39", "instant"),
        ("Tue Feb 01 12:39:00 EST 2022", "2022-02-01T17:39", "instant"),
        ("12:39 PM EST, Tue February 1, 2022", "2022-02-01T17:39", "instant"),
        ("July 4th, 2023 at 5 p.m. ET", "2023-07-04T21:00", "instant"),
        ("1. Februar 2022, 12:39 Uhr", "2022-02-01T12:39", "local"),
        ("1 février 2022 à 12h39", "2022-02-01T12:39", "local"),
        ("1º de fevereiro de 2022 às 14h05", "2022-02-01T14:05", "local"),
        ("2022年2月1日 12時39分", "2022-02-01T12:39", "local"),
        ("13.06.2023 - 15:40", "2023-06-13T15:40", "local"),
        ("2018-09-13T00:00", "2018-09-13T00:00", "local"),
        ("Sept. 20, 2016", "2016-09-20T00:00", "day"),
        ("4 de mayo de 2023", "2023-05-04T00:00", "day"),
        ("12 marzo 2024", "2024-03-12T00:00", "day"),
        ("01/02/2022", "2022-02-01T00:00", "day"),
        ("12:00 am, March 3, 2020", "2020-03-03T00:00", "local"),
    ],
)
def test_read(raw: str, instant: str, precision: str) -> None:
    found = read(raw)
    assert found is not None
    assert found.instant() == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert found.precision == precision


@pytest.mark.parametrize(
    "raw", ["", "2022-02-31", "31/02/2022", "vor 2 Stunden", "yesterday", "99/99/9999", "call 555-2022"]
)
def test_what_is_no_date(raw: str) -> None:
    assert read(raw) is None


def test_month_first() -> None:
    found = read("01/02/2022", day_first=False)
    assert found is not None
    assert found.local == datetime(2022, 1, 2)  # noqa: DTZ001


def test_two_dates_in_one_line() -> None:
    found = list(find("Feb 1, 2022, 12:39 PM | Updated: Jun 13, 2022, 3:40 pm"))
    assert [one.local.isoformat() for one in found] == ["2022-02-01T12:39:00", "2022-06-13T15:40:00"]


def decided(head: str = "", body: str = "", *, url: str = "https://news.example/story", **hints: Any) -> dates.Dates:
    tree = parse(f"<html lang='en'><head>{head}</head><body>{body}</body></html>")
    assert tree is not None
    assert not isinstance(tree, UnreadablePage)
    return dates.weigh(gather(tree, url=url, hints=Hints(fetched_at=FETCHED_AT, **hints)))


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_published_and_modified_in_visible_text() -> None:
    found = decided(body="<div class='timestamp'>Feb 1, 2022, 12:39 PM | Updated: Jun 13, 2022, 3:40 pm</div>")
    assert found.published is not None
    assert found.modified is not None
    assert found.published.instant == datetime(2022, 2, 1, 12, 39, tzinfo=UTC)
    assert (found.published.precision, found.published.zone_known) == ("local", False)
    assert found.modified.instant == datetime(2022, 6, 13, 15, 40, tzinfo=UTC)


def test_a_time_with_a_zone_beats_a_day() -> None:
    script = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2022-02-01"}</script>'
    found = decided(script + meta("article:published_time", "2022-02-01T22:00:00-05:00"))
    assert found.published is not None
    assert (found.published.signal, found.published.precision) == ("og", "instant")
    assert found.published.instant == datetime(2022, 2, 2, 3, tzinfo=UTC)
    assert dates.day_of(found) == date(2022, 2, 1)


def test_another_claim_reveals_the_zone() -> None:
    found = decided(
        meta("article:modified_time", "2022-02-01T15:00:00+02:00"),
        "<time class='published' datetime='2022-02-01 12:39'></time>",
    )
    assert found.published is not None
    assert found.published.instant == datetime(2022, 2, 1, 10, 39, tzinfo=UTC)
    assert found.published.zone_known is False


def test_a_wall_clock_beside_utc_reveals_the_zone() -> None:
    found = decided(
        meta("article:published_time", "2023-11-09T01:09:55+00:00"), "<time datetime='2023-11-08 18:09:55'>"
    )
    assert found.published is not None
    assert found.published.instant == datetime(2023, 11, 9, 1, 9, 55, tzinfo=UTC)
    assert dates.day_of(found) == date(2023, 11, 8)
    assert dates.zone_of([one for raw in ("2023-11-09T01:09:55Z", "2023-11-08 18:09:55") if (one := read(raw))]) == (
        timedelta(hours=-7)
    )


@pytest.mark.parametrize("raw", ["2099-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "2024-02-31", "1970-01-01T00:00:00Z"])
def test_impossible_and_future_dates_are_kept_but_not_used(raw: str) -> None:
    found = decided(meta("article:published_time", raw))
    assert found.published is None
    assert found.flags == ("date_suspect",)
    assert [(signal.raw, signal.instant, signal.precision) for signal in found.signals if signal.signal == "og"] == [
        (raw, None, "none")
    ]


def test_disagreement_is_a_flag() -> None:
    script = (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2022-02-01T10:00:00Z"}</script>'
    )
    found = decided(script + meta("article:published_time", "2022-03-01T10:00:00Z"))
    assert found.published is not None
    assert found.published.signal == "jsonld"
    assert "date_conflict" in found.flags


def test_a_day_in_the_address_is_meant_in_the_outlets_zone() -> None:
    said = '{"@type":"NewsArticle","datePublished":"2022-02-01T19:12:00-08:00"}'
    evening = f'<script type="application/ld+json">{said}</script>'
    assert "date_conflict" not in decided(evening, url="https://a.example/2022/02/01/story").flags
    assert "date_conflict" not in decided(evening, url="https://a.example/2022/02/02/story").flags
    assert "date_conflict" in decided(evening, url="https://a.example/2022/01/28/story").flags


def test_two_against_one() -> None:
    script = (
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2022-01-04T10:00:00Z"}</script>'
    )
    found = decided(
        script + meta("article:published_time", "2022-01-06T08:00:00Z") + '<meta name="date" content="2022-01-06">'
    )
    assert found.published is not None
    assert found.published.signal == "og"


def test_an_old_permalink_is_the_original_date() -> None:
    found = decided(meta("article:published_time", "2019-06-17T18:28:00+02:00"), url="https://news.example/2017/7/12/x")
    assert found.published is not None
    assert (found.published.signal, found.published.precision) == ("url", "day")


def test_nothing() -> None:
    assert decided(body="<p>No date here.</p>").published is None
