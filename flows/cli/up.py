"""`dateline up`, as it is typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.terminal.options import Config, Home


def up(
    home: Home = None,
    config: Config = None,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=1, max=65533, help="Port of the Prefect UI, on loopback; the pages are on the two next."
        ),
    ] = 4200,
    detach: Annotated[bool, typer.Option("--detach", help="In the background; `dateline down` stops it.")] = False,
) -> None:
    """Prefect server (unless one is configured) and the schedules of dateline.toml, in the foreground until Ctrl-C."""
    from flows.base.settings import CONFIG_NAME, load

    found = config or (Path(CONFIG_NAME) if Path(CONFIG_NAME).exists() else None)
    if detach:
        from flows.service.detached import up_detached

        up_detached(load(config, home), config=found, port=port)
        return
    from flows.base.installed import note_version
    from flows.service.up import up as run_up

    note_version()
    run_up(load(config, home), config=found, port=port)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(up)
