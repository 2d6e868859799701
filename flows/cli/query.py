"""`dateline query`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import Asking, with_options


@with_options(Asking)
def query(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Which one; list shows all.")] = "list",
    param: Annotated[Optional[list[str]], typer.Option("--param", "-p", metavar="X=Y", help="A parameter.")] = None,  # noqa: UP045
    match: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--match", metavar="QUERY", help="Of the articles only that this search finds."),
    ] = None,
    show: Annotated[bool, typer.Option("--sql", help="Show the query instead of asking it.")] = False,
    *,
    asked: Asking,
) -> None:
    """Questions that come with Dateline: who covered a story, wire copy, corrections, silent sources and more."""
    from flows.commands.query import list_queries, query_command

    if name == "list":
        list_queries()
        return
    query_command(
        asked.settings(),
        name,
        param or [],
        form=asked.form_of_result(),
        timeout_s=asked.timeout,
        output=asked.output,
        show=show,
        match=match,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(query)
