"""`dateline down`, as it is typed."""

from __future__ import annotations

import typer

from flows.terminal.options import Config, Home


def down(home: Home = None, config: Config = None) -> None:
    """Stop the `dateline up` of this home."""
    from flows.base.settings import load
    from flows.service.detached import down as run_down

    raise typer.Exit(run_down(load(config, home)))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(down)
