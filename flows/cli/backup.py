"""`dateline backup`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.terminal.options import Config, Home


def backup(
    target: Annotated[Path, typer.Argument(metavar="TO", help="A folder: empty, or with an earlier backup.")],
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """A copy of the home, also while `dateline up` works; once more to the same folder copies what is new."""
    from flows.base.settings import load
    from flows.commands.backup import backup_command

    backup_command(load(config, home), target, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(backup)
