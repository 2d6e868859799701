"""The end of a run: books closed, the snapshot published, the report drawn up."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import duckdb

from flows.base.errors import RunFailed
from flows.base.observer import Report
from flows.reading.report.page import of_connection, write_report
from flows.run.context import RunContext
from flows.run.judging import news, refuse_unsound, write_docs
from warehouse.collections import keep_collections
from warehouse.records import OUTCOMES
from warehouse.runs import close_books, finish_run, say
from warehouse.snapshot import out_of_date, publish


def close_run(run: RunContext, *, failed: str | None = None, cancelled: bool = False) -> dict[str, int]:
    """Close the ledger, write how the run ended, and return its totals; `failed` is what made it fail."""
    reason = "cancelled" if cancelled else "run_failed" if failed else "deadline"
    close_books(run.connection, run.run_id, reason=reason, now=run.now())
    ended = "failed" if failed else "completed_with_alarms" if run.alarms else "completed"
    state = "cancelled" if cancelled else ended
    totals = finish_run(run.connection, run.run_id, state=state, message=failed or "", now=run.now())
    run.is_closed = True
    if totals["remainder"]:
        run.alarms.append(f"the ledger does not balance: remainder {totals['remainder']}")
    say(run.connection, run.run_id, failed or line(totals, run.alarms))
    return totals


def end_early(run: RunContext, *, failed: str | None = None, cancelled: bool = False) -> dict[str, int]:
    """The end of a run that failed or was told to end. What is staged is loaded before the books are closed."""
    with contextlib.suppress(Exception):  # what cannot be loaded now is left out by the next run, and read again
        run.recovery.load_staged()
    return close_run(run, failed=failed, cancelled=cancelled)


def line(totals: dict[str, int], alarms: list[str]) -> str:
    """A run in a line: "42 new, 3 revised, 1 rejected; remainder 0"."""
    names = {"loaded": "new"}
    parts = [f"{totals[name]} {names.get(name, name)}" for name in OUTCOMES if totals[name]]
    ending = f"; {len(alarms)} alarm{'s' if len(alarms) > 1 else ''}" if alarms else ""
    return f"{', '.join(parts) or 'nothing new'}; remainder {totals['remainder']}{ending}"


def publish_snapshot(run: RunContext) -> int | None:
    """Publish what readers open, with its search index, when the owner wants it; the size in bytes.

    Raises:
        OSError, duckdb.Error: no space, no right; the run is booked as failed, and the next one publishes.
    """
    try:
        keep_collections(run.connection, run.settings.collections)
        return publish(run.connection, run.home) if run.settings.publish else None
    except Exception as error:
        book_unpublished(run.connection, run.run_id, error)
        raise


def book_unpublished(connection: duckdb.DuckDBPyConnection, run_id: str, error: Exception) -> None:
    """Write that a run has loaded everything, and readers do not have it."""
    said = f"loaded, but not published: {type(error).__name__}: {error}"[:500]
    with contextlib.suppress(duckdb.Error):  # what is in the way of the file may be in the way of the books
        say(connection, run_id, said, state="failed")


def publish_if_out_of_date(run: RunContext) -> None:
    """Give readers a new snapshot when the one they have is not what it must be, though this run loads nothing.

    A warehouse that is not sound is an alarm of the run, not its end: it had nothing to do.
    """
    why = out_of_date(run.connection, run.home) if run.settings.publish else None
    if why is None:
        return
    try:
        refuse_unsound(run.connection, None)
    except RunFailed as unsound:
        run.alarms.append(str(unsound))
        return
    publish_snapshot(run)
    run.notes.append(f"the snapshot was published anew: {why}")


def write_pages(run: RunContext, totals: dict[str, int]) -> None:
    """The pages that people look at, when the run has changed what they show."""
    if totals["loaded"] or totals["revised"] or run.alarms:
        write_report(of_connection(run.connection), run.home.quality, now=run.now())


def build_report(run: RunContext, totals: dict[str, int], began: float, *, message: str = "") -> Report:
    """What a run came to, for whoever started it; `message` instead of its totals in a line."""
    return Report(
        run_id=run.run_id,
        state="completed_with_alarms" if run.alarms else "completed",
        message=message or line(totals, run.alarms),
        totals=totals,
        by_source=_by_source(run.connection, run.run_id),
        rejected=_grouped(run.connection, run.run_id, "rejected"),
        failures=_grouped(run.connection, run.run_id, "failed"),
        alarms=tuple(run.alarms),
        notes=tuple(run.notes),
        snapshot=run.home.snapshot,
        seconds=time.monotonic() - began,
        news=tuple(news(run)) if run.has_judged else (),
        quality=write_docs(run),
        slowest=_slowest(run.connection, run.run_id),
    )


def _by_source(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, dict[str, int]]]:
    cursor = connection.execute("select * exclude (run_id) from ledger where run_id = ? order by source", [run_id])
    names = [column[0] for column in cursor.description or ()][1:]
    return [(row[0], dict(zip(names, row[1:], strict=True))) for row in cursor.fetchall()]


def _slowest(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(
        "select regexp_extract(url, '^[a-z]+://([^/:]+)', 1) as host, count(*), "
        "cast(median(elapsed_ms) as integer), max(elapsed_ms) "
        "from fetches where run_id = ? and elapsed_ms is not null group by host order by 3 desc, 1 limit 5",
        [run_id],
    ).fetchall()
    return rows


def _grouped(connection: duckdb.DuckDBPyConnection, run_id: str, outcome: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = connection.execute(
        "select reason, source, count(*) from outcomes where run_id = ? and outcome = ? "
        "group by all order by 3 desc, 1, 2",
        [run_id, outcome],
    ).fetchall()
    return rows
