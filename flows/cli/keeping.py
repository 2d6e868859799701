"""The commands that keep a home in order: verify, rebuild, backup, status."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.terminal.options import EXIT_CODES, Config, Home


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command()(verify)
    app.command()(backup)
    app.command(epilog=EXIT_CODES)(rebuild)
    app.command(epilog=EXIT_CODES)(status)


def verify(
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Archive, warehouse, ledger and published file against one another.

    Exit status: 0 nothing is wrong · 1 damage · 3 a run was not finished, and the next one takes it up.
    """
    from flows.base.settings import load
    from flows.cli.verify import verify as run_verify

    raise typer.Exit(run_verify(load(config, home), as_json=as_json))


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
    from flows.cli.rebuild import rebuild_command

    raise typer.Exit(rebuild_command(load(config, home), accept_loss=accept_loss))


def backup(
    target: Annotated[Path, typer.Argument(metavar="TO", help="A folder: empty, or with an earlier backup.")],
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """A copy of the home, also while `dateline up` works; once more to the same folder copies what is new."""
    from flows.base.settings import load
    from flows.cli.backup import backup_command

    backup_command(load(config, home), target, as_json=as_json)


def status(
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Sources and their freshness, the last runs' ledgers, and what is in quarantine."""
    from flows.base.settings import load
    from flows.cli.status import status as show_status

    raise typer.Exit(show_status(load(config, home), as_json=as_json))
