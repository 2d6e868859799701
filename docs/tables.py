"""docs/tables.md, made from the comments in the warehouse itself.

python -m docs.tables [--check]      (--check: 1 when the page is not what the migrations say)
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.base.page import grid
from flows.reading.queries import queries
from warehouse.connection import open_memory

PAGE = Path(__file__).with_name("tables.md")
# Not the schema `internal`, which is the machinery's.
_TABLES = "select table_name, comment from duckdb_tables() where schema_name = 'main'"
_VIEWS = "select view_name, comment from duckdb_views() where not internal and schema_name = 'main'"
_COLUMNS = """
    select table_name, column_name, data_type, comment from duckdb_columns()
    where not internal and schema_name = 'main' order by table_name, column_index
"""
_FIRST = ("articles", "article_versions", "outcomes", "runs", "sources", "captures", "fetches")
_HEAD = """# Tables and views

What stands in `dateline.duckdb`. Times are TIMESTAMPTZ in UTC. The same sentences are comments in the file, which many
clients show (`select * from duckdb_columns()` does everywhere). Written by `python -m docs.tables` from the migrations.
"""


def page() -> str:
    """The page's text."""
    with open_memory() as connection:
        tables = connection.execute(_TABLES).fetchall()
        views = connection.execute(_VIEWS).fetchall()
        columns = connection.execute(_COLUMNS).fetchall()
    lines = [_HEAD]
    for title, found in (("Tables", sorted(tables, key=_order)), ("Views", sorted(views))):
        lines += [f"## {title}", ""]
        for name, comment in found:
            its = [(f"`{column}`", kind, said) for table, column, kind, said in columns if table == name]
            lines += [f"### {name}", "", comment, "", *grid(("column", "type", "what it is"), its), ""]
    asked = [(f"`{q.name}`", q.about, ", ".join(f"`{p.name}`" for p in q.parameters)) for q in queries()]
    lines += ["## Queries that ship", "", "`dateline query NAME --param x=y`", ""]
    return "\n".join([*lines, *grid(("query", "what it answers", "parameters"), asked), ""])


def _order(table: tuple[str, str]) -> tuple[int, str]:
    return (_FIRST.index(table[0]) if table[0] in _FIRST else len(_FIRST), table[0])


def main() -> int:
    """Write the page, or check it."""
    text = page()
    if "--check" in sys.argv[1:]:
        return int(not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
