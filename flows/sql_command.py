"""`dateline sql`: a query or a shell on the snapshot."""

from __future__ import annotations

import sys

from flows.settings import Settings
from flows.shell import shell
from flows.show import console
from flows.sql import Reader, as_table, write_csv, write_json


def sql_command(settings: Settings, query: str | None, *, form: str, timeout_s: float) -> None:
    """Run one query and print it, or open the shell.

    Raises:
        NoWarehouse: nothing has been published yet.
        QueryFailed: the query did not run.
    """
    reader = Reader(settings.folder.snapshot, timeout_s=timeout_s)
    try:
        if query is None and sys.stdin.isatty():
            shell(reader, history=settings.folder.state / "sql-history")
            return
        result = reader.query(sys.stdin.read() if query in {None, "-"} else query or "")
        if form == "csv":
            write_csv(result)
        elif form == "json":
            write_json(result)
        else:
            console.print(as_table(result))
    finally:
        reader.close()
