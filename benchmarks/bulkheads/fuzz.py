"""Bytes that nobody meant, for whatever reads bytes from outside: only declared errors may come out.

    python -m benchmarks.bulkheads fuzz [--minutes 60] [--seed N] [--write]

Seeds are small whole documents; a mutation flips, cuts, doubles, or puts in a token that parsers trip over.
"""

from __future__ import annotations

import io
import itertools
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.bulkheads.readers import DECLARED, URL
from tasks.archive.payload import payload
from tasks.archive.records import read_records
from tasks.discover.feeds import parse_feed
from tasks.discover.sitemaps import parse_sitemap
from tasks.extract.encoding.charset import decode
from tasks.extract.page import read_page
from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy
from tasks.fetch.robots_rules import parse_robots
from warehouse.records import Hints

_ITEM = (
    "<title>Ferry &amp; fog</title><link>/a?b=1&amp;c=2</link><guid>17</guid>"
    "<pubDate>Sun, 29 Nov 2026 08:00:00 GMT</pubDate>"
)
_RSS = f'<?xml version="1.0" encoding="utf-8"?><rss><channel><title>P</title><item>{_ITEM}</item></channel></rss>'
_ATOM = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="/x/"><title>P</title><entry><id>u:1</id><link href="a"/>'
    '<author><name>Ann Lee</name></author><content type="html">&lt;p>x</content></entry></feed>'
)
_JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [{"id": 1, "url": "/a", "title": "T", '
    '"authors": [{"name": "A"}], "tags": ["x"], "attachments": [{"url": "/i"}]}]}'
)
_SITEMAP = (
    '<?xml version="1.0"?><urlset><url><loc>http://paper.example/a</loc><lastmod>2026-11-29</lastmod></url></urlset>'
)
_ROBOTS = "User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 1.5\nSitemap: /s.xml\n"
_PAGE = (
    '<!doctype html><html lang=en><head><meta charset=utf-8><title>T</title><script type="application/ld+json">'
    '{"@type": "NewsArticle", "headline": "T", "author": [{"name": "Ann Lee"}], "datePublished": "2026-11-29T08:00Z"}'
    "</script></head><body><article><h1>T</h1><p>By Ann Lee</p><p>LONDON (AP) — The ferry sailed, officials said."
    "</p></article></body></html>"
)
_HTTP = (
    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n"
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
)
_WARC = (
    "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://paper.example/\r\nWARC-Date: 2026-11-29T08:00:00Z\r\n"
    f"Content-Length: {len(_HTTP)}\r\n\r\n{_HTTP}\r\n\r\n"
)
_TOKENS = (
    "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE x [", "<!ENTITY a 'b'>", "&", "&#", "&#xD800;", "&#0;", "&lt;",
    "&nbsp;", "<?xml encoding='utf-16'?>", "<", ">", "</", "/>", "\x00", "\ufffe", "\ud800", "\ufeff", '"', "'", "=",
    "xml:base='", "[", "{", "}", "1e999", "9" * 5000, "-1", "²", "\r\n", "\r\n\r\n", "http://", "http://[", "//", "%",
    "%zz", "javascript:", "charset=utf-7", "Content-Length: ", "Transfer-Encoding: chunked\r\n", "-5\r\n", "Location: ",
    "Refresh: 0;url=", "2026-13-45", "32 Foo 99 25:61 XYZ", "<meta http-equiv=refresh content='0;url=//'>",
)  # fmt: skip
TOKENS = (*(token.encode("utf-8", "surrogatepass") for token in _TOKENS), b"\x1f\x8b\x08", b"\xff\xfe", b"\xe9")


@dataclass(slots=True)
class Target:
    """One reader, the documents that it is made for, and what may come out of it."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]
    weight: int = 1  # how many calls for one of the slowest reader
    executions: int = 0
    seconds: float = 0.0
    crashes: list[tuple[str, bytes]] = field(default_factory=list)

    def once(self, body: bytes) -> None:
        """One call; anything undeclared is kept with its bytes."""
        self.executions += 1
        began = time.monotonic()
        try:
            self.read(body)
        except DECLARED:
            pass
        except Exception as error:
            self.crashes.append((f"{type(error).__name__}: {error}"[:200], body))
        self.seconds += time.monotonic() - began


def targets() -> Iterator[Target]:
    """Those without a server."""
    hints = Hints(fetched_at=datetime(2026, 11, 29, tzinfo=UTC))
    feeds = tuple(text.encode() for text in (_RSS, _ATOM, _JSON))
    yield Target("feed", feeds, lambda b: parse_feed(b, url=URL), 20)
    yield Target("sitemap", (_SITEMAP.encode(), feeds[0]), lambda b: parse_sitemap(b, url=URL), 20)
    yield Target("robots.txt", (_ROBOTS.encode(),), lambda b: parse_robots(b).rule_for("x", URL), 20)
    yield Target("page", (_PAGE.encode(),), lambda b: read_page(decode(b, None)[0], url=URL, hints=hints))
    yield Target("WARC", (_WARC.encode(),), _warc, 20)


def _warc(body: bytes) -> None:
    for record in read_records(io.BytesIO(body)):
        http = record.http()
        payload(http, record.rest(1 << 20) or b"", max_bytes=1 << 20)


def http_target(stop: threading.Event) -> Target:
    """A server on the loopback, and the client that asks it; it ends with `stop`."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    server.settimeout(0.2)
    answers: list[bytes] = [b""]
    threading.Thread(target=_serve, args=(server, answers, stop), daemon=True).start()
    address = f"127.0.0.1:{server.getsockname()[1]}"
    policy = FetchPolicy(
        connect_to={"paper.example": address},
        delay_s=0,
        max_delay_s=0,
        timeout_s=1,
        deadline_s=2,
        respect_robots=False,
        retries=0,
    )

    def read(body: bytes) -> object:
        answers[0] = body
        return Client(policy).get("http://paper.example/a")

    return Target("HTTP client", (_HTTP.encode(),), read, 2)


def _serve(server: socket.socket, answers: list[bytes], stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            connection, _ = server.accept()
        except TimeoutError:
            continue
        except OSError:
            break
        with closing(connection), _hung_up():
            connection.recv(65_536)
            connection.sendall(answers[0])
    server.close()


class _hung_up:
    def __enter__(self) -> None: ...

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        return kind is not None and issubclass(kind, OSError)


def mutated(seed: bytes, dice: random.Random) -> bytes:
    """The document after one to eight mutations."""
    body = bytearray(seed)
    for _ in range(dice.randint(1, 8)):
        at, end = sorted((dice.randint(0, len(body)), dice.randint(0, len(body))))
        match dice.randrange(6):
            case 0 if body:
                body[min(at, len(body) - 1)] = dice.randrange(256)
            case 1:
                del body[at:end]
            case 2:
                body[at:at] = body[at:end]
            case 3:
                body[at:end] = dice.choice(TOKENS)
            case 4:
                del body[at:]
            case _:
                body[at:at] = dice.choice(TOKENS) * dice.choice((1, 1, 1, 50))
    return bytes(body[:200_000])


def fuzz(minutes: float, seed: int) -> list[Target]:
    """Until the time is over; the targets with their counts and crashes."""
    stop, dice, until = threading.Event(), random.Random(seed), time.monotonic() + 60 * minutes
    found = [*targets(), http_target(stop)]
    for target in itertools.cycle(found):
        if time.monotonic() >= until:
            break
        for _ in range(target.weight):
            target.once(mutated(dice.choice(target.seeds), dice))
    stop.set()
    return found
