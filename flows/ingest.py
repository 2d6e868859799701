"""The ingest flow: one run over the configured sources, over URLs named by hand, or over WARC files.

    sources ═ discover ═╗                                       ╔═ extract ═╗
    urls ───────────────╬─ announce ═ fetch ═ archive ─ batches ╣           ╠─ validate ─ load (derive) ─ publish
    WARC files ═════════╝                                       ╚═══════════╝
                                       (═ in parallel, ─ one after another)

Tasks are per source or per batch, never per URL: a task costs 5 to 70 ms. What they do stands in plain functions of
tasks/ and flows/run/; the steps of a run, in flows/pipeline.py; here is what a person can ask for.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.base.errors import BadUsage
from flows.base.flow_run import is_deployed
from flows.pipeline import run_pipeline
from flows.run.choosing import choose, settings_of
from flows.run.late_runs import superseded, wait_jitter
from flows.run.request import RunRequest
from flows.ui.failures import ends_in_a_line
from flows.ui.naming import run_name, tag_run
from tasks.archive.inputs import STDIN

Limit = Annotated[int, Field(ge=1)]


@flow(
    name="ingest",
    flow_run_name=lambda: run_name("ingest"),
    task_runner=ThreadPoolTaskRunner(max_workers=32),  # type: ignore[arg-type]  # Prefect's own generic is too narrow
    persist_result=False,
)
@ends_in_a_line
def ingest(
    sources: list[str] = [],  # noqa: B006 - the UI's form shows a list, and nobody appends to it
    urls: list[str] = [],  # noqa: B006
    warcs: list[str] = [],  # noqa: B006
    since: date | None = None,
    limit: Limit | None = None,
    dry_run: bool = False,
    due_only: bool = False,
    config: str | None = None,
    home: str | None = None,
) -> State[Any]:
    """Discover, fetch, archive, extract, check and load; publish what readers open.

    Args:
        sources: names of sources of dateline.toml; default all. None of them when URLs or WARC files are given.
        urls: pages to fetch by hand.
        warcs: WARC files to take in.
        since: leave for the next run what a feed or sitemap dates before this day (UTC).
        limit: fetch at most so many pages of each source; the rest is left for the next run.
        dry_run: only say what would be fetched; nothing is fetched or written.
        due_only: poll only the feeds whose own pace says that it is time; for schedules.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = settings_of(config, home)
    if why := superseded():
        return Completed(message=why, name="Skipped")
    wait_jitter(settings)
    if STDIN in warcs and is_deployed():
        raise BadUsage("`-` reads a WARC file from standard input, and a deployment has none; name a file")
    there = {each.name for each in settings.enabled_sources}
    gone = tuple(name for name in sources if due_only and name not in there)
    named = [name for name in sources if name not in gone] or sources
    chosen = choose(settings.enabled_sources, named, by_hand=bool(urls or warcs))
    tag_run([source.name for source in chosen])
    request = RunRequest(
        sources=tuple(chosen),
        gone=gone,
        urls=tuple(urls),
        warcs=tuple(warcs),
        due_only=due_only,
        since=since,
        limit=limit,
        dry_run=dry_run,
    )
    return run_pipeline(settings, request)
