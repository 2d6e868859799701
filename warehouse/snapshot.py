"""Publishing the snapshot: a copy that readers open for as long as they like, put in place by one rename."""

from __future__ import annotations

import contextlib
import shutil
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import duckdb

from warehouse.file_copy import copy
from warehouse.home import Home
from warehouse.lake.files import data_bytes, newest_snapshot
from warehouse.lake.place import Lake
from warehouse.lake.pointer import Pointer, read_pointer
from warehouse.migrating import migrations
from warehouse.publication import MANIFEST, Publication, changed, loaded_until, publication_of, table_counts, wals
from warehouse.rights import adopt
from warehouse.searching.making import prepare_index, tidy_index
from warehouse.watching.watches import match_watches

_GRACE_S = 0.1


def publish(connection: duckdb.DuckDBPyConnection, home: Home) -> int:
    """Copy the writer's file, as of now, to where readers open it, with its search index; its size in bytes.

    Of a lake the number of its newest snapshot is written there instead.

    The writer must be between transactions: after CHECKPOINT the file holds everything and the WAL nothing. Readers
    that have the old file open keep it (its inode lives on); the rename is atomic, so nobody sees half a file. Mode,
    owner and group stay those of the file before.

    Raises:
        OSError: no space, or no right to write; the old snapshot stands.
    """
    index = prepare_index(connection, home, also=partial(match_watches, connection, home.index, now=datetime.now(UTC)))
    size = _publish_lake(connection, home, home.lake, index) if home.lake else _publish_file(connection, home, index)
    tidy_index(connection, home)
    return size


def _publish_lake(connection: duckdb.DuckDBPyConnection, home: Home, lake: Lake, index: str) -> int:
    """A snapshot of a lake never changes: publishing is saying its number."""
    size = data_bytes(connection)
    Pointer(
        catalog=lake.catalog,
        data=lake.data,
        snapshot=newest_snapshot(connection),
        schema=migrations()[-1][0],
        published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        bytes=size,
        loaded=loaded_until(connection),
        counts=table_counts(connection),
    ).write(home.snapshot)
    _let_search(home, index, as_file=home.snapshot)
    return size


def _publish_file(connection: duckdb.DuckDBPyConnection, home: Home, index: str) -> int:
    connection.execute("checkpoint")
    folder = _new_folder(home)
    file = folder / home.snapshot.name
    try:
        sha256 = copy(home.work, file)  # in another process: closing our own descriptor would drop DuckDB's lock
        adopt(home.snapshot, file)
        _let_search(home, index, as_file=file)
        size = _describe(connection, file, sha256)
        adopt(file, folder / MANIFEST)
        kept = _put_in_place(file, home.snapshot)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _clear(home, keep=kept)
    return size


def out_of_date(connection: duckdb.DuckDBPyConnection, home: Home) -> str | None:
    """Why readers have to be given a new snapshot although nothing was loaded now; None when they need none."""
    said = publication_of(home.snapshot)
    if not home.snapshot.exists():
        return "there is none" if loaded_until(connection)[0] else None
    if what := changed(home.snapshot):
        return f"it {what}"
    if said is None:
        return "it was published by an older release"
    if said.schema != migrations()[-1][0]:
        return f"its schema is {said.schema}"
    if said.loaded != loaded_until(connection):
        return "a run before this one has not published what it loaded"
    if home.lake and (said_of := read_pointer(home.snapshot)) and said_of.lake != home.lake:
        return "it is of another lake"
    if left := wals(home.snapshot):
        return f"a program that opened it for writing has left {left[0].name}"
    return None


def _new_folder(home: Home) -> Path:
    """A folder of its own in the home, on the file system where the file is to be, as accessible as the home is."""
    folder = home.published / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid4().hex[:8]}"
    _set_aside(home.published, unless=home.published.is_dir())
    _set_aside(home.snapshot, unless=home.snapshot.is_symlink() or not home.snapshot.is_dir())
    folder.mkdir(parents=True)
    for made in (home.published, folder):
        adopt(home.root, made)
    return folder


def _let_search(home: Home, index: str, *, as_file: Path) -> None:
    """Who may read the snapshot may search it."""
    for folder in (home.index, home.index / index):
        adopt(home.root, folder)
    for file in (home.index / index).iterdir():
        adopt(as_file, file)


def _set_aside(path: Path, *, unless: bool) -> None:
    """Give what somebody has put where something of ours is to be another name."""
    if not unless and path.exists():
        path.rename(path.with_name(f"{path.name}.aside-{uuid4().hex[:8]}"))


def _describe(connection: duckdb.DuckDBPyConnection, file: Path, sha256: str) -> int:
    found = file.stat()
    Publication(
        schema=migrations()[-1][0],
        published_at=datetime.now(UTC).isoformat(timespec="seconds"),
        bytes=found.st_size,
        mtime_ns=found.st_mtime_ns,
        sha256=sha256,
        loaded=loaded_until(connection),
        counts=table_counts(connection),
    ).write(file.parent)
    return found.st_size


def _put_in_place(file: Path, snapshot: Path) -> Path:
    """Let the readers' name mean this file, in one step; where the file system knows no links, be this file."""
    new = file.with_name("link")
    try:
        new.symlink_to(file.relative_to(snapshot.parent))
    except (OSError, NotImplementedError):
        file.replace(snapshot)
    else:
        new.replace(snapshot)
    return file.parent


def _clear(home: Home, *, keep: Path) -> None:
    """Remove the snapshots of before, with what clients have left beside them.

    DuckDB looks where a link leads and then opens that: whoever is between the two gets a moment.
    """
    old = [folder for folder in home.published.iterdir() if folder != keep]
    if old:
        time.sleep(_GRACE_S)
    for wal in wals(home.snapshot):
        with contextlib.suppress(OSError):
            shutil.rmtree(wal) if wal.is_dir() else wal.unlink()
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
