"""The inventory: how `dateline verify` knows that rows are gone, or belong to another article than they did.

A seal (warehouse/seals.py) vouches for a row that is there. That none is missing say the rows of each table, counted
after every package, and for what belongs to an article a hash over its rows, whatever their order: the sum of theirs,
modulo 2^64. A package brings the rows of an article whole, so the hash is made of what it brings. Articles that were
loaded before there was an inventory have none until they are loaded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb

from warehouse.publication import table_counts
from warehouse.seals import columns_of, row_hash

COMPANIONS = ("article_images", "article_links", "article_dates", "article_signals", "quotes", "mentions")
_NAMED = 5  # articles of each table, one by one; of more only how many
# A row of these is also written when a run's books are closed, without a package; the ledger vouches for them.
_BOOKS = frozenset({"outcomes", "internal.frontier", "discoveries", "runs", "schema_migrations"})
# It does not count itself; what the search index is made of comes and goes.
_UNCOUNTED = frozenset(
    f"internal.{name}" for name in ("article_companions", "inventory", "search_index", "search_pending")
)
# Rows of these come without a package, and whoever writes them counts them anew (`recount`).
_WITHOUT_PACKAGE = frozenset({"alarms", "watches", "watch_hits", "source_collections"})


def start_companions(connection: duckdb.DuckDBPyConnection) -> None:
    """Before the tables of a package are loaded, within its transaction."""
    connection.execute("create or replace temp table loading (article_id uuid, table_name varchar, hash ubigint)")


def note_companions(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Note the rows of a companion table that a package brings, which are `incoming`."""
    connection.execute(
        f"insert into loading select article_id, '{table}', {_sum(connection, table)} from incoming group by article_id"  # noqa: S608 - our own names
    )


def take_stock(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the inventory anew when the tables of a package are loaded; its articles are in `reloaded`."""
    sums = ", ".join(f"any_value(hash) filter (table_name = '{table}') as {table}" for table in COMPANIONS)
    connection.execute("delete from internal.article_companions where article_id in (select article_id from replaced)")
    connection.execute(
        f"insert into internal.article_companions by name select article_id, {sums} "  # noqa: S608 - our own names
        "from reloaded left join loading using (article_id) group by article_id"
    )
    count_rows(connection)


def count_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down how many rows the tables have now."""
    counts = [(name, count) for name, count in table_counts(connection).items() if _is_kept(name)]
    connection.execute("delete from internal.inventory")
    connection.executemany("insert into internal.inventory values (?, ?)", counts)


def recount(connection: duckdb.DuckDBPyConnection, *tables: str) -> None:
    """Write down how many rows these tables have now: for what is written without a package, right after it."""
    counts = table_counts(connection)
    connection.execute(
        "delete from internal.inventory where table_name in (select unnest(?::varchar[]))", [list(tables)]
    )
    connection.executemany("insert into internal.inventory values (?, ?)", [(name, counts[name]) for name in tables])


def is_counted(table: str) -> bool:
    """Whether rows come into a table with packages only."""
    return _is_kept(table) and table not in _WITHOUT_PACKAGE


def _is_kept(table: str) -> bool:
    """Whether the inventory knows how many rows a table has."""
    return table not in _BOOKS | _UNCOUNTED


def missing_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Tables that have other rows than they were left with: kind, subject, detail. Reads all companions."""
    return [*_miscounted(connection), *(f for table in COMPANIONS for f in _of_articles(connection, table))]


def _miscounted(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    noted = dict(connection.execute("select table_name, row_count from internal.inventory").fetchall())
    for table, count in table_counts(connection).items():
        if table in noted and noted[table] != count:
            yield {"kind": "rows_miscounted", "subject": table, "detail": f"{count} rows, {noted[table]} were loaded"}


def _of_articles(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[dict[str, Any]]:
    rows = connection.execute(
        f"""
        with there as (select article_id, {_sum(connection, table)} as hash from {table} group by article_id)
        select articles.url from internal.article_companions as noted
        join articles using (article_id) left join there using (article_id)
        where noted.{table} is distinct from there.hash order by all
        """  # noqa: S608 - our own names
    ).fetchall()
    for (url,) in rows[:_NAMED]:
        yield {
            "kind": "companions_changed",
            "subject": url,
            "detail": f"{table}: other rows than were loaded",
        }
    if (more := len(rows) - _NAMED) > 0:
        yield {"kind": "companions_changed", "subject": table, "detail": f"and those of {more} more articles"}


def _sum(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    return f"cast(sum({row_hash(columns_of(connection, table))}) % 18446744073709551616 as ubigint)"
