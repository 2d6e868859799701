"""`dateline top`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import Searching, with_options


@with_options(Searching)
def top(
    text: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    kind: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--kind", help="word, person, place, organization, source, author; repeatable; default all."),
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="At most so many of each kind.", min=1)] = 10,
    *,
    asked: Searching,
) -> None:
    """What stands out in the articles that match, against all others, by log-likelihood (G2)."""
    from flows.commands.attention import top_command
    from flows.reading.standing_out import KINDS

    top_command(
        asked.settings(),
        asked.request(text),
        kinds=kind or list(KINDS),
        rows=rows,
        form=asked.form_of_result(),
        timeout_s=asked.timeout,
        output=asked.output,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(top)
