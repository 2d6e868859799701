"""`dateline ingest`, as it is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional

import typer

from flows.terminal.options import EXIT_CODES, Config, Home


def ingest(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Sources or collections of dateline.toml; default all."),
    ] = None,
    url: Annotated[Optional[list[str]], typer.Option("--url", help="A page to fetch by hand; repeatable.")] = None,  # noqa: UP045
    warc: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--warc", help="A WARC file to take in, CC-NEWS as it is: a file, folder, glob, @list or - ; repeatable."
        ),
    ] = None,
    since: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--since", formats=["%Y-%m-%d"], help="Leave for later what a feed dates before this day (UTC)."),
    ] = None,
    limit: Annotated[Optional[int], typer.Option("--limit", min=1, help="Pages per source; more is for later.")] = None,  # noqa: UP045
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be fetched.")] = False,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on standard output.")] = False,
) -> None:
    """One run: discover, fetch, archive, extract, check, load, publish."""
    from flows.commands.ingest import RunLimits, ingest_command

    some = RunLimits(since=since.date() if since else None, limit=limit, dry_run=dry_run)
    raise typer.Exit(
        ingest_command(sources or [], url or [], warc or [], bounds=some, home=home, config=config, as_json=as_json)
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(ingest)
