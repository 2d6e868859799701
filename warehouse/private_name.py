"""Reading a snapshot whatever another program does beside it.

DuckDB replays `FILE.wal` when it opens FILE, whoever wrote it, and refuses a file that another process has open for
writing. Under a name of its own the same file has no WAL; a copy has no lock either.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import SnapshotChanged
from warehouse.publication import digest, publication_of, real_file, wals


def connect_privately(path: Path, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB file read-only, as it stands in the file itself.

    Raises:
        SnapshotChanged: another program has it open for writing, and has changed it.
        duckdb.Error: it cannot be read.
    """
    if not wals(path):
        try:
            return _connect(path, config)
        except duckdb.IOException as error:
            if not is_locked(error):
                raise
    with _other_name(path) as name:
        try:
            return _connect(name, config)
        except duckdb.IOException as error:
            if not is_locked(error):
                raise
    with _copy(path) as name:
        return _connect(name, config)


def is_locked(error: duckdb.Error) -> bool:
    """Whether a file could not be opened because another process has it open."""
    return "lock on file" in str(error)


def _connect(path: Path, config: Mapping[str, str]) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(path.absolute()), read_only=True, config=dict(config))


@contextmanager
def _other_name(path: Path) -> Iterator[Path]:
    """The same file under a second name, which costs nothing; a copy where that may not be made."""
    try:
        folder = tempfile.mkdtemp(prefix="reader-", dir=real_file(path).parent)
    except OSError:  # somebody else's home
        folder = ""
    try:
        name = Path(folder, path.name)
        if folder and _linked(real_file(path), name):
            yield name
        else:
            with _copy(path) as copied:
                yield copied
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)  # DuckDB has the file open; the name is not needed any more


def _linked(file: Path, name: Path) -> bool:
    try:
        os.link(file, name)
    except OSError:
        return False
    return True


@contextmanager
def _copy(path: Path) -> Iterator[Path]:
    """A copy in the folder for temporary files, if it is what was published."""
    with tempfile.TemporaryDirectory(prefix="dateline-reader-") as folder:
        name = Path(folder, path.name)
        shutil.copyfile(path, name)
        said = publication_of(path)
        if said and digest(name) != said.sha256:
            raise SnapshotChanged(
                f"{path} is open for writing in another program, which has changed it. Close it there, and open it "
                "read-only; any run publishes it anew."
            )
        yield name
