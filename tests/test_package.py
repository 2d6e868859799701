"""The package from Python: search, trend, articles and their versions, a page without a warehouse; xlsx."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pandas as pd
import pyarrow as pa
import pytest

import dateline
from flows.reading.sql import Result
from flows.terminal.output import deliver
from tests.conftest import Done

PAGE = """<html lang="en"><head><title>Ferry back – Gull</title><meta property="og:title" content="Ferry back">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ferry back", "datePublished":
"2026-03-02T09:00:00Z", "author": {"name": "Ada Marsh"}}</script></head><body><article><h1>Ferry back</h1>%s</article>
</body></html>""" % (
    "<p>The ferry to the island runs again after a week in which nobody could leave, the port said.</p>" * 6
)


def test_a_warehouse_is_searched(done: Done) -> None:
    with dateline.open(done.home) as news:
        found = news.search("ferry -council", rows=None)
        assert len(found) == 12
        first = next(iter(found))
        assert first["headline"]
        assert "**" in first["excerpt"]
        assert isinstance(found.to_pandas(), pd.DataFrame)
        assert isinstance(found.arrow(), pa.Table)
        assert found.arrow().num_rows == 12
        assert len(news.search("ferry", source="kvrn")) == 2
        joined = news.sql("select count(*) from search('ferry -council') semi join articles using (article_id)")
        assert joined.fetchall() == [(12,)]
        assert sum(row["articles"] for row in news.trend("ferry -council", every="month")) == 12
        assert {row["source"] for row in news.trend("ferry", every="month", by="source", source="kvrn")} == {"kvrn"}
        assert {row["kind"] for row in news.top("ferry", kind="word", rows=3)} == {"word"}
        article = news.article(first["url"])
        assert article is not None
        assert article == news.article(first["article_id"])
        assert [row["version"] for row in news.versions(first["url"])] == list(range(1, article["version"] + 1))
        assert news.article("https://nowhere.example/") is None
        assert len(news.versions("https://nowhere.example/")) == 0


def test_what_cannot_be_meant_is_said(done: Done) -> None:
    with dateline.open(done.home) as news:
        with pytest.raises(dateline.BadSearch, match="did you mean headline"):
            news.search("title:ferry")
        with pytest.raises(dateline.BadSearch, match="did you mean 'kvrn'"):
            news.search("ferry", source="kvnr")
        with pytest.raises(dateline.BadUsage, match="--every"):
            news.trend("ferry", every="year")
    with pytest.raises(dateline.QueryFailed):
        news.search("ferry")


def test_a_page_is_read_without_a_warehouse() -> None:
    for html in (PAGE, PAGE.encode()):
        page = dateline.read(html, url="https://gull.example/ferry", fetched_at=datetime(2026, 3, 3, tzinfo=UTC))
        assert page["headline"] == "Ferry back"
        assert page["date_published"] == datetime(2026, 3, 2, 9, tzinfo=UTC)
        assert page["authors"] == ("Ada Marsh",)
        assert page["text"].startswith("The ferry to the island")
        assert any(claim["chosen"] for claim in page["dates"])
    with pytest.raises(ValueError, match="cannot read the page"):
        dateline.read("<div>" * 20_000, url="https://gull.example/deep")


def test_a_page_is_read_by_selectors() -> None:
    html = "<article><h1>Ferry is late</h1><p>It came at noon.</p><p class=ad>Buy a boat.</p></article>"
    page = dateline.read(html, url="https://gull.example/ferry", select=["article"], remove=[".ad"])
    assert page["text"] == "It came at noon."
    with pytest.raises(ValueError, match="no CSS selector"):
        dateline.read(html, url="https://gull.example/ferry", remove=["p >"])


def test_a_workbook_is_inert(tmp_path: Path) -> None:
    rows = [
        (
            "=HYPERLINK(1)",
            5,
            1.5,
            True,
            None,
            date(2026, 3, 2),
            datetime(2026, 3, 2, 9, tzinfo=UTC),
            UUID(int=5),
            ["a", "b"],
        )
    ]
    result = Result(
        ["text", "n", "x", "yes", "none", "day", "at", "id", "list"], [*rows, ("http://x.example/", *rows[0][1:])]
    )
    path = tmp_path / "found.xlsx"
    assert deliver(result, form="xlsx", output=path) == 2
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = book.namelist()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert not [name for name in names if "rels/sheet" in name]
    assert "HYPERLINK(1)" in sheet + str(names)
    assert pd.Timestamp("2026-03-02") == pd.Timestamp(1899, 12, 30) + pd.Timedelta(days=46083)
    assert "<v>46083</v>" in sheet
