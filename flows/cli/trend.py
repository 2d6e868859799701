"""`dateline trend`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from flows.terminal.options import Searching, with_options


@with_options(Searching)
def trend(
    text: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    unit: Annotated[str, typer.Option("--every", help="day, week or month.")] = "day",
    by: Annotated[Optional[str], typer.Option("--by", help="source or collection: a line for each.")] = None,  # noqa: UP045
    share: Annotated[bool, typer.Option("--share", help="Bars and chart show the share of all articles.")] = False,
    picture: Annotated[Optional[Path], typer.Option("--chart", help="Draw it to this file: .svg or .png.")] = None,  # noqa: UP045
    *,
    asked: Searching,
) -> None:
    """Attention over time: articles that match, by day, week or month, and their share of all."""
    from flows.commands.attention import trend_command

    trend_command(
        asked.settings(),
        asked.request(text),
        unit=unit,
        by=by,
        is_share=share,
        picture=picture,
        form=asked.form_of_result(),
        timeout_s=asked.timeout,
        output=asked.output,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(trend)
