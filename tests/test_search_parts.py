"""The full-text index in parts: what a million articles are to benchmarks/scale/measure.py, seven are to these."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import searched
from warehouse.connection import open_writer
from warehouse.searching import full_text as search

WORDS = ("apple", "abacus", "aztec", "zebra", "banana", "cedar", "abbey")


@pytest.fixture
def writer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    monkeypatch.setattr(search, "_AT_ONCE", 3)
    with open_writer(tmp_path / "w.duckdb") as connection:
        add(connection, *WORDS)
        yield connection


def add(connection: duckdb.DuckDBPyConnection, *words: str) -> None:
    for word in words:
        connection.execute(
            "insert into articles (article_id, source, url, canonical_url, domain, headline, text, version, "
            "content_hash, first_seen, last_seen, extractor, run_id) "
            "values (uuid(), 's', $word, $word, 'd', $word, $word || ' of town.', 1, $word, now(), now(), 'e', uuid())",
            {"word": word},
        )


def found(connection: duckdb.DuckDBPyConnection, *words: str) -> list[str]:
    return sorted(row[-1] for row in searched(connection, *words))


def falls(connection: duckdb.DuckDBPyConnection) -> int:
    """How often a word comes before the one above it: of sorted parts, once between two."""
    row = connection.execute(
        "select count(*) filter (below) from (select term < lag(term) over () as below from search_terms)"
    ).fetchone()
    return int(row[0]) if row else 0


def test_all_parts_are_indexed_and_found(writer: duckdb.DuckDBPyConnection) -> None:
    assert search.update_index(writer) == len(WORDS)
    assert search.update_index(writer) == 0
    assert found(writer, "town") == sorted(WORDS)


def test_only_parts_that_several_runs_have_added_to_are_sorted_again(writer: duckdb.DuckDBPyConnection) -> None:
    search.update_index(writer)
    add(writer, "alder")
    search.update_index(writer)  # 3, 3, and 1 and 1 of the third part
    assert falls(writer) == 3
    before = writer.execute("select rowid, * from search_terms where number <= 6 order by all").fetchall()
    search.compact_index(writer)
    assert falls(writer) == 2
    assert writer.execute("select rowid, * from search_terms where number <= 6 order by all").fetchall() == before
    assert found(writer, "town") == sorted((*WORDS, "alder"))


def test_beginnings_of_words(writer: duckdb.DuckDBPyConnection) -> None:
    search.update_index(writer)
    assert found(writer, "ab*") == ["abacus", "abbey"]
    assert found(writer, "a*", "town") == ["abacus", "abbey", "apple", "aztec"]
    assert found(writer, "ab*", "a*") == ["abacus", "abbey"]
    assert found(writer, "a*", "z*") == []
