"""The stages of an ingest run as Prefect tasks: one per source or per batch, never per URL (a task costs 5 to 70 ms).

Each body is a call to a plain function, and a log line with the counts. Tags are given by the body: for those that a
task has before it begins, Prefect asks its server for concurrency slots, and waits.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.context import TaskRunContext

from expectations.rules import Verdict
from flows.base.sites import sites
from flows.base.source import Source
from flows.run.batch_loading import assemble_batch, judge_batch
from flows.run.batch_reader import PendingBatch
from flows.run.closing import publish_snapshot
from flows.run.context import RunContext
from flows.run.judging import judge_run
from flows.run.opaque import Opaque
from tasks.archive.errors import UnreadableWarc
from tasks.archive.importing import import_warc
from tasks.archive.items import to_item
from tasks.base.items import TrackedLink
from tasks.decide.lookups import capture_lookup
from tasks.discover.sources import Discovery, Memory, discover
from tasks.fetch.crawl import FetchJob, crawl
from tasks.load.assemble import ReadBatch
from warehouse.connection import another


def tag(*tags: str) -> None:
    """Tag this task run; the UI has the tags when it has ended. Without limits on them it costs nothing this way.

    Measured with tags given by `with_options`, on a server of our own: eight sources polled and fetched 7 s later than
    without, in requests for slots of limits that nobody has set, and a server that was away failed the fetch.
    """
    if context := TaskRunContext.get():
        context.task_run.tags = [*context.task_run.tags, *tags]


@task(name="discover", task_run_name="discover · {source.name}", cache_policy=NO_CACHE, persist_result=False)
def discover_task(
    source: Source, run: RunContext, memory: Opaque[Memory], due_at: datetime | None
) -> Opaque[Discovery]:
    """Poll one source's feeds and sitemaps, or those of them that are due."""
    tag("discover", source.name)
    bounds = run.settings.schedule.bounds
    found = discover(source.name, source.places, run.client, memory.content, due_at=due_at, bounds=bounds)
    counts = {"polled": len(found.polls), "failed": len(found.failed), "gaps": len(found.gaps)}
    shown = ", ".join(f"{n} {name}" for name, n in counts.items() if n)
    get_run_logger().info("%s: %s; links: %d", source.name, shown or "nothing due", len(found.links))
    run.observer.stage("discover", done=1)
    return Opaque(found)


@task(name="fetch", task_run_name="fetch · {source}", cache_policy=NO_CACHE, persist_result=False)
def fetch_task(source: str, items: Opaque[list[TrackedLink]], run: RunContext) -> dict[str, int]:
    """Fetch the pages of one source, politely, and archive what comes."""
    tag("fetch", source)
    log = get_run_logger()
    by_url = {item.link.url: item for item in items.content}
    counts: dict[str, int] = {}

    def arrived(job: FetchJob, fetched: Any) -> None:
        run.batcher.add_response(by_url[job.link.url], fetched)
        counts[fetched.outcome] = counts.get(fetched.outcome, 0) + 1
        run.observer.stage("fetch", done=1)

    crawl([_job(item) for item in items.content], run.client, on_result=arrived, cancelled=run.cancelled)
    log.info("%s: pages %d: %s", source, len(by_url), ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
    return counts


def _job(item: TrackedLink) -> FetchJob:
    seen = item.seen
    if seen is None:
        return FetchJob(link=item.link)
    return FetchJob(link=item.link, etag=seen.etag, last_modified=seen.last_modified)


@task(name="import", task_run_name="import · {name}", cache_policy=NO_CACHE, persist_result=False)
def import_task(name: str, run: RunContext) -> int:
    """Take in one WARC file; its pages are archived as they stand."""
    tag("import")
    source = sys.stdin.buffer if name == "-" else Path(name)
    known, count = sites(run.settings.all_sources), 0
    is_loaded = capture_lookup(another(run.connection))
    try:
        for record in import_warc(source, run.writer, is_loaded=is_loaded):
            run.batcher.add(to_item(record, file=Path(name).name, sources=known))
            count += 1
            run.observer.stage("import", done=1)
            if run.cancelled.is_set():
                break
    except UnreadableWarc as error:
        if count == 0:
            raise
        run.alarms.append(str(error))
    get_run_logger().info("%d responses", count)
    return count


@task(name="settle", task_run_name="settle · known without a request", cache_policy=NO_CACHE, persist_result=False)
def known_task(items: Opaque[list[TrackedLink]], run: RunContext) -> int:
    """Pass on what needs no request: other forms of an address, what is postponed, captures that were adopted."""
    tag("settle")
    for item in items.content:
        run.batcher.add(item)
    counts = Counter(item.outcome.outcome if item.outcome else "from the archive" for item in items.content)
    get_run_logger().info(", ".join(f"{n} {name}" for name, n in sorted(counts.items())))
    return len(items.content)


@task(name="extract", task_run_name="extract · batch {number}", cache_policy=NO_CACHE, persist_result=False)
def extract_task(number: int, pending: Opaque[PendingBatch], run: RunContext) -> Opaque[ReadBatch]:
    """Wait for the pages of a batch, and decide on each."""
    tag("extract")
    read = run.reader.finish(pending.content)
    get_run_logger().info(
        "batch %d: %d pages read, %d refused, %d to load",
        number, len(read.candidates), len(read.refused), len(read.to_judge),
    )  # fmt: skip
    return Opaque(read)


@task(name="extract", task_run_name="extract · batch {number}, pages that waited", cache_policy=NO_CACHE,
      persist_result=False)  # fmt: skip
def decide_later_task(number: int, read: Opaque[ReadBatch], run: RunContext) -> Opaque[ReadBatch]:
    """Decide on the pages of a batch that had to wait until another page of their article was loaded."""
    tag("extract")
    waited = run.reader.finish_later(read.content)
    get_run_logger().info(
        "batch %d: %d pages had waited, %d to load", number, len(waited.candidates), len(waited.to_judge)
    )
    return Opaque(waited)


@task(name="validate", task_run_name="validate · batch {number}", cache_policy=NO_CACHE, persist_result=False)
def validate_task(number: int, read: Opaque[ReadBatch], run: RunContext) -> Opaque[Verdict | None]:
    """Let the suite of articles judge the rows that would be loaded."""
    tag("validate")
    verdict = judge_batch(run, read.content)
    if verdict is not None:
        failed = [c.expectation for c in verdict.checks if not c.success]
        get_run_logger().info(
            "batch %d: %d expectations, not met: %s", number, len(verdict.checks), ", ".join(failed) or "none"
        )
    return Opaque(verdict)


@task(name="load", task_run_name="load · batch {number}", cache_policy=NO_CACHE, persist_result=False)
def load_task(number: int, read: Opaque[ReadBatch], verdict: Opaque[Verdict | None], run: RunContext) -> int:
    """Stage the rows of a batch as a package and load it in one transaction; derived tables follow in the same one."""
    tag("load")
    package = assemble_batch(run, read.content, verdict.content)
    run.load(package.content())
    counts: dict[str, int] = {}
    for outcome in package.outcomes:
        counts[outcome.outcome] = counts.get(outcome.outcome, 0) + 1
    get_run_logger().info("batch %d: %s", number, ", ".join(f"{n} {k}" for k, n in sorted(counts.items())))
    return len(package.outcomes)


@task(name="judge", task_run_name="judge · the run", cache_policy=NO_CACHE, persist_result=False)
def judge_task(run: RunContext) -> int:
    """Judge the run's requests, its sources and the warehouse; what fails here is not published."""
    tag("judge")
    checks = judge_run(run)
    failed = [c.expectation for c in checks if not c.success]
    get_run_logger().info("the run: %d expectations, not met: %s", len(checks), ", ".join(failed) or "none")
    return len(checks)


@task(name="publish", task_run_name="publish", cache_policy=NO_CACHE, persist_result=False)
def publish_task(run: RunContext) -> int | None:
    """Replace the snapshot that readers open."""
    tag("publish")
    size = publish_snapshot(run)
    get_run_logger().info("snapshot of %.1f MB" if size else "no snapshot is wanted", *([size / 1e6] if size else []))
    return size
