"""What `dateline verify` compares: archive, warehouse and ledger against one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from flows.base.settings import Settings
from tasks.archive.verifying import ArchiveDamage, verify_archive
from tasks.decide.lookups import all_captures, expired_captures, faults
from warehouse.comparing import compare_snapshot
from warehouse.daily_figures import miscounted_days
from warehouse.errors import NoWarehouse
from warehouse.home import Home
from warehouse.inventory import missing_rows
from warehouse.lake.files import lost_files
from warehouse.publication import table_names
from warehouse.seals import edited_rows
from warehouse.searching.checking import faults_of_index
from warehouse.writing import writer_of

# What a run leaves when it is killed, and the next one takes up: no damage as long as there is such a run.
_OF_A_KILLED_RUN = {"open_segment", "orphaned_captures", "unbalanced_ledger", "snapshot_is_out_of_date"}

_LOST = "lake_file_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What was compared, and what is wrong: kind, subject, detail of each finding."""

    captures: int
    findings: list[dict[str, Any]]  # damage
    unfinished: list[dict[str, Any]]  # what a killed run has left for the next one


def verify_home(settings: Settings) -> Verified:
    """Compare archive, warehouse, ledger and, where one is wanted, the published snapshot.

    Raises:
        Locked: a run is writing.
        NoWarehouse: nothing has been loaded yet.
    """
    home = settings.folder
    if not home.is_begun:
        raise NoWarehouse(f"there is no warehouse at {home.work} yet. Run `dateline ingest` or `dateline demo`.")
    with writer_of(home, what="dateline verify") as connection:
        captures, found = compare(connection, home)
        is_whole = all(each["kind"] != _LOST for each in found)
        found += _snapshot(connection, home) if settings.publish and is_whole else []
        killed = connection.execute("select cast(run_id as varchar) from runs where state = 'running'").fetchall()
    left = [each for each in found if _is_left_by(each, {name for (name,) in killed})]
    return Verified(captures=captures, findings=[each for each in found if each not in left], unfinished=left)


def _is_left_by(finding: dict[str, Any], runs: set[str]) -> bool:
    """Whether one of these runs, which nobody carries on, explains a finding: the writer's lock is ours."""
    if finding["kind"] == "unbalanced_ledger":
        return any(run in finding["detail"] for run in runs)
    return bool(runs) and finding["kind"] in _OF_A_KILLED_RUN


def compare(connection: duckdb.DuckDBPyConnection, home: Home) -> tuple[int, list[dict[str, Any]]]:
    """How many captures there are, and what is wrong with them, the warehouse and its ledger: kind, subject, detail."""
    lost = lost_files(connection, table_names(connection)) if home.lake else []
    if lost:  # nothing that is read of these tables can be right
        return 0, [{"kind": _LOST, "subject": table, "detail": f"{file} is gone or cut short"} for table, file in lost]
    captures = all_captures(connection)
    found = verify_archive(home.archive, captures, expired=expired_captures(connection))
    return len(captures), [_plain(finding) for finding in found] + compare_rows(connection)


def compare_rows(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """What is wrong within the writer's file: kind, subject, detail."""
    return [*faults(connection), *edited_rows(connection), *missing_rows(connection), *miscounted_days(connection)]


def _snapshot(connection: duckdb.DuckDBPyConnection, home: Home) -> list[dict[str, Any]]:
    """What is wrong with what readers open; the next run publishes it anew."""
    if not connection.execute("select 1 from runs where state like 'completed%' and discovered > 0").fetchone():
        return []
    return [
        {"kind": kind, "subject": str(home.snapshot), "detail": detail}
        for kind, detail in compare_snapshot(connection, home)
    ] + faults_of_index(connection, home.index)


def _plain(finding: ArchiveDamage) -> dict[str, Any]:
    place = finding.file or ", ".join(finding.captures)
    where = f"{place} at byte {finding.offset}" if finding.offset is not None else place
    touched = f"{len(finding.captures)} captures" if finding.captures else ""
    return {"kind": finding.kind, "subject": where, "detail": " · ".join(filter(None, (finding.detail, touched)))}
