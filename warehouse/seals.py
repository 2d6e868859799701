"""Seals: how `dateline verify` knows that somebody edited a row that Dateline wrote.

A seal is the lower half of the MD5 over a row's columns (RFC 1321; against accidents, not against forgers), written
with the row. Left out are the columns that later loads change; other rows vouch for most of them, see
warehouse/lookups/faults.sql. NULLs are left out as well, so a column that a later migration adds breaks no seal.
Nothing in it depends on how a release of DuckDB prints a value: text, whole numbers, booleans, microseconds. A row
without a seal is older than seals.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from warehouse.article_columns import UNSEALED

# By table: the column that tells a person which row it is, and those that are left out.
SEALED: Mapping[str, tuple[str, frozenset[str]]] = {
    "articles": ("url", UNSEALED),
    "article_versions": ("headline", frozenset({"valid_to"})),
    "discoveries": ("url", frozenset()),
    "outcomes": ("url", frozenset()),
    "runs": ("run_id", frozenset()),
    "fetches": ("url", frozenset()),
    "feed_polls": ("feed_url", frozenset()),
    "quality_checks": ("expectation", frozenset()),
    "quarantine": ("url", frozenset({"attempts", "resolved_at", "resolution"})),  # a replay writes them
    "sources": ("source", frozenset()),
    "story_clusters": ("article_id", frozenset()),
    "internal.frontier": ("url", frozenset()),
    "article_addresses": ("url", frozenset()),
    "internal.feeds": ("feed_url", frozenset()),
    "internal.domain_pauses": ("domain", frozenset()),
    "outlet_links": ("url", frozenset()),
}
# Loading keeps something of the row before, so that its seal is not what the package says: by what a row is known.
SEALED_WHEN_LOADED: Mapping[str, str] = {"sources": "source", "frontier": "url_id", "outlet_links": "(source, url)"}
_SEAL = "seal"


def columns_of(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The columns of a table, and their types."""
    return {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}


def seal_sql(table: str, columns: Mapping[str, str], given: Collection[str] | None = None) -> str:
    """The SQL expression for the seal of a row.

    Args:
        table: one of SEALED.
        columns: its columns and their types.
        given: those that the row has; the others count as NULL.
    """
    _, left_out = SEALED[table]
    return row_hash(columns, set(columns if given is None else given) - left_out)


def row_hash(columns: Mapping[str, str], given: Collection[str] | None = None) -> str:
    """The SQL expression for the hash of a row.

    Args:
        columns: names and types.
        given: those that count; default all. A seal never does.
    """
    names = sorted(set(columns if given is None else given) - {_SEAL})
    parts = ", ".join(f"'{name}=' || {_as_text(name, columns[name])}" for name in names)
    return f"md5_number_lower(concat_ws(chr(31), {parts}))"


def seal_rows(connection: duckdb.DuckDBPyConnection, table: str, where: str) -> None:
    """Seal rows that were put together in the warehouse itself.

    Args:
        connection: the writer's.
        table: one of SEALED.
        where: an SQL condition, of our own making.
    """
    seal = seal_sql(table, columns_of(connection, table))
    connection.execute(f"update {table} set {_SEAL} = {seal} where {where}")  # noqa: S608 - our own names


def _as_text(name: str, kind: str) -> str:
    if kind == "TIMESTAMP WITH TIME ZONE":
        return f'epoch_us("{name}")'
    if kind.endswith("[]"):
        return f'array_to_string("{name}", chr(30))'
    if kind in {"DOUBLE", "FLOAT"}:  # how a fraction is printed may change with a release
        return f'cast(round("{name}" * 1000000) as bigint)'
    return f'cast("{name}" as varchar)'


def seal_run(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Seal a run's row, when the last word about it is written."""
    seal = seal_sql("runs", columns_of(connection, "runs"))
    connection.execute(f"update runs set {_SEAL} = {seal} where run_id = ?", [run_id])  # noqa: S608 - our own names


@contextmanager
def keep_sealed(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Seal the rows again that `version_spans` (the view `incoming`) changes; an edit from before stays visible."""
    versions = seal_sql("article_versions", columns_of(connection, "article_versions"))
    articles = seal_sql("articles", columns_of(connection, "articles"))
    connection.execute("create or replace temp table moved as select distinct article_id from incoming")
    connection.execute(
        "create or replace temp table sound_versions as select article_id, incoming.version from incoming join "  # noqa: S608
        "(select article_id, version as was from article_versions semi join moved using (article_id) "
        f"where {_SEAL} = {versions}) using (article_id, was)"
    )
    connection.execute(
        "create or replace temp table sound_articles as select article_id from articles "  # noqa: S608
        f"semi join moved using (article_id) where {_SEAL} = {articles}"
    )
    yield
    connection.execute(
        f"update article_versions set {_SEAL} = {versions} where (article_id, version) in (from sound_versions)"  # noqa: S608
    )
    connection.execute(f"update articles set {_SEAL} = {articles} where article_id in (from sound_articles)")  # noqa: S608


def edited_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Rows that are not what their seal says: kind, subject, detail. Reads every text."""
    return [fault for table in SEALED for fault in _edited(connection, table)]


def _edited(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[dict[str, Any]]:
    name, _ = SEALED[table]
    columns = columns_of(connection, table)
    seal = seal_sql(table, columns)
    who = "'run ' || run_id" if "run_id" in columns else "'its run'"
    rows = connection.execute(
        f"select cast({name} as varchar), {who} from {table} where {_SEAL} <> {seal} order by all"  # noqa: S608
    ).fetchall()
    for subject, writer in rows:
        yield {"kind": "edited_row", "subject": subject, "detail": f"{table}: not as {writer} wrote it"}
