"""`dateline report`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from flows.terminal.options import Config, Home


def report(
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    output: Annotated[Optional[Path], typer.Option("--output", help="Folder to write it to; default quality/.")] = None,  # noqa: UP045
    home: Home = None,
    config: Config = None,
) -> None:
    """One page to look at: volume, freshness, revisions with their diffs, big stories, wire copy, alarms."""
    from flows.base.settings import load
    from flows.commands.report import report_command

    report_command(load(config, home), open_it=open_it, folder=output)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(report)
