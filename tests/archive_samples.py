"""Small archives and WARC files for the tests of the archive: invented pages, a fixed clock."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from tasks.archive.segments import SegmentWriter
from warehouse.records import Capture, Fetched, Link

NOW = datetime(2026, 3, 4, 13, 5, 6, 123456, tzinfo=UTC)
RUN = "0b0d6d5e-3c60-4f3e-9a3b-0d5b8d3f6d11"
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "warc-warcio" / "test" / "data"


def new_writer(archive: Path) -> SegmentWriter:
    return SegmentWriter(archive, now=lambda: NOW, user_agent="Dateline/1 (+https://example.org/bot)", run_id=RUN)


def die(writer: SegmentWriter) -> None:
    """Leave the open segment as a killed process does."""
    segment = writer._segment
    assert segment is not None
    segment._file.close()


def link(number: int = 0, **more: str | None) -> Link:
    url = f"http://harbor-ledger.test/news/{number}"
    plain = Link(source="harbor-ledger", url=url, via="feed", found_in="http://harbor-ledger.test/feed.xml")
    return replace(plain, **more)  # type: ignore[arg-type]  # a test gives fields that exist


def page(number: int = 0, edition: int = 1) -> bytes:
    words = " ".join(f"{(number + 1) * (edition + 2) * n % 9973}" for n in range(200))
    return f"<html><title>Ferry {number}</title><p>Edition {edition}: {words}</p></html>".encode()


def fetched(number: int = 0, body: bytes | None = None, **more: object) -> Fetched:
    url = f"http://harbor-ledger.test/news/{number}"
    plain = Fetched(
        url=url,
        started_at=NOW + timedelta(seconds=number, microseconds=7),
        elapsed_ms=40 + number,
        outcome="ok",
        status=200,
        final_url=url,
        robots_rule="Allow: /",
        headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", f'"{number}"'), ("Content-Encoding", "br")),
        body=page(number) if body is None else body,
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # a test gives fields that exist


def fill(archive: Path, *, segments: int = 3, pages: int = 4, revisits: int = 2) -> list[Capture]:
    """An archive of some segments; the last one has nothing but revisits of pages of the first."""
    writer, captures = new_writer(archive), list[Capture]()
    for number in range(segments * pages):
        captures.append(writer.add(link(number), fetched(number)))
        if number % pages == pages - 1:
            writer.close()
    for number in range(revisits):
        later = fetched(number, started_at=NOW + timedelta(days=1, seconds=number))
        captures.append(writer.add(link(number, via="refetch"), later, earlier=captures[number]))
    writer.close()
    return captures


def record(
    url: str = "http://harbor-ledger.test/a",
    body: bytes = b"<html><p>The ferry.</p></html>",
    *,
    kind: str = "response",
    status: str = "200 OK",
    content_type: str = "text/html",
    http: str = "",
    warc: str = "",
    head: bool = True,
) -> bytes:
    """A WARC record as other people's software writes it."""
    lines = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{http}\r\n".encode() if head else b""
    block = lines + body
    return (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-03-01T10:00:00Z\r\n{warc}"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    ).encode() + block + b"\r\n\r\n"  # fmt: skip


_gzip = partial(gzip.compress, mtime=0)  # the same bytes whenever a test runs


def packed(*records: bytes, pack: Callable[[bytes], bytes] = _gzip) -> bytes:
    """One gzip member a record."""
    return b"".join(map(pack, records))
