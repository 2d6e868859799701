"""`dateline explore`, as it is typed."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.terminal.options import Config, Home


def explore(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="On loopback; 0 for any that is free.")] = 4202,
    open_it: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    with_parent: Annotated[bool, typer.Option("--with-parent", hidden=True)] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """The warehouse in a browser: search, articles with their versions, stories, sources, runs; until Ctrl-C."""
    from flows.commands.explore import explore_command

    explore_command(config, home, port=port, open_it=open_it, with_parent=with_parent)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(explore)
