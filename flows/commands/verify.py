"""`dateline verify`: what it shows, and its exit status."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from flows.base.escape import for_json, for_terminal
from flows.base.settings import Settings
from flows.reading.verify import Verified, verify_home
from flows.terminal.show import console


def verify(settings: Settings, *, as_json: bool) -> int:
    """Compare, print what is wrong, and return the exit status: 1 for damage, 3 for an unfinished run, else 0.

    Raises:
        Locked: a run is writing.
        NoWarehouse: nothing has been loaded yet.
    """
    found = verify_home(settings)
    if as_json:
        sys.stdout.write(for_json(asdict(found)) + "\n")
    else:
        _show(found)
    return 1 if found.findings else 3 if found.unfinished else 0


def _show(found: Verified) -> None:
    if found.unfinished:
        console.print("a run was not finished; the next one takes this up, and it is no damage:", style="yellow")
        console.print(_table(found.unfinished))
    if found.findings:
        console.print(_table(found.findings))
        console.print(Text(f"{len(found.findings)} findings", style="bold red"))
    elif not found.unfinished:
        console.print(f"{found.captures} captures, the warehouse and its ledger agree")


def _table(findings: list[dict[str, Any]]) -> Table:
    table = Table("what", "where", "detail", box=None, header_style="dim", pad_edge=False)
    for each in findings:
        table.add_row(*(Text(for_terminal(str(each[name] or ""))) for name in ("kind", "subject", "detail")))
    return table
