"""WARC and ARC records out of a stream, one after another, their blocks read only when asked for.

Sources: WARC 1.1 (ISO 28500:2017) sections 4 to 6; ARC 1.0 (Internet Archive, 1996): one line of five fields before
each document. Tolerated because the wild has it: LF for CRLF, `<URL>` (wget 1.19), spaces in URLs, one line of rubbish
after a record whose length is wrong.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tasks.archive.errors import BrokenRecord
from tasks.archive.members import unpack
from tasks.archive.plain import PlainStream, Source

MAX_BYTES = 20 << 20  # of a body: as much as fetching allows by default
_LINE, _HEAD = 64 << 10, 1 << 20
_INTERIM = range(100, 200)
_DIGITS = 18  # of a number: longer ones are none, and Python refuses those of thousands
_BLANK = re.compile(rb"\r?\n\r?\n")
_ARC = re.compile(rb"(\S[^\r\n]*) (\S+) (\d{8,17}|0) (\S*) (-?\w+)\s*")


@dataclass(frozen=True, slots=True)
class Head:
    """Named fields, in the order in which they stand; `raw` is the text that they were read from."""

    fields: tuple[tuple[str, str], ...]
    raw: bytes

    def get(self, name: str) -> str | None:
        """The first field of this name, whatever its case."""
        return next((value for key, value in self.fields if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class HttpHead:
    """Status line and fields of a response, as Latin-1 like every HTTP library has them (RFC 9110 section 5.5)."""

    status: int
    head: Head

    def get(self, name: str) -> str | None:
        return self.head.get(name)


class Record:
    """One record; what of its block was not asked for is passed over.

    `offset` is that of its gzip member, or its own in a file without gzip.
    """

    def __init__(self, plain: PlainStream, head: Head, *, offset: int, is_arc: bool, is_first_of_member: bool) -> None:
        self._plain, self.head, self.offset, self.is_arc = plain, head, offset, is_arc
        self._is_aligned, self._member = is_first_of_member, plain.member
        self.kind = (head.get("WARC-Type") or "").lower()
        self.target = target_of(head)
        self.length = self._left = _length(head, offset)
        self._finished = False
        self._http: HttpHead | None = None
        self.begun = b""  # what `http` has read of the block

    @property
    def date(self) -> datetime | None:
        """WARC-Date, aware; None when it is missing or no date."""
        return parse_date(self.head.get("WARC-Date"))

    @property
    def is_http(self) -> bool:
        """Whether it stands for a request of the web (and not of DNS, FTP or a crawler's own notes)."""
        return self.target.lower().startswith(("http:", "https:"))

    def http(self) -> HttpHead | None:
        """The head of the HTTP message that the block begins with; None when it begins with something else.

        Heads that only say that more will come (100 to 199) are passed over.
        """
        self._http = self._one_head()
        while self._http and self._http.status in _INTERIM:
            self._http = self._one_head()
        return self._http

    def _one_head(self) -> HttpHead | None:
        lines, size = [], 0
        while size < _HEAD and (line := self._plain.readline(min(self._left, _LINE))):
            self._left -= len(line)
            size += len(line)
            lines.append(line)
            if not line.strip() or (len(lines) == 1 and not _is_status(line)):
                break
        head = b"".join(lines)
        self.begun += head
        return parse_http(head)

    def rest(self, limit: int) -> bytes | None:
        """The rest of the block; None, and nothing kept, when it is more than `limit` bytes."""
        if self._left > limit:
            return None
        buffer = io.BytesIO()  # gives its bytes away without a copy of them
        try:
            for piece in self._pieces():
                buffer.write(piece)
        except BrokenRecord as error:
            if not error.is_cut or not self._is_whole(buffer.tell()):
                raise
            self._left = 0
        return buffer.getvalue()

    def _is_whole(self, size: int) -> bool:
        """Whether a file that ends too early for the record's length holds all that the server had announced."""
        announced = self._http.get("Content-Length") if self._http and not self._plain.is_gzip else None
        return bool(announced and announced.isdecimal() and len(announced) <= _DIGITS and size >= int(announced))

    def member(self) -> bytes | None:
        """The gzip member that holds this record and nothing else, as it stands; None when there is no such member.

        Raises:
            BrokenRecord: the member is damaged or cut.
        """
        self.finish()
        return self._plain.member_bytes() if self._is_aligned else None

    def finish(self) -> None:
        """Pass what follows of the record, to the end of its member where it has one.

        Raises:
            BrokenRecord: it cannot be read to its end.
        """
        if self._finished:
            return
        for _ in self._pieces():
            pass
        self._plain.skip_blank()
        self._is_aligned = self._is_aligned and self._plain.ends_member() and self._plain.member == self._member
        self._finished = True

    def _pieces(self) -> Iterator[bytes]:
        while self._left:
            piece = self._plain.read(self._left)
            if not piece:
                raise BrokenRecord(self.offset, f"the file ends {self._left} bytes before the record does", True)
            self._left -= len(piece)
            yield piece


def read_records(stream: Source, *, is_strict: bool = False, keep: int = MAX_BYTES) -> Iterator[Record]:
    """The records of a stream; each is to be used before the next one is asked for.

    Args:
        stream: a file or a pipe, at its beginning.
        is_strict: whether anything between two records but empty lines is an error.
        keep: members up to this size are kept as they stand, for `Record.member`.

    Raises:
        BrokenRecord: from here on nothing can be read.
    """
    plain, rubbish = PlainStream(stream, keep=keep), 0
    while (offset := plain.mark()) is not None:
        is_first_of_member = plain.is_fresh
        line = plain.readline(_LINE)
        if not line.strip():
            continue
        head = _head(line, plain, offset)
        if head is None:
            rubbish += 1
            if not line.endswith(b"\n"):
                raise BrokenRecord(offset, "the file ends within a line", True)
            if is_strict or rubbish > 1 or offset == 0:
                raise BrokenRecord(offset, f"neither a WARC nor an ARC record: {line[:40]!r}")
            continue
        rubbish = 0
        is_arc = not line.startswith(b"WARC/")
        record = Record(plain, head, offset=offset, is_arc=is_arc, is_first_of_member=is_first_of_member)
        yield record
        record.finish()


def target_of(head: Head) -> str:
    """The URL that a record is about; empty when it names none."""
    return (head.get("WARC-Target-URI") or "").strip("<>").replace(" ", "%20")


def parse_date(raw: str | None) -> datetime | None:
    """A WARC-Date (ISO 8601, UTC unless it says otherwise), aware; None when it is missing or no date."""
    try:
        moment = datetime.fromisoformat(raw or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def only_record(member: bytes) -> tuple[Head, bytes]:
    """Fields and block of the one WARC record that a gzip member of ours holds.

    Raises:
        ValueError: it is damaged, or holds no record, or more than one.
    """
    plain = unpack(member)
    end = _BLANK.search(plain)
    if not end or not plain.startswith(b"WARC/"):
        raise ValueError("no WARC record")
    head = Head(fields_of(plain[: end.end()].partition(b"\n")[2]), plain[: end.end()])
    length, rest = head.get("Content-Length") or "", plain[end.end() :]
    if not length.isdecimal() or len(rest) < int(length) or rest[int(length) :].strip(b"\r\n"):
        raise ValueError("a record of another length than it says")
    return head, rest[: int(length)]


def fields_of(text: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of a head, or of a block of type application/warc-fields."""
    return _fields(text.splitlines(keepends=True), utf8=True)


def split_http(block: bytes) -> tuple[HttpHead | None, bytes]:
    """A block that holds an HTTP message, as its head and its body."""
    http, begin, at = None, 0, 0
    while begin < len(block) and (http is None or http.status in _INTERIM):
        end = _BLANK.search(block, begin)
        at = end.end() if end else len(block)
        http = parse_http(block[begin:at])
        if http is None:
            return None, block
        begin = at
    return http, block[at:] if http else block


def _is_status(line: bytes) -> bool:
    """Whether a line begins an HTTP message; some crawlers write it in small letters."""
    return line[:5].upper() == b"HTTP/"


def parse_http(raw: bytes) -> HttpHead | None:
    """The head of an HTTP response; None when it is none."""
    lines = raw.splitlines(keepends=True)
    if not lines or not _is_status(lines[0]):
        return None
    status = [*lines[0].split(None, 2), b""][1]
    number = int(status) if status.isdigit() and len(status) <= _DIGITS else 0
    return HttpHead(number, Head(_fields(lines[1:], utf8=False), raw))


def _head(line: bytes, plain: PlainStream, offset: int) -> Head | None:
    if line.startswith(b"WARC/"):
        lines, size = [line], len(line)
        while (more := plain.readline(_LINE)) and more.strip():
            lines.append(more)
            size += len(more)
            if size > _HEAD:
                raise BrokenRecord(offset, f"record fields of more than {_HEAD} bytes")
        if not more:
            raise BrokenRecord(offset, "the file ends within the fields of a record", True)
        return Head(_fields(lines[1:], utf8=True), b"".join([*lines, more]))
    found = _ARC.fullmatch(line)
    return _arc_head(found, line) if found else None


def _arc_head(found: re.Match[bytes], line: bytes) -> Head:
    url, address, stamp, _, length = (_text(part, utf8=True) for part in found.groups())
    is_own = url.startswith("filedesc:")
    fields = [("WARC-Type", "warcinfo" if is_own else "response"), ("WARC-Target-URI", url), ("Content-Length", length)]
    fields.append(("WARC-IP-Address", address))
    try:
        date = datetime.strptime(stamp[:14].ljust(14, "0"), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        fields.append(("WARC-Date", date.isoformat().replace("+00:00", "Z")))
    except ValueError:
        pass
    return Head(tuple(fields), line)


def _fields(lines: list[bytes], *, utf8: bool) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines:
        text = _text(line, utf8=utf8).rstrip("\r\n")
        if text[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text.strip()}")
        elif ":" in text:
            name, _, value = text.partition(":")
            found.append((name.strip(), value.strip(" \t")))
    return tuple(found)


def _text(raw: bytes, *, utf8: bool) -> str:
    try:
        return raw.decode("utf-8" if utf8 else "latin-1")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _length(head: Head, offset: int) -> int:
    raw = (head.get("Content-Length") or "").strip()
    if not re.fullmatch(r"\d{1,18}", raw, re.ASCII):
        raise BrokenRecord(offset, f"a record without a length ({raw[:20]!r})")
    return int(raw)
