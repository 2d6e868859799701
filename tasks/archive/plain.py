"""The plain bytes of a WARC or ARC stream, gzip or not, and where in the file they come from.

Reads forward only, so that a pipe will do, and holds no more than some pieces. warcio is not used for reading: where a
gzip member is damaged it prints to standard error and hands on a shortened record as a whole one (warcio 1.8.1,
BufferedReader._decompress).
"""

from __future__ import annotations

import zlib
from typing import Protocol

from tasks.archive.errors import BrokenRecord
from tasks.archive.members import MAGIC

_CHUNK = 64 * 1024
_FEED = 8 * 1024  # deflate expands at most 1032 times: no piece exceeds 8 MiB


class Source(Protocol):
    """What can be read forward."""

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""


class PlainStream:
    """Lines and bytes of a stream; each gzip member is checked to its end (CRC-32 and length) before it counts as read.

    Args:
        stream: at its beginning.
        keep: members of up to so many bytes are kept as they stand, for `member_bytes`.
    """

    def __init__(self, stream: Source, *, keep: int) -> None:
        self._stream, self._keep = stream, keep
        self._raw, self._raw_at, self._raw_base = stream.read(_CHUNK), 0, 0
        self.is_gzip = self._raw[:2] == MAGIC
        self._plain, self._at, self._plain_base = b"", 0, 0
        self._inflate: zlib._Decompress | None = None
        self._kept: bytearray | None = None
        self.member = 0  # offset in the file at which the present member begins
        self.is_fresh = False  # nothing has been taken from the present member

    def mark(self) -> int | None:
        """Where in the file the next byte comes from: its member, or itself in a file without gzip; None at the end."""
        if not self._more():
            return None
        return self.member if self.is_gzip else self._plain_base + self._at

    def readline(self, limit: int) -> bytes:
        """One line with its end, or as much of it as `limit` allows; empty at the end."""
        parts, size = [], 0
        while size < limit and self._more():
            end = self._plain.find(b"\n", self._at, self._at + limit - size) + 1
            parts.append(self._take(end or min(len(self._plain), self._at + limit - size)))
            size += len(parts[-1])
            if end:
                break
        return b"".join(parts)

    def read(self, size: int) -> bytes:
        """Some bytes, at most `size`; empty at the end."""
        return self._take(min(len(self._plain), self._at + size)) if size and self._more() else b""

    def skip_blank(self) -> None:
        """Pass the empty lines that follow a record, but not the end of the member."""
        while self._fill() and self._plain[self._at] in b"\r\n":
            self._take(self._at + 1)

    def ends_member(self) -> bool:
        """Whether the present gzip member has nothing left."""
        return self.is_gzip and not self._fill()

    def member_bytes(self) -> bytes | None:
        """The present member as it stands in the file, once it has been read to its end; None when it is too long.

        To be asked for once: it is not kept any longer.
        """
        kept, self._kept = self._kept, None
        return bytes(kept) if kept is not None else None

    def _take(self, end: int) -> bytes:
        part, self._at, self.is_fresh = self._plain[self._at : end], end, False
        return part

    def _more(self) -> bool:
        while not self._fill():
            if not self._begin_member():
                return False
        return True

    def _fill(self) -> bool:
        """Have bytes at hand without leaving the present member."""
        if self._at < len(self._plain):
            return True
        if not self.is_gzip:
            self._plain_base += len(self._plain)
            self._plain, self._at = self._feed(_CHUNK), 0
            return bool(self._plain)
        while self._inflate is not None and not self._inflate.eof:
            self._plain, self._at = self._inflated(self._inflate), 0
            if self._plain:
                return True
        return False

    def _inflated(self, inflate: zlib._Decompress) -> bytes:
        feed = self._feed(_FEED)
        if not feed:
            raise BrokenRecord(self.member, "the file ends within a gzip member", True)
        try:
            plain = inflate.decompress(feed)
        except zlib.error as error:
            raise BrokenRecord(self.member, f"a damaged gzip member ({error})") from None
        used = len(feed) - len(inflate.unused_data)
        self._raw_at -= len(feed) - used
        if self._kept is not None:
            self._kept += feed[:used]
            self._kept = self._kept if len(self._kept) <= self._keep else None
        return plain

    def _begin_member(self) -> bool:
        if not self.is_gzip or not self._have():
            return False
        start = self._raw_base + self._raw_at
        head = self._raw[self._raw_at : self._raw_at + 2]
        if head != MAGIC and head[0] == 0 and self._only_zeros():  # padding to a block of tape or disk
            return False
        if head != MAGIC[: len(head)]:
            raise BrokenRecord(start, "bytes that are no gzip member")
        self._inflate, self._kept = zlib.decompressobj(zlib.MAX_WBITS + 16), bytearray()
        self.member, self.is_fresh = start, True
        return True

    def _only_zeros(self) -> bool:
        while self._have():
            if self._raw[self._raw_at :].strip(b"\0"):
                return False
            self._raw_at = len(self._raw)
        return True

    def _have(self) -> bool:
        """Have two bytes of the file at hand if there are as many."""
        while len(self._raw) - self._raw_at < 2:
            more = self._stream.read(_CHUNK)
            if not more:
                break
            self._raw_base += self._raw_at
            self._raw, self._raw_at = self._raw[self._raw_at :] + more, 0
        return self._raw_at < len(self._raw)

    def _feed(self, size: int) -> bytes:
        if not self._have():
            return b""
        feed = self._raw[self._raw_at : self._raw_at + size]
        self._raw_at += len(feed)
        return feed
