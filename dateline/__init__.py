"""Dateline from Python: open a published warehouse and ask it. What stands here is the public face, and nothing else.

    import dateline

    with dateline.open("dateline-data") as news:
        print(news.sql("from articles where source = $source limit 5", source="The Junction"))

It is called by people and by the program `dateline`. No logic comes in: every function calls into the rooms. Importing
it costs next to nothing; DuckDB is loaded by `open`.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, which costs more to import than everything else here
if TYPE_CHECKING:
    import os
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

    from dateline.reading import Warehouse
    from dateline.results import Table
    from flows.base.errors import BadUsage
    from warehouse.errors import BadSearch, NoIndex, NoWarehouse, QueryFailed, WarehouseError

__all__ = [
    "BadSearch",
    "BadUsage",
    "NoIndex",
    "NoWarehouse",
    "QueryFailed",
    "Table",
    "Warehouse",
    "WarehouseError",
    "__version__",
    "open",
    "read",
]

_WHERE = {
    "BadSearch": "warehouse.errors",
    "BadUsage": "flows.base.errors",
    "NoIndex": "warehouse.errors",
    "Table": "dateline.results",
    "Warehouse": "dateline.reading",
    "NoWarehouse": "warehouse.errors",
    "QueryFailed": "warehouse.errors",
    "WarehouseError": "warehouse.errors",
}


def open(path: str | os.PathLike[str]) -> Warehouse:
    """Open a published warehouse to read; see `Warehouse`.

    Args:
        path: the owner's folder (that of `--home`), or a DuckDB file: its dateline.duckdb, or a frozen export.

    Raises:
        NoWarehouse: nothing has been published there, or the file is no warehouse.
        ImportError: another package of the name of one of Dateline's rooms is found first.
    """
    _own("warehouse", "flows")
    from dateline.reading import Warehouse

    return Warehouse(path)


def read(
    html: str | bytes,
    *,
    url: str,
    fetched_at: datetime | None = None,
    select: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> dict[str, Any]:
    """What a page says, with where that comes from, without a warehouse.

    Args:
        html: the page; bytes are decoded as a browser does.
        url: its address: links and some dates go by it.
        fetched_at: when it was fetched, with a zone; default now. No date is later.
        select, remove: CSS selectors of what holds the story, and of what is no part of it (docs/sources.md).

    Returns:
        Its fields by name: headline, authors, date_published, text, language, section, keywords, page_kind … ;
        `signals` and `dates` are all claims of the page, and which were believed.

    Raises:
        ValueError: the page is too large or too deep to be read whole, or a selector is none.
        ImportError: another package of the name of one of Dateline's rooms is found first.
    """
    _own("warehouse", "tasks")
    from dateline.pages import read as read_one

    return read_one(html, url=url, fetched_at=fetched_at, select=select, remove=remove)


def _own(*rooms: str) -> None:
    """See that the names of Dateline's rooms mean Dateline's rooms, which a script beside a `flows/` cannot know."""
    from importlib.util import find_spec

    root = __file__.rpartition("/dateline/")[0]
    for room in rooms:
        spec = find_spec(room)
        found = (spec and spec.origin) or "a folder of that name"
        if not found.startswith(f"{root}/"):
            raise ImportError(
                f"dateline needs its own package {room!r}, and Python finds {found} first. Run the script from "
                "another folder, start Python with -P, or give that package another name."
            )


def __getattr__(name: str) -> object:
    from importlib import import_module, metadata

    if name == "__version__":
        return metadata.version("dateline")
    if name in _WHERE:
        return getattr(import_module(_WHERE[name]), name)
    raise AttributeError(f"module 'dateline' has no attribute {name!r}")
