"""The backfill flow: what outlets published in a range of days, through their sitemaps; or WARC files.

sitemaps ═ poll ─ the days asked for, not known yet ─ plan ─ … as ingest from there on (flows/pipeline.py)
WARC files ═══════════════════════════════════════════╯
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.base.errors import BadUsage
from flows.base.observer import injected
from flows.pipeline import run_pipeline
from flows.run.choosing import choose, settings_of
from flows.run.request import RunRequest
from flows.ui.failures import ends_in_a_line
from flows.ui.naming import run_name, tag_run

Limit = Annotated[int, Field(ge=1)]


@flow(
    name="backfill",
    flow_run_name=lambda: run_name("backfill"),
    task_runner=ThreadPoolTaskRunner(max_workers=32),  # type: ignore[arg-type]  # Prefect's own generic is too narrow
    persist_result=False,
)
@ends_in_a_line
def backfill(
    since: date,
    until: date | None = None,
    sources: list[str] = [],  # noqa: B006 - the UI's form shows a list, and nobody appends to it
    warcs: list[str] = [],  # noqa: B006
    limit: Limit | None = None,
    dry_run: bool = False,
    config: str | None = None,
    home: str | None = None,
) -> State[Any]:
    """What outlets published in a range of days, through their sitemaps; or WARC files.

    Args:
        since: first day (UTC).
        until: last day; default today.
        sources: names of sources of dateline.toml; default all.
        warcs: WARC files to take in as well.
        limit: fetch at most so many pages of each source; the rest is left for the next run.
        dry_run: only say what would be fetched; nothing is fetched or written.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = settings_of(config, home)
    last = until or injected().now().date()
    if last < since:
        raise BadUsage(f"until ({last}) is before since ({since})")
    chosen = choose(settings.enabled_sources, sources, by_hand=bool(warcs))
    tag_run([each.name for each in chosen])
    request = RunRequest(
        flow="backfill",
        sources=tuple(chosen),
        days=(since, last + timedelta(days=1)),
        warcs=tuple(warcs),
        limit=limit,
        dry_run=dry_run,
        are_named=bool(sources),
    )
    return run_pipeline(settings, request)
