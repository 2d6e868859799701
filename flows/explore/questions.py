"""The SQL of the pages: queries/NAME.sql with its values written out, so that what is shown is what was run."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any
from uuid import UUID

from flows.reading.sql import Result

_PARAMETER = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that a page shows, under a name, and the SQL that they come from: empty where no SQL makes them."""

    name: str
    result: Result
    sql: str = ""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows by column."""
        return [dict(zip(self.result.columns, row, strict=True)) for row in self.result.rows]

    @property
    def row(self) -> dict[str, Any] | None:
        """The first row, if there is one."""
        return next(iter(self.rows), None)


def question(name: str, values: Mapping[str, Any]) -> str:
    """The text of a query of this room.

    Args:
        name: of a file in queries/.
        values: of its `$name` parameters: text, numbers, times, UUIDs, lists of these, None.
    """
    return _PARAMETER.sub(lambda found: literal(values[found[1]]), text_of(name))


@functools.cache
def text_of(name: str) -> str:
    """A query as it stands in its file."""
    file = resources.files("flows.explore").joinpath("queries", f"{name}.sql")
    return file.read_text(encoding="utf-8").rstrip() + "\n"


def literal(value: Any) -> str:
    """A value as SQL writes it.

    Raises:
        TypeError: it is of no type that a query here takes.
    """
    if value is None:
        return "NULL"
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"  # nothing else means something between single quotes
    if isinstance(value, UUID):
        return f"'{value}'::uuid"
    if isinstance(value, datetime):
        return f"'{value.astimezone(UTC).isoformat()}'::timestamptz"
    if isinstance(value, date):
        return f"'{value.isoformat()}'::date"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    raise TypeError(f"no literal for {type(value).__name__}")
