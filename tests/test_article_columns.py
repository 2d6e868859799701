"""The columns of `articles` are declared once; and the one way in which words, sentences and paragraphs are counted."""

import uuid
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.article_columns import ARTICLE, COMPARED, READ, UNSEALED
from warehouse.connection import open_memory, open_writer
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.prose import paragraphs, sentences, words
from warehouse.records import Page
from warehouse.seals import columns_of, edited_rows

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
# What a page says that has tables of its own, or is worked on before it is a column.
ELSEWHERE = {"canonical_url", "flags", "dates", "signals", "images", "links", "utc_offset", "is_day_in_utc"}


def test_the_declaration_is_the_table() -> None:
    with open_memory() as connection:
        assert {column.name for column in ARTICLE} | {"seal"} == columns_of(connection, "articles").keys()


def test_what_is_read_from_a_page_is_in_the_record_of_one() -> None:
    assert set(READ) == {field.name for field in fields(Page)} - ELSEWHERE
    assert set(COMPARED) == set(READ) - {"date_published_source", "navigation_links"}


def value(kind: str, number: int) -> Any:
    """Another value for each number, of a column's type."""
    if kind == "UUID":
        return str(uuid.UUID(int=number))
    if kind.endswith("[]"):
        return [str(number)]
    if kind.startswith("TIMESTAMP"):
        return NOW + timedelta(hours=number)
    if kind == "DATE":
        return (NOW + timedelta(days=number)).date()
    return {"VARCHAR": str(number), "INTEGER": number, "BOOLEAN": bool(number % 2)}[kind]


def test_a_later_package_replaces_what_is_mutable_and_nothing_else(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    with open_writer(home.work) as connection:
        kinds = {name: kind for name, kind in columns_of(connection, "articles").items() if name != "seal"}
        for number in (1, 2):
            row = {name: value(kind, number) for name, kind in kinds.items()} | {"article_id": str(uuid.UUID(int=7))}
            package = write_package(home.staging, f"p{number}", str(uuid.UUID(int=number)), {"articles": [row]})
            load_package(connection, package)
        found = connection.execute(f"select {', '.join(kinds)} from articles").fetchone()
        assert found is not None
        stored = dict(zip(kinds, found, strict=True))
        for column in ARTICLE:
            if column.name not in {"article_id", "removed_at"}:
                expected = value(kinds[column.name], 2 if column.is_mutable else 1)
                assert str(stored[column.name]) == str(expected), column.name
            connection.execute("begin")
            was = edited(connection)
            connection.execute(f"update articles set {column.name} = ?", [value(kinds[column.name], 9)])
            assert (edited(connection) > was) == (column.name not in UNSEALED), column.name
            connection.execute("rollback")


def edited(connection: duckdb.DuckDBPyConnection) -> int:
    return sum(fault["kind"] == "edited_row" for fault in edited_rows(connection))


@pytest.mark.parametrize(
    ("text", "count", "cut"),
    [
        ("", 0, []),
        ("One two. Three four!\n\nFive", 5, ["One two.", "Three four!", "Five"]),
        ("He said “No.” She left at 3.75 p.m. today.", 9, ["He said “No.”", "She left at 3.75 p.m. today."]),
        ("  \n\n One.\n\n\n\n", 1, ["One."]),
        ("今天下雨。明天晴天！「好。」他说", 5, ["今天下雨。", "明天晴天！", "「好。」", "他说"]),
        ("雨が降る。 晴れる。", 3, ["雨が降る。", "晴れる。"]),
    ],
)
def test_words_sentences_and_paragraphs(text: str, count: int, cut: list[str]) -> None:
    assert words(text) == count
    assert sentences(text) == cut
    assert [s for p in paragraphs(text) for s in sentences(p)] == cut
