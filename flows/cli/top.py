"""`dateline top`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import (
    Collections,
    Config,
    Form,
    Home,
    Output,
    Since,
    Sources,
    Timeout,
    Until,
    form_of_result,
    search_request,
)


def top(
    text: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    kind: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--kind", help="word, person, place, organization, source, author; repeatable; default all."),
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="At most so many of each kind.", min=1)] = 10,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    collection: Collections = None,
    form: Form = None,
    output: Output = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """What stands out in the articles that match, against all others, by log-likelihood (G2)."""
    from flows.base.settings import load
    from flows.commands.attention import top_command
    from flows.reading.standing_out import KINDS

    top_command(
        load(config, home),
        search_request(text, since, until, source, collection),
        kinds=kind or list(KINDS),
        rows=rows,
        form=form_of_result(form, output),
        timeout_s=timeout,
        output=output,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(top)
