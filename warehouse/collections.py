"""Which sources belong to which collections: `source_collections`, as the owner's settings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from warehouse.inventory import keeping_stock
from warehouse.transactions import transaction


def keep_collections(connection: duckdb.DuckDBPyConnection, members: Mapping[str, Sequence[str]]) -> None:
    """Write the collections down, in the place of those before.

    Args:
        connection: the writer's, between transactions.
        members: the sources of each.
    """
    rows = [[source, name] for name, sources in members.items() for source in sources]
    known = connection.execute("select source, collection from source_collections").fetchall()
    if sorted(map(tuple, rows)) == sorted(known):
        return
    with transaction(connection), keeping_stock(connection, "source_collections"):
        connection.execute("delete from source_collections")
        if rows:
            connection.executemany("insert into source_collections values (?, ?)", rows)
