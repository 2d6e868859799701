"""`dateline verify`: what it shows, and its exit status."""

from __future__ import annotations

import sys
from typing import Any

from rich.table import Table
from rich.text import Text

from flows.base.escape import for_json, for_terminal
from flows.base.settings import Settings
from flows.reading.verify import verify_home
from flows.terminal.show import console


def verify(settings: Settings, *, as_json: bool) -> int:
    """Compare, print what is wrong, and return the exit status: 0 when nothing is.

    Raises:
        Locked: a run is writing.
        NoWarehouse: nothing has been loaded yet.
    """
    captures, found = verify_home(settings)
    if as_json:
        sys.stdout.write(for_json({"captures": captures, "findings": found}) + "\n")
    else:
        _show(found, captures)
    return int(bool(found))


def _show(found: list[dict[str, Any]], captures: int) -> None:
    if not found:
        console.print(f"{captures} captures, the warehouse and its ledger agree")
        return
    table = Table("what", "where", "detail", box=None, header_style="dim", pad_edge=False)
    for each in found:
        table.add_row(*(Text(for_terminal(str(each[name] or ""))) for name in ("kind", "subject", "detail")))
    console.print(table)
    console.print(Text(f"{len(found)} findings", style="bold red"))
