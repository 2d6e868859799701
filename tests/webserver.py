"""A real web server on 127.0.0.1 whose routes are named by how they behave, and which remembers what it was asked.

    with WebServer() as web:
        client = Client(FetchPolicy(connect_to=web.as_hosts("a.test"), delay_s=0))
        client.get("http://a.test/endless")

Routes: /ok /page/… /robots.txt /etag /slow /hang /drip /drip-headers /endless /reset /reset-once /short-body
/cut-chunks /gzip /brotli /zstd /deflate /raw-deflate /truncated-gzip /bomb /double-bomb /unknown-coding
/lying-charset /redirect-loop /redirect-chain/N /redirect?to=URL /cookie-loop /status/N /retry-after/N
/bad-status-line. More by `web.add(path, body)`.
"""

import gzip
import http.server
import ssl
import threading
import time
import urllib.parse
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import brotli
import zstandard

PAGE = b"<!doctype html><html><head><title>Harbour reopens</title></head><body><p>" + b"The ferry sails again. " * 200
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    at: float  # time.monotonic
    host: str
    path: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Canned:
    """An answer to give as it is."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[["Handler"], None]


class WebServer:
    """Serves until the with block ends; `requests`, `connections` and `busiest` tell what happened."""

    def __init__(self, routes: Mapping[str, Route | Canned] | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Seen] = []
        self.connections = 0
        self.busiest: dict[str, int] = {}  # host -> most requests at once
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.routes: dict[str, Route | Canned] = dict(routes or {})
        self.state: dict[str, Any] = {}
        self._busy: dict[str, int] = {}
        self._server = _Server(self, tls)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> "WebServer":
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        """What connect_to wants to know."""
        return f"127.0.0.1:{self.port}"

    def as_hosts(self, *hosts: str) -> dict[str, str]:
        """A connect_to that leads all these hosts here."""
        return dict.fromkeys(hosts, self.address)

    def add(self, path: str, body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Answers `path` (with its query, if it has one) with this."""
        self.routes[path] = Canned(body, status, headers or {})

    def add_raw(self, path: str, answer: bytes) -> None:
        """Answers `path` with these bytes, head and all, and closes the connection."""

        def send(handler: "Handler") -> None:
            handler.wfile.write(answer)
            handler.close_connection = True

        self.routes[path] = send

    def paths(self, host: str | None = None) -> list[str]:
        """The paths asked for, in order."""
        return [seen.path for seen in self.requests if host is None or seen.host == host]

    def begin(self, seen: Seen) -> None:
        """A request has arrived."""
        with self.lock:
            self.requests.append(seen)
            self._busy[seen.host] = self._busy.get(seen.host, 0) + 1
            self.busiest[seen.host] = max(self.busiest.get(seen.host, 0), self._busy[seen.host])

    def end(self, seen: Seen) -> None:
        """It has been answered."""
        with self.lock:
            self._busy[seen.host] -= 1


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, web: WebServer, tls: ssl.SSLContext | None) -> None:
        self.web = web
        self.tls = tls
        super().__init__(("127.0.0.1", 0), Handler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        with self.web.lock:
            self.web.connections += 1
        if self.tls is None:
            super().finish_request(request, client_address)
            return
        with self.tls.wrap_socket(request, server_side=True) as wrapped:
            super().finish_request(wrapped, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what these tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One request; the helpers are what routes are made of."""

    protocol_version = "HTTP/1.1"
    server: _Server
    wbufsize = -1

    @property
    def web(self) -> WebServer:
        return self.server.web

    @property
    def query(self) -> dict[str, str]:
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))

    def do_GET(self) -> None:
        seen = Seen(time.monotonic(), self.headers.get("Host", "").partition(":")[0], self.path, dict(self.headers))
        self.web.begin(seen)
        try:
            self._route()
            self.wfile.flush()
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        finally:
            self.web.end(seen)

    def log_message(self, *_: Any) -> None:
        """Silence."""

    def answer(self, body: bytes = b"", status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """A whole response with its length."""
        usual = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
        self.head(status, {**usual, **(headers or {})})
        self.wfile.write(body)

    def head(self, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Status line and headers."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def until_gone(self, piece: bytes, every_s: float) -> None:
        """The piece again and again, until the client hangs up or the test is over."""
        self.close_connection = True
        while not self.web.closing.wait(every_s):
            self.wfile.write(piece)
            self.wfile.flush()

    def _route(self) -> None:
        path = urllib.parse.urlsplit(self.path).path
        head, _, tail = path.lstrip("/").partition("/")
        route = self.web.routes.get(self.path) or self.web.routes.get(path) or _ROUTES.get(head)
        if isinstance(route, Canned):
            self.answer(route.body, route.status, route.headers)
        elif route is not None:
            self.tail = tail
            route(self)
        else:
            self.answer(b"nothing here", 404)


def _etag(handler: Handler) -> None:
    same = handler.headers.get("If-None-Match") == '"one"' or handler.headers.get("If-Modified-Since")
    tags = {"ETag": '"one"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"}
    if same:
        handler.head(304, tags)
    else:
        handler.answer(PAGE, headers=tags)


def _slow(handler: Handler) -> None:
    handler.web.closing.wait(float(handler.query.get("s", "0.5")))
    handler.answer(PAGE)


def _hang(handler: Handler) -> None:
    handler.close_connection = True
    handler.web.closing.wait(60)


def _drip(handler: Handler) -> None:
    handler.head(headers={"Content-Length": "100000"} if "length" in handler.query else {})
    handler.until_gone(b"x", 0.1)


def _drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    handler.until_gone(b"y", 0.1)


def _endless(handler: Handler) -> None:
    handler.head(headers={"Content-Type": "text/html"})
    handler.until_gone(b"x" * 65536, 0.0)


def _reset(handler: Handler) -> None:
    handler.close_connection = True


def _reset_once(handler: Handler) -> None:
    with handler.web.lock:
        times = handler.web.state["resets"] = handler.web.state.get("resets", 0) + 1
    if times == 1:
        handler.close_connection = True
    else:
        handler.answer(PAGE)


def _short_body(handler: Handler) -> None:
    handler.head(headers={"Content-Length": str(len(PAGE) + 100)})
    handler.wfile.write(PAGE)
    handler.close_connection = True


def _cut_chunks(handler: Handler) -> None:
    handler.head(headers={"Transfer-Encoding": "chunked"})
    handler.wfile.write(b"%x\r\n%s\r\n" % (len(PAGE), PAGE))
    handler.close_connection = True


def _coded(name: str, body: bytes) -> Route:
    return lambda handler: handler.answer(body, headers={"Content-Encoding": name})


def _redirect(handler: Handler) -> None:
    handler.answer(b"", 302, headers={"Location": handler.query["to"]})


def _redirect_chain(handler: Handler) -> None:
    left = int(handler.tail)
    target = f"/redirect-chain/{left - 1}" if left > 1 else "/ok"
    handler.answer(b"moved " * 100, 301, headers={"Location": target})


def _cookie_loop(handler: Handler) -> None:
    if "seen=yes" in (handler.headers.get("Cookie") or ""):
        handler.answer(PAGE)
    else:
        handler.answer(b"", 302, headers={"Location": "/cookie-loop", "Set-Cookie": "seen=yes; Path=/"})


def _lying_charset(handler: Handler) -> None:
    handler.answer(
        "<meta charset=utf-8><p>Ærø får færge</p>".encode(), headers={"Content-Type": "text/html; charset=ascii"}
    )


def _bad_status_line(handler: Handler) -> None:
    handler.wfile.write(b"ICY 200 OK\r\n\r\n")
    handler.close_connection = True


def bomb() -> bytes:
    """About 1 MB of gzip that would become 1 GiB: 1,024 equal deflate blocks, flushed so that they can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(_MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + block * 1024


def _raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


_ROUTES: dict[str, Route] = {
    "ok": lambda handler: handler.answer(PAGE),
    "page": lambda handler: handler.answer(PAGE + handler.path.encode()),
    "etag": _etag,
    "slow": _slow,
    "hang": _hang,
    "drip": _drip,
    "drip-headers": _drip_headers,
    "endless": _endless,
    "reset": _reset,
    "reset-once": _reset_once,
    "short-body": _short_body,
    "cut-chunks": _cut_chunks,
    "gzip": _coded("gzip", gzip.compress(PAGE)),
    "deflate": _coded("deflate", zlib.compress(PAGE)),
    "raw-deflate": _coded("deflate", _raw_deflate(PAGE)),
    "brotli": _coded("br", brotli.compress(PAGE)),
    "zstd": _coded("zstd", zstandard.compress(PAGE)),
    "truncated-gzip": _coded("gzip", gzip.compress(PAGE)[:-20]),
    "truncated-brotli": _coded("br", brotli.compress(PAGE)[:-3]),
    "truncated-zstd": _coded("zstd", zstandard.compress(PAGE)[:-3]),
    "unknown-coding": _coded("exi", PAGE),
    "not-gzip": _coded("gzip", PAGE),
    "bomb": lambda handler: handler.answer(bomb(), headers={"Content-Encoding": "gzip"}),
    "double-bomb": lambda handler: handler.answer(gzip.compress(bomb()), headers={"Content-Encoding": "gzip, gzip"}),
    "redirect": _redirect,
    "redirect-chain": _redirect_chain,
    "redirect-loop": lambda handler: handler.answer(b"", 302, headers={"Location": "/redirect-loop"}),
    "cookie-loop": _cookie_loop,
    "lying-charset": _lying_charset,
    "bad-status-line": _bad_status_line,
    "status": lambda handler: handler.answer(b"sorry", int(handler.tail)),
    "retry-after": lambda handler: handler.answer(
        b"later", int(handler.tail), headers={"Retry-After": handler.query.get("s", "7")}
    ),
}
