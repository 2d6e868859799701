"""`dateline export`: the published snapshot as Parquet by day, with a manifest; a second export writes what changed.

    DIR/articles/day=2026-11-23/articles.parquet     DIR/quotes/day=…/     …     DIR/manifest.json

The day is that of publication, or of first sight for undated articles (UTC). DIR may be any URL that fsspec knows and
has the driver for (s3://, gs://, sftp://).
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import fsspec
import pyarrow as pa
import pyarrow.parquet as pq

from flows.base.errors import BadUsage, EdgeError
from flows.base.observer import Observer
from warehouse.connection import open_reader, refuse_other_schema
from warehouse.errors import NotForLakes
from warehouse.lake.pointer import SUFFIX
from warehouse.migrating import migrations

TABLES = (
    "articles", "article_versions", "article_images", "article_links", "article_dates", "article_signals", "quotes",
    "mentions", "story_clusters",
)  # fmt: skip
_MANIFEST = "manifest.json"
# What else fsspec knows can be read only, or is a layer over another: as a target a mistake.
_PROTOCOLS = frozenset(
    (
        "file",
        "local",
        "memory",
        "s3",
        "s3a",
        "gs",
        "gcs",
        "az",
        "abfs",
        "abfss",
        "sftp",
        "ssh",
        "ftp",
        "smb",
        "hdfs",
        "oss",
    )
)
_PIECE = 16 << 20
_DAYS = """
    create temp table export_days as
    select article_id, cast(coalesce(date_published, first_seen) as date)::varchar as day from articles
"""


@dataclass(slots=True, kw_only=True)
class Exported:
    """What an export came to; sizes in bytes."""

    written: int = 0
    kept: int = 0
    removed: int = 0
    rows: int = 0
    bytes: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    frozen: str | None = None


def export(snapshot: Path, target: str, observer: Observer, *, frozen: str | None = None) -> Exported:
    """Write every day that changed since the last export to `target`.

    Args:
        snapshot: the published file.
        target: a folder or an fsspec URL.
        observer: is told of the files.
        frozen: also copy the snapshot itself, under this name, to be cited and opened again.

    Raises:
        NoWarehouse: nothing has been published yet.
        EdgeError: the target holds an export of something newer, or no driver for its URL is installed.
        OSError: it could not be written; the manifest is written last, so that the next export puts it right.
    """
    folder = _Folder.open(target)
    if not target.strip() or folder.path == str(snapshot.parent.absolute()):
        raise BadUsage(f"cannot export to {target!r}: name a folder of its own, such as parquet-files")
    connection = open_reader(snapshot)
    try:
        refuse_other_schema(connection, snapshot)
        before = folder.manifest()
        connection.execute(_DAYS)
        before["files"] = folder.still_there(before.get("files", {}))
        after: dict[str, Any] = {"files": {}, "frozen": before.get("frozen", {})}
        found = Exported()
        for table in TABLES:
            _export_table(connection, folder, table, before["files"], after["files"], found, observer)
        found.removed = folder.remove(set(before["files"]) - set(after["files"]))
        if frozen:
            found.frozen = _freeze(snapshot, folder, frozen, after["frozen"])
        folder.write(_MANIFEST, json.dumps(_head(connection) | after, indent=1, default=str).encode())
        return found
    finally:
        connection.close()


def _head(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    last = connection.execute(
        "select cast(run_id as varchar), ended_at from runs where ended_at is not null order by ended_at desc limit 1"
    ).fetchone()
    run, ended = last or (None, None)
    return {
        "made_by": "dateline export",
        "schema": migrations()[-1][0],
        "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "last_run": run,
        "as_of": ended.isoformat() if ended else None,
    }


def _export_table(
    connection: duckdb.DuckDBPyConnection,
    folder: _Folder,
    table: str,
    before: dict[str, Any],
    after: dict[str, Any],
    found: Exported,
    observer: Observer,
) -> None:
    changed = []
    for day, rows, content in _fingerprints(connection, table):
        name = f"{table}/day={day}/{table}.parquet"
        found.tables[table] = found.tables.get(table, 0) + rows
        if before.get(name, {}).get("content") == content:
            after[name] = before[name]
            found.kept += 1
        else:
            changed.append(day)
            after[name] = {"rows": rows, "content": content}
    observer.stage("export", total=len(changed))
    for day, part in _days(connection, table, changed):
        name = f"{table}/day={day}/{table}.parquet"
        sink = io.BytesIO()
        pq.write_table(part, sink, compression="zstd")
        folder.write(name, sink.getvalue())
        after[name] |= {"bytes": sink.tell(), "sha256": hashlib.sha256(sink.getvalue()).hexdigest()}
        found.written, found.rows, found.bytes = (
            found.written + 1,
            found.rows + part.num_rows,
            found.bytes + sink.tell(),
        )
        observer.stage("export", done=1)


def _fingerprints(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, int, str]]:
    """Day, rows and a hash over the rows' content, in no order."""
    rows: list[tuple[str, int, str]] = connection.execute(
        f"select day, count(*), cast(sum(hash(t)::hugeint) as varchar) from {table} as t "  # noqa: S608 - our own name
        "join export_days using (article_id) group by day order by day"
    ).fetchall()
    return rows


def _days(connection: duckdb.DuckDBPyConnection, table: str, days: list[str]) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each of these days, day by day."""
    if not days:
        return
    reader = connection.execute(
        f"select export_days.day as export_day, t.* from {table} as t join export_days using (article_id) "  # noqa: S608
        "where list_contains(?, export_days.day) order by export_day, article_id",
        [days],
    ).to_arrow_reader(50_000)
    held: list[pa.Table] = []
    for batch in reader:
        for part in _split(pa.Table.from_batches([batch])):
            if held and held[0]["export_day"][0] != part["export_day"][0]:
                yield _whole(held)
                held = []
            held.append(part)
    if held:
        yield _whole(held)


def _split(table: pa.Table) -> Iterator[pa.Table]:
    """Runs of rows of one day."""
    days = table["export_day"].to_pylist()
    start = 0
    for at in range(1, len(days) + 1):
        if at == len(days) or days[at] != days[start]:
            yield table.slice(start, at - start)
            start = at


def _whole(parts: list[pa.Table]) -> tuple[str, pa.Table]:
    table = pa.concat_tables(parts)
    return table["export_day"][0].as_py(), table.drop_columns(["export_day"])


def _freeze(snapshot: Path, folder: _Folder, name: str, known: dict[str, Any]) -> str:
    """Copy the snapshot under a name that is never written again."""
    if snapshot.suffix == SUFFIX:
        raise NotForLakes("export --freeze does not work on a lake yet: there is no file to copy. Export its tables.")
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise BadUsage(f"{name!r} is no name for a frozen snapshot; letters, digits, - _ . only")
    if name in known:
        raise EdgeError(f"a snapshot is already frozen as {name!r}; what was cited stays as it is. Choose another name")
    with snapshot.open("rb") as opened:  # a later run replaces the file; what is open stays what it was
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
        folder.copy(opened, f"{name}.duckdb")
        size = opened.tell()
    known[name] = {
        "bytes": size,
        "sha256": digest,
        "frozen_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    return f"{name}.duckdb"


@dataclass(frozen=True, slots=True)
class _Folder:
    """The target, wherever it is."""

    files: Any
    path: str

    @classmethod
    def open(cls, target: str) -> _Folder:
        protocol = target.partition("://")[0] if "://" in target else "file"
        if protocol not in _PROTOCOLS:
            raise BadUsage(f"cannot export to {target}: {protocol}:// is no place to write to; use a folder, or s3://")
        try:
            files, path = fsspec.core.url_to_fs(target)
        except Exception as error:  # each of them has errors of its own
            raise EdgeError(f"cannot export to {target}: {str(error) or type(error).__name__}") from None
        return cls(files, path.rstrip("/"))

    def manifest(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self.files.cat_file(f"{self.path}/{_MANIFEST}"))
        except FileNotFoundError:
            return {}
        except ValueError:
            raise EdgeError(
                f"{self.path}/{_MANIFEST} is not the manifest of an export; choose another folder"
            ) from None
        if found.get("made_by") != "dateline export":
            raise EdgeError(f"{self.path}/{_MANIFEST} is not the manifest of an export; choose another folder")
        if found.get("schema", 0) > migrations()[-1][0]:
            raise EdgeError(
                f"the export in {self.path} was written by a newer Dateline; install that, or choose another"
            )
        return found

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, where the file system can rename."""
        path = f"{self.path}/{name}"
        self.files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        self.files.pipe_file(f"{path}.new", content)
        self.files.mv(f"{path}.new", path)

    def copy(self, source: BinaryIO, name: str) -> None:
        """As `write`, of a file that may be larger than memory."""
        path = f"{self.path}/{name}"
        self.files.makedirs(self.path, exist_ok=True)
        source.seek(0)
        with self.files.open(f"{path}.new", "wb") as target:
            shutil.copyfileobj(source, target, _PIECE)
        self.files.mv(f"{path}.new", path)

    def still_there(self, files: dict[str, Any]) -> dict[str, Any]:
        """Those files of a manifest that are there in their size."""
        there = self.files.find(self.path, detail=True) if files else {}
        sizes = {path: found["size"] for path, found in there.items()}
        return {name: each for name, each in files.items() if sizes.get(f"{self.path}/{name}") == each.get("bytes")}

    def remove(self, names: set[str]) -> int:
        for name in names:
            self.files.rm_file(f"{self.path}/{name}")
        return len(names)
