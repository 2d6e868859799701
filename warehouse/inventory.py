"""The inventory: how `dateline verify` knows that rows are gone, or belong to another article than they did.

A seal (warehouse/seals.py) vouches for a row that is there. That none is missing say the rows of each table, counted
after every package, and for what belongs to an article a hash over its rows, whatever their order: the sum of theirs,
modulo 2^64. A package brings the rows of an article whole, so the hash is made of what it brings. Articles that were
loaded before there was an inventory have none until they are loaded again. What is small and comes without a package
(alarms, watches, collections) has such a hash for the table.

Counts and hashes of tables are carried forward by what each writing changes: what was wrong before stays wrong.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import duckdb

from warehouse.publication import table_counts, table_names
from warehouse.seals import columns_of, row_hash

COMPANIONS = ("article_images", "article_links", "article_dates", "article_signals", "quotes", "mentions")
_NAMED = 5  # articles of each table, one by one; of more only how many
# A row of these is also written when a run's books are closed, without a package; the ledger vouches for them.
_BOOKS = frozenset({"outcomes", "discoveries", "runs", "schema_migrations"})
# Rows of these come without a package: whoever writes them keeps stock of them (`keeping_stock`).
_SUMMED = frozenset({"alarms", "watches", "watch_hits", "source_collections"})
_WITHOUT_PACKAGE = _SUMMED | {"internal.frontier"}
# It does not count itself; what the search index is made of comes and goes.
_UNCOUNTED = frozenset(
    f"internal.{name}" for name in ("article_companions", "inventory", "search_index", "search_pending")
)
_MODULUS = 1 << 64
_NOTE = "insert into internal.inventory (table_name, row_count, hash) values (?, ?, ?)"


class _Stock(NamedTuple):
    """Of a table: its rows, and a hash over them where it has one."""

    rows: int
    total: int | None


def start_companions(connection: duckdb.DuckDBPyConnection) -> None:
    """Before the tables of a package are loaded, within its transaction."""
    connection.execute("create or replace temp table loading (article_id uuid, table_name varchar, hash ubigint)")


def note_companions(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Note the rows of a companion table that a package brings, which are `incoming`."""
    connection.execute(
        f"insert into loading select article_id, '{table}', {_sum(connection, table)} from incoming group by article_id"  # noqa: S608 - our own names
    )


def keep_companions(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down what belongs to the articles of a package, which are in `reloaded`, when its tables are loaded."""
    sums = ", ".join(f"any_value(hash) filter (table_name = '{table}') as {table}" for table in COMPANIONS)
    connection.execute("delete from internal.article_companions where article_id in (select article_id from replaced)")
    connection.execute(
        f"insert into internal.article_companions by name select article_id, {sums} "  # noqa: S608 - our own names
        "from reloaded left join loading using (article_id) group by article_id"
    )


def count_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down the tables as they are now, whatever they were before: of a file that was just made."""
    rows = [(name, *found) for name, found in _stock(connection).items()]
    connection.execute("delete from internal.inventory")
    connection.executemany(_NOTE, rows)


@contextmanager
def keeping_stock(connection: duckdb.DuckDBPyConnection, *tables: str) -> Iterator[None]:
    """Carry the inventory forward by what the block writes; within a transaction.

    Args:
        connection: the writer's.
        tables: those that may change.
    """
    before = _stock(connection, tables)
    yield
    after = _stock(connection, tables)
    noted = _noted(connection)
    changed = [name for name in after if name not in noted or before.get(name) != after[name]]
    rows = [(name, *_carried(noted.get(name), before.get(name), after[name])) for name in changed]
    if rows:
        connection.execute(
            "delete from internal.inventory where table_name in (select unnest(?::varchar[]))", [changed]
        )
        connection.executemany(_NOTE, rows)


def note_new_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Note the tables of which nothing is noted yet, as they are: after migrations, before anything is loaded."""
    noted = _noted(connection)
    new = [name for name in table_names(connection) if _is_kept(name) and name not in noted and name not in _SUMMED]
    if new:
        connection.executemany(_NOTE, [(name, *found) for name, found in _stock(connection, new).items()])


def _noted(connection: duckdb.DuckDBPyConnection) -> dict[str, _Stock]:
    rows = connection.execute("select table_name, row_count, hash from internal.inventory order by all").fetchall()
    return {name: _Stock(count, total) for name, count, total in rows}


def _carried(noted: _Stock | None, before: _Stock | None, after: _Stock) -> _Stock:
    """Count and hash as they would be, had nobody else written; as they are, where nothing was noted before."""
    if noted is None or before is None:
        return after
    count = noted.rows + after.rows - before.rows
    if noted.total is None or before.total is None or after.total is None:
        return _Stock(count, after.total)
    return _Stock(count, (noted.total + after.total - before.total) % _MODULUS)


def _stock(connection: duckdb.DuckDBPyConnection, tables: Collection[str] = ()) -> dict[str, _Stock]:
    """Rows of each of these tables, default all, and the hash of those that have one."""
    counts = {name: count for name, count in table_counts(connection, tables).items() if _is_kept(name)}
    return {name: _Stock(count, _hash(connection, name) if name in _SUMMED else None) for name, count in counts.items()}


def _hash(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select coalesce({_sum(connection, table)}, 0) from {table}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


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
    there = _stock(connection)
    for table, noted in _noted(connection).items():
        found = there.get(table, noted)
        if found.rows != noted.rows:
            detail = f"{found.rows} rows, {noted.rows} were written"
            yield {"kind": "rows_miscounted", "subject": table, "detail": detail}
        elif None not in (noted.total, found.total) and found.total != noted.total:
            yield {"kind": "rows_changed", "subject": table, "detail": "other rows than were written"}


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
