"""Loading packages: one transaction each, the package's id recorded in it, so that each loads exactly once."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Collection
from contextlib import nullcontext
from importlib import resources
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.article_columns import filled_in
from warehouse.clustering.clusters import update_clusters
from warehouse.daily_figures import count_days
from warehouse.errors import BadPackage, StalePackage
from warehouse.inventory import COMPANIONS, keep_companions, keeping_stock, note_companions, start_companions
from warehouse.packages import CARRIERS, read_manifest, read_table
from warehouse.places import place_of
from warehouse.seals import SEALED, SEALED_WHEN_LOADED, columns_of, keep_sealed, seal_rows, seal_sql
from warehouse.transactions import transaction

# The order matters where one table's loading reads another: versions are closed before companions are replaced.
ORDER = (
    "captures",
    "fetches",
    "feed_polls",
    "feeds",
    "domain_pauses",
    "discoveries",
    "articles",
    "article_addresses",
    "address_forms",
    "feed_texts",
    "sightings",
    "removals",
    "version_spans",
    "article_versions",
    "outlet_blocks",
    "outlet_habits",
    "outlet_links",
    "article_images",
    "article_links",
    "article_dates",
    "article_signals",
    "quotes",
    "mentions",
    "replays",
    "quarantine",
    "quality_checks",
    "outcomes",
    "frontier",
    "sources",
)
# What DuckDB raises for rows or columns that do not fit. A full disk or too little memory is not the package's fault.
_MISFIT = (duckdb.DataError, duckdb.IntegrityError, duckdb.ProgrammingError, duckdb.NotSupportedError)
_CHANGING = ("articles", "article_versions", "version_spans")  # what daily figures are counted from


@functools.cache
def _sql(name: str) -> str:
    return filled_in(resources.files("warehouse").joinpath("loading", f"{name}.sql").read_text(encoding="utf-8"))


def load_package(connection: duckdb.DuckDBPyConnection, folder: Path, *, is_of_before: bool = False) -> bool:
    """Load the package in `folder` and remove it; False when it had been loaded before.

    Args:
        connection: the writer's.
        folder: of the package.
        is_of_before: it was decided before the writer's lock was taken: what was decided is held against what is there.

    Raises:
        StalePackage: another writer has loaded its articles meanwhile.
        BadPackage: the package is damaged, or its rows do not fit; the warehouse is as it was.
        duckdb.Error: something else went wrong; the transaction is rolled back, and the package can be loaded later.
    """
    try:
        with transaction(connection):
            fresh = not is_loaded(connection, folder.name)  # a folder is called by its package's id
            if fresh:
                _load_checked(connection, folder, is_of_before=is_of_before)
    except _MISFIT as error:
        raise BadPackage(f"cannot load the staged package {folder}: {error}") from error
    shutil.rmtree(folder)
    return fresh


def _load_checked(connection: duckdb.DuckDBPyConnection, folder: Path, *, is_of_before: bool) -> None:
    manifest = read_manifest(folder)
    if is_of_before and (taken := _taken(connection, folder, manifest["files"])):
        raise StalePackage(
            f"cannot load the staged package {folder}: it was decided before another run loaded {taken} of its articles"
        )
    is_again = _note_reloaded(connection, folder, manifest["files"])
    # The tables that it writes: to count all of them takes as long as to load it, of a lake 0.2 s before and after.
    with keeping_stock(connection, *_written(manifest["files"], is_again=is_again)):
        _load(connection, folder, manifest, is_again=is_again)


def _taken(connection: duckdb.DuckDBPyConnection, folder: Path, files: Collection[str]) -> int:
    """How many of its articles have a version that the package believes to be the first to bring."""
    if "article_versions" not in files:
        return 0
    given = {name: read_table(folder, name) for name in ("article_versions", "version_spans") if name in files}
    _keep(connection, "decided_versions", given["article_versions"], "version")
    _keep(connection, "moved_versions", given.get("version_spans", CARRIERS["version_spans"].empty_table()), "was")
    sql = resources.files("warehouse").joinpath("lookups", "taken_versions.sql").read_text(encoding="utf-8")
    return len(connection.execute(sql).fetchall())


def _keep(connection: duckdb.DuckDBPyConnection, name: str, rows: pa.Table, number: str) -> None:
    connection.register("incoming", rows)
    connection.execute(
        f"create or replace temp table {name} as "  # noqa: S608 - our own names
        f"select cast(article_id as uuid) as article_id, {number} as version from incoming"
    )
    connection.unregister("incoming")


def is_loaded(connection: duckdb.DuckDBPyConnection, package_id: str) -> bool:
    """Whether a package has been loaded before."""
    asked = "select 1 from internal.packages where package_id = ?"
    return connection.execute(asked, [package_id]).fetchone() is not None


def _written(files: Collection[str], *, is_again: bool) -> set[str]:
    """The tables whose number of rows may change with a package of these files, some of whose articles are there."""
    derived = {"daily_source_stats", "internal.packages"}
    if is_again:
        derived |= set(COMPANIONS)
    if "signatures" in files:
        derived |= {"story_clusters", "internal.lsh_index"}
    return derived | {place_of(table) for table in files if table not in CARRIERS}


def _load(connection: duckdb.DuckDBPyConnection, folder: Path, manifest: dict[str, object], *, is_again: bool) -> None:
    files, run_id = manifest["files"], manifest["run_id"]
    assert isinstance(files, dict)  # noqa: S101 - read_manifest has read it
    connection.execute("create or replace temp table touched (day date, source varchar)")
    start_companions(connection)
    # Also those of which only versions found another place in time: number and first sight are in the index too.
    connection.execute("insert into internal.search_pending select distinct article_id, ? from changing", [run_id])
    if is_again or "replays" in files:  # days that lose something; those that gain are asked for when all is in
        connection.execute(_sql("touched"), {"run_id": run_id})
    for table in ORDER:
        if table in files:
            _load_table(connection, folder, table)
        elif table in COMPANIONS and is_again:
            connection.execute(f"delete from {table} where article_id in (select article_id from replaced)")  # noqa: S608
    if "signatures" in files:
        update_clusters(connection, read_table(folder, "signatures"))
    connection.execute(_sql("touched"), {"run_id": run_id})
    count_days(connection)
    connection.execute(
        "insert into internal.packages values (?, ?, now(), ?)",
        [manifest["package_id"], run_id, json.dumps(manifest)],
    )
    keep_companions(connection)


def _note_reloaded(connection: duckdb.DuckDBPyConnection, folder: Path, files: Collection[str]) -> bool:
    """The package's articles, those of them that are there already, and the pages that it takes out of quarantine.

    Returns:
        Whether articles of it are there already.
    """
    connection.execute("create or replace temp table changing (article_id uuid, table_name varchar)")
    for table in _CHANGING:
        if table in files:
            connection.register("incoming", read_table(folder, table).select(["article_id"]))
            connection.execute("insert into changing select cast(article_id as uuid), ? from incoming", [table])
            connection.unregister("incoming")
    connection.execute("create or replace temp table replayed (capture_id uuid)")
    if "replays" in files:
        connection.register("incoming", read_table(folder, "replays").select(["capture_id"]))
        connection.execute("insert into replayed select cast(capture_id as uuid) from incoming")
        connection.unregister("incoming")
    connection.execute(
        "create or replace temp table reloaded as select article_id from changing where table_name = 'articles'"
    )
    connection.execute(
        "create or replace temp table there as select article_id from articles semi join changing using (article_id)"
    )
    connection.execute(
        "create or replace temp table replaced as select article_id from there semi join reloaded using (article_id)"
    )
    return connection.execute("select 1 from there limit 1").fetchone() is not None


def _load_table(connection: duckdb.DuckDBPyConnection, folder: Path, table: str) -> None:
    rows = read_table(folder, table)
    connection.register("incoming_text", rows)
    connection.execute(f"create or replace temp view incoming as {_cast(connection, table, set(rows.column_names))}")
    with keep_sealed(connection) if table == "version_spans" else nullcontext():
        connection.execute(_sql(table))
    if table in COMPANIONS:
        note_companions(connection, table)
    if key := SEALED_WHEN_LOADED.get(table):
        seal_rows(connection, place_of(table), f"{key} in (select {key} from incoming)")  # noqa: S608 - our own names
    connection.execute("drop view incoming")
    connection.unregister("incoming_text")


def _cast(connection: duckdb.DuckDBPyConnection, table: str, given: set[str]) -> str:
    """Parquet has no UUID and no JSON that Arrow would keep: give the text its column's type.

    A column that was not there yet when a killed run of an older release staged the package is NULL.
    """
    if table in CARRIERS:
        key, *others = CARRIERS[table].names
        values = ", ".join(name if name in given else f"null as {name}" for name in others)
        return f"select cast({key} as uuid) as {key}, {values} from incoming_text"  # noqa: S608 - our own names
    place = place_of(table)
    columns = columns_of(connection, place)
    value = {name: f'"{name}"' if name in given else "null" for name in columns}
    parts = ", ".join(f'cast({value[name]} as {kind}) as "{name}"' for name, kind in columns.items())
    typed = f"select {parts} from incoming_text"  # noqa: S608 - names from the catalogue
    return f"select * replace ({seal_sql(place, columns)} as seal) from ({typed})" if place in SEALED else typed  # noqa: S608
