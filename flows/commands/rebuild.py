"""`dateline rebuild` in the terminal."""

from __future__ import annotations

from rich.text import Text

from flows.base.settings import Settings
from flows.terminal.show import Watching, console
from flows.work.rebuild import rebuild
from warehouse.records import OUTCOMES


def rebuild_command(settings: Settings, *, accept_loss: bool) -> int:
    """Rebuild, say what came of it, and return the exit status: 0, 3 when something was lost, 1 without balance.

    Raises:
        Locked: a run is writing.
        RunFailed: what came out is not sound.
    """
    with Watching("the warehouse from the archive") as watching:
        found = rebuild(settings, watching, accept_loss=accept_loss)
    counts = ", ".join(f"{found.totals[name]} {name}" for name in OUTCOMES if found.totals.get(name))
    console.print(f"{found.runs} runs done again from {found.segments} segments: {counts or 'nothing'}")
    if not found.is_readable:
        said = "the file before cannot be read: failed requests, polls and the state of sources begin anew"
        console.print(Text(said, style="yellow"))
    if found.lost:
        console.print(Text(f"lost, because the archive does not hold it: {found.lost}", style="yellow"))
    if found.kept:
        console.print(Text(f"the file before is kept: {found.kept}", style="dim"), soft_wrap=True)
    if found.totals.get("remainder", 0):
        return 1
    return 3 if found.lost or not found.is_readable else 0
