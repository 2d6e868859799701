"""The server of the pages, on loopback: the guard of the control room in front, and its password asked for."""

from __future__ import annotations

import base64
import hmac
import socket
from collections.abc import MutableMapping

import uvicorn

from flows.base.errors import NoServer
from flows.explore.app import Explorer, application
from flows.service.access import auth_string, with_token
from flows.service.request_guard import App, Receive, RequestGuard, Scope, Send
from warehouse.home import Home

DEFAULT_PORT = 4202
_REFUSED = b"open the address that `dateline explore` or `dateline up` printed: it has the token\n"


class OwnerOnly:
    """Asks for the password that the guard adds for a browser with the cookie, as Prefect does on its own server."""

    def __init__(self, app: App, *, auth: str) -> None:
        self._app = app
        self._allowed = b"Basic " + base64.b64encode(auth.encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a connection on, or refuse it."""
        if scope["type"] != "http" or hmac.compare_digest(_authorization(scope), self._allowed):
            await self._app(scope, receive, send)
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        headers += [(b"www-authenticate", b'Basic realm="dateline", charset="UTF-8"')]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": _REFUSED})


def _authorization(scope: MutableMapping[str, object]) -> bytes:
    headers = scope["headers"]
    assert isinstance(headers, list | tuple)  # noqa: S101 - by the specification of ASGI
    return next((value for name, value in headers if name.lower() == b"authorization"), b"")


def guarded(explorer: Explorer, *, port: int) -> App:
    """The application with everything in front of it.

    Args:
        explorer: what the pages need.
        port: that it is served on; the cookie is named after it.
    """
    auth = auth_string(explorer.snapshots.home)
    origins = explorer.settings().control.origins
    return RequestGuard(OwnerOnly(application(explorer), auth=auth), auth=auth, port=port, origins=origins)


def address(home: Home, port: int) -> str:
    """The address that opens the pages in the owner's browser; a password of the owner's own is shown nowhere."""
    return with_token(f"http://127.0.0.1:{port}", home)


def listening(port: int) -> socket.socket:
    """A socket on loopback.

    Args:
        port: 0 for any that is free.

    Raises:
        NoServer: the port is taken.
    """
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise NoServer(
            f"port {port} is taken by another program. Stop it, or choose another: dateline explore --port {port + 10}"
        ) from None
    return made


def server(app: App) -> uvicorn.Server:
    """A server for the application; `run(sockets=[…])` serves until it is told to stop."""
    config = uvicorn.Config(
        app, log_level="error", lifespan="off", access_log=False, server_header=False, timeout_graceful_shutdown=3
    )
    return uvicorn.Server(config)
