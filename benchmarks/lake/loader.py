"""One loader of several, a program of its own that may be killed.

    python -m benchmarks.lake.loader CATALOG DATA HOME NUMBER PACKAGES

It decides without the lake's lock, as one host of several would, and loads with it: what another loader has loaded
meanwhile shows then, and is decided again.
"""

from __future__ import annotations

import shutil
import sys
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from benchmarks.lake.packages import decide, package_id, run_of
from warehouse.connection import open_lake
from warehouse.errors import StalePackage
from warehouse.home import Home
from warehouse.lake.lock import lake_lock
from warehouse.lake.place import Lake
from warehouse.loader import is_loaded, load_package
from warehouse.packages import staged, write_package
from warehouse.runs import finish_run, has_ended, own_id, start_run

_WAIT_S = 600.0


def load_all(home: Home, loader: int, packages: int) -> int:
    """Load what is left of a loader's packages; how many had to be decided again."""
    lake, again = home.lake, 0
    assert lake is not None
    with _opened(home, lake) as connection:
        with _lock(lake):
            _begin(connection, loader)
        for folder in staged(home.staging):  # of a loader that was killed
            _load(connection, lake, folder)
        for number in range(packages):
            if is_loaded(connection, package_id(loader, number)):
                continue
            if not _load(connection, lake, _stage(connection, home, loader, number)):
                again += 1
                with _lock(lake):
                    load_package(connection, _stage(connection, home, loader, number), is_of_before=True)
        with _lock(lake):
            if not has_ended(connection, run_of(loader)):
                finish_run(connection, run_of(loader), state="completed", message="", now=datetime.now(UTC))
    return again


def _lock(lake: Lake) -> AbstractContextManager[object]:
    return lake_lock(lake, what="loader", timeout_s=_WAIT_S)


def _opened(home: Home, lake: Lake) -> duckdb.DuckDBPyConnection:
    """A connection that outlives the lock it was opened under."""
    with _lock(lake):
        return open_lake(lake, spill=home.state)


def _begin(connection: duckdb.DuckDBPyConnection, loader: int) -> None:
    if own_id(connection, run_of(loader)) == run_of(loader):
        start_run(connection, run_of(loader), flow="ingest", flow_run_id=None, now=datetime.now(UTC))


def _stage(connection: duckdb.DuckDBPyConnection, home: Home, loader: int, number: int) -> Path:
    return write_package(home.staging, package_id(loader, number), run_of(loader), decide(connection, loader, number))


def _load(connection: duckdb.DuckDBPyConnection, lake: Lake, folder: Path) -> bool:
    """Whether a package was loaded, or had been; one that is stale is thrown away."""
    try:
        with _lock(lake):
            load_package(connection, folder, is_of_before=True)
    except StalePackage:
        shutil.rmtree(folder)
        return False
    return True


if __name__ == "__main__":
    catalog, data, root, loader, packages = sys.argv[1:]
    home = Home(Path(root), lake=Lake(catalog=catalog, data=data)).prepare()
    print(load_all(home, int(loader), int(packages)))
