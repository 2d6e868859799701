"""The full-text index: kept up by what a run changed, and asked with BM25.

BM25 as Robertson and Zaragoza give it (The Probabilistic Relevance Framework, 2009, section 3.3), k1 = 1.2, b = 0.75; a
word in the headline counts as three in the text. Why not DuckDB's fts extension says docs/decisions/0009-search.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

import duckdb

from warehouse.rowids import selects
from warehouse.transactions import transaction

_AT_ONCE = 20_000  # articles
_SHOWN = "rowid as place, coalesce(date_published, first_seen) as published_at, source, headline, text, url"


def _sql(name: str) -> str:
    return resources.files("warehouse").joinpath("searching", f"{name}.sql").read_text(encoding="utf-8")


def update_index(connection: duckdb.DuckDBPyConnection) -> int:
    """Index every current content that has not been, and return how many there were.

    Some thousands at a time, each in a transaction: their words are 15 KB an article until they are counted, and a
    million at once took more than 18 GB. Running it twice changes nothing; after a crash the next run does what was
    left.
    """
    total = 0
    while count := _update(connection):
        total += count
        if count < _AT_ONCE:
            break
    return total


def _update(connection: duckdb.DuckDBPyConnection) -> int:
    with transaction(connection):
        connection.execute(_sql("fresh"), {"limit": _AT_ONCE})
        count = connection.execute("select count(*) from fresh_contents").fetchall()[0][0]
        if count:
            connection.execute(_sql("index"))
        connection.execute("drop table fresh_contents")
    return int(count)


def compact_index(connection: duckdb.DuckDBPyConnection) -> None:
    """Sort by word what the runs since the last time have added, so that a search reads a few row groups of it.

    Contents that are no longer current are left out with that. Some thousands at a time, each in a transaction: sorting
    the 270 million words of a million articles at once takes more memory than there should be.
    """
    for first, last in _run(connection, "loose", {"at_once": _AT_ONCE}):
        with transaction(connection):
            _run(connection, "compact", {"first": first, "last": last})


def _run(connection: duckdb.DuckDBPyConnection, name: str, values: dict[str, int]) -> list[tuple[int, ...]]:
    """Each statement with those of the values that it names; the rows of the last."""
    for statement in connection.extract_statements(_sql(name)):
        connection.execute(statement, {key: values[key] for key in statement.named_parameters})
    rows: list[tuple[int, ...]] = connection.fetchall()
    return rows


def search_query() -> str:
    """What ranks; parameters words, phrases, since, until, source, rows. Its rows are for `excerpts`."""
    return _sql("search")


def excerpts(hits: Sequence[tuple[int, float]], words: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """The query that shows what was found, and its parameters.

    Args:
        hits: (place, score), the rows of `search_query`.
        words: what was searched for.
    """
    places = [place for place, _ in hits]
    rows = " union all ".join(selects(_SHOWN, places))
    given = {"words": list(words), "places": places, "scores": [score for _, score in hits]}
    return _sql("excerpts").replace("{rows}", rows), given
