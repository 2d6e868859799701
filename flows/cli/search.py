"""`dateline search`, as it is typed."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

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


def search(
    text: Annotated[
        str,
        typer.Argument(help='Words that must all be there, OR, NOT or -, ( ), "a phrase", begin*, field:value.'),
    ],
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    collection: Collections = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first, not the best.")] = False,
    rows: Annotated[int, typer.Option("--rows", help="At most so many.", min=1)] = 20,
    form: Form = None,
    output: Output = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """Articles in which something stands, the best first; docs/search.md has the language with 40 examples.

    A search that begins with - goes after --, as in: dateline search -- -council
    """
    from flows.base.settings import load
    from flows.commands.search import search_command

    asked = replace(search_request(text, since, until, source, collection), newest=newest, rows=rows)
    search_command(load(config, home), asked, form=form_of_result(form, output), timeout_s=timeout, output=output)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(search)
