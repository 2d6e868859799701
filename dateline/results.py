"""Rows that were found, for Python, pandas, polars and Arrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Table:
    """Names of columns, and rows. A loop over it gives a dict for each row.

    Attributes:
        columns: the names.
        rows: values in the order of the columns.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def arrow(self) -> pa.Table:
        """As an Arrow table; ids are text, times are in UTC."""
        import pyarrow as pa

        plain = [[str(value) if isinstance(value, UUID) else value for value in row] for row in self.rows]
        columns = zip(*plain, strict=True) if plain else ([] for _ in self.columns)
        return pa.table(dict(zip(self.columns, map(list, columns), strict=True)))

    def to_pandas(self) -> Any:
        """As a pandas data frame."""
        return self.arrow().to_pandas()

    def to_polars(self) -> Any:
        """As a polars data frame.

        Raises:
            ImportError: polars, which Dateline does not bring, is not installed.
        """
        try:
            import polars
        except ImportError:
            raise ImportError("to_polars() needs polars: pip install polars") from None
        return polars.from_arrow(self.arrow())
