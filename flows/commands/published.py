"""Opening the published snapshot for a command: what was edited is published anew first, when that can be done now."""

from __future__ import annotations

import duckdb

from flows.base.settings import Settings
from flows.reading.sql import Reader
from flows.terminal.show import errors
from tasks.decide.lookups import faults
from warehouse.errors import NoWarehouse, SnapshotChanged, WarehouseError
from warehouse.home import Home
from warehouse.publication import loaded_until
from warehouse.snapshot import publish
from warehouse.writing import writer_of


def open_published(settings: Settings, *, timeout_s: float, any_schema: bool = False) -> Reader:
    """A reader of the published snapshot; the caller closes it.

    Args:
        settings: of the owner.
        timeout_s: seconds a query may take.
        any_schema: also of an older release, for SQL that says itself what it asks for.

    Raises:
        NoWarehouse: nothing has been published yet.
        SnapshotChanged: another program has changed it, and it cannot be published anew now.
        SnapshotTooOld: an older release has published it.
    """
    snapshot = settings.folder.snapshot
    try:
        reader = Reader(snapshot, timeout_s=timeout_s)
    except (SnapshotChanged, NoWarehouse) as what:
        if not settings.publish:
            raise
        _publish_anew(settings.folder, what)
        said = "had been changed since it was published" if isinstance(what, SnapshotChanged) else "was not there"
        errors.print(f"{snapshot.name} {said}; it was published anew", style="yellow")
        reader = Reader(snapshot, timeout_s=timeout_s)
    reader.searches.configured = settings.collections
    if not any_schema:
        try:
            reader.refuse_other_schema()
        except BaseException:
            reader.close()
            raise
    return reader


def _publish_anew(home: Home, what: WarehouseError) -> None:
    """From the writer's file, unless a run is at work, the file is not sound, or it is somebody else's home.

    Raises:
        WarehouseError: `what`, when it cannot be done.
    """
    if not home.is_begun:
        raise what
    try:
        with writer_of(home, what="dateline publish", wait_s=0) as connection:
            if not loaded_until(connection)[0] or faults(connection):
                raise what
            publish(connection, home)
    except (WarehouseError, OSError, duckdb.Error):
        raise what from None
