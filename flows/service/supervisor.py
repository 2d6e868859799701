"""A Prefect server of our own: its process, started again when it dies without having been told to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.text import Text

from flows.terminal.show import console
from warehouse.child_processes import keep_working_directory_out
from warehouse.home import Home

_LOOK_EVERY_S = 0.5
_PATIENCE_S = 60.0  # the longest wait before another start; it begins with 1 s and doubles while starts fail
_WELL_AFTER_S = 30.0  # a server that lived so long was no failed start


def start_server(home: Home, port: int, extra: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server's process; it ends when this process does."""
    keep_working_directory_out()
    log = (home.logs / "prefect-server.log").open("ab")
    environment = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"} | extra
    environment.pop("PREFECT_LOGGING_SETTINGS_PATH", None)
    with log:
        return subprocess.Popen(  # noqa: S603 - our own module, a number
            [sys.executable, "-m", "flows.service.server_process", str(port)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the run, which ends the server when it is done with it
        )


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """End the server's process: politely, then firmly."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()


@contextmanager
def kept(process: subprocess.Popen[bytes], start: Callable[[], subprocess.Popen[bytes]]) -> Iterator[None]:
    """Keep a server running for the time of the block; it ends with the block.

    Args:
        process: as it was started first.
        start: starts it once more, at the same address.
    """
    keeper = _Keeper(process, start)
    thread = threading.Thread(target=keeper.watch, name="server keeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.done.set()
        thread.join(2 * _LOOK_EVERY_S)
        stop_server(keeper.process)


class _Keeper:
    def __init__(self, process: subprocess.Popen[bytes], start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.process = process
        self.done = threading.Event()
        self._start = start

    def watch(self) -> None:
        """Until `done`."""
        wait = 1.0
        while True:
            lived = self._seconds_until_it_ends()
            if lived is None:
                return
            wait = 1.0 if lived > _WELL_AFTER_S else min(2 * wait, _PATIENCE_S)
            said = f"the Prefect server ended with code {self.process.returncode}; it is started again in {wait:.0f} s"
            console.print(Text(said, style="yellow"))
            if self.done.wait(wait):
                return
            self.process = self._start()

    def _seconds_until_it_ends(self) -> float | None:
        lived = 0.0
        while self.process.poll() is None:
            if self.done.wait(_LOOK_EVERY_S):
                return None
            lived += _LOOK_EVERY_S
        return lived
