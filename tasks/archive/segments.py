"""Writing the archive: WARC 1.1 segments, one gzip member a record, closed by fsync and rename, never appended to.

A segment is written under `NAME.open`; what has its plain name is whole. Appending after a torn tail would make all
that follows unreadable to every WARC reader, so a torn segment is never continued.

Bodies are kept decoded. As in Common Crawl's files, a `Content-Encoding` that was undone is kept as
`X-Crawl-Content-Encoding`, so that readers do not try to undo it again.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from warehouse.records import Capture, Fetched, Link

_UNDONE = {"content-encoding", "content-length", "transfer-encoding"}
_LINK_FIELDS = ("source", "via", "found_in", "title", "published_raw", "updated_raw", "author")
_REASONS = {200: "OK", 203: "Non-Authoritative Information"}


class SegmentWriter:
    """One open segment at a time; thread safe.

    Args:
        archive: the archive folder.
        now: the clock (aware datetime).
        user_agent: for the request records.
    """

    def __init__(self, archive: Path, *, now: Callable[[], datetime], user_agent: str) -> None:
        self._archive, self._now, self._user_agent = archive, now, user_agent
        self._mutex = threading.Lock()
        self._file: IO[bytes] | None = None
        self._name = ""
        self.bytes_written = 0

    def add(self, link: Link, fetched: Fetched) -> Capture:
        """Archive one response with its request and what was known of the link; return where it stands."""
        headers = {k.lower(): v for k, v in fetched.headers}
        url, body = fetched.final_url or fetched.url, fetched.body or b""
        with self._mutex:
            file = self._opened()
            writer = _Writer(file, gzip=True, warc_version="WARC/1.1")
            offset = file.tell()
            record_id = _record_id()
            self._write_response(writer, record_id, url, fetched, body)
            length = file.tell() - offset
            self._write_companions(writer, record_id, url, link)
            self.bytes_written = file.tell()
        return Capture(
            capture_id=record_id,
            url=url,
            requested_url=fetched.url,
            source=link.source,
            fetched_at=fetched.started_at,
            status=fetched.status or 0,
            content_type=headers.get("content-type"),
            etag=headers.get("etag"),
            last_modified=headers.get("last-modified"),
            digest=digest_of(body),
            body_bytes=len(body),
            warc_file=self._name,
            warc_offset=offset,
            warc_length=length,
        )

    def copy(self, raw: bytes, *, is_member: bool) -> tuple[str, int, int]:
        """Take over a record of another WARC byte by byte; return file, offset and length of its member here."""
        member = raw if is_member else gzip.compress(raw, 6)
        with self._mutex:
            file = self._opened()
            offset = file.tell()
            file.write(member)
            self.bytes_written = file.tell()
            return self._name, offset, len(member)

    def close(self) -> str | None:
        """Close the open segment durably and return its name relative to the archive; None when nothing was written."""
        with self._mutex:
            if self._file is None:
                return None
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            final = self._archive / self._name
            (final.parent / f"{final.name}.open").rename(final)
            _sync_folder(final.parent)
            self._file, self.bytes_written = None, 0
            return self._name

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            stamp = self._now().astimezone(UTC)
            self._name = f"{stamp:%Y/%m}/dateline-{stamp:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:10]}.warc.gz"
            path = self._archive / f"{self._name}.open"
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        return self._file

    def _write_response(self, writer: WARCWriter, record_id: str, url: str, fetched: Fetched, body: bytes) -> None:
        status = fetched.status or 200
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            http_headers=StatusAndHeaders(
                f"{status} {_REASONS.get(status, 'Status')}", _kept_headers(fetched, len(body)), protocol="HTTP/1.1"
            ),
            warc_headers_dict={
                "WARC-Record-ID": f"<urn:uuid:{record_id}>",
                "WARC-Date": _warc_date(fetched.started_at),
            },
        )
        writer.write_record(record)

    def _write_companions(self, writer: WARCWriter, record_id: str, url: str, link: Link) -> None:
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        request = StatusAndHeaders(
            f"GET {target} HTTP/1.1",
            [("Host", parts.netloc), ("User-Agent", self._user_agent)],
            is_http_request=True,
        )
        concurrent = {"WARC-Concurrent-To": f"<urn:uuid:{record_id}>"}
        writer.write_record(
            writer.create_warc_record(url, "request", http_headers=request, warc_headers_dict=dict(concurrent))
        )
        # What the feed said of the page stands beside it, so that the warehouse can be rebuilt from the archive alone.
        said = "".join(f"{k}: {_one_line(v)}\r\n" for k in _LINK_FIELDS if (v := getattr(link, k)))
        writer.write_record(
            writer.create_warc_record(
                url,
                "metadata",
                payload=io.BytesIO(f"requested_url: {link.url}\r\n{said}".encode("utf-8", "replace")),
                warc_content_type="application/warc-fields",
                warc_headers_dict=dict(concurrent),
            )
        )


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """warcio's writer, its digests worked out in memory: bodies are bounded, and its temporary files stay unclosed."""

    def _create_temp_file(self) -> io.BytesIO:
        return io.BytesIO()


def digest_of(body: bytes) -> str:
    """`sha256:` and the hex digest of a payload."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


def _record_id() -> str:
    return str(uuid.uuid4())


def _warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _kept_headers(fetched: Fetched, length: int) -> list[tuple[str, str]]:
    kept = []
    for name, value in fetched.headers:
        prefix = "X-Crawl-" if name.lower() in _UNDONE else ""
        kept.append((prefix + name, _one_line(value)))
    return [*kept, ("Content-Length", str(length))]


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
