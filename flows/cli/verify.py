"""`dateline verify`, as it is typed."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.terminal.options import Config, Home


def verify(
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Archive, warehouse, ledger and published file against one another.

    Exit status: 0 nothing is wrong · 1 damage · 3 a run was not finished, and the next one takes it up.
    """
    from flows.base.settings import load
    from flows.commands.verify import verify as run_verify

    raise typer.Exit(run_verify(load(config, home), as_json=as_json))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(verify)
