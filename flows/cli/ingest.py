"""`dateline ingest`, as it is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional

import typer

from flows.terminal.options import EXIT_CODES, Running, with_options


@with_options(Running)
def ingest(
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
    *,
    asked: Running,
) -> None:
    """One run: discover, fetch, archive, extract, check, load, publish."""
    from flows.commands.ingest import RunLimits, ingest_command

    some = RunLimits(since=since.date() if since else None, limit=asked.limit, dry_run=asked.dry_run)
    raise typer.Exit(
        ingest_command(
            asked.sources or [],
            url or [],
            warc or [],
            bounds=some,
            home=asked.home,
            config=asked.config,
            as_json=asked.as_json,
        )
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(ingest)
