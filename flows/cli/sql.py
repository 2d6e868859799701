"""`dateline sql`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from flows.terminal.options import Asking, with_options


@with_options(Asking)
def sql(
    query: Annotated[Optional[str], typer.Argument(help="SQL; - reads standard input; none opens a shell.")] = None,  # noqa: UP045
    file: Annotated[Optional[Path], typer.Option("--file", help="Read the query from a file.")] = None,  # noqa: UP045
    as_of: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--as-of", metavar="TIME|RUN", help="articles as they were then: headline, text, version."),
    ] = None,
    database: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--database", help="Another snapshot, such as one that was frozen by export."),
    ] = None,
    *,
    asked: Asking,
) -> None:
    """Read-only SQL on the published warehouse: a query, or a shell when none is given."""
    from flows.commands.sql import sql_command

    sql_command(
        asked.settings(),
        query,
        form=asked.form_of_result(),
        timeout_s=asked.timeout,
        file=file,
        output=asked.output,
        as_of=as_of,
        database=database,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(sql)
