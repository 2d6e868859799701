"""Reading rows of `articles` by row number, and of the texts no more than hold them.

A join or a list of row numbers makes DuckDB 1.5 read a column from the first of them to the last: 1 s for 76 texts of a
million. A range reads the vectors that it touches: 3 ms each, and a day's stories lie side by side.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable

_VECTOR = 2048  # rows (STANDARD_VECTOR_SIZE)


def selects(columns: str, places: Iterable[int]) -> list[str]:
    """Queries that are to be put together with `union all`, each for the rows that share a vector.

    Args:
        columns: the select list; `rowid` is the row's number.
        places: row numbers, in any order.
    """
    near = itertools.groupby(sorted(places), key=lambda place: place // _VECTOR)
    return [_select(columns, list(group)) for _, group in near] or [f"select {columns} from articles where false"]  # noqa: S608


def _select(columns: str, places: list[int]) -> str:
    numbers = ", ".join(map(str, map(int, places)))
    between = f"rowid between {int(places[0])} and {int(places[-1])}"
    return f"select {columns} from articles where {between} and rowid in ({numbers})"  # noqa: S608 - numbers
