"""`dateline demo`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def demo(
    home: Annotated[Path, typer.Option("--home", help="Where; made anew each time.")] = Path("dateline-demo"),
) -> None:
    """Run the whole job on the embedded newsroom, two editions of it, then SQL. Needs no network."""
    from flows.commands.demo import demo as run_demo

    raise typer.Exit(run_demo(home))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(demo)
