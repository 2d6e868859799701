"""The books of the runs: begun, ended, and what is left when a run's owner died."""

from __future__ import annotations

import json
import os
import uuid
from datetime import datetime
from typing import Any

import duckdb

from warehouse.inventory import keeping_stock
from warehouse.records import OUTCOMES
from warehouse.seals import columns_of, seal_rows, seal_run, seal_sql
from warehouse.transactions import transaction


def own_id(connection: duckdb.DuckDBPyConnection, flow_run_id: str | None) -> str:
    """The id of a run that begins: that of its flow run, unless that has been here.

    A flow run that is retried in the Prefect UI keeps its id; in the ledger the second try is a run of its own, or the
    first one's books would be counted twice.
    """
    asked = "select 1 from runs where cast(run_id as varchar) = ?"
    if flow_run_id and connection.execute(asked, [flow_run_id]).fetchone() is None:
        return flow_run_id
    return str(uuid.uuid4())


def start_run(
    connection: duckdb.DuckDBPyConnection, run_id: str, *, flow: str, flow_run_id: str | None, now: datetime
) -> None:
    """Write that a run has begun, and who owns it (process id)."""
    connection.execute(
        "insert into runs (run_id, flow, flow_run_id, started_at, state, owner) values (?, ?, ?, ?, 'running', ?)",
        [run_id, flow, flow_run_id, now, json.dumps({"pid": os.getpid()})],
    )


def finish_run(
    connection: duckdb.DuckDBPyConnection, run_id: str, *, state: str, message: str, now: datetime
) -> dict[str, int]:
    """Write how a run ended, with the totals counted from its ledger, and return these totals."""
    totals = run_totals(connection, run_id)
    sets = ", ".join(f"{name} = ${name}" for name in totals if name != "remainder")
    connection.execute(
        f"update runs set ended_at = $now, state = $state, message = $message, {sets} where run_id = $run_id",  # noqa: S608
        {
            **{k: v for k, v in totals.items() if k != "remainder"},
            "now": now,
            "state": state,
            "message": message,
            "run_id": run_id,
        },
    )
    seal_run(connection, run_id)
    return totals


def say(connection: duckdb.DuckDBPyConnection, run_id: str, message: str, *, state: str | None = None) -> None:
    """Write a run in a line, when it has ended; and that it ended otherwise than was written."""
    connection.execute(
        "update runs set message = ?, state = coalesce(?, state) where run_id = ?", [message, state, run_id]
    )
    seal_run(connection, run_id)


def has_ended(connection: duckdb.DuckDBPyConnection, run_id: str) -> bool:
    """Whether the books of a run are closed."""
    asked = "select 1 from runs where cast(run_id as varchar) = ? and state <> 'running'"
    return connection.execute(asked, [run_id]).fetchone() is not None


def run_totals(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """discovered, the eight outcomes and the remainder of one run."""
    names = ("discovered", *OUTCOMES, "remainder")
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in names)
    row = connection.execute(f"select {sums} from ledger where run_id = ?", [run_id]).fetchone()  # noqa: S608
    return dict(zip(names, map(int, row or [0] * len(names)), strict=True))


def close_books(connection: duckdb.DuckDBPyConnection, run_id: str, *, reason: str, now: datetime) -> int:
    """Give every URL of a run that has no outcome yet the outcome `pending`, and return how many there were."""
    with transaction(connection), keeping_stock(connection, "internal.frontier"):
        count = _give_pending(connection, run_id, reason, now)
        _look_again(connection, run_id, now)
    return count


def _give_pending(connection: duckdb.DuckDBPyConnection, run_id: str, reason: str, now: datetime) -> int:
    given = ("run_id", "source", "url", "outcome", "reason", "decided_at")
    seal = seal_sql("outcomes", columns_of(connection, "outcomes"), given)
    row = connection.execute(
        f"""
        insert into outcomes by name
        select *, {seal} as seal from (
            select run_id, source, url, 'pending' as outcome, $reason as reason, cast($now as timestamptz) as decided_at
            from discoveries anti join outcomes using (run_id, source, url)
            where discoveries.run_id = $run_id
        )
        """,  # noqa: S608 - our own names
        {"run_id": run_id, "reason": reason, "now": now},
    ).fetchone()
    return int(row[0]) if row else 0


def _look_again(connection: duckdb.DuckDBPyConnection, run_id: str, now: datetime) -> None:
    """What is pending is due at once."""
    connection.execute(
        """
        create or replace temp table late as
        select distinct on (url_id) url_id, source, url, title, updated_raw
        from discoveries join outcomes using (run_id, source, url)
        where run_id = $run_id and outcome = 'pending'
        """,
        {"run_id": run_id},
    )
    connection.execute(
        """
        merge into internal.frontier using late on frontier.url_id = late.url_id
        when matched then update set next_check = least(coalesce(frontier.next_check, $now), $now)
        when not matched then insert (url_id, source, url, state, first_seen, next_check, attempts, title, updated_raw)
            values (late.url_id, late.source, late.url, 'pending', $now, $now, 0, late.title, late.updated_raw)
        """,
        {"now": now},
    )
    seal_rows(connection, "internal.frontier", "url_id in (select url_id from late)")


def reconcile(connection: duckdb.DuckDBPyConnection, *, now: datetime) -> list[dict[str, Any]]:
    """Runs that still say running although the writer's lock is ours have lost their owner: crashed, URLs pending.

    To be called by the holder of the writer's lock only. Returns run_id, flow_run_id and pending count of each.
    """
    lost = connection.execute(
        "select cast(run_id as varchar), flow_run_id from runs where state = 'running'"
    ).fetchall()
    found = []
    for run_id, flow_run_id in lost:
        pending = close_books(connection, run_id, reason="run_crashed", now=now)
        finish_run(connection, run_id, state="crashed", message="its process died", now=now)
        found.append({"run_id": run_id, "flow_run_id": flow_run_id, "pending": pending})
    return found
