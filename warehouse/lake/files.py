"""The snapshots and files of a lake that is attached: how many, how large, and putting them in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb

from warehouse.lake.attaching import NAME

_KEPT = "7 days"  # of snapshots, for readers that have one open and for homes that have published one
_GRACE = "1 day"  # of files that were merged into others, for queries that have begun to read them


def newest_snapshot(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the newest snapshot."""
    ((number,),) = connection.execute(f"select id from ducklake_current_snapshot('{NAME}')").fetchall()  # noqa: S608
    return int(number)


def data_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """The size of the files that the newest snapshot is made of."""
    asked = f"select coalesce(sum(file_size_bytes + delete_file_size_bytes), 0) from ducklake_table_info('{NAME}')"  # noqa: S608
    ((size,),) = connection.execute(asked).fetchall()
    return int(size)


def put_in_order(connection: duckdb.DuckDBPyConnection, *, keep: Collection[int]) -> str:
    """Merge small files, let old snapshots expire, and remove what no snapshot needs; says what was done.

    To be called by the holder of the lake's lock, between transactions: a killed loader leaves files that no snapshot
    knows, and so does one that is at work.

    Args:
        connection: the writer's.
        keep: snapshots that must stay, whatever their age.
    """
    before = _files(connection)
    connection.execute(f"call ducklake_rewrite_data_files('{NAME}')")
    connection.execute(f"call ducklake_merge_adjacent_files('{NAME}')")
    old = connection.execute(
        f"select snapshot_id from ducklake_snapshots('{NAME}') where snapshot_time < now() - interval '{_KEPT}' "  # noqa: S608
        f"and snapshot_id < (select id from ducklake_current_snapshot('{NAME}'))"
    ).fetchall()
    expired = [number for (number,) in old if number not in keep]
    if expired:
        connection.execute(f"call ducklake_expire_snapshots('{NAME}', versions => ?)", [expired])
    removed = connection.execute(
        f"call ducklake_cleanup_old_files('{NAME}', older_than => now() - interval '{_GRACE}')"
    ).fetchall()
    orphans = connection.execute(f"call ducklake_delete_orphaned_files('{NAME}', cleanup_all => true)").fetchall()
    return (
        f"{before} files of the lake became {_files(connection)}; {len(expired)} snapshots expired, "
        f"{len(removed)} old files and {len(orphans)} orphans were removed"
    )


def lost_files(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> list[tuple[str, str]]:
    """Table and file of what the newest snapshot needs and is not there, or is cut short. Reads none of them.

    Args:
        connection: the writer's.
        tables: with their schema unless that is `main`.
    """
    lost = []
    for table in tables:
        schema, _, name = table.rpartition(".")
        rows = connection.execute(
            "select data_file, data_file_size_bytes, delete_file, delete_file_size_bytes "
            "from ducklake_list_files(?, ?, schema => ?)",
            [NAME, name, schema or "main"],
        ).fetchall()
        files = {(path, size) for row in rows for path, size in (row[:2], row[2:]) if path}
        lost += [(table, path) for path, size in sorted(files) if not _is_whole(Path(path), size)]
    return lost


def _is_whole(file: Path, size: int) -> bool:
    return file.exists() and file.stat().st_size == size


def _files(connection: duckdb.DuckDBPyConnection) -> int:
    asked = f"select coalesce(sum(file_count), 0) from ducklake_table_info('{NAME}')"  # noqa: S608
    ((count,),) = connection.execute(asked).fetchall()
    return int(count)
