"""Attention over time and what stands out, on articles whose numbers are known."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from flows.base.errors import BadUsage
from flows.commands.attention import bars
from flows.reading.attention import chart, trend
from flows.reading.searching import SearchRequest
from flows.reading.sql import Reader
from flows.reading.standing_out import log_likelihood, standing_out
from flows.terminal.output import write_csv
from tests.test_search import put
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.snapshot import publish

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
STORMS = {0, 1, 8, 9}  # of 40 articles, four a day: numbers 0 to 3 on Monday


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    home = Home(tmp_path_factory.mktemp("attention")).prepare()
    with open_writer(home.work) as connection:
        for number in range(40):
            said = "A storm hit the harbour." if number in STORMS else "The budget was read."
            put(connection, number, headline=f"Story {number}", text=f"{said} All went well.", authors=["Ada Marsh"])
            connection.execute(
                "update articles set date_published = ? where article_id = ?",
                [MONDAY + timedelta(days=number // 4), UUID(int=number)],
            )
        connection.execute(  # of the last day, told in UTC on the next
            "update articles set date_published = '2026-03-12 00:30:00+00', published_day = '2026-03-11' "
            f"where article_id = '{UUID(int=39)}'"
        )
        connection.executemany(
            "insert into mentions values (?, 'place', 'Gull Point', 0, 4, 'Gull Point')",
            [[UUID(int=n)] for n in STORMS],
        )
        connection.execute(
            "insert into source_collections values ('paper-0', 'coast'), ('paper-1', 'coast'), ('paper-1', 'odd')"
        )
        publish(connection, home)
    found = Reader(home.snapshot, timeout_s=60)
    yield found
    found.close()


def test_days_without_a_match_are_rows_too(reader: Reader) -> None:
    found = trend(reader, SearchRequest(text="storms"))
    assert found.columns == ["period", "articles", "all_articles", "share"]
    assert found.rows[:4] == [
        (date(2026, 3, 2), 2, 4, 0.5),
        (date(2026, 3, 3), 0, 4, 0.0),
        (date(2026, 3, 4), 2, 4, 0.5),
        (date(2026, 3, 5), 0, 4, 0.0),
    ]
    assert len(found.rows) == 10


def test_weeks_months_and_bounds(reader: Reader) -> None:
    weeks = trend(reader, SearchRequest(text="storm"), unit="week").rows
    assert [(day, n, of) for day, n, of, _ in weeks] == [(date(2026, 3, 2), 4, 28), (date(2026, 3, 9), 0, 12)]
    assert trend(reader, SearchRequest(text="storm"), unit="month").rows == [(date(2026, 3, 1), 4, 40, 0.1)]
    bounded = trend(reader, SearchRequest(text="storm", since="2026-03-03", until="2026-03-05")).rows
    assert [row[1] for row in bounded] == [2]
    assert trend(reader, SearchRequest(text="nowhere"), unit="month").rows == [(date(2026, 3, 1), 0, 40, 0.0)]


def test_by_source_and_collection(reader: Reader) -> None:
    by = {
        (row[1], row[2], row[3]) for row in trend(reader, SearchRequest(text="storm"), unit="month", by="source").rows
    }
    assert by == {("paper-0", 2, 20), ("paper-1", 2, 20)}
    by = {
        (row[1], row[2], row[3])
        for row in trend(reader, SearchRequest(text="storm"), unit="month", by="collection").rows
    }
    assert by == {("coast", 4, 40), ("odd", 2, 20)}
    only = trend(reader, SearchRequest(text="storm", collections=("odd",)), unit="month")
    assert only.rows == [(date(2026, 3, 1), 2, 20, 0.1)]


def test_what_is_no_unit(reader: Reader) -> None:
    with pytest.raises(BadUsage, match="--every year is none of day, week, month"):
        trend(reader, SearchRequest(text="storm"), unit="year")
    with pytest.raises(BadUsage, match="--by outlet is none of"):
        trend(reader, SearchRequest(text="storm"), by="outlet")


def test_csv_bars_and_pictures(reader: Reader) -> None:
    found = trend(reader, SearchRequest(text="storm"), by="source")
    out = io.StringIO()
    write_csv(found, out)
    assert next(csv.reader(io.StringIO(out.getvalue()))) == ["period", "source", "articles", "all_articles", "share"]
    assert b"<svg" in chart(found, is_share=False, image="svg")
    assert chart(found, is_share=True, image="png").startswith(b"\x89PNG")
    assert bars(found, is_share=True).row_count == len(found.rows)


def test_log_likelihood() -> None:
    """The numbers of Rayson's calculator for 20 of 100 against 10 of 200."""
    assert log_likelihood(20, 10, 100, 200) == pytest.approx(13.86, abs=0.01)
    assert log_likelihood(1, 10, 100, 200) == 0
    assert log_likelihood(0, 0, 0, 200) == 0


def test_what_stands_out(reader: Reader) -> None:
    found = {(row[0], row[1]): row for row in standing_out(reader, SearchRequest(text="storm")).rows}
    assert ("word", "harbour") in found
    assert ("word", "storm") not in found  # asked for
    assert ("word", "well") not in found  # everywhere
    assert found[("place", "Gull Point")][2:5] == (4, 1.0, 0.0)
    assert found[("place", "Gull Point")][5] == pytest.approx(log_likelihood(4, 0, 4, 36), abs=0.01)
    assert found[("author", "Ada Marsh")][2:5] == (4, 1.0, 1.0)
    assert {name for kind, name in found if kind == "source"} == {"paper-0", "paper-1"}
    assert {row[0] for row in standing_out(reader, SearchRequest(text="storm"), kinds=["place"]).rows} == {"place"}
    with pytest.raises(BadUsage, match="'city' is no kind"):
        standing_out(reader, SearchRequest(text="storm"), kinds=["city"])
