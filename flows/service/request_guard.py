"""What Prefect's server lacks on a machine with other users and browsers: an ASGI layer in front of it.

    Host      only names of loopback, and those that the owner gave: a name of a stranger may resolve to 127.0.0.1
    Origin    of a WebSocket or of a request that may change something: only the page's own, as WebSockets know no CORS
    token     `/?token=…` gives the browser a cookie; with the cookie a request gets the password that Prefect asks for
    frames    no page may show this one inside itself, unless its own policy says which

Who has neither cookie nor password is refused by Prefect (`server.api.auth_string`); this layer lets nobody in itself.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from flows.service.access import secret_of

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
UNFRAMED = {
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # the address of the first visit has the token in it
}
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in UNFRAMED.items()]
_FRAMES = (b"x-frame-options", b"content-security-policy")
_COOKIE_DAYS = 30


class RequestGuard:
    """The layer; `app` is Prefect's."""

    def __init__(self, app: App, *, auth: str, port: int, origins: Iterable[str] = ()) -> None:
        """Remember who may ask.

        Args:
            app: what answers.
            auth: the password as Prefect takes it, `name:secret`.
            port: of this server; the cookie is named after it, because browsers keep cookies by host alone.
            origins: where else the owner opens the UI, such as `https://news.example`.
        """
        self._app = app
        self._token = secret_of(auth)
        self._authorization = b"Basic " + base64.b64encode(auth.encode())
        self._cookie = f"dateline-{port}"
        self._cookie_value = hmac.new(auth.encode(), b"cookie", hashlib.sha256).hexdigest()
        self._origins = frozenset(_origin(each) for each in origins)
        self._hosts = LOOPBACK | {host_name(urlsplit(each).netloc) for each in self._origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, refuse or hand on one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        if why := self._refusal(scope, headers):
            await _refuse(scope, receive, send, why)
        elif scope["type"] == "http" and (given := _token(scope)) is not None:
            await self._exchange(scope, headers, given, send)
        else:
            if scope["type"] == "http" and self._has_cookie(headers):
                scope = _authorized(scope, self._authorization)
            await self._app(scope, receive, _unframed(send))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> str | None:
        host, origin = headers.get("host", ""), headers.get("origin")
        if host_name(host) not in self._hosts:
            return f"the host {host[:100]!r} is none of this server's names"
        is_harmless = scope["type"] == "http" and scope["method"] in ("GET", "HEAD", "OPTIONS")
        if origin is None or is_harmless or self._is_ours(origin, host):
            return None
        return f"a page of {origin[:100]!r} may not ask this server"

    def _is_ours(self, origin: str, host: str) -> bool:
        return origin.lower() in self._origins or urlsplit(origin).netloc.lower() == host.lower()

    def _has_cookie(self, headers: dict[str, str]) -> bool:
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._cookie_value.encode())

    async def _exchange(self, scope: Scope, headers: dict[str, str], token: str, send: Send) -> None:
        """Answer the address that `up` printed: a cookie, and the same address without the token."""
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            await _answer(send, 403, "this token is not, or no longer, that of this server; `dateline up` prints it\n")
            return
        secure = "; Secure" if headers.get("x-forwarded-proto") == "https" else ""
        kept = f"{self._cookie}={self._cookie_value}; Path=/; HttpOnly; SameSite=Strict{secure}"
        cookie = f"{kept}; Max-Age={_COOKIE_DAYS * 86400}"
        await _answer(send, 303, "", {"Location": _without_token(scope), "Set-Cookie": cookie})


def host_name(host: str) -> str:
    """The name in a Host header: without the port, lower case, without the dot at its end."""
    name = host.strip().lower()
    if not name.endswith("]"):
        before, colon, port = name.rpartition(":")
        name = before if colon and port.isascii() and port.isdigit() else name
    return name.rstrip(".")


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _headers(scope: Scope) -> dict[str, str]:
    """Header names in lower case; of a name that comes twice, both values with a comma: no such Host is allowed."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joint = "; " if key == "cookie" else ", "
        found[key] = f"{found[key]}{joint}{text}" if key in found else text
    return found


def _token(scope: Scope) -> str | None:
    """The token in the address, of a page that is opened."""
    if scope["method"] != "GET" or scope["path"].startswith("/api"):
        return None
    return dict(_query(scope)).get("token")


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _without_token(scope: Scope) -> str:
    """A path on this server: two slashes would name another host."""
    path = quote("/" + str(scope["path"]).lstrip("/\\"))
    left = urlencode([(name, value) for name, value in _query(scope) if name != "token"])
    return f"{path}?{left}" if left else path


def _authorized(scope: Scope, authorization: bytes) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"authorization"]
    return {**scope, "headers": [*kept, (b"authorization", authorization)]}


def _unframed(send: Send) -> Send:
    async def with_headers(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = list(message.get("headers", ()))
            ours = [each for each in _HEADERS if each[0] not in _FRAMES] if _says_who_may_frame(given) else _HEADERS
            message = {**message, "headers": [*given, *ours]}
        await send(message)

    return with_headers


def _says_who_may_frame(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether an answer names in its own policy who may show it: a frame of the same page, for one."""
    return any(name.lower() == b"content-security-policy" and b"frame-ancestors" in value for name, value in headers)


async def _refuse(scope: Scope, receive: Receive, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await receive()  # the wish to connect
        await send({"type": "websocket.close", "code": 1008, "reason": why})
    else:
        await _answer(send, 403, why + "\n")


async def _answer(send: Send, status: int, text: str, more: dict[str, str] | None = None) -> None:
    body = text.encode()
    said = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", **(more or {})}
    headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in said.items()]
    headers += [(b"content-length", str(len(body)).encode()), *_HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
