"""`dateline search`, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from flows.terminal.options import Searching, with_options


@with_options(Searching)
def search(
    text: Annotated[
        str,
        typer.Argument(help='Words that must all be there, OR, NOT or -, ( ), "a phrase", begin*, field:value.'),
    ],
    newest: Annotated[bool, typer.Option("--newest", help="The newest first, not the best.")] = False,
    rows: Annotated[int, typer.Option("--rows", help="At most so many.", min=1)] = 20,
    *,
    asked: Searching,
) -> None:
    """Articles in which something stands, the best first; docs/search.md has the language with 40 examples.

    A search that begins with - goes after --, as in: dateline search -- -council
    """
    from flows.commands.search import search_command

    search_command(
        asked.settings(),
        replace(asked.request(text), newest=newest, rows=rows),
        form=asked.form_of_result(),
        timeout_s=asked.timeout,
        output=asked.output,
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(search)
