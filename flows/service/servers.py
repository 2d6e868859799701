"""The servers of `dateline up`: Prefect's, unless one is configured, and one for the pages of quality/, on loopback."""

from __future__ import annotations

import functools
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from flows.base.errors import NoServer
from flows.base.settings import Settings, duration
from flows.service.access import auth_string
from flows.service.health import wait_for
from flows.service.owner_settings import owner_said
from flows.service.prefect_settings import configured_server, database_file, use_server
from flows.service.request_guard import LOOPBACK, UNFRAMED, host_name
from flows.service.server_database import set_aside_damaged
from flows.service.supervisor import kept, server_log, start_server, stop_server


@contextmanager
def prefect_server(settings: Settings, port: int, go_on: Callable[[], None]) -> Iterator[str]:
    """The address of the API for the time of the block, also in PREFECT_API_URL.

    Args:
        settings: of the owner.
        port: of a server of our own.
        go_on: is asked while it is waited for; raises when it is to be no more.

    Raises:
        NoServer: the port is taken, or the server does not come up.
    """
    configured = configured_server()
    if configured:
        wait_for(configured, None, server_log(settings.folder), go_on)
        use_server(configured)
        yield configured
        return
    if is_taken(port):
        raise NoServer(
            f"port {port} is taken by another program. Stop it, or choose another: dateline up --port {port + 10}"
        )
    set_aside_damaged(database_file(settings.folder))
    start = functools.partial(_start, settings, port)
    process = start()
    url = f"http://127.0.0.1:{port}{_api_path()}"
    try:
        wait_for(url, process, server_log(settings.folder), go_on)
    except BaseException:
        stop_server(process)
        raise
    with kept(process, start):
        use_server(url, auth_string(settings.folder))
        yield url


def _start(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    """The server's process. What the owner has said in Prefect's own settings is left as it is."""
    # The UI asks the origin that it came from, so that it works through a tunnel and behind a reverse proxy; old events
    # and runs are vacuumed (prefect#16054).
    defaults = {
        "PREFECT_UI_API_URL": ("server.ui.api_url", _api_path()),
        # A copy of its own: that in the installation may belong to somebody else.
        "PREFECT_UI_STATIC_DIRECTORY": ("server.ui.static_directory", str(settings.folder.state.absolute() / "ui")),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ("server.api.cors_allowed_origins", f"http://127.0.0.1:{port}"),
        "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": ("server.api.csrf_protection_enabled", "true"),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": ("server.services.db_vacuum.enabled", "events,flow_runs"),
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": (
            "server.services.db_vacuum.retention_period",
            _seconds(settings.maintain.keep_runs),
        ),
    }
    return start_server(
        settings.folder,
        port,
        {
            # The V2 interface asks an analytics host for its configuration, whatever the settings say.
            "PREFECT_SERVER_UI_V2_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            **{name: value for name, (setting, value) in defaults.items() if owner_said(setting) is None},
        },
        origins=_other_origins(settings),
    )


def _api_path() -> str:
    """Where the API is on its server: the owner may have put it elsewhere, for a reverse proxy that serves more."""
    return str(owner_said("server.api.base_path") or "/api")


def _other_origins(settings: Settings) -> list[str]:
    """Where else the UI is opened: what `[control] origins` says, and the host of the owner's PREFECT_UI_API_URL."""
    api = str(owner_said("server.ui.api_url") or "")
    return [*settings.control.origins, *([api] if urlsplit(api).netloc else [])]


def _seconds(text: str) -> str:
    return str(max(3600, int(duration(text).total_seconds())))


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class _Pages(SimpleHTTPRequestHandler):
    """Static files and nothing else, under the names of this server alone: no listing, nothing in the terminal."""

    def __init__(self, *given: Any, hosts: frozenset[str], **more: Any) -> None:
        self._hosts = hosts
        super().__init__(*given, **more)

    def log_message(self, *_: Any) -> None: ...

    def send_head(self) -> Any:
        """Look at the name first: a stranger's may resolve to 127.0.0.1, and its pages would read these."""
        if host_name(self.headers.get("Host", "")) not in self._hosts:
            return self.send_error(403, "this host is none of the server's names")
        return super().send_head()

    def end_headers(self) -> None:
        for name, value in UNFRAMED.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base class gives it
        self.send_error(404)


@contextmanager
def pages_server(settings: Settings, port: int) -> Iterator[str]:
    """Serve the pages of quality/ on loopback for the time of the block; browsers open no file from the UI's pages.

    Args:
        settings: of the owner.
        port: where, or on another free port when that is taken.

    Returns:
        The address, also in DATELINE_PAGES_URL for the runs to link to; one that the owner has set there stays.
    """
    hosts = LOOPBACK | {host_name(urlsplit(each).netloc) for each in settings.control.origins}
    handler = functools.partial(_Pages, directory=str(settings.folder.quality), hosts=hosts)
    owners = os.environ.get("DATELINE_PAGES_URL")
    with ThreadingHTTPServer(("127.0.0.1", 0 if is_taken(port) else port), handler) as server:
        threading.Thread(target=server.serve_forever, name="pages", daemon=True).start()
        url = owners or f"http://127.0.0.1:{server.server_address[1]}"
        os.environ["DATELINE_PAGES_URL"] = url
        try:
            yield url
        finally:
            if owners is None:
                os.environ.pop("DATELINE_PAGES_URL", None)
            server.shutdown()
