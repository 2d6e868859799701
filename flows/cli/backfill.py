"""`dateline backfill`, as it is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional

import typer

from flows.terminal.options import EXIT_CODES, Config, Home


def backfill(
    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Sources or collections of dateline.toml; default all."),
    ] = None,
    first: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day (UTC); has to be given."),
    ] = None,
    last: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; default today."),
    ] = None,
    limit: Annotated[Optional[int], typer.Option("--limit", min=1, help="Pages per source; more is for later.")] = None,  # noqa: UP045
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be fetched.")] = False,
    home: Home = None,
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on standard output.")] = False,
) -> None:
    """What outlets published in a range of days, through their sitemaps; the same command again goes on with it."""
    from flows.commands.ingest import backfill_command

    if first is None:
        raise typer.BadParameter("the first day has to be given, as in --from 2026-11-01", param_hint="--from")
    raise typer.Exit(
        backfill_command(
            first.date(),
            last.date() if last else None,
            sources or [],
            limit=limit,
            dry_run=dry_run,
            home=home,
            config=config,
            as_json=as_json,
        )
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(backfill)
