"""`dateline status`, as it is typed."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.terminal.options import EXIT_CODES, Config, Home


def status(
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Sources and their freshness, the last runs' ledgers, and what is in quarantine."""
    from flows.base.settings import load
    from flows.commands.status import status as show_status

    raise typer.Exit(show_status(load(config, home), as_json=as_json))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(status)
