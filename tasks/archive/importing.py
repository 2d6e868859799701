"""Taking in other people's WARC files (Common Crawl's CC-NEWS as they are) as a stream, in constant memory.

Every response record becomes an item: archived here byte by byte when it is a page, or with the reason why it is none.
Records are copied as they stand, not written anew: a gzip member is taken over as a member, a plain record is packed.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import uuid
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from tasks.archive.errors import UnreadableWarc
from tasks.archive.segments import SegmentWriter, digest_of

_PAGES = ("text/html", "application/xhtml+xml")


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
    source: Path | BinaryIO, writer: SegmentWriter, *, spool: Path, is_loaded: Callable[[str], bool]
) -> Iterator[WarcItem]:
    """Stream the response records of a WARC or ARC file, gzip or not.

    Args:
        source: a path, or a binary stream such as standard input, which is kept in a temporary file in `spool` first.
        writer: where pages are archived.
        spool: a folder for temporary files.
        is_loaded: whether the warehouse has a capture already, by its id; such a record is not archived again.

    Raises:
        UnreadableWarc: the file is no WARC, or breaks off; what was yielded before stands. The message names
            the offset.
    """
    with _Seekable(source, spool) as (path, is_gzip):
        name = str(source if isinstance(source, Path) else "standard input")
        yield from _records(path, is_gzip, writer, name, is_loaded)


def _records(
    path: Path, is_gzip: bool, writer: SegmentWriter, name: str, is_loaded: Callable[[str], bool]
) -> Iterator[WarcItem]:
    offset, count = 0, 0
    with path.open("rb") as file, path.open("rb") as raw:
        try:
            records = ArchiveIterator(file, arc2warc=True)
            for record in records:
                offset = records.offset
                if record.rec_type == "response" and record.http_headers is not None:
                    count += 1
                    body = record.content_stream().read()
                    # Both read the record to its end, so they come after the body.
                    place = _Raw(raw, records.get_record_offset(), records.get_record_length(), is_gzip)
                    yield _item(record, body, place, writer, is_loaded)
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:
            raise UnreadableWarc(
                f"cannot read {name} further than byte {offset}: {str(error).strip() or type(error).__name__}. "
                f"The {count} responses before it are kept; fetch the file again for the rest."
            ) from error
    if count == 0 and offset == 0:
        raise UnreadableWarc(
            f"cannot read {name}: it holds no WARC response record. Is it a WARC file (.warc, .warc.gz)?"
        )


@dataclass(frozen=True, slots=True)
class _Raw:
    """The bytes of a record as they stand in the input."""

    file: IO[bytes]
    offset: int
    length: int
    is_gzip: bool

    def read(self) -> bytes:
        self.file.seek(self.offset)
        return self.file.read(self.length)


def _item(record: Any, body: bytes, raw: _Raw, writer: SegmentWriter, is_loaded: Callable[[str], bool]) -> WarcItem:
    headers = {name.lower(): value for name, value in record.http_headers.headers}
    status = int(record.http_headers.get_statuscode() or 0) if record.http_headers.get_statuscode().isdigit() else 0
    digest = digest_of(body)
    ident = _capture_id(record, digest)
    problem = _problem(status, headers.get("content-type", ""), record.rec_headers.get_header("WARC-Truncated"))
    if problem is None and is_loaded(ident):
        problem = ("unchanged", "already_loaded")
    return WarcItem(
        url=record.rec_headers.get_header("WARC-Target-URI") or "",
        capture_id=ident,
        fetched_at=_date(record.rec_headers.get_header("WARC-Date")),
        status=status,
        headers=headers,
        digest=digest,
        body_bytes=len(body),
        place=None if problem else writer.copy(raw.read(), is_member=raw.is_gzip),
        problem=problem,
    )


def _capture_id(record: Any, digest: str) -> str:
    """The record's own UUID; where it has none (ARC, other schemes of URN) one that the same record always gets."""
    headers = record.rec_headers
    given = (headers.get_header("WARC-Record-ID") or "").strip("<>").removeprefix("urn:uuid:")
    is_own = record.format != "arc"
    try:
        return str(uuid.UUID(given if is_own else ""))
    except ValueError:
        parts = (headers.get_header("WARC-Target-URI"), headers.get_header("WARC-Date"), digest)
        return str(uuid.uuid5(uuid.NAMESPACE_URL, " ".join(map(str, parts))))


def _problem(status: int, content_type: str, truncated: str | None) -> tuple[str, str] | None:
    kind = content_type.partition(";")[0].strip().lower()
    if 300 <= status < 400:
        return "skipped", "redirect"
    if status != 200:
        return "failed", f"http_{status}"
    if kind and kind not in _PAGES:
        return "skipped", f"not_html: {kind}"
    return ("failed", f"truncated: {truncated}") if truncated else None


def _date(raw: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(raw or "")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return datetime.now(UTC)


class _Seekable:
    """The input as a file that can be read at any place, with one gzip member per record or none at all."""

    def __init__(self, source: Path | BinaryIO, spool: Path) -> None:
        self._source, self._spool = source, spool
        self._temporary: list[Path] = []

    def __enter__(self) -> tuple[Path, bool]:
        path = self._source if isinstance(self._source, Path) else self._spooled(self._source)
        try:
            with path.open("rb") as file:
                is_gzip = file.read(2) == b"\x1f\x8b"
        except OSError as error:
            raise UnreadableWarc(f"cannot read the WARC file {path}: {error.strerror}. Check its name.") from error
        if is_gzip and not _one_member_per_record(path):
            with gzip.open(path, "rb") as unpacked:
                return self._spooled(unpacked), False
        return path, is_gzip

    def __exit__(self, *_: object) -> None:
        for path in self._temporary:
            path.unlink(missing_ok=True)

    def _spooled(self, stream: Any) -> Path:
        with tempfile.NamedTemporaryFile(dir=self._spool, prefix=".import-", delete=False) as file:
            self._temporary.append(Path(file.name))
            shutil.copyfileobj(stream, file, 1 << 20)
        return self._temporary[-1]


def _one_member_per_record(path: Path) -> bool:
    """Whether the second record of a gzipped file begins with a gzip header."""
    with path.open("rb") as file:
        try:
            records = iter(ArchiveIterator(file))
            next(records, None)
            next(records, None)
        except ArchiveLoadFailed as error:
            return "chunk" not in str(error).lower()
        except (EOFError, OSError, ValueError, zlib.error):
            return True
    return True
