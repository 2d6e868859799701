"""The embedded server's database: set aside when it cannot be used, because the ledger does not stand in it.

Truth is in the warehouse; Prefect's records are its history in the UI. A run is worth more than that.
"""

from __future__ import annotations

import importlib.util
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from flows.terminal.show import errors

_VERSIONS = "server/database/_migrations/versions/sqlite"


def set_aside_damaged(path: Path) -> Path | None:
    """Move a database away that this Prefect cannot use, and say so; where it is now.

    Args:
        path: of the SQLite file; its write-ahead log goes with it, and the one set aside before is removed.

    Raises:
        OSError: it cannot be moved.
    """
    why = _trouble(path)
    if why is None:
        return None
    for old in path.parent.glob(f"{path.name}.set-aside-*"):
        if old.is_file():
            old.unlink()
    aside = path.with_name(f"{path.name}.set-aside-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(path.name + suffix)
        if beside.exists():
            beside.replace(aside.with_name(aside.name + suffix))
    path.replace(aside)
    said = f"Prefect's database {path} {why}. It was set aside as {aside.name}, and a new one is begun"
    errors.print(Text(f"{said}: the UI's history starts anew, the warehouse is untouched", style="yellow"))
    return aside


def _trouble(path: Path) -> str | None:
    """What keeps Prefect from using a database; None when nothing does, or when there is none."""
    if not path.exists():
        return None
    if not path.is_file():
        return "is no file"
    try:
        with closing(sqlite3.connect(path.as_uri() + "?mode=rw", uri=True, timeout=5)) as database:
            return _damage(database) or _foreign_version(database)
    except sqlite3.OperationalError:
        return None  # locked by another server, or not ours to read: that server, or the start of ours, says so
    except sqlite3.DatabaseError as error:
        return f"is damaged ({error})"


def _damage(database: sqlite3.Connection) -> str | None:
    [found] = database.execute("pragma quick_check(1)").fetchone()
    return None if found == "ok" else f"is damaged ({str(found).splitlines()[-1]})"


def _foreign_version(database: sqlite3.Connection) -> str | None:
    """Whether a Prefect has written it that knows more than this one: its migrations refuse to start."""
    if not database.execute("select 1 from sqlite_master where name = 'alembic_version'").fetchone():
        return None
    known = [each.read_text(encoding="utf-8") for each in _prefect_folder().joinpath(_VERSIONS).glob("*.py")]
    for (version,) in database.execute("select version_num from alembic_version"):
        if not any(f'"{version}"' in text for text in known):
            return f"is of a newer Prefect (its version {version} is unknown to this one)"
    return None


def _prefect_folder() -> Path:
    spec = importlib.util.find_spec("prefect")
    assert spec is not None  # noqa: S101 - a dependency
    assert spec.origin is not None  # noqa: S101 - it has an __init__.py
    return Path(spec.origin).parent
