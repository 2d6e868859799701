"""`dateline backfill`, as it is typed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Optional

import typer

from flows.terminal.options import EXIT_CODES, Running, with_options


@with_options(Running)
def backfill(
    first: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day (UTC); has to be given."),
    ] = None,
    last: Annotated[
        Optional[datetime],  # noqa: UP045
        typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; default today."),
    ] = None,
    *,
    asked: Running,
) -> None:
    """What outlets published in a range of days, through their sitemaps; the same command again goes on with it."""
    from flows.commands.ingest import backfill_command

    if first is None:
        raise typer.BadParameter("the first day has to be given, as in --from 2026-11-01", param_hint="--from")
    raise typer.Exit(
        backfill_command(
            first.date(),
            last.date() if last else None,
            asked.sources or [],
            limit=asked.limit,
            dry_run=asked.dry_run,
            home=asked.home,
            config=asked.config,
            as_json=asked.as_json,
        )
    )


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command(epilog=EXIT_CODES)(backfill)
