"""Prefect's environment: which server a run reports to, and how quiet it is.

A server that Prefect's settings name is used, wherever they are written (owner_settings). Without one, an embedded
server is started on a free loopback port; its database stands in the owner's folder, so that the history of all runs is
kept together.
"""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

from flows.service.access import auth_string
from flows.service.health import wait_for
from flows.service.owner_settings import give_prefect_a_home, owner_said
from flows.service.server_database import set_aside_damaged
from flows.service.supervisor import kept, server_log, start_server
from warehouse.home import Home

_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": ("server.analytics_enabled", "false"),
    "PREFECT_CLI_PROMPT": ("cli.prompt", "false"),
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": ("logging.to_api.when_missing_flow", "ignore"),
}
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_LOOPBACK = "127.0.0.1,localhost,::1"


def configured_server() -> str | None:
    """The API address that Prefect's settings name, if they do: the environment, its files, the active profile."""
    url = owner_said("api.url")
    return str(url) if url else None


def quiet(home: Home) -> None:
    """Set what keeps Prefect's own voice out of the terminal and its files in the owner's folder.

    What the owner has said already stands, in whichever of Prefect's files.
    """
    state = home.state.absolute()
    give_prefect_a_home(state / "prefect")
    _no_proxy_to_loopback()
    if configured_server() is None:
        _no_proxy_that_nobody_can_use()
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    defaults = _QUIET | {
        "PREFECT_LOGGING_SETTINGS_PATH": ("logging.config_path", str(Path(__file__).with_name("logging.yml"))),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": ("server.database.connection_url", database_url(home)),
        "PREFECT_LOCAL_STORAGE_PATH": ("results.local_storage_path", str(state / "prefect-results")),
        "PREFECT_SERVER_MEMO_STORE_PATH": ("server.memo_store_path", str(state / "prefect-memo.toml")),
    }
    for name, (setting, value) in defaults.items():
        if owner_said(setting) is None:
            os.environ[name] = value
    _refresh()


def database_url(home: Home) -> str:
    """Where the embedded server keeps its records, as SQLAlchemy takes it.

    As a `file:` address: of a plain path SQLAlchemy takes what follows a `?` for options, and makes the database beside
    the folder (sqlalchemy/alembic 700).
    """
    path = database_file(home)
    return f"sqlite+aiosqlite:///file:{quote(str(path))}?uri=true"


def database_file(home: Home) -> Path:
    """The embedded server's database."""
    return (home.state / "prefect.db").absolute()


def _no_proxy_to_loopback() -> None:
    """Keep requests to our own server out of a proxy that the environment names; pages are fetched without any."""
    for name in ("NO_PROXY", "no_proxy"):
        said = os.environ.get(name, "")
        if _LOOPBACK not in said:
            os.environ[name] = f"{said},{_LOOPBACK}".strip(",")


def _no_proxy_that_nobody_can_use() -> None:
    """httpx, which Prefect's client and server ask with, makes no client at all where the environment names a SOCKS
    proxy and `socksio` is not installed; nor of another scheme that it does not know."""
    known = ("http", "https", *(("socks5", "socks5h") if find_spec("socksio") else ()))
    for name, value in list(os.environ.items()):
        scheme, said, _ = value.partition("://")
        if name.lower() in _PROXIES and said and scheme.lower() not in known:
            del os.environ[name]


class EmbeddedServer:
    """A Prefect server of our own for the time of a block, unless one is configured.

    Starting takes 4 s (14 s on a new database, whose migrations run first), so it starts at once and `ready` waits for
    it; what needs no server is done in between. One that dies is started again; Prefect's client asks again meanwhile.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._keeping = ExitStack()
        give_prefect_a_home((home.state / "prefect").absolute())
        self.url = configured_server()
        self.is_embedded = self.url is None

    def __enter__(self) -> EmbeddedServer:
        quiet(self._home)
        if self.is_embedded:
            port = free_port()
            self.url = f"http://127.0.0.1:{port}/api"
            set_aside_damaged(database_file(self._home))
            extra = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1"}
            start = functools.partial(start_server, self._home, port, extra)
            self._process = start()
            self._keeping.enter_context(kept(self._process, start))
            use_server(self.url, auth_string(self._home))
        return self

    def ready(self) -> None:
        """Wait until the server answers.

        Raises:
            NoServer: it does not, after 90 s, or its process has ended; the message names the log.
        """
        assert self.url is not None  # noqa: S101 - set on entry
        wait_for(self.url, self._process, server_log(self._home))

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        drain()
        if self._process is not None:
            forget_server()
        self._keeping.close()


_before: dict[str, str | None] = {}  # what the environment said before a server of our own was named


def use_server(url: str, auth: str | None = None) -> None:
    """Have Prefect talk to this server from now on; it reads its settings once, when it is first imported.

    Args:
        url: of its API.
        auth: its password, as Prefect takes it; without one the owner's own settings say how to be let in.
    """
    wanted = {"PREFECT_API_URL": url} | ({"PREFECT_API_AUTH_STRING": auth} if auth else {})
    for name, value in wanted.items():
        _before.setdefault(name, os.environ.get(name))
        os.environ[name] = value
    _refresh()


def forget_server() -> None:
    """The server that was named last is gone; what the environment said before holds again."""
    while _before:
        name, value = _before.popitem()
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    _refresh()


def _refresh() -> None:
    if "prefect.context" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


def drain() -> None:
    """Let Prefect's background threads hand over their logs and events, or they complain when their server is gone."""
    if "prefect.events.worker" not in sys.modules:
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
