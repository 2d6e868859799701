"""What a run asks the warehouse: the same answers as asking of one thing at a time."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as some

from tasks.base.boilerplate import Recurrence, recurring
from tasks.decide.learned import learned_blocks, recurring_blocks
from tasks.decide.lookups import capture_lookup
from warehouse.connection import open_writer

RUN = uuid.uuid4()


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(tmp_path_factory.mktemp("knowledge") / "work.duckdb") as connection:
        yield connection


def keep(connection: duckdb.DuckDBPyConnection, idents: list[uuid.UUID]) -> None:
    connection.execute("delete from captures")
    for ident in idents:
        connection.execute(
            "insert into captures (capture_id, url, source, fetched_at, run_id) values (?, 'u', 'a', now(), ?)",
            [ident, RUN],
        )


@given(kept=some.lists(some.uuids(), max_size=5), others=some.lists(some.uuids(), min_size=1, max_size=5))
def test_a_capture_is_known_when_the_warehouse_has_it(
    connection: duckdb.DuckDBPyConnection, kept: list[uuid.UUID], others: list[uuid.UUID]
) -> None:
    keep(connection, kept)
    is_loaded = capture_lookup(connection.cursor())
    assert [is_loaded(str(each)) for each in kept] == [True] * len(kept)
    assert [is_loaded(str(each)) for each in others] == [each in kept for each in others]


def test_half_an_id_is_no_id(connection: duckdb.DuckDBPyConnection) -> None:
    one, other = (uuid.UUID(f"{head}-0000-4000-8000-0123456789ab") for head in ("00000001", "00000002"))
    keep(connection, [one])
    is_loaded = capture_lookup(connection.cursor())
    assert (is_loaded(str(one)), is_loaded(str(other))) == (True, False)


def test_blocks_are_known_by_source(tmp_path: Path) -> None:
    with open_writer(tmp_path / "work.duckdb") as connection:
        connection.execute(
            "insert into internal.outlet_blocks values ('a', 1, 4, now(), now(), ''), ('a', 2, 5, now(), now(), ''), "
            "('b', 1, 6, now(), now(), '')"
        )
        asked = {"a": {1, 7}, "b": {1, 2}, "c": {1}, "d": set[int]()}
        assert recurring_blocks(connection, asked) == {
            "a": {1: Recurrence(4, 0)}, "b": {1: Recurrence(6, 0)}, "c": {}, "d": {},
        }  # fmt: skip
        assert recurring_blocks(connection, {}) == {}


def test_what_readers_are_told_of_an_outlet_is_what_is_known_of_its_blocks(tmp_path: Path) -> None:
    start = datetime(2026, 11, 1, tzinfo=UTC)
    with open_writer(tmp_path / "work.duckdb") as connection:
        for number in range(12):
            connection.execute(
                "insert into articles (article_id, source, url, canonical_url, domain, version, content_hash, text, "
                "extractor, run_id, first_seen, last_seen) "
                "values (uuid(), ?, 'u', 'u', 'd', 1, 'h', 't', 'x', uuid(), ?, ?)",
                ["a" if number < 10 else "b", *[start + timedelta(days=number)] * 2],
            )
        blocks = [("a", 1, 9, 0), ("a", 2, 9, 2), ("a", 3, 2, 0), ("a", 4, 1, 9), ("b", 1, 2, 10)]
        connection.executemany(
            "insert into internal.outlet_blocks values (?, ?, ?, ?, now(), '')",
            [(source, block, articles, start + timedelta(days=day)) for source, block, articles, day in blocks],
        )
        known = recurring_blocks(connection, {"a": {1, 2, 3, 4}, "b": {1}})
        assert known["a"][2] == Recurrence(9, 8)
        told = learned_blocks(connection, ["a", "b", "c"])
        assert told == {name: recurring(known.get(name, {})) for name in ("a", "b", "c")}
        assert set(told["a"]) == {1, 2}  # twice in ten articles is chance, and once is no recurrence
