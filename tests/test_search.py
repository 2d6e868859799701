"""The full-text index: what is found, in which order, and that it follows the articles."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from flows.base.errors import EdgeError
from flows.cli.search import terms
from flows.reading.sql import Reader
from tests.conftest import searched
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.searching.full_text import compact_index, update_index
from warehouse.snapshot import publish

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FILLER = "The council met on Tuesday and talked about the budget of the town for a long time. "
ARTICLES = {
    1: ("Ferry terminal approved", "Work on the terminal begins in spring. " + FILLER),
    2: ("Budget talks", FILLER * 3 + "A ferry was mentioned once, and so was its terminal."),
    3: ("Café in Århus öffnet", "Der Bürgermeister kam zur Eröffnung. " + FILLER),
    4: ("首相が会見", "首相は東京で会見した。経済について語った。"),
    5: ("Council meets", FILLER),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).prepare()


@pytest.fixture
def writer(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_writer(home.work)
    for n, (headline, text) in ARTICLES.items():
        connection.execute(
            "insert into articles (article_id, source, url, canonical_url, domain, headline, text, version, "
            "content_hash, first_seen, last_seen, extractor, run_id, date_published) "
            "values (?, ?, ?, ?, 'a.example', ?, ?, 1, 'x', ?, ?, 'e', ?, ?)",
            [
                str(UUID(int=n)), f"paper-{n % 2}", f"https://a.example/{n}", f"https://a.example/{n}", headline, text,
                NOW, NOW, str(UUID(int=99)), NOW - timedelta(days=n),
            ],
        )  # fmt: skip
    yield connection
    connection.close()


def found(connection: duckdb.DuckDBPyConnection, *words: str, **limits: Any) -> list[int]:
    return [int(row[-1].rsplit("/", 1)[1]) for row in searched(connection, *words, **limits)]


def test_all_words_must_be_there_and_the_headline_counts_most(writer: duckdb.DuckDBPyConnection) -> None:
    assert update_index(writer) == 5
    assert found(writer, "ferry", "terminal") == [1, 2]
    assert found(writer, "ferry", "nowhere") == []
    assert found(writer, "council")[0] == 5  # in the headline


def test_accents_beginnings_and_scripts_without_blanks(writer: duckdb.DuckDBPyConnection) -> None:
    update_index(writer)
    assert found(writer, "cafe") == [3]
    assert found(writer, "burger*") == [3]
    assert found(writer, "首", "相") == [4]
    assert found(writer, "首", "相", phrases=["首相"]) == [4]
    assert found(writer, "ferry", phrases=["ferry terminal"]) == [1]


def test_limits(writer: duckdb.DuckDBPyConnection) -> None:
    update_index(writer)
    assert set(found(writer, "council")) == {1, 2, 3, 5}
    assert found(writer, "council", source="paper-0") == [2]
    assert set(found(writer, "council", since=NOW - timedelta(days=2))) == {1, 2}
    assert set(found(writer, "council", until=NOW - timedelta(days=2))) == {3, 5}
    assert len(found(writer, "council", rows=2)) == 2


def test_only_what_changed_is_indexed_again(writer: duckdb.DuckDBPyConnection) -> None:
    update_index(writer)
    assert update_index(writer) == 0
    writer.execute(
        "update articles set text = 'A bridge instead, says the town.', content_hash = 'another' "
        "where headline = 'Ferry terminal approved'"
    )
    assert update_index(writer) == 1
    assert found(writer, "bridge") == [1]
    assert found(writer, "spring") == []
    before = writer.execute("select count(*) from search_terms").fetchone()
    compact_index(writer)
    after = writer.execute("select count(*) from search_terms").fetchone()
    assert before is not None
    assert after is not None
    assert after[0] < before[0]
    assert found(writer, "bridge") == [1]
    assert found(writer, "ferry", "terminal") == [1, 2]
    assert update_index(writer) == 0


def test_an_empty_warehouse(tmp_path: Path) -> None:
    with open_writer(tmp_path / "w.duckdb") as connection:
        assert update_index(connection) == 0
        compact_index(connection)
        assert found(connection, "ferry") == []


def test_what_a_person_types(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    update_index(writer)
    publish(writer, home)
    reader = Reader(home.snapshot, timeout_s=30)
    try:
        asked = terms(reader, 'Café "Ferry Terminal" minist*')
        assert asked == {"words": ["cafe", "ferry", "terminal", "minist*"], "phrases": ["ferry terminal"]}
        with pytest.raises(EdgeError, match="no word to search for"):
            terms(reader, "?! …")
    finally:
        reader.close()
