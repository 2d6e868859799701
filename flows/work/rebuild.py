"""`dateline rebuild`: the warehouse from the archive.

A segment of the archive is a batch of the run that wrote it, in its order. So the runs are done again as they were, by
their own clock and under their own ids, and what they decided comes out again: articles and versions row for row, as
long as the extractor is the same. What is in no archive (requests that brought no page, polls, sources) is taken over
from the file before, when that can be read. The new file takes its place when it is whole, and the old one is kept;
when the archive lacks what the old one has, nothing is changed, unless the owner accepts the loss.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from uuid import uuid4

import duckdb

from flows.base.errors import RunFailed
from flows.base.observer import Observer, injected
from flows.base.settings import Settings
from flows.base.sites import sites
from flows.run.batch_loading import read_and_assemble
from flows.run.batch_reader import PendingBatch
from flows.run.closing import close_run, publish_snapshot
from flows.run.context import RunContext
from flows.run.judging import judge_run, write_docs
from tasks.archive.adopting import Orphan, orphans
from tasks.archive.walking import segments
from tasks.base.items import Batch
from tasks.decide.lookups import frontier
from warehouse.connection import open_writer
from warehouse.errors import ForeignWal, NoUpgrade, NoWarehouse
from warehouse.file_copy import copy
from warehouse.unarchived import Lost, attach, carry_over, detach, lost
from warehouse.writing import refuse_lake


@dataclass(slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild came to."""

    runs: int = 0
    segments: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    kept: Path | None = None  # the old file
    is_readable: bool = True  # it is
    lost: Lost = field(default_factory=Lost)

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


def rebuild(settings: Settings, observer: Observer, *, accept_loss: bool = False) -> Rebuilt:
    """Make the writer's file anew from the archive, and publish it.

    Args:
        settings: of the owner.
        observer: is told how far it is.
        accept_loss: go on when the archive no longer holds what the file before had.

    Raises:
        Locked: a run is writing.
        NoWarehouse: there is no archive.
        NotForLakes: the warehouse is a lake.
        TooNew: a newer release wrote the file.
        RunFailed: what came out is not sound, or less than before; all is as it was.
    """
    home, clock, found = settings.folder, _Clock(datetime.now(UTC)), Rebuilt()
    refuse_lake(home, "dateline rebuild", "The archive can be read into a new home with a file.")
    if not home.archive.exists():
        raise NoWarehouse(f"there is no archive at {home.archive} to rebuild from. Name its --home.")
    building = replace(home.prepare(), work_name="rebuild.duckdb")
    given = replace(injected(), observer=observer, now=clock)
    observer.stage("import", total=len(list(segments(home.archive))))
    _remove(building.work)  # of a rebuild that was killed
    try:
        with RunContext(settings, given, run_id=str(uuid4()), flow_run_id=None, flow="rebuild", home=building) as run:
            found.is_readable = _is_readable(home.work)
            _redo_all(run, clock, found)
            if found.is_readable and home.work.exists():
                found.lost = _taken_over(run, home.work, accept_loss=accept_loss)
            _conclude(run)
            found.kept = put_in_place(building.work, home.work, clock.now)
    finally:
        _remove(building.work)
    return found


def _redo_all(run: RunContext, clock: _Clock, found: Rebuilt) -> None:
    run.pool.warm()
    run.judge.warm()
    everything = orphans(run.home.archive, set(), loaded=lambda _: set(), sources=sites(run.settings.all_sources))
    for run_id, group in groupby(_read_ahead(run, everything), key=lambda each: each[0].run_id or run.run_id):
        _redo(run, run_id, group, clock, found)
    clock.now = datetime.now(UTC)


def _read_ahead(run: RunContext, everything: Iterable[Orphan]) -> Iterator[tuple[Orphan, PendingBatch]]:
    """Each segment with its pages being read, as are those of the next one while it is loaded."""
    before: tuple[Orphan, PendingBatch] | None = None
    for orphan in everything:
        reading = orphan, run.reader.begin(_batch(run, orphan, 0))
        if before:
            yield before
        before = reading
    if before:
        yield before


def _conclude(run: RunContext) -> None:
    try:
        judge_run(run)
    finally:
        close_run(run)
        write_docs(run)
    publish_snapshot(run)
    run.connection.execute("checkpoint")


def _is_readable(work: Path) -> bool:
    """Whether the file before can be read; its schema is brought up to date.

    Raises:
        TooNew: a newer release wrote it, which knows more of it than would come out here.
    """
    if not work.exists():
        return True
    try:
        open_writer(work).close()
    except (duckdb.Error, NoUpgrade, ForeignWal):
        return False
    return True


def _taken_over(run: RunContext, before: Path, *, accept_loss: bool) -> Lost:
    """Whether all that was there is there again; then what is in no archive is taken over."""
    attach(run.connection, before)
    try:
        missing = lost(run.connection)
        if missing and not accept_loss:
            raise RunFailed(
                f"the archive does not hold {missing} any more, which the warehouse has. Nothing was changed. "
                "`dateline verify` names what is wrong with the archive; `rebuild --accept-loss` goes on without."
            )
        carry_over(run.connection)
    finally:
        detach(run.connection)
    return missing


def put_in_place(new: Path, work: Path, now: datetime) -> Path | None:
    """The new file where the writer looks for it; where the old one is kept.

    The old one gets a second name before the first is given away in one step, so that there is always one. Its WAL
    must be gone by then: DuckDB would replay it onto the new file.
    """
    kept = work.with_name(f"work.before-rebuild-{now:%Y%m%dT%H%M%S}.duckdb") if work.exists() else None
    for old, place in ((work, kept), (_wal(work), kept and _wal(kept))):
        if place and old.exists():
            _name_also(old, place)
    _wal(work).unlink(missing_ok=True)
    new.replace(work)
    return kept


def _name_also(file: Path, name: Path) -> None:
    try:
        name.hardlink_to(file)
    except OSError:  # no file system with links
        copy(file, name)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    _wal(path).unlink(missing_ok=True)


def _wal(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _redo(
    run: RunContext, run_id: str, group: Iterable[tuple[Orphan, PendingBatch]], clock: _Clock, found: Rebuilt
) -> None:
    """One run again: its segments as its batches. Pages that no run claims are taken in by this one."""
    own = run.run_id
    for number, (orphan, pending) in enumerate(group, start=1):
        clock.now = _last(orphan)
        if run.run_id != run_id:
            run.begin_again(run_id)
        _redo_segment(run, replace(pending, batch=_batch(run, orphan, number)))
        run.observer.stage("import", done=1)
        found.segments += 1
    if run.run_id != own:
        found.add(close_run(run))
        run.run_id = own


def _last(orphan: Orphan) -> datetime:
    """When the last capture of a segment came: the run's own clock when it decided on them."""
    return max(item.capture.fetched_at for item in orphan.items if item.capture)


def _batch(run: RunContext, orphan: Orphan, number: int) -> Batch:
    """A segment as a batch, with what the frontier knows of its URLs now."""
    seen = frontier(run.connection, [item.url_id for item in orphan.items], [], now=run.now())
    return Batch(number=number, items=tuple(replace(item, seen=seen.get(item.url_id)) for item in orphan.items))


def _redo_segment(run: RunContext, pending: PendingBatch) -> None:
    run.record_discoveries(pending.batch.items)
    for package in read_and_assemble(run, pending):
        run.load(package.content())
