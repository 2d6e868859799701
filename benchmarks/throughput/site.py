"""A loopback site of twenty hosts with the pages of a WARC file: Dateline from feeds to snapshot, and other programs.

The other programs are `others.py`, each run by an interpreter that has it (`--peers`), one after another in each round.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

import tomlkit
from rich.console import Console

from benchmarks.base.marks import Mark
from benchmarks.throughput.rate import ROOT, decoded_pages

WANTED = 0.9
HOSTS = 20
OTHERS = ("script", "trafilatura", "scrapy", "newspaper", "newsplease")
NAMES = {
    "script": "a script: requests in 8 threads, trafilatura in 2 processes, JSONL",
    "trafilatura": "trafilatura's command line, 2 processes",
    "scrapy": "Scrapy with trafilatura, a bare spider",
    "newspaper": "newspaper4k, 8 threads",
    "newsplease": "news-please, 2 processes",
}
_TIMEOUT_S = 1800


@dataclass(slots=True)
class Round:
    """Pages a second of each program that ran; None for one that is not installed."""

    rates: dict[str, float | None] = field(default_factory=dict)
    pages: int = 0
    loaded: int = 0


@dataclass(slots=True)
class _Began:
    """An observer that notes when the first source is asked: before it is start-up."""

    at: float = 0.0

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:  # noqa: ARG002 - an Observer's
        self.at = self.at or time.perf_counter()

    def note(self, text: str) -> None: ...


def once(warc: Path, folder: Path) -> Round:
    """Every program once, on a site of its own folder."""
    peers = folder.joinpath("peers.txt")
    python = peers.read_text() if peers.exists() else sys.executable
    ours, theirs = get_context("spawn").Pipe()
    server = get_context("spawn").Process(target=_serve, args=(str(warc), theirs), daemon=True)
    server.start()
    port, paths = ours.recv()
    try:
        found = Round(pages=len(paths))
        with Console().status("site: dateline"):
            found.rates["dateline"], found.loaded = _dateline(folder, port, len(paths))
        urls = [f"http://127.0.1.{number % HOSTS + 1}:{port}{path}" for number, path in enumerate(paths)]
        for name in OTHERS:
            with Console().status(f"site: {name}"):
                found.rates[name] = _other(name, python, urls, folder)
        return found
    finally:
        server.terminate()


def conclude(rounds: Sequence[Round]) -> list[Mark]:
    """The ratio to the script, and a line for each other program."""
    rates = {name: _median(rounds, name) for name in ("dateline", *OTHERS)}
    ratios = [r.rates["dateline"] / r.rates["script"] for r in rounds if r.rates["dateline"] and r.rates["script"]]
    ratio = median(ratios)
    loaded = f"{rounds[0].loaded} of {rounds[0].pages} loaded, median of {len(rounds)}"
    marks = [
        Mark(
            what=f"pages/s from feeds of a loopback site of {HOSTS} hosts to the snapshot, over {NAMES['script']}",
            wanted=f"≥ {WANTED}",
            measured=f"{ratio:.2f} ({rates['dateline']:.1f} and {rates['script']:.1f} pages/s; {loaded})",
            met=ratio >= WANTED,
        )
    ]
    for name in OTHERS[1:]:
        rate = rates[name]
        said = "not installed" if rate is None else f"{rate / (rates['script'] or 1):.2f} ({rate:.1f} pages/s)"
        marks.append(Mark(what=f"the same: {NAMES[name]}", wanted="", measured=said, met=True))
    return marks


def _median(rounds: Sequence[Round], name: str) -> float | None:
    rates = [rate for r in rounds if (rate := r.rates[name]) is not None]
    return median(rates) if rates else None


def _host(number: int) -> str:
    return f"outlet-{number % HOSTS:02}.example"


def _dateline(folder: Path, port: int, pages: int) -> tuple[float, int]:
    from flows.base.settings import load
    from flows.service.one_run import warmed

    hosts = [_host(number) for number in range(HOSTS)]
    config = folder / "dateline.toml"
    sources = [
        {"name": host.partition(".")[0], "url": f"http://{host}/", "feeds": [f"http://{host}/feed.xml"]}
        for host in hosts
    ]
    fetch = {"delay": "0s", "connect_to": dict.fromkeys(hosts, f"127.0.0.1:{port}")}
    config.write_text(tomlkit.dumps({"fetch": fetch, "source": sources}))
    began = _Began()
    with warmed(load(config, folder), judge_now=True) as run:
        report = run(began, config=str(config), home=str(folder / "home"))
        seconds = time.perf_counter() - began.at
    if report.totals["discovered"] != pages:
        raise RuntimeError(f"{report.totals['discovered']} of {pages} pages were discovered")
    return pages / seconds, report.totals["loaded"]


def _other(name: str, python: str, urls: Sequence[str], folder: Path) -> float | None:
    """Pages a second of another program; None when the interpreter does not have it."""
    listed, out = folder / "urls.txt", folder / f"{name}.jsonl"
    listed.write_text("\n".join(urls) + "\n")
    program = str(ROOT / "benchmarks" / "throughput" / "others.py")
    command = [sys.executable if name == "script" else python, program, name, str(listed), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, cwd=folder, check=False)
    if done.returncode:
        if "ModuleNotFoundError" in done.stderr:
            return None
        raise RuntimeError(f"{name}: {done.stderr[-500:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return len(urls) / float(result["seconds"])


def _serve(warc: str, pipe: Connection) -> None:
    """The site, in a process of its own: what is asked of it costs as little as may be."""
    pages: dict[str, bytes] = {}
    feeds: dict[str, list[str]] = {}
    for number, (html, _) in enumerate(decoded_pages(warc)):
        path = f"/story-{number}"
        pages[path] = _answer("text/html; charset=utf-8", html.encode("utf-8", "replace"))
        feeds.setdefault(_host(number), []).append(path)
    rendered = {host: _answer("application/rss+xml", _feed(host, paths)) for host, paths in feeds.items()}
    asyncio.run(_listen(pages, rendered, pipe))


async def _listen(pages: dict[str, bytes], feeds: dict[str, bytes], pipe: Connection) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Site(pages, feeds), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await loop.create_server(lambda: _Site(pages, feeds), [f"127.0.1.{n + 1}" for n in range(HOSTS)], port)
    pipe.send((port, list(pages)))
    await asyncio.Event().wait()


class _Site(asyncio.Protocol):
    """HTTP/1.1 as far as GET goes, whatever host is named; connections are kept."""

    def __init__(self, pages: dict[str, bytes], feeds: dict[str, bytes]) -> None:
        self._pages, self._feeds, self._got = pages, feeds, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while b"\r\n\r\n" in self._got:
            head, _, self._got = self._got.partition(b"\r\n\r\n")
            first, *lines = head.decode("latin-1").split("\r\n")
            host = next((line[5:].strip() for line in lines if line[:5].lower() == "host:"), "").partition(":")[0]
            path = urlsplit(first.split(" ")[1]).path
            with suppress(AttributeError):  # a transport that can be written to
                self._transport.write(self._pages.get(path) or self._of_host(host, path))  # type: ignore[attr-defined]

    def _of_host(self, host: str, path: str) -> bytes:
        return self._feeds.get(host, _MISSING) if path == "/feed.xml" else _MISSING


def _answer(kind: str, body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


_MISSING = _answer("text/plain", b"no such page", "404 Not Found")


def _feed(host: str, paths: Sequence[str]) -> bytes:
    now = format_datetime(datetime.now(UTC))
    items = "".join(
        f"<item><title>{escape(path)}</title><link>http://{host}{path}</link><pubDate>{now}</pubDate></item>"
        for path in paths
    )
    return (
        f'<rss version="2.0"><channel><title>{host}</title><link>http://{host}/</link>{items}</channel></rss>'.encode()
    )
