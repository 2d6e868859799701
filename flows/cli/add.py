"""`dateline add`, as it is typed."""

from __future__ import annotations

from typing import Annotated, Optional

import typer

from flows.terminal.options import EXIT_CODES, Config


def add(
    urls: Annotated[
        list[str], typer.Argument(metavar="URL…", help="An outlet's home page, a section, or a feed; no scheme needed.")
    ],
    name: Annotated[Optional[str], typer.Option("--name", help="The source's name; default: its title.")] = None,  # noqa: UP045
    config: Config = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask; a large sitemap alone will do.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written; write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What was found as JSON; implies no question.")] = False,
) -> None:
    """Find the feeds and sitemaps of outlets and append them to dateline.toml; several without a question."""
    from flows.commands.add_many import add_all

    raise typer.Exit(add_all(urls, name=name, config=config, yes=yes, dry_run=dry_run, as_json=as_json))


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(add)
