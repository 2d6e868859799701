"""What readers of a lake open: a small file that says which snapshot was published, and where the lake is.

    dateline.lake    {"catalog": …, "data": …, "snapshot": 412, "schema": 26, "published_at": …, "counts": …}

It takes the place of a home's dateline.duckdb: a snapshot of a lake never changes, so its number is all of a copy.
Whoever has the file and reaches catalog and data reads what was published, wherever they are. It holds no secret.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from warehouse.lake.place import KINDS, Lake
from warehouse.rights import adopt

SUFFIX = ".lake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """One published snapshot of a lake."""

    catalog: str
    data: str
    snapshot: int
    schema: int
    published_at: str  # ISO 8601, UTC
    bytes: int  # of the lake's files
    loaded: tuple[int, str]  # packages in it, and when the last of them was loaded
    counts: Mapping[str, int]  # rows by table

    @property
    def lake(self) -> Lake:
        """Where the snapshot is."""
        return Lake(catalog=self.catalog, data=self.data)

    def write(self, path: Path) -> None:
        """Put it in place in one step.

        Raises:
            OSError: it cannot be written; the one before stands.
        """
        new = path.with_name(f".{path.name}.new")
        with new.open("w", encoding="utf-8") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        adopt(path, new)
        new.replace(path)


def read_pointer(path: Path) -> Pointer | None:
    """What a file says; None when it is none of ours, or not there."""
    try:
        said = json.loads(path.read_bytes())
        known = {each.name for each in fields(Pointer)}
        found = Pointer(
            **{name: value for name, value in said.items() if name in known} | {"loaded": tuple(said["loaded"])}
        )
        numbers = (found.snapshot, found.schema, found.bytes, *found.counts.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if all(isinstance(each, int) for each in numbers) and _is_place(found.lake) else None


def _is_place(lake: Lake) -> bool:
    return isinstance(lake.catalog, str) and isinstance(lake.data, str) and lake.kind in KINDS
