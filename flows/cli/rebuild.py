"""`dateline rebuild`, as it is typed."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.terminal.options import EXIT_CODES, Config, Home


def rebuild(
    accept_loss: Annotated[
        bool, typer.Option("--accept-loss", help="Go on when the archive lacks what the warehouse has.")
    ] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """The warehouse from the archive, run by run as it was; the file before is kept.

    Failed requests, polls and the state of sources are in no archive: they are taken over from that file.
    """
    from flows.base.settings import load
    from flows.commands.rebuild import rebuild_command

    raise typer.Exit(rebuild_command(load(config, home), accept_loss=accept_loss))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(rebuild)
