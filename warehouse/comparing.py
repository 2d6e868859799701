"""The published file against its manifest, and the manifest against the writer's file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import duckdb

from warehouse.connection import open_reader
from warehouse.errors import WarehouseError
from warehouse.home import Home
from warehouse.inventory import is_counted
from warehouse.publication import changed, loaded_until, mistrust, publication_of, table_counts, wals


def compare_snapshot(connection: duckdb.DuckDBPyConnection, home: Home) -> Iterator[tuple[str, str]]:
    """What is wrong with the published file: kind and detail. Reads all of it.

    `kind` is one of
        snapshot_cannot_be_opened     it is gone, or no warehouse
        snapshot_changed              it is not what was published: edited, damaged, or another file
        snapshot_opened_for_writing   a client has left a WAL, which DuckDB replays for other programs
        snapshot_is_out_of_date       a run has loaded something, and has not published it
        rows_not_as_published         the writer's file has other rows than when it was published
    """
    if left := wals(home.snapshot):
        yield "snapshot_opened_for_writing", f"a program that opened it for writing has left {left[0].name}"
    if what := changed(home.snapshot, thorough=True):
        mistrust(home.snapshot)  # so that the next run looks at it as well
        yield "snapshot_changed", f"it {what}"
        return
    try:
        counts = _published(home)
    except (WarehouseError, duckdb.Error) as error:
        yield "snapshot_cannot_be_opened", str(error).partition("\n")[0]
        return
    said = publication_of(home.snapshot)
    if said and said.loaded != loaded_until(connection):
        yield "snapshot_is_out_of_date", f"it is of {said.published_at}, and more was loaded since"
        return
    yield from _other_rows(counts, table_counts(connection))


def _published(home: Home) -> Mapping[str, int]:
    """Rows by table of the published file."""
    said = publication_of(home.snapshot)
    with open_reader(home.snapshot) as reader:
        return said.counts if said else table_counts(reader)


def _other_rows(published: Mapping[str, int], there: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for table in sorted(filter(is_counted, published.keys() & there.keys())):
        if published[table] != there[table]:
            yield (
                "rows_not_as_published",
                f"{table}: {published[table]} rows published, {there[table]} in the writer's file",
            )
