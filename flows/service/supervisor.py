"""A server of our own, Prefect's above all: its process, started again when it dies without having been told to."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.text import Text

from flows.service.access import auth_string
from flows.service.logs import open_private, trim
from flows.terminal.show import console
from warehouse.child_processes import keep_working_directory_out
from warehouse.home import Home

_LOOK_EVERY_S = 0.5
_PATIENCE_S = 60.0  # the longest wait before another start; it begins with 1 s and doubles while starts fail
_WELL_AFTER_S = 30.0  # a server that lived so long was no failed start


def start_server(
    home: Home, port: int, extra: dict[str, str], *, origins: Sequence[str] = ()
) -> subprocess.Popen[bytes]:
    """Start the server's process; it ends when this process does.

    Args:
        home: whose database and password it has.
        port: on 127.0.0.1.
        extra: of its environment.
        origins: where else its pages are opened, beside loopback.
    """
    keep_working_directory_out()
    path = server_log(home)
    trim(path)
    for each in home.state.glob("prefect.db*"):
        each.chmod(0o600)  # a release before made it readable
    log = open_private(path, append=True)
    environment = {k: v for k, v in os.environ.items() if k != "PREFECT_API_URL"} | extra
    environment["PREFECT_SERVER_API_AUTH_STRING"] = auth_string(home)
    environment.pop("PREFECT_LOGGING_SETTINGS_PATH", None)
    with log:
        return subprocess.Popen(  # noqa: S603 - our own module, a number, addresses
            [sys.executable, "-m", "flows.service.server_process", str(port), *origins],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the run, which ends the server when it is done with it
        )


def server_log(home: Home) -> Path:
    """What the server says; it may quote what it was asked, so only its owner reads it."""
    return home.logs / "prefect-server.log"


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
def kept(
    process: subprocess.Popen[bytes], start: Callable[[], subprocess.Popen[bytes]], *, what: str = "the Prefect server"
) -> Iterator[None]:
    """Keep a server running for the time of the block; it ends with the block.

    Args:
        process: as it was started first.
        start: starts it once more, at the same address.
        what: it is called in messages.
    """
    keeper = _Keeper(process, start, what)
    thread = threading.Thread(target=keeper.watch, name="server keeper", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.done.set()
        thread.join(2 * _LOOK_EVERY_S)
        stop_server(keeper.process)


class _Keeper:
    def __init__(
        self, process: subprocess.Popen[bytes], start: Callable[[], subprocess.Popen[bytes]], what: str
    ) -> None:
        self.process, self._what = process, what
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
            said = f"{self._what} ended with code {self.process.returncode}; it is started again in {wait:.0f} s"
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
