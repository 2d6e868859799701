"""Prefect's environment: which server a run reports to, and how quiet it is. Starts without importing Prefect.

A server that PREFECT_API_URL or the active profile names is used. Without one, an embedded server is started on a free
loopback port; its database stands in the owner's folder, so that the history of all runs is kept together.
"""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from flows.base.errors import NoServer
from flows.service.supervisor import kept, start_server
from warehouse.home import Home

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_CLI_PROMPT": "false",
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
}
_START_TIMEOUT_S = 90.0


def configured_server() -> str | None:
    """The API address that the environment or the active Prefect profile names, if one does."""
    if os.environ.get("PREFECT_API_URL"):
        return os.environ["PREFECT_API_URL"]
    folder = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect")
    try:
        profiles = tomllib.loads((folder / "profiles.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError):
        return None
    active = os.environ.get("PREFECT_PROFILE") or profiles.get("active")
    address = profiles.get("profiles", {}).get(active, {}).get("PREFECT_API_URL")
    return str(address) if address else None


def quiet(home: Home) -> None:
    """Set what keeps Prefect's own voice out of the terminal and its database in the owner's folder.

    What the user has set already stands.
    """
    database = (home.state / "prefect.db").absolute()
    defaults = _QUIET | {
        "PREFECT_LOGGING_SETTINGS_PATH": str(Path(__file__).with_name("logging.yml")),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{database}",
        "PREFECT_LOCAL_STORAGE_PATH": str((home.state / "prefect-results").absolute()),
        "PREFECT_MEMO_STORE_PATH": str((home.state / "prefect-memo.toml").absolute()),
    }
    if not _is_writable(Path.home() / ".prefect"):  # a service's user may have no home
        defaults["PREFECT_HOME"] = str((home.state / "prefect").absolute())
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


def _is_writable(folder: Path) -> bool:
    """Whether a folder can be written to, or made."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK)


class EmbeddedServer:
    """A Prefect server of our own for the time of a block, unless one is configured.

    Starting takes 4 s (14 s on a new database, whose migrations run first), so it starts at once and `ready` waits for
    it; what needs no server is done in between. One that dies is started again; Prefect's client asks again meanwhile.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._keeping = ExitStack()
        self.url = configured_server()
        self.is_embedded = self.url is None

    def __enter__(self) -> EmbeddedServer:
        quiet(self._home)
        if self.is_embedded:
            port = free_port()
            self.url = f"http://127.0.0.1:{port}/api"
            extra = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1"}
            start = functools.partial(start_server, self._home, port, extra)
            self._process = start()
            self._keeping.enter_context(kept(self._process, start))
            use_server(self.url)
        return self

    def ready(self) -> None:
        """Wait until the server answers.

        Raises:
            NoServer: it does not, after 90 s, or its process has ended; the message names the log.
        """
        assert self.url is not None  # noqa: S101 - set on entry
        wait_for(self.url, self._process, self._home.logs / "prefect-server.log")

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        drain()
        if self._process is not None:
            forget_server()
        self._keeping.close()


def use_server(url: str) -> None:
    """Have Prefect talk to this server from now on; it reads its settings once, when it is first imported."""
    os.environ["PREFECT_API_URL"] = url
    _refresh()


def forget_server() -> None:
    """No server is named any more."""
    os.environ.pop("PREFECT_API_URL", None)
    _refresh()


def _refresh() -> None:
    if "prefect.context" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


def drain() -> None:
    """Let Prefect's background threads hand over their logs and events, or they complain when their server is gone."""
    if "prefect" not in sys.modules:
        return
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    APILogWorker.drain_all(timeout=10)
    EventsWorker.drain_all(timeout=10)


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(
    url: str, process: subprocess.Popen[bytes] | None, log: Path, go_on: Callable[[], None] = lambda: None
) -> None:
    """Wait until the API at `url` is healthy, asking `go_on` between; see EmbeddedServer.ready."""
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        go_on()
        if process is not None and process.poll() is not None:
            raise NoServer(f"the embedded Prefect server ended with code {process.returncode}; its log is {log}")
        if is_healthy(url):
            return
        time.sleep(0.05)
    hint = f"its log is {log}" if process is not None else "check PREFECT_API_URL, or unset it to use the embedded one"
    raise NoServer(f"the Prefect server at {url} does not answer after {_START_TIMEOUT_S:.0f} s; {hint}")


def is_healthy(url: str) -> bool:
    """Whether the API at `url` answers."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as response:  # noqa: S310 - the owner's own server
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
