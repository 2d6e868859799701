"""`dateline sql`: a query or a shell on the snapshot."""

from __future__ import annotations

import sys
from pathlib import Path

from flows.base.errors import BadUsage
from flows.base.output_path import refuse_files_of
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.sql import Reader, moment
from flows.terminal.output import answer
from flows.terminal.shell import shell


def sql_command(
    settings: Settings,
    query: str | None,
    *,
    form: str,
    timeout_s: float,
    file: Path | None = None,
    output: Path | None = None,
    as_of: str | None = None,
    database: Path | None = None,
) -> None:
    """Run one query and print it, or open the shell.

    Args:
        settings: of the owner.
        query: SQL; `-` for standard input; None for the shell, or standard input when that is no terminal.
        form: one of flows.terminal.output.FORMS.
        timeout_s: seconds a query may take.
        file: a file with the query.
        output: where to write the result.
        as_of: a run's id or a time: `articles` as they were then.
        database: another snapshot, such as a frozen export; default the published one.

    Raises:
        NoWarehouse: nothing has been published yet.
        QueryFailed: the query did not run.
        BadUsage: both a query and a file, or nothing of that time.
    """
    if query is not None and file is not None:
        raise BadUsage("give a query or --file, not both")
    refuse_files_of(settings.folder, output)
    if database:
        reader = Reader(database, timeout_s=timeout_s)
    else:
        reader = open_published(settings, timeout_s=timeout_s, any_schema=True)
    try:
        if as_of:
            reader.show_as_of(moment(reader, as_of))
        if query is None and file is None and sys.stdin.isatty():
            shell(reader, history=settings.folder.state / "sql-history")
            return
        answer(reader, _text(query, file), form=form, output=output)
    finally:
        reader.close()


def _text(query: str | None, file: Path | None) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadUsage(f"cannot read the query in {file}: {error}. A query is text in UTF-8.") from None
    return sys.stdin.read() if query in {None, "-"} else query or ""
