"""Whether the search index is what the warehouse says, for `dateline verify`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from warehouse.searching import generations
from warehouse.searching.making import documents_query, index_lock, recorded
from warehouse.searching.reading import SearchIndex

_SHOWN = 20  # articles of which it is said that they are missing or stale: they come in thousands or not at all
_COMPARE = """
with known as ({documents}), indexed as (select cast(ident as uuid) as article_id, mark from indexed_articles)
select
    cast(article_id as varchar) as subject,
    case when known.mark is null then 'left' when indexed.mark is null then 'missing' else 'stale' end as kind
from known full join indexed using (article_id)
where known.mark is distinct from indexed.mark
    and article_id not in (select article_id from internal.search_pending)
order by all limit ?
"""


def faults_of_index(connection: duckdb.DuckDBPyConnection, root: Path) -> list[dict[str, Any]]:
    """What is wrong with the index of the writer's file: kind, subject, detail.

    Reads its files whole, and compares every article that is not still to be indexed. An index with a fault is put
    aside, so that the next search or run makes it anew.
    """
    name = recorded(connection)
    if name is None:
        return []
    with index_lock(root):
        found = [_fault("search_index_damaged", *each) for each in generations.damages(root / name)]
        if not found:
            found = list(_of_articles(connection, root / name))
        if found:
            generations.put_aside(root / name)
    return found


def _fault(kind: str, subject: str, detail: str) -> dict[str, Any]:
    return {"kind": kind, "subject": subject, "detail": f"{detail}; the next search or run makes the index anew"}


def _of_articles(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[dict[str, Any]]:
    marks = list(SearchIndex(folder, ()).marks())
    indexed = pa.table(
        {"ident": [ident.hex for ident, _ in marks], "mark": pa.array([mark for _, mark in marks], pa.uint64())}
    )
    connection.execute("create or replace temp table to_index as select article_id from articles")
    connection.register("indexed_articles", indexed)
    try:
        rows = connection.execute(_COMPARE.replace("{documents}", documents_query()), [_SHOWN]).fetchall()
    finally:
        connection.unregister("indexed_articles")
        connection.execute("drop table to_index")
    for subject, kind in rows:
        yield _fault(f"search_index_{kind}", subject, f"the article is {kind} in {folder.name}")
