"""A run over pages, step by step, from the writer's lock to the snapshot that readers open.

    sources ═ poll ═╗                                                   ╔═ extract ═╗
    urls ───────────╬─ plan ─ record ═ fetch ═ archive ═ batches ───────╣           ╠─ validate ─ load ─╮
    WARC files ═════╝           ╚════════ import ═══╝                   ╚═══════════╝                   │
                     (═ in parallel, ─ one after another)          publish ─ close ─ judge ─ sources ◂──╯

A long run also publishes between batches, once a minute: no slow outlet keeps the others' pages from readers.
`managed_run` is around it: the lock, what a signal does, and books that are closed whatever happens. Each step is one
call to a room: what it does stands there, in which order here.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Completed

from expectations.rules import Verdict
from flows.base.observer import injected
from flows.base.settings import Settings
from flows.run.batch_reader import PendingBatch
from flows.run.batch_stream import by_source, fetched_batches
from flows.run.closing import build_report, close_run
from flows.run.context import RunContext
from flows.run.interim import InterimSnapshots
from flows.run.managed import conclude_idle_run, conclude_run, managed_run
from flows.run.opaque import Opaque
from flows.run.planning import RunPlan, plan_run, record_plan
from flows.run.polling import poll_sources
from flows.run.request import RunRequest
from flows.run.sources import record_sources
from flows.run.stages import decide_later_task, extract_task, load_task, validate_task
from flows.ui.window import PrefectWindow
from tasks.load.assemble import ReadBatch
from warehouse.runs import say


def run_pipeline(settings: Settings, request: RunRequest) -> State[Any]:
    """One run over pages.

    Returns:
        The state of the flow run: its message is the run in a line, its name says whether there were alarms.

    Raises:
        Locked: another process is writing.
        RunFailed: the run's outcome is not what it must be; nothing was published.
        RunCancelled: it was told to end.
    """
    with managed_run(settings, PrefectWindow(), flow=request.flow) as run:
        found = poll_sources(run, request)
        planned = plan_run(run, request, found)
        if request.dry_run:
            return _conclude_dry_run(run, planned)
        record_plan(run, planned)
        if planned.is_idle and not run.notes:
            return conclude_idle_run(run)
        run.progress.expect(planned.expected)
        interim = InterimSnapshots(run)
        with fetched_batches(run, planned) as batches:
            for pending in batches:
                _extract_validate_load(run, pending)
                interim.after_batch()
        record_sources(run, planned.found)
        return conclude_run(run)


def _extract_validate_load(run: RunContext, pending: PendingBatch) -> None:
    number = pending.batch.number
    read = extract_task(number, Opaque(pending), run)
    run.observer.stage("read", done=len(pending.batch.captured))
    _validate_load(run, number, read)
    while read.content.later:
        read = decide_later_task(number, read, run)
        _validate_load(run, number, read)


def _validate_load(run: RunContext, number: int, read: Opaque[ReadBatch]) -> None:
    nothing: Opaque[Verdict | None] = Opaque(None)
    verdict = validate_task(number, read, run) if read.content.to_judge else nothing
    loaded = load_task(number, read, verdict, run)
    run.observer.stage("load", done=loaded)


def _conclude_dry_run(run: RunContext, planned: RunPlan) -> State[Any]:
    """The end of a run that only says what it would do."""
    sites = {name: len(items) for name, items in by_source(planned.links.fetch).items()}
    said = ", ".join(f"{name} {count}" for name, count in sorted(sites.items())) or "none"
    later = sum(item.outcome is not None and item.outcome.outcome == "pending" for item in planned.links.decided)
    message = f"dry run: {sum(sites.values())} pages would be fetched ({said}); {later} left for later"
    run.notes.append(message)
    totals = close_run(run)
    say(run.connection, run.run_id, message)
    report = build_report(run, totals, time.monotonic(), message=message)
    pages = tuple((item.link.source, item.link.url) for item in planned.links.fetch)
    injected().report = replace(report, pages=pages)
    return Completed(message=message, name="DryRun")
