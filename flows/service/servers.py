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
from pathlib import Path
from typing import Any

from flows.base.errors import NoServer
from flows.base.settings import Settings, duration
from flows.service.prefect_settings import configured_server, use_server, wait_for
from flows.service.supervisor import kept, start_server, stop_server


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
        wait_for(configured, None, settings.folder.logs, go_on)
        use_server(configured)
        yield configured
        return
    if is_taken(port):
        raise NoServer(
            f"port {port} is taken by another program. Stop it, or choose another: dateline up --port {port + 10}"
        )
    start = functools.partial(_start, settings, port)
    process = start()
    url = f"http://127.0.0.1:{port}/api"
    try:
        wait_for(url, process, settings.folder.logs / "prefect-server.log", go_on)
    except BaseException:
        stop_server(process)
        raise
    with kept(process, start):
        use_server(url)
        yield url


def _start(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    # Bound to loopback with a fixed origin and CSRF protection; old events and runs are vacuumed (prefect#16054).
    origin = f"http://127.0.0.1:{port}"
    return start_server(
        settings.folder,
        port,
        {
            "PREFECT_SERVER_UI_API_URL": f"{origin}/api",
            "PREFECT_UI_API_URL": f"{origin}/api",
            # The V2 interface asks an analytics host for its configuration, whatever the settings say.
            "PREFECT_SERVER_UI_V2_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
            "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": _seconds(settings.maintain.keep_runs),
        },
    )


def _seconds(text: str) -> str:
    return str(max(3600, int(duration(text).total_seconds())))


def is_taken(port: int) -> bool:
    """Whether somebody listens on this port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class _Pages(SimpleHTTPRequestHandler):
    """Static files and nothing else: no listing of folders, nothing in the terminal."""

    def log_message(self, *_: Any) -> None: ...

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def list_directory(self, path: Any) -> None:  # noqa: ARG002 - the base class gives it
        self.send_error(404)


@contextmanager
def pages_server(folder: Path, port: int) -> Iterator[str]:
    """Serve the pages of a folder on loopback for the time of the block; browsers open no file from the UI's pages.

    Args:
        folder: what is served.
        port: where, or on another free port when that is taken.

    Returns:
        The address, also in DATELINE_PAGES_URL for the runs to link to.
    """
    handler = functools.partial(_Pages, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0 if is_taken(port) else port), handler) as server:
        threading.Thread(target=server.serve_forever, name="pages", daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        os.environ["DATELINE_PAGES_URL"] = url
        try:
            yield url
        finally:
            os.environ.pop("DATELINE_PAGES_URL", None)
            server.shutdown()
