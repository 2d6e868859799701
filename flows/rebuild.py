"""`dateline rebuild`: the warehouse from the archive.

A segment of the archive is a batch of the run that wrote it, in its order. So the runs are done again as they were, by
their own clock and under their own ids, and what they decided comes out again: articles and versions row for row, as
long as the extractor is the same. What is in no archive is not: requests that brought no page, polls, earlier ledgers.
The old file is kept beside the new one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from uuid import uuid4

from flows.conclude import end_run, publish_snapshot
from flows.observer import Injected, Observer
from flows.quality import judge_run, write_docs
from flows.run import IngestRun
from flows.settings import Settings, domains
from tasks.archive.adopting import Orphan, orphans
from tasks.archive.walking import segments
from tasks.knowledge import frontier
from tasks.moments import Batch
from warehouse.home import Home
from warehouse.lock import writer_lock


@dataclass(slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild came to."""

    runs: int = 0
    segments: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    kept: Path | None = None  # the old file

    def add(self, totals: dict[str, int]) -> None:
        """Count one more run."""
        self.runs += 1
        for name, count in totals.items():
            self.totals[name] = self.totals.get(name, 0) + count


@dataclass(slots=True)
class _Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


def rebuild(settings: Settings, observer: Observer) -> Rebuilt:
    """Make the writer's file anew from the archive, and publish it.

    Raises:
        Locked: a run is writing.
        RunFailed: what came out is not sound; the published snapshot is as it was.
    """
    home, clock = settings.folder.prepare(), _Clock(datetime.now(UTC))
    found = Rebuilt(kept=_put_aside(home))
    observer.stage("import", total=len(list(segments(home.archive))))
    given = Injected(observer=observer, now=clock)
    with IngestRun(settings, given, run_id=str(uuid4()), flow_run_id=None, flow="rebuild") as run:
        everything = orphans(home.archive, set(), loaded=lambda _: set(), sources=domains(settings.source))
        for run_id, group in groupby(everything, key=lambda orphan: orphan.run_id or run.run_id):
            _redo(run, run_id, group, clock, found)
        clock.now = datetime.now(UTC)
        try:
            judge_run(run)
        finally:
            end_run(run)
            write_docs(run)
        publish_snapshot(run)
    return found


def _put_aside(home: Home) -> Path | None:
    with writer_lock(home.lock, what="dateline rebuild"):
        if not home.work.exists():
            return None
        kept = home.state / f"work.before-rebuild-{datetime.now(UTC):%Y%m%dT%H%M%S}.duckdb"
        home.work.rename(kept)
        wal = home.work.with_name(home.work.name + ".wal")
        if wal.exists():
            wal.rename(kept.with_name(kept.name + ".wal"))
        return kept


def _redo(run: IngestRun, run_id: str, group: Iterable[Orphan], clock: _Clock, found: Rebuilt) -> None:
    """One run again: its segments as its batches. Pages that no run claims are taken in by this one."""
    own = run.run_id
    for number, orphan in enumerate(group, start=1):
        clock.now = _last(orphan)
        if run.run_id != run_id:
            run.begin_again(run_id)
        _redo_segment(run, orphan, number)
        run.observer.stage("import", done=1)
        found.segments += 1
    if run.run_id != own:
        found.add(end_run(run))
        run.run_id = own


def _last(orphan: Orphan) -> datetime:
    """When the last capture of a segment came: the run's own clock when it decided on them."""
    return max(item.capture.fetched_at for item in orphan.items if item.capture)


def _redo_segment(run: IngestRun, orphan: Orphan, number: int) -> None:
    seen = frontier(run.connection, [item.url_id for item in orphan.items], [], now=run.now())
    items = tuple(replace(item, seen=seen.get(item.url_id)) for item in orphan.items)
    run.announce(items)
    read = run.finish_reading(run.begin_reading(Batch(number=number, items=items)))
    package = run.assemble(read, run.validate(read))
    run.load(package.tables)
