"""Taking in other people's WARC files (Common Crawl's CC-NEWS as they are) as a stream, in constant memory.

Every response record of the web becomes an item: archived here when it is a page, or with the reason why it is none.
Bodies of what is no page are passed over unread. Pages are taken over as they stand, a gzip member as a member and a
plain record packed; a document of an ARC file becomes a WARC record around the same bytes.

Other records (warcinfo, request, metadata, dns, revisit) are not addresses that a run accounts for.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tasks.archive import writing
from tasks.archive.errors import BrokenRecord, UnreadableWarc
from tasks.archive.payload import digest_of, not_html, payload
from tasks.archive.records import MAX_BYTES, Head, HttpHead, Record, parse_date, read_records, target_of
from tasks.archive.segments import SegmentWriter
from tasks.base.urls import InvalidUrl, normalise
from tasks.fetch.errors import FetchError

_NO_PAGE = (204, 205, 206)  # nothing, nothing, a part


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcItem:
    """One response record: where it stands now, or why it is not kept (`problem` = outcome and reason)."""

    url: str
    capture_id: str  # the UUID of the record, or one made from what it holds
    fetched_at: datetime
    status: int
    headers: dict[str, str]
    digest: str = ""
    body_bytes: int = 0
    place: tuple[str, int, int] | None = None
    problem: tuple[str, str] | None = None


def import_warc(
    source: Path | BinaryIO,
    writer: SegmentWriter,
    *,
    is_loaded: Callable[[str], bool],
    max_bytes: int = MAX_BYTES,
) -> Iterator[WarcItem]:
    """Stream the response records of a WARC or ARC file, gzip or not.

    Args:
        source: a path, or a binary stream such as standard input, which is read forward only.
        writer: where pages are archived.
        is_loaded: whether the warehouse has a capture already, by its id; such a record is not archived again.
        max_bytes: a page with a larger body is not kept (`too_large`).

    Raises:
        UnreadableWarc: the file is no WARC, or breaks off; what was yielded before stands. The message names
            the offset.
    """
    name = str(source) if isinstance(source, Path) else "standard input"
    count, any_record = 0, False
    try:
        with _Input(source, name) as stream:
            for record in read_records(stream, keep=max_bytes + (1 << 20)):
                any_record = True
                item = _item(record, writer, is_loaded, max_bytes)
                if item is not None:
                    count += 1
                    yield item
    except BrokenRecord as error:
        raise UnreadableWarc(_broken(name, error, count) if any_record else _no_warc(name, str(error))) from error
    if not any_record:
        raise UnreadableWarc(_no_warc(name, "it is empty"))


def capture_id(head: Head, digest: str) -> str:
    """The record's own UUID; where it has none (ARC, other schemes of URN) one that the same record always gets."""
    given = (head.get("WARC-Record-ID") or "").strip("<>").removeprefix("urn:uuid:")
    try:
        return str(uuid.UUID(given))
    except ValueError:
        parts = (target_of(head), head.get("WARC-Date"), digest)
        return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(map(str, parts))))


def foreign_item(head: Head, http: HttpHead, body: bytes | None, ident: str) -> WarcItem:
    """What a response record says; `body` is decoded, None when it was not read."""
    return WarcItem(
        url=target_of(head),
        capture_id=ident,
        fetched_at=parse_date(head.get("WARC-Date")) or datetime.now(UTC),
        status=http.status,
        headers={name.lower(): value for name, value in http.head.fields},
        digest=digest_of(body) if body is not None else "",
        body_bytes=len(body) if body is not None else 0,
    )


def _item(record: Record, writer: SegmentWriter, is_loaded: Callable[[str], bool], max_bytes: int) -> WarcItem | None:
    if record.kind != "response" or not record.is_http:
        return None
    http = record.http()
    if http is None:
        record.finish()
        item = foreign_item(record.head, HttpHead(0, Head((), b"")), None, capture_id(record.head, ""))
        return replace(item, problem=("skipped", "no_http_response"))
    problem = _problem(record, http)
    if problem:
        record.finish()
        return replace(foreign_item(record.head, http, None, capture_id(record.head, "")), problem=problem)
    return _page(record, http, writer, is_loaded, max_bytes)


def _page(
    record: Record, http: HttpHead, writer: SegmentWriter, is_loaded: Callable[[str], bool], max_bytes: int
) -> WarcItem:
    raw, body, problem = record.rest(max_bytes), None, None
    try:
        body = payload(http, raw, max_bytes=max_bytes) if raw is not None else None
        problem = ("failed", "too_large") if body is None else None
    except FetchError as error:
        problem = ("failed", error.reason)
    ident = capture_id(record.head, digest_of(body or b""))
    item = foreign_item(record.head, http, body, ident)
    if problem is None and is_loaded(ident):
        problem = ("unchanged", "already_loaded")
    member = record.member()  # checks it to its end, so it comes before anything is said of the page
    if problem or raw is None:
        return replace(item, problem=problem)
    return replace(item, place=_archived(record, member, raw, item, writer))


def _archived(
    record: Record, member: bytes | None, raw: bytes, item: WarcItem, writer: SegmentWriter
) -> tuple[str, int, int]:
    size = len(record.begun) + len(raw)
    is_sound = not record.is_arc and record.date is not None and record.length == size
    if member is not None and is_sound:
        return writer.copy(member, is_member=True)
    head = record.head.raw
    if not is_sound:
        address, date = record.head.get("WARC-IP-Address") or "", writing.warc_date(item.fetched_at)
        head = writing.foreign_head(item.url, item.capture_id, date, address, size)
    return writer.copy(b"".join((head, record.begun, raw, b"\r\n\r\n")), is_member=False)


def _problem(record: Record, http: HttpHead) -> tuple[str, str] | None:
    """Why a response is no page, by what can be known without its body."""
    if 300 <= http.status < 400:
        return "skipped", "redirect"
    if not 200 <= http.status < 300 or http.status in _NO_PAGE:
        return "skipped", f"http_{http.status}"
    kind = not_html(http.get("Content-Type"))
    if kind:
        return "skipped", kind
    try:
        normalise(record.target)
    except InvalidUrl as error:
        return "skipped", f"bad_url: {str(error)[:200]}"
    cut = record.head.get("WARC-Truncated")
    return ("failed", f"truncated: {cut[:40]}") if cut else None


def _broken(name: str, error: BrokenRecord, count: int) -> str:
    return (
        f"cannot read {name} further than byte {error.offset}: {error.what}. "
        f"The {count} responses before it are kept; fetch the file again for the rest."
    )


def _no_warc(name: str, what: str) -> str:
    return f"cannot read {name}: {what}. Is it a WARC file (.warc, .warc.gz)?"


class _Input:
    """A file, or a stream that is not ours to close. What fails in reading is told apart from what fails in writing."""

    def __init__(self, source: Path | BinaryIO, name: str) -> None:
        self._source, self._name, self._exits = source, name, ExitStack()

    def __enter__(self) -> _Input:
        try:
            if isinstance(self._source, Path):
                self._stream: BinaryIO = self._exits.enter_context(self._source.open("rb"))
            else:
                self._stream = self._source
        except OSError as error:
            raise self._error(error, "Check its name") from error
        return self

    def __exit__(self, *_: object) -> None:
        self._exits.close()

    def read(self, size: int, /) -> bytes:
        try:
            return self._stream.read(size)
        except OSError as error:
            raise self._error(error, "What was read before is kept") from error

    def _error(self, error: OSError, advice: str) -> UnreadableWarc:
        return UnreadableWarc(f"cannot read the WARC file {self._name}: {error.strerror}. {advice}.")
