"""What can go wrong in the warehouse, as one tree.

    WarehouseError
    ├── Locked            another run writes, or another program has the writer's file open
    ├── TooNew            the file was written by a newer Dateline
    ├── NoUpgrade         a migration failed; the file is as it was
    ├── ForeignWal        a write-ahead log beside the writer's file is not of it
    ├── NoWarehouse       there is nothing to read yet
    ├── SnapshotChanged   the published file is not what was published
    ├── SnapshotTooOld    it has the schema of an older release
    ├── NoLake            a lake cannot be opened: parts that are not installed, a catalog that does not answer
    ├── NotForLakes       what was asked for works on a file only
    ├── BadPackage        a staged package is damaged, or the warehouse cannot take its rows
    │   └── StalePackage  what it says was decided before another run loaded the same articles
    ├── QueryFailed       a reader's SQL is wrong, or not allowed
    ├── BadSearch         a search that cannot be meant
    └── NoIndex           there is no search index of this snapshot, and none can be made

Every message says what was being done, to what, what happened and what to try. All of them take one string, so that
they survive pickling between processes.
"""

from __future__ import annotations


class WarehouseError(Exception):
    """Any trouble with the warehouse."""


class Locked(WarehouseError):
    """Somebody else holds the writer's place."""


class TooNew(WarehouseError):
    """The schema is of a newer release."""


class NoUpgrade(WarehouseError):
    """The schema cannot be brought up to date."""


class ForeignWal(WarehouseError):
    """The log and the file are of two times."""


class NoWarehouse(WarehouseError):
    """No published snapshot is there."""


class SnapshotChanged(WarehouseError):
    """The published file was edited, damaged or replaced."""


class SnapshotTooOld(WarehouseError):
    """What is asked for needs a newer schema than the published file has."""


class NoLake(WarehouseError):
    """A lake cannot be opened."""


class NotForLakes(WarehouseError):
    """A command that a lake does not have yet."""


class BadPackage(WarehouseError):
    """A staged package cannot be loaded."""


class StalePackage(BadPackage):
    """A package was decided on what is no longer so."""


class QueryFailed(WarehouseError):
    """A reader's query did not run."""


class BadSearch(WarehouseError):
    """What was typed to be searched for cannot be meant."""


class NoIndex(WarehouseError):
    """The snapshot's search index is not there and cannot be made."""
