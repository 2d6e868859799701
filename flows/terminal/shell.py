"""A small SQL shell: history, completion of table and column names, statements over several lines."""

from __future__ import annotations

import time
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import WordCompleter
from prompt_toolkit.history import FileHistory

from flows.reading.sql import Reader
from flows.terminal.output import show
from flows.terminal.show import console, show_error
from warehouse.errors import QueryFailed

_KEYWORDS = ("select", "from", "where", "group by", "order by", "having", "limit", "join", "count", "avg", "median")
_HELP = (
    "end a statement with ;   .tables lists tables   .schema TABLE its columns   Ctrl-C stops a query   "
    ".quit leaves (or Ctrl-D)"
)
_TABLES = (
    "select table_name, comment from duckdb_tables() where schema_name = 'main' union all "
    "select view_name, comment from duckdb_views() where not internal order by 1"
)
_COLUMNS = "select column_name, data_type, comment from duckdb_columns() where table_name = '{}' order by column_index"


def shell(reader: Reader, *, history: Path) -> None:
    """Read statements until the user leaves."""
    history.parent.mkdir(parents=True, exist_ok=True)
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)), completer=WordCompleter([*_KEYWORDS, *reader.names()], ignore_case=True)
    )
    console.print(_HELP, style="dim")
    pending = ""
    while True:
        try:
            line = session.prompt("     … " if pending else "dateline> ")
        except KeyboardInterrupt:
            pending = ""
            continue
        except EOFError:
            return
        if not pending and line.strip() in {".quit", ".exit", "quit", "exit"}:
            return
        if not pending and line.strip()[:1] in {".", "\\"}:
            _dot(reader, *line.split()[:2])
            continue
        pending = f"{pending}\n{line}".strip()
        if pending.endswith(";"):
            run_statement(reader, pending)
            pending = ""


def _dot(reader: Reader, command: str, table: str = "") -> None:
    if command in {".tables", "\\dt"}:
        run_statement(reader, _TABLES)
    elif command in {".schema", "\\d"} and table:
        run_statement(reader, _COLUMNS.format(table.rstrip(";").replace("'", "''")))
    else:
        if command not in {".help", "\\?", "\\h", "\\help"}:
            show_error(f"there is no command {command}")
        console.print(_HELP, style="dim")


def run_statement(reader: Reader, sql: str) -> None:
    """Run one statement and show its rows; Ctrl-C ends the statement, not the shell."""
    began = time.monotonic()
    try:
        result = reader.query(sql)
        took = time.monotonic() - began
        show(result)
        console.print(f"{len(result.rows)} rows · {took:.3f} s", style="dim")
    except KeyboardInterrupt:
        show_error("stopped")
    except QueryFailed as error:
        show_error(str(error))
