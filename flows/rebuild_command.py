"""`dateline rebuild` in the terminal."""

from __future__ import annotations

from rich.text import Text

from flows.rebuild import rebuild
from flows.settings import Settings
from flows.show import Watching, console
from warehouse.records import OUTCOMES


def rebuild_command(settings: Settings) -> int:
    """Rebuild, say what came of it, and return the exit status: 0, or 1 when a ledger does not balance.

    Raises:
        Locked: a run is writing.
        RunFailed: what came out is not sound.
    """
    with Watching("the warehouse from the archive") as watching:
        found = rebuild(settings, watching)
    counts = ", ".join(f"{found.totals[name]} {name}" for name in OUTCOMES if found.totals.get(name))
    console.print(f"{found.runs} runs done again from {found.segments} segments: {counts or 'nothing'}")
    if found.kept:
        console.print(Text(f"the file before is kept: {found.kept}", style="dim"), soft_wrap=True)
    return int(found.totals.get("remainder", 0) != 0)
