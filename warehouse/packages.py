"""Load packages: what a batch came to, as Parquet files that are loaded whole or not at all.

A package is a folder `staging/<run>-<number>/` with one file per table and a `manifest.json` of row counts and SHA-256
sums. It is written under a name that begins with a dot and then renamed, so a folder that can be seen is complete.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.clustering.clusters import SIGNATURES
from warehouse.connection import open_memory
from warehouse.errors import BadPackage
from warehouse.migrating import migrations

Row = Mapping[str, Any]

SET_ASIDE = "set-aside"
# These are no tables: they carry what changes a column of articles, or what its derived tables are made of.
CARRIERS = {
    "sightings": pa.schema([("article_id", pa.string()), ("last_seen", pa.timestamp("us", tz="UTC"))]),
    "removals": pa.schema(
        [("article_id", pa.string()), ("url_id", pa.string()), ("removed_at", pa.timestamp("us", tz="UTC"))]
    ),
    "version_spans": pa.schema(
        [
            ("article_id", pa.string()),
            ("was", pa.int32()),
            ("version", pa.int32()),
            ("valid_from", pa.timestamp("us", tz="UTC")),
            ("valid_to", pa.timestamp("us", tz="UTC")),
            ("change_kind", pa.string()),
            ("capture_id", pa.string()),
        ]
    ),
    "signatures": SIGNATURES,
    "replays": pa.schema(
        [("capture_id", pa.string()), ("resolved_at", pa.timestamp("us", tz="UTC")), ("resolution", pa.string())]
    ),
}


def schemas_of(connection: duckdb.DuckDBPyConnection) -> Mapping[str, pa.Schema]:
    """The Arrow schemas of all tables, read from a migrated warehouse, so that there is one truth."""
    found = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database() and not temporary"
    ).fetchall()
    return {name: connection.table(f"{at}.{name}").limit(0).to_arrow_table().schema for at, name in found} | CARRIERS


@functools.cache
def _schemas() -> Mapping[str, pa.Schema]:
    """Those of a warehouse in memory: its migrations take 0.15 s."""
    with open_memory() as connection:
        return schemas_of(connection)


def write_package(
    staging: Path,
    package_id: str,
    run_id: str,
    tables: Mapping[str, Sequence[Row] | pa.Table],
    schemas: Mapping[str, pa.Schema] | None = None,
) -> Path:
    """Write the rows of each table as one package, and return its folder.

    Args:
        staging: the folder of packages that wait to be loaded.
        package_id: its name.
        run_id: UUID of the run.
        tables: rows by column name, or as Arrow.
        schemas: `schemas_of` the warehouse, where one is open.

    Raises:
        OSError: it could not be written; nothing that looks like a package is left.
    """
    hidden, final = staging / f".{package_id}", staging / package_id
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    known = _schemas() if schemas is None else schemas
    files = {
        name: _write_table(hidden / f"{name}.parquet", known[name], rows) for name, rows in tables.items() if len(rows)
    }
    manifest = {
        "package_id": package_id,
        "run_id": run_id,
        "schema": migrations()[-1][0],
        "written_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "files": files,
    }
    _write_durably(hidden / "manifest.json", json.dumps(manifest, indent=1).encode())
    hidden.rename(final)
    return final


def staged(staging: Path) -> list[Path]:
    """The packages that wait to be loaded, oldest first; what a killed run had not written to its end is removed.

    To be called by the holder of the writer's lock only.
    """
    found = []
    for path in sorted(staging.iterdir()):
        if (path / "manifest.json").exists():
            found.append(path)
        elif path.name.startswith("."):
            shutil.rmtree(path)
    return found


def set_aside(folder: Path) -> Path:
    """Move a package that cannot be loaded to where no run tries it again; its new place."""
    place = folder.parent / SET_ASIDE / folder.name
    place.parent.mkdir(exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    return folder.rename(place)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a package, its files' sums checked.

    Raises:
        BadPackage: a file is missing or not what the manifest says.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
        damaged = [n for n, f in manifest["files"].items() if _sha256(folder / f"{n}.parquet") != f["sha256"]]
    except (OSError, ValueError, KeyError) as error:
        raise BadPackage(
            f"cannot load the staged package {folder}: its manifest or a file cannot be read ({error})"
        ) from error
    if damaged:
        raise BadPackage(f"cannot load the staged package {folder}: {', '.join(damaged)} changed since it was written")
    return manifest


def read_table(folder: Path, table: str) -> pa.Table:
    """One table of a package."""
    return pq.read_table(
        folder.absolute() / f"{table}.parquet"
    )  # Arrow makes a home directory of `~`, an address of `s3:`


def _write_table(path: Path, schema: pa.Schema, rows: Sequence[Row] | pa.Table) -> dict[str, Any]:
    sink = pa.BufferOutputStream()
    pq.write_table(_as_arrow(schema, rows), sink, compression="zstd")
    content = sink.getvalue().to_pybytes()
    _write_durably(path, content)
    return {"rows": len(rows), "sha256": hashlib.sha256(content).hexdigest()}


def _as_arrow(schema: pa.Schema, rows: Sequence[Row] | pa.Table) -> pa.Table:
    if isinstance(rows, pa.Table):
        return rows.cast(pa.schema([schema.field(name) for name in rows.column_names]))
    return pa.Table.from_pydict({each.name: [row.get(each.name) for row in rows] for each in schema}, schema=schema)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
