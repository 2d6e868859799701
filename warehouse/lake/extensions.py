"""DuckDB's extensions out of wheels: nothing is downloaded while a run is at work."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import duckdb

from warehouse.errors import NoLake

# What a catalog of each kind needs beside ducklake.
_CATALOGS = {"postgres": ("postgres_scanner",), "sqlite": ("sqlite_scanner",)}


def load_extensions(connection: duckdb.DuckDBPyConnection, kind: str) -> None:
    """Load what a lake with a catalog of that kind needs.

    Raises:
        NoLake: a wheel is not installed, or is of another DuckDB.
    """
    for name in ("ducklake", *_CATALOGS[kind]):
        connection.execute(f"load '{str(_file(name)).replace(chr(39), chr(39) * 2)}'")


def _file(name: str) -> Path:
    found = importlib.util.find_spec(f"duckdb_extension_{name}")
    if found is None or found.origin is None:
        raise NoLake(
            f"cannot open the lake: DuckDB's extension {name} is not installed. "
            "pip install 'dateline[scale]' brings it."
        )
    folder = Path(found.origin).parent / "extensions" / f"v{duckdb.__version__}"
    file = folder / f"{name}.duckdb_extension"
    if not file.exists():
        raise NoLake(
            f"cannot open the lake: the extension {name} that is installed is not for DuckDB {duckdb.__version__}. "
            f"pip install duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
        )
    return file
