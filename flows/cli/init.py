"""`dateline init`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer


def init(
    path: Annotated[Optional[Path], typer.Argument(help="The file to write.")] = None,  # noqa: UP045
    prefect: Annotated[bool, typer.Option("--prefect", help="Write prefect.yaml, for `prefect deploy --all`.")] = False,
) -> None:
    """Write a commented dateline.toml with a handful of public feeds. Never overwrites."""
    from flows.commands.init import init_command

    init_command(path, prefect=prefect)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(init)
