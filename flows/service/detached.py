"""`dateline up --detach` and `dateline down`: the same process, in the background."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from flows.base.errors import AlreadyUp, NoServer, NotStopped
from flows.base.settings import Settings
from flows.service.access import with_token
from flows.service.logs import open_private
from flows.service.pidfile import Note, read
from flows.terminal.show import console
from warehouse.child_processes import keep_working_directory_out
from warehouse.home import Home

_UP_S = 120.0
_DOWN_S = 45.0  # a run that is at work has 30 s to end


def up_detached(settings: Settings, *, config: Path | None, port: int) -> None:
    """Start `dateline up` in a session of its own, and wait until it serves.

    Raises:
        AlreadyUp: this home is served already.
        NoServer: it ended before it served; the message ends with what it said.
    """
    home = settings.folder.prepare()
    if other := read(home):
        raise AlreadyUp(f"`dateline up` already serves {home.root} at {other.url}. `dateline down` stops it.")
    log = home.logs / "up.log"
    keep_working_directory_out()
    command = [sys.executable, "-m", "dateline", "up", "--home", str(settings.home), "--port", str(port)]
    command += ["--config", str(config)] if config else []
    with open_private(log) as out:
        process = subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    note = _served(home, process, log)
    url = with_token(note.url, home) if note.is_own_server else note.url
    console.print(f"Prefect UI    {url}", soft_wrap=True)
    console.print(f"explore       {with_token(note.explore, home)}", soft_wrap=True, highlight=False)
    console.print(f"pages         {note.pages}/report.html (after the first run)")
    console.print(f"log           {log}")
    console.print("dateline down stops it", style="dim")


def _served(home: Home, process: subprocess.Popen[bytes], log: Path) -> Note:
    deadline = time.monotonic() + _UP_S
    while time.monotonic() < deadline:
        note = read(home)
        if note and note.url:
            return note
        if process.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace").strip()[-1500:]
            raise NoServer(said.removeprefix("error: ") or f"`dateline up` ended with code {process.returncode}")
        time.sleep(0.2)
    process.terminate()
    raise NoServer(f"`dateline up` does not serve after {_UP_S:.0f} s; its log is {log}")


def down(settings: Settings) -> int:
    """Stop the `dateline up` of this home; 0 when one was stopped, 1 when none runs.

    Raises:
        NotStopped: it runs on another host or in another container, or its number is another process's by now.
    """
    home = settings.folder
    note = read(home)
    if note is None:
        console.print(f"nothing serves {home.root}")
        return 1
    if why := note.process.why_not_reachable():
        raise NotStopped(f"`dateline up` of {home.root} is not stopped from here: {why}. Stop it where it was started")
    os.kill(note.pid, signal.SIGTERM)
    deadline = time.monotonic() + _DOWN_S
    while time.monotonic() < deadline:
        if read(home) is None:
            console.print("stopped")
            return 0
        time.sleep(0.2)
    if note.process.why_not_reachable() is None:
        os.kill(note.pid, signal.SIGKILL)
    console.print(
        f"process {note.pid} did not end in {_DOWN_S:.0f} s and was killed; the next run takes up what it left"
    )
    return 0
