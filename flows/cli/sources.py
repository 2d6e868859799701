"""`dateline sources list|import|export`, as they are typed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from flows.terminal.options import Config

sources = typer.Typer(
    help="The sources of dateline.toml, in and out: OPML of feed readers, or plain lists.", no_args_is_help=True
)


@sources.command(name="list")
def show(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    config: Config = None,
) -> None:
    """The sources of dateline.toml: feeds, sitemaps, collections, and which settings of their own they have."""
    from flows.commands.sources import list_command

    list_command(config=config, as_json=as_json)


@sources.command(name="import")
def take_in(
    file: Annotated[
        Path, typer.Argument(help="OPML, its folders become collections; or addresses, one a line; - is stdin.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be added.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    config: Config = None,
) -> None:
    """Append the sources of a list to dateline.toml; what is there already stays as it is."""
    from flows.commands.sources import import_command

    raise typer.Exit(import_command(file, config=config, dry_run=dry_run, as_json=as_json))


@sources.command(name="export")
def give_out(
    file: Annotated[Optional[Path], typer.Argument(help="Default: standard output.")] = None,  # noqa: UP045
    form: Annotated[Optional[str], typer.Option("--format", "-f", help="opml, or list: the feeds' addresses.")] = None,  # noqa: UP045
    config: Config = None,
) -> None:
    """The sources as OPML, collections as folders."""
    from flows.commands.sources import export_command

    export_command(file, form=form, config=config)


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.add_typer(sources, name="sources")
