"""`dateline export`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import Config, Home


def export(
    target: Annotated[str, typer.Argument(metavar="DIR", help="A folder, or a URL that fsspec knows: s3://…")],
    frozen: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--frozen", metavar="NAME", help="Also copy the snapshot, to be cited and opened again."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Parquet by day with a manifest; a second export writes only what changed."""
    from flows.base.settings import load
    from flows.commands.export import export_command

    export_command(load(config, home), target, frozen=frozen, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(export)
