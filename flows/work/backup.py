"""`dateline backup`: a copy of the owner's folder from which everything can go on, taken while `dateline up` works.

archive, most of it ─ (lock: state ─ archive, the rest) ─ manifest

Rows must never point at bytes that are not there: the writer's file and the archive are of one moment, between two
runs. What is long is done before: the archive's segments never change, so a second backup copies the new ones only. The
copy is a home: `--home COPY` reads it, and a run goes on from it.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from flows.base.errors import BadUsage
from flows.base.observer import Observer
from flows.base.settings import Settings
from tasks.archive.walking import segments
from warehouse.connection import open_writer
from warehouse.errors import NoWarehouse
from warehouse.file_copy import copy
from warehouse.home import Home
from warehouse.lock import writer_lock
from warehouse.migrating import migrations
from warehouse.writing import refuse_lake

MANIFEST = "backup.json"
_WAIT_S = 3600.0
_STATE = ("visits.json",)  # what stands in state/ besides the databases and is wanted again


@dataclass(slots=True, kw_only=True)
class BackedUp:
    """What a backup came to; sizes in bytes."""

    made_at: str
    schema: int
    sha256: str  # of state/work.duckdb
    segments: int
    copied: int = 0  # segments that were not in the copy yet
    bytes: int = 0


def back_up(
    settings: Settings, target: Path, observer: Observer, *, on_wait: Callable[[str], None] | None = None
) -> BackedUp:
    """Copy the owner's folder to `target`, or bring an earlier copy there up to date.

    Args:
        settings: of the owner.
        target: a folder that is empty or holds an earlier backup.
        observer: is told of the segments.
        on_wait: is told who writes, when that has to be waited for.

    Raises:
        BadUsage: the target holds something else, or lies within the home.
        NotForLakes: the warehouse is a lake.
        NoWarehouse: there is nothing to copy yet.
        Locked: a run goes on for longer than an hour.
        OSError: no space, no right; the manifest says so, and the same command goes on.
    """
    home, copied = settings.folder, Home(target)
    _check(home, target)
    target.mkdir(parents=True, exist_ok=True)
    (target / MANIFEST).write_text('{"made_at": null}\n', encoding="utf-8")  # until it is whole
    copied.prepare()
    new = _copy_archive(home, copied, observer)
    with writer_lock(home.lock, what="dateline backup", timeout_s=_WAIT_S, on_wait=on_wait):
        sha256 = _copy_state(home, copied)
        new += _copy_archive(home, copied, observer)
        there = segments(home.archive)
        _remove_others(copied, set(there))
    found = BackedUp(
        made_at=datetime.now(UTC).isoformat(timespec="seconds"), schema=migrations()[-1][0], sha256=sha256,
        segments=len(there), copied=len(new), bytes=sum((copied.archive / name).stat().st_size for name in new),
    )  # fmt: skip
    (target / MANIFEST).write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")
    return found


def _check(home: Home, target: Path) -> None:
    refuse_lake(home, "dateline backup", "Take pg_dump of its catalog, then copy its data folder and this home.")
    if not home.work.exists():
        raise NoWarehouse(f"there is no warehouse at {home.root} to back up. Name its --home.")
    if target.resolve().is_relative_to(home.root.resolve()):
        raise BadUsage(f"cannot back up to {target}: it lies within the home, and would be lost with it")
    if target.is_file() or (target.exists() and any(target.iterdir()) and not (target / MANIFEST).exists()):
        raise BadUsage(f"cannot back up to {target}: it holds something that is no backup; name an empty folder")


def _copy_state(home: Home, copied: Home) -> str:
    """The writer's file with nothing left in its WAL, and what else is wanted again; its SHA-256."""
    open_writer(home.work).close()  # on closing, DuckDB writes what the WAL has into the file
    partial = copied.state / "work.partial"
    sha256 = copy(home.work, partial)
    copied.work.with_name(copied.work.name + ".wal").unlink(missing_ok=True)
    partial.replace(copied.work)
    shutil.copytree(home.staging, copied.staging, dirs_exist_ok=True)
    for name in _STATE:
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(home.state / name, copied.state / name)
    _copy_history(home.state / "prefect.db", copied.state / "prefect.db")
    return sha256


def _copy_history(database: Path, place: Path) -> None:
    """Prefect's own, which its server may have open: SQLite copies it as of one moment. The ledger needs none of it."""
    if not database.exists():
        return
    with contextlib.closing(sqlite3.connect(place)) as new, contextlib.closing(sqlite3.connect(database)) as old:
        place.chmod(0o600)
        with contextlib.suppress(sqlite3.Error):
            old.backup(new)


def _copy_archive(home: Home, copied: Home, observer: Observer) -> list[str]:
    """The closed segments that the copy has not got; what was copied."""
    wanted = [name for name in segments(home.archive) if not _is_there(home.archive / name, copied.archive / name)]
    observer.stage("backup", total=len(wanted))
    for name in wanted:
        place = copied.archive / name
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(f"{place.name}.partial")
        shutil.copy2(home.archive / name, partial)
        partial.replace(place)
        observer.stage("backup", done=1)
    return wanted


def _is_there(segment: Path, place: Path) -> bool:
    return place.exists() and place.stat().st_size == segment.stat().st_size


def _remove_others(copied: Home, there: set[str]) -> None:
    """Segments that the owner keeps no longer ([maintain] keep_archive)."""
    for name in set(segments(copied.archive)) - there:
        (copied.archive / name).unlink()
