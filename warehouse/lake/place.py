"""Where a lake is: a catalog that knows its tables and snapshots, and a folder of Parquet files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

KINDS = ("postgres", "sqlite")
_PASSWORD = re.compile(r"\bpassword\s*=|//[^/@\s]*:[^/@\s]*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lake:
    """A lake.

    Args:
        catalog: `postgres:` with a libpq connection string, or `sqlite:` with the path of a file, for one machine.
        data: the folder of its files.
    """

    catalog: str
    data: str

    @property
    def kind(self) -> str:
        """postgres or sqlite."""
        return self.catalog.partition(":")[0]

    @property
    def target(self) -> str:
        """What follows the kind: a connection string, or a path."""
        return self.catalog.partition(":")[2]


def lake_at(catalog: str, data: str, *, beside: Path) -> Lake:
    """A lake as its owner writes it.

    Args:
        catalog, data: as in `Lake`; paths may be relative.
        beside: the folder that relative paths count from.

    Raises:
        ValueError: one of them cannot be meant, or names what is not supported.
    """
    kind, colon, target = catalog.partition(":")
    if kind == "duckdb":
        raise ValueError("a catalog that is a DuckDB file lets in one program at a time: readers would stop each run")
    if not colon or kind not in KINDS or not target.strip():
        raise ValueError(f"catalog = {_shown(catalog)} is none; write postgres:dbname=… or sqlite:PATH")
    if kind == "postgres" and _PASSWORD.search(target):
        raise ValueError("catalog has a password, which would stand in files and logs; put it into ~/.pgpass")
    if "://" in data:
        raise ValueError(f"data = {data!r}: an object store is not supported yet; name a folder that all hosts share")
    place = target if kind == "postgres" else str(_absolute(target, beside))
    return Lake(catalog=f"{kind}:{place}", data=str(_absolute(data, beside)))


def _absolute(path: str, beside: Path) -> Path:
    return (beside / Path(path).expanduser()).absolute()


def _shown(catalog: str) -> str:
    return repr("…" if _PASSWORD.search(catalog) else catalog)
