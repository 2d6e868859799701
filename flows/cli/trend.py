"""`dateline trend`, as it is typed."""

from __future__ import annotations

from pathlib import Path
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


def trend(
    text: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    unit: Annotated[str, typer.Option("--every", help="day, week or month.")] = "day",
    by: Annotated[Optional[str], typer.Option("--by", help="source or collection: a line for each.")] = None,  # noqa: UP045
    share: Annotated[bool, typer.Option("--share", help="Bars and chart show the share of all articles.")] = False,
    picture: Annotated[Optional[Path], typer.Option("--chart", help="Draw it to this file: .svg or .png.")] = None,  # noqa: UP045
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
    """Attention over time: articles that match, by day, week or month, and their share of all."""
    from flows.base.settings import load
    from flows.commands.attention import trend_command

    trend_command(
        load(config, home),
        search_request(text, since, until, source, collection),
        unit=unit,
        by=by,
        is_share=share,
        picture=picture,
        form=form_of_result(form, output),
        timeout_s=timeout,
        output=output,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(trend)
