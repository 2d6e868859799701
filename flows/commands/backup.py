"""`dateline backup` in the terminal."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

from rich.text import Text

from flows.base.escape import for_json, for_terminal
from flows.base.observer import Silent
from flows.base.settings import Settings
from flows.terminal.show import Watching, console, errors
from flows.work.backup import back_up


def backup_command(settings: Settings, target: Path, *, as_json: bool) -> None:
    """Back up, and say what was copied.

    Raises:
        BadUsage: there is something else at the target.
        Locked: a run goes on for too long.
    """
    if as_json:
        sys.stdout.write(for_json(asdict(back_up(settings, target, Silent(), on_wait=_say_waiting))) + "\n")
        return
    with Watching(f"backup to {target}") as watching:
        found = back_up(settings, target, watching, on_wait=_say_waiting)
    console.print(f"{found.copied} segments copied ({found.bytes / 1e6:.1f} MB), {found.segments} are there")
    use = f"it is a home, as of now: dateline verify --home {for_terminal(str(target))}"
    console.print(Text(use, style="dim"), soft_wrap=True)


def _say_waiting(holder: str) -> None:
    errors.print(Text(f"waiting: {for_terminal(holder)}", style="dim"))
