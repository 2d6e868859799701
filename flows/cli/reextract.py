"""`dateline reextract`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import Config, Home


def reextract(
    source: Annotated[Optional[str], typer.Argument(help="A source or a collection; default all.")] = None,  # noqa: UP045
    only: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--source", help="The same as SOURCE, as other commands take it."),
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply/--diff", help="Write what differs, or only show it. Versions stay as they are.")
    ] = False,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """The archive through today's extractor: what would change, by field; nothing is written without --apply."""
    from flows.base.settings import load
    from flows.commands.reextract import reextract_command

    if source and only and source != only:
        raise typer.BadParameter(f"{source!r} and --source {only}: one of them", param_hint="--source")
    reextract_command(load(config, home), source or only, apply=apply, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(reextract)
