"""Putting the house in order: the search index, the archive's age, Prefect's history, and whether all of it agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from prefect import runtime

from flows.base.flow_run import TAG
from flows.base.observer import injected
from flows.base.settings import Settings, duration
from flows.reading.verify import compare
from flows.run.managed import patience_s, say_waiting
from flows.run.steps import run_step
from flows.run.stop_request import StopRequest
from tasks.decide.lookups import faults
from warehouse.home import Home
from warehouse.lake.files import put_in_order
from warehouse.lake.pointer import read_pointer
from warehouse.runs import finish_run, own_id, say, start_run
from warehouse.searching.checking import faults_of_index
from warehouse.snapshot import publish
from warehouse.writing import writer_of


def steps(
    connection: duckdb.DuckDBPyConnection, settings: Settings, *, now: datetime
) -> list[tuple[str, Callable[[], str]]]:
    """What is done, by name, in this order, before the warehouse is verified and published."""
    return [
        *([("lake", lambda: tidy_lake(connection, settings.folder))] if settings.folder.lake else []),
        ("search index", lambda: check_index(connection, settings.folder)),
        ("archive", lambda: expire_archive(connection, settings.folder, settings, now=now)),
        ("history", lambda: expire_history(settings, now=now)),
    ]


def tidy_lake(connection: duckdb.DuckDBPyConnection, home: Home) -> str:
    """Merge the small files that packages leave, and let go of old snapshots; not of the one that readers have."""
    published = read_pointer(home.snapshot)
    return put_in_order(connection, keep=[published.snapshot] if published else [])


def check_index(connection: duckdb.DuckDBPyConnection, home: Home) -> str:
    """Look at the search index byte by byte; what is damaged is put aside, and made anew when it is published."""
    return f"{len(faults_of_index(connection, home.index))} faults in the search index"


def expire_archive(connection: duckdb.DuckDBPyConnection, home: Home, settings: Settings, *, now: datetime) -> str:
    """Remove segments of the archive whose every capture is older than `[maintain] keep_archive`; default: none.

    What was read of them stays in the warehouse; `captures.warc_file` is NULL from then on, and `rebuild` cannot bring
    these articles back. What waits in quarantine is kept. The warehouse says so before a file is removed, so that a
    crash in between leaves files only.
    """
    if settings.maintain.keep_archive is None:
        return "the archive is kept for ever"
    before = now - duration(settings.maintain.keep_archive)
    old = connection.execute(
        "select warc_file from captures where warc_file is not null group by all having max(fetched_at) < ? "
        "and not bool_or(capture_id in (select capture_id from quarantine where resolved_at is null)) order by 1",
        [before],
    ).fetchall()
    names = [name for (name,) in old]
    connection.execute(
        "update captures set warc_file = null, warc_offset = null, warc_length = null, expired_at = ? "
        "where warc_file in (select unnest(?::varchar[]))",
        [now, names],
    )
    removed = sum(_remove(home.archive / name) for name in names)
    return f"{removed} segments from before {before:%Y-%m-%d} were removed from the archive"


def _remove(path: Path) -> int:
    if not path.exists():
        return 0
    path.unlink()
    return 1


def expire_history(settings: Settings, *, now: datetime) -> str:
    """Delete our finished flow runs older than `[maintain] keep_runs` from Prefect; the ledger keeps its own."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters

    before = now - duration(settings.maintain.keep_runs)
    only = filters.FlowRunFilter(
        tags=filters.FlowRunFilterTags(all_=[TAG]), end_time=filters.FlowRunFilterEndTime(before_=before)
    )
    deleted = 0
    with get_client(sync_client=True) as client:
        while found := client.read_flow_runs(flow_run_filter=only, limit=200):
            for run in found:
                client.delete_flow_run(run.id)
            deleted += len(found)
    return f"{deleted} flow runs from before {before:%Y-%m-%d} were deleted from Prefect"


def publish_if_wanted(
    connection: duckdb.DuckDBPyConnection, settings: Settings, findings: Sequence[Mapping[str, Any]] = ()
) -> str:
    """Replace the snapshot that readers open, unless something was found wrong with the warehouse."""
    if findings:
        return "nothing was published, readers keep the last good snapshot"
    size = publish(connection, settings.folder) if settings.publish else None
    return f"snapshot of {size / 1e6:.1f} MB" if size else "no snapshot is wanted"


def maintain_home(
    settings: Settings, stop: StopRequest, *, verify: bool
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """All steps, under the writer's lock, as a run of its own.

    Returns:
        What each step did, and what `verify` finds wrong.

    Raises:
        Locked: a run is writing, and goes on.
    """
    folder = settings.folder.prepare()
    with writer_of(folder, what="dateline maintain", timeout_s=patience_s(), on_wait=say_waiting) as connection:
        now = injected().now()
        ident = own_id(connection, runtime.flow_run.id)
        start_run(connection, ident, flow="maintain", flow_run_id=runtime.flow_run.id, now=now)
        said, findings, state = dict[str, str](), list[dict[str, Any]](), "failed"
        try:
            for name, do in steps(connection, settings, now=now):
                said[name] = run_step(name, do)
                stop.raise_if_stopped()
            look = (lambda: compare(connection, folder)[1]) if verify else (lambda: faults(connection, run_id=ident))
            findings = run_step("verify" if verify else "faults", look)
            if verify or findings:
                said["verify"] = f"{len(findings) or 'no'} finding{'s' * (len(findings) != 1)} of verify"
            stop.raise_if_stopped()
            state = "completed_with_alarms" if findings else "completed"
        finally:
            state = "cancelled" if stop.is_set() else state
            message = (
                f"did not end; done: {', '.join(said) or 'nothing'}" if state == "failed" else summary(said, findings)
            )
            finish_run(connection, ident, state=state, message=message, now=injected().now())
        # After its own books are closed: the snapshot shows them.
        try:
            said["publish"] = run_step("publish", lambda: publish_if_wanted(connection, settings, findings))
        except BaseException:
            said["publish"], state = "did not publish", "cancelled" if stop.is_set() else "failed"
            raise
        finally:
            say(connection, ident, summary(said, findings), state=state)
    return said, findings


def summary(said: dict[str, str], findings: list[dict[str, Any]]) -> str:
    """What was done; what is wrong comes first."""
    names = sorted(said, key=lambda name: bool(findings) and name != "verify")
    return "; ".join(said[name] for name in names)
