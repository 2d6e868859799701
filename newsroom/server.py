"""The embedded newsroom: eight invented outlets on 127.0.0.1, told apart by the Host header. No network.

with Newsroom(anchor=datetime.now(UTC)) as newsroom:
    ...                      # ask for http://www.harborledger.example/ at newsroom.connect_to[host]
    newsroom.edition = 2     # revised, new and vanished stories; every other page stays as it was, to the byte
"""

from __future__ import annotations

import contextlib
import http.server
import socket
import threading
import time
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, NamedTuple

from newsroom.answers import Answer, answer
from newsroom.outlets import BY_HOST, OUTLETS
from newsroom.press import Press

_IDLE_S = 60.0  # a kept-alive connection without a request is closed


class Request(NamedTuple):
    """One line of the log."""

    host: str
    path: str
    status: int
    bytes_sent: int  # of the body, as coded


class Newsroom:
    """Serves until the with block ends."""

    def __init__(self, *, anchor: datetime, edition_gap: timedelta = timedelta(hours=6), port: int = 0) -> None:
        """Bind; nothing is rendered yet.

        Args:
            anchor: the moment of the first edition, aware; every time on the pages is relative to it.
            edition_gap: from the first edition to the second.
            port: 0 for any free one.
        """
        self._press = Press(anchor, edition_gap)
        self._edition = 1
        self._log: list[Request] = []
        self._lock = threading.Lock()
        self._server = _Server(self, port)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="newsroom", daemon=True)
        self.port: int = self._server.server_address[1]

    def __enter__(self) -> Newsroom:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def edition(self) -> int:
        """Which edition is served: 1 or 2."""
        return self._edition

    @edition.setter
    def edition(self, number: int) -> None:
        if number not in (1, 2):
            raise ValueError(f"there is no edition {number}; there are 1 and 2")
        self._edition = number

    @property
    def requests(self) -> list[Request]:
        """What was asked so far, in the order of the answers; a copy."""
        with self._lock:
            return list(self._log)

    @property
    def connect_to(self) -> dict[str, str]:
        """Every outlet's host with the address to connect to instead."""
        return {outlet.host: f"127.0.0.1:{self.port}" for outlet in OUTLETS}

    @property
    def sources(self) -> list[dict[str, Any]]:
        """The outlets as [[source]] tables of dateline.toml."""
        return [outlet.source() for outlet in OUTLETS]

    def truth(self) -> list[dict[str, Any]]:
        """What is right in this edition, one dict per listed address.

        `listed` is the address as feeds and sitemaps have it, `url` the article's own. `text` is a list of paragraphs,
        `date_published` ISO 8601 in UTC (None: not to be believed), `date_precision` second or day, `dateline` the
        place, `agency` its short name, `case` the awkward case (newsroom/cases.py) and `expected` the ledger's
        outcome by edition. Of several addresses of one article the plain one is expected as loaded, the others as
        duplicate; which of them is loaded is the reader's choice.
        """
        return self._press.truth(self._edition)

    def respond(self, host: str, path: str) -> Answer:
        """The answer to a path, query included, of a host."""
        outlet = BY_HOST.get(host)
        if outlet is None:
            return answer("No such host here.\n", content_type="text/plain", status=421)
        return self._press.print(outlet, path, self._edition)

    def note(self, request: Request) -> None:
        """Add to the log."""
        with self._lock:
            self._log.append(request)


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, newsroom: Newsroom, port: int) -> None:
        self.newsroom = newsroom
        self._open: set[Any] = set()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that are kept alive; their threads then end by themselves."""
        for request in tuple(self._open):
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "newsroom"
    sys_version = ""
    timeout = _IDLE_S
    wbufsize = -1  # headers and body in one segment: else Nagle and delayed ACK cost 40 ms per answer
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._serve(with_body=True)

    def do_HEAD(self) -> None:
        self._serve(with_body=False)

    def log_message(self, *_: Any) -> None:
        """Silence; Newsroom.requests has it."""

    def _serve(self, *, with_body: bool) -> None:
        host = self.headers.get("Host", "").partition(":")[0].lower()
        found = self.server.newsroom.respond(host, self.path)
        time.sleep(found.delay_s)
        asked = {name.title(): value for name, value in self.headers.items()}
        coded = found.is_coded(asked)
        known = found.is_known(asked)
        body = found.packed if coded and found.packed is not None else found.body
        sent = body if with_body and not known else b""
        status = 304 if known else found.status
        # Noted before it is sent: who has the answer in hand finds it in the log.
        self.server.newsroom.note(Request(host, self.path, status, len(sent)))
        self._send(status, found.headers(coded=coded), body, sent)

    def _send(self, status: int, headers: dict[str, str], body: bytes, sent: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if status != 304 or name not in ("Content-Type", "Content-Encoding"):
                self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(sent)
        self.wfile.flush()
