"""What was published: a folder of its own for every snapshot, with a manifest of what was written there.

    dateline.duckdb  ->  .published/20261123T090000-1f2e3d4c/dateline.duckdb      the name that readers know is a link
                         .published/20261123T090000-1f2e3d4c/manifest.json

A client that opens the file for writing (the default of Python and DBeaver) leaves its WAL beside the file it has
opened, and DuckDB replays `FILE.wal` onto whatever FILE is. A folder a snapshot keeps it from the snapshots that
follow. What was written into the file itself shows against the manifest. See docs/decisions/0015-published-file.md.

Of a lake dateline.lake is published instead, which says as much of a snapshot by its number (warehouse.lake.pointer).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import duckdb

from warehouse.errors import SnapshotChanged
from warehouse.home import PUBLISHED, Home
from warehouse.lake.pointer import SUFFIX, read_pointer

MANIFEST = "manifest.json"
_WALS = (".wal", ".wal.checkpoint", ".wal.recovery")  # DuckDB's names for them


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One snapshot as it was published."""

    schema: int
    published_at: str  # ISO 8601, UTC
    bytes: int
    mtime_ns: int  # of the file: while size and time are these, its content is taken for what it was
    sha256: str
    loaded: tuple[int, str]  # packages in it, and when the last of them was loaded
    counts: Mapping[str, int]  # rows by table

    def write(self, folder: Path) -> None:
        """Write the manifest, and wait until it is on the disk.

        Raises:
            OSError: it cannot be written.
        """
        with (folder / MANIFEST).open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())


def publication_of(snapshot: Path) -> Publication | None:
    """What the manifest of a snapshot says; None where there is none, as of older releases and frozen copies."""
    if snapshot.suffix == SUFFIX:
        return _of_lake(snapshot)
    return next((found for folder in _folders(snapshot) if (found := _read(folder / MANIFEST))), None)


def _of_lake(path: Path) -> Publication | None:
    said = read_pointer(path)
    if said is None:
        return None
    return Publication(
        schema=said.schema, published_at=said.published_at, bytes=said.bytes, mtime_ns=0, sha256="",
        loaded=said.loaded, counts=said.counts,
    )  # fmt: skip


def real_file(snapshot: Path) -> Path:
    """What a name leads to; of a link that leads nowhere, somewhere: who opens that hears of it."""
    return Path(os.path.realpath(snapshot))


def _folders(snapshot: Path) -> list[Path]:
    """Where its manifest may be: beside the file, or for a copy of a home in which links became files, the newest."""
    beside = real_file(snapshot).parent
    if beside.parent.name == PUBLISHED:
        return [beside]
    return sorted(snapshot.parent.glob(f"{PUBLISHED}/*/"), reverse=True) if snapshot.name == Home.SNAPSHOT else []


def _read(path: Path) -> Publication | None:
    try:
        said = json.loads(path.read_bytes())
        known = {each.name for each in fields(Publication)}
        given = {name: value for name, value in said.items() if name in known}
        found = Publication(**given | {"loaded": tuple(said["loaded"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if _is_meant(found) else None


def _is_meant(said: Publication) -> bool:
    numbers = (
        (said.schema, said.bytes, said.mtime_ns, *said.counts.values()) if isinstance(said.counts, dict) else ("",)
    )
    return all(isinstance(each, int) for each in numbers) and isinstance(said.sha256, str)


def wals(snapshot: Path) -> list[Path]:
    """Write-ahead logs that clients have left beside a snapshot: DuckDB before 1.5 has them beside the link."""
    if snapshot.suffix == SUFFIX:
        return []
    names = sorted({snapshot, real_file(snapshot)})
    return [wal for path in names for end in _WALS if (wal := path.with_name(path.name + end)).exists()]


def changed(snapshot: Path, *, thorough: bool = False) -> str | None:
    """What is different from what was published, in words; None when nothing is, or nobody can know.

    Args:
        snapshot: the name that readers open.
        thorough: read the whole file even if its size and time are those it was published with.
    """
    if snapshot.suffix == SUFFIX:
        return "is damaged" if snapshot.exists() and read_pointer(snapshot) is None else None
    file = real_file(snapshot)  # once: the name may come to mean the next snapshot meanwhile
    if leads := _elsewhere(snapshot, file):
        return leads
    said = publication_of(file)
    if not file.exists():
        return None
    if said is None:
        return "has lost its manifest" if _has_lost(file.parent / MANIFEST) else None
    try:
        now = file.stat()
        if not stat.S_ISREG(now.st_mode):
            return "is no file"
        if now.st_size != said.bytes:
            return f"has {now.st_size} bytes, {said.bytes} were published"
        if (thorough or now.st_mtime_ns != said.mtime_ns) and digest(file) != said.sha256:
            return "has another content than what was published"
        _remember(file, said, now.st_mtime_ns)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return None


def _elsewhere(snapshot: Path, file: Path) -> str | None:
    """Of a home's own name: whether somebody has made it a link to something that was not published there."""
    published = snapshot.parent / PUBLISHED
    if snapshot.is_symlink() and published.is_dir() and not file.is_relative_to(real_file(published)):
        return f"leads to {file}, which was not published here"
    return None


def _has_lost(manifest: Path) -> bool:
    """Whether one was written here that is gone or damaged, and not only kept from us."""
    was_written = manifest.parent.parent.name == PUBLISHED
    return was_written and (os.access(manifest, os.R_OK) or not manifest.exists())


def mistrust(snapshot: Path) -> None:
    """Have the next look at a file read all of it."""
    with contextlib.suppress(OSError):
        os.utime(snapshot)


def _remember(file: Path, said: Publication, mtime_ns: int) -> None:
    """A copy or a restored backup has a time of its own: give it the one that spares reading it again."""
    if mtime_ns != said.mtime_ns:
        with contextlib.suppress(OSError):  # not the reader's file
            os.utime(file, ns=(said.mtime_ns, said.mtime_ns))


def refuse_changed(snapshot: Path, *, thorough: bool = False) -> None:
    """Before a snapshot is read, or, thorough, when it could not be.

    Raises:
        SnapshotChanged: it is not what was published.
    """
    if what := changed(snapshot, thorough=thorough):
        raise SnapshotChanged(
            f"{snapshot} {what}: a program that opened it for writing has changed it, or another file was put there. "
            "Any run publishes it anew, `dateline ingest` for one. To look at it in DuckDB, open it read-only."
        )


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def loaded_until(connection: duckdb.DuckDBPyConnection) -> tuple[int, str]:
    """Packages that were loaded, and when the last one was: what a snapshot is compared by."""
    asked = "select count(*), coalesce(max(epoch_us(loaded_at)), 0) from internal.packages"
    (count, last) = connection.execute(asked).fetchall()[0]
    return int(count), str(last)


def table_counts(connection: duckdb.DuckDBPyConnection, only: Collection[str] = ()) -> dict[str, int]:
    """Rows of every table, or of those that are named; DuckDB knows them without reading the rows."""
    places = {name: name.split(".", 1) for name in only} or _places(connection)
    parts = [_count(name, place) for name, place in places.items()]
    return dict(connection.execute(" union all ".join(parts)).fetchall()) if parts else {}


def table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Every table, with its schema unless that is `main`."""
    return list(_places(connection))


def _places(connection: duckdb.DuckDBPyConnection) -> dict[str, Sequence[str]]:
    places = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where not internal and not temporary and database_name = current_database() order by all"
    ).fetchall()
    return {".".join(place).removeprefix("main."): place for place in places}


def _count(name: str, place: Sequence[str]) -> str:
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in place)
    return f"select '{name.replace(chr(39), chr(39) * 2)}' as name, count(*) as count from {quoted}"  # noqa: S608 - quoted
