"""Healthy outlets beside one that serves a fault: what comes of them, and how much later.

    python -m benchmarks.bulkheads outlets [--write]

Two healthy outlets alone and beside each fault, by turns, each in a home of its own, on one Prefect server.
"""

from __future__ import annotations

import gzip
import socketserver
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import tomlkit

from expectations.judge import Judge
from flows.base.observer import CURRENT, Injected
from flows.base.settings import load
from flows.run.context import new_pool
from flows.service.prefect_settings import EmbeddedServer

DEADLINE_S = 5  # that the runs give to a request, and to the reading of a page
SLACK_S = 3.0  # of a busy machine
_HEALTHY = ("calm", "quiet")
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n"
_SLOW, _SILENT = b"drip", b"hang"
_ITEM = b"<item><title>x</title><link>http://fault.test/p</link></item>"
_LEADS = _HEAD + b"\r\n<rss><channel>" + _ITEM + b"</channel></rss>"
FAULTS: Mapping[str, bytes] = {
    "chunk size of -5": _HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n0\r\n\r\n",
    "length of 5,000 digits": _HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nx",
    "DOCTYPE of 25,000 open comments": _HEAD + b"\r\n<!DOCTYPE rss [" + b"<!--" * 25_000,
    "100,000 nested items": _HEAD + b"\r\n<rss><channel>" + b"<item>" * 100_000,
    "one tag of 2,000,000 attributes": _HEAD + b"\r\n<rss " + b"a='b' " * 2_000_000,
    "1 GiB in gzip": _HEAD + b"Content-Encoding: gzip\r\n\r\n",  # the body is made when it is sent
    "entities that explode": _HEAD + b"\r\n<!DOCTYPE r [<!ENTITY a 'aa'><!ENTITY b '&a;&a;'>]><rss>&b;</rss>",
    "login page": _HEAD + b"\r\n<html><body>Log in</body></html>",
    "bytes of nothing": b"\x00\x01\x02" * 100,
    "connection closed at once": b"",
    "a byte a second": _SLOW,
    "no answer": _SILENT,
    "page of 200,000 open tags": _LEADS,
    "page that takes its reader minutes": _LEADS,
}
_PAGES = {
    "page of 200,000 open tags": _HEAD.replace(b"rss+xml", b"xhtml+xml") + b"\r\n<html><body>" + b"<div>" * 200_000,
    "page that takes its reader minutes": _HEAD.replace(b"application/rss+xml", b"text/html")
    + b'\r\n<html><script type="application/ld+json">{"author": "'
    + b'"name": "By A and ' * 60_000
    + b"</script>",
}
_COMPARED = (
    "select source, url, headline, text, authors, content_hash, quality_flags from articles order by source, url"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The healthy outlets beside one fault."""

    fault: str
    rows: int
    is_equal: bool
    later_s: float
    said: str  # of the faulty outlet: outcome and error of its poll, or of its page

    @property
    def is_met(self) -> bool:
        return self.is_equal and self.later_s <= DEADLINE_S + SLACK_S


def measure() -> list[Beside]:
    """Every fault, with the outlets alone before each."""
    found: list[Beside] = []
    with _serving() as (port, faults), tempfile.TemporaryDirectory() as name, _prefect(Path(name)):
        _run(Path(name) / "warm", port, ())
        alone: list[float] = []
        for number, (fault, answer) in enumerate(FAULTS.items()):
            faults["/feed"], faults["/p"] = answer, _PAGES.get(fault, b"")
            expected, seconds, _ = _run(Path(name) / f"{number}-alone", port, ())
            alone.append(seconds)
            rows, seconds, said = _run(Path(name) / f"{number}-beside", port, ("fault",))
            later = seconds - statistics.median(alone)
            found.append(Beside(fault=fault, rows=len(rows), is_equal=rows == expected, later_s=later, said=said))
    return found


def _run(home: Path, port: int, more: tuple[str, ...]) -> tuple[list[tuple[Any, ...]], float, str]:
    """The rows of the healthy outlets, seconds, and what was said of the faulty one."""
    from flows.ingest import ingest

    names = (*_HEALTHY, *more)
    home.mkdir()
    hosts = {f"{name}.test": f"127.0.0.1:{port}" for name in names}
    fetch = {"delay": "0s", "connect_to": hosts, "deadline": f"{DEADLINE_S}s"}
    sources = [{"name": name, "feeds": [f"http://{name}.test/feed"]} for name in sorted(names)]
    given = {"fetch": fetch, "source": sources, "extract": {"page_timeout": f"{DEADLINE_S}s"}}
    (home / "dateline.toml").write_text(tomlkit.dumps(given))
    began = time.monotonic()
    ingest(config=str(home / "dateline.toml"), home=str(home), return_state=True)
    seconds = time.monotonic() - began
    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as connection:
        rows = connection.execute(_COMPARED).fetchall()
        said = connection.execute(
            "select coalesce(max(outcome || ' ' || coalesce(reason, '')), '') from outcomes where source = 'fault'"
            " union all select outcome || ' ' || coalesce(error, '') from feed_polls where source = 'fault'"
        ).fetchall()
    told = "; ".join(text.strip() for (text,) in said if text)
    return [row for row in rows if row[0] in _HEALTHY], seconds, told


@contextmanager
def _prefect(folder: Path) -> Iterator[None]:
    (folder / "dateline.toml").write_text("")
    settings = load(folder / "dateline.toml", folder)
    with EmbeddedServer(settings.folder.prepare()) as server, new_pool(settings) as pool, Judge() as judge:
        server.ready()
        token = CURRENT.set(Injected(pool=pool, judge=judge))
        try:
            yield
        finally:
            CURRENT.reset(token)


@contextmanager
def _serving() -> Iterator[tuple[int, dict[str, bytes]]]:
    faults: dict[str, bytes] = {}
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(faults)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], faults
        server.shutdown()


def _handler(faults: Mapping[str, bytes]) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                path = self.rfile.readline().split(b" ")[1].decode()
                head = list(iter(self.rfile.readline, b"\r\n"))
                host = next(line for line in head if line.lower().startswith(b"host:"))
                is_faulty = b"fault." in host and path in faults
                _answer(self.wfile, faults[path] if is_faulty else _page(host.decode().split()[1], path))

    return Handler


def _answer(out: Any, answer: bytes) -> None:
    if answer in (_SLOW, _SILENT):
        for _ in range(60):
            time.sleep(1)
            out.write(b"H" if answer == _SLOW else b"")
        return
    out.write(answer)
    if answer.endswith(b"gzip\r\n\r\n"):
        with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=1) as packed:
            for _ in range(1024):
                packed.write(bytes(1 << 20))


def _page(host: str, path: str) -> bytes:
    if path == "/feed":
        items = "".join(f"<item><title>Ferry {n}</title><link>http://{host}/{n}</link></item>" for n in range(20))
        return _HEAD + f"\r\n<rss><channel>{items}</channel></rss>".encode()
    if path == "/robots.txt":
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    said = "".join(
        f"<p>The ferry of {host}{path} was repaired on Tuesday after {n + 40} residents had asked for it.</p>"
        for n in range(9)
    )
    page = f"<html><title>Ferry {path[1:]} sails</title><body><article><h1>Ferry {path[1:]} sails</h1>{said}</article>"
    return _HEAD.replace(b"application/rss+xml", b"text/html") + b"\r\n" + page.encode()
