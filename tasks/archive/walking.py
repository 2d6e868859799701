"""Going through a segment of ours record by record, over whatever is damaged in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tasks.archive.errors import BrokenRecord
from tasks.archive.members import HEADER
from tasks.archive.records import Head, fields_of, read_records

_ALL = 1 << 62
_WINDOW = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A record that can be read, and its gzip member."""

    offset: int
    length: int
    head: Head
    block: bytes

    @property
    def kind(self) -> str:
        return (self.head.get("WARC-Type") or "").lower()

    @property
    def record_id(self) -> str:
        """Its UUID, or whatever stands in its place."""
        return bare(self.head.get("WARC-Record-ID"))

    def seal(self) -> dict[str, str] | None:
        """What it says if it is the seal of a segment (tasks.archive.writing)."""
        if self.kind != "metadata" or self.head.get("WARC-Target-URI"):
            return None
        said = dict(fields_of(self.block))
        return said if "sealed" in said else None


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that are no record; `is_cut` when the file ends within one."""

    offset: int
    length: int
    what: str
    is_cut: bool = False


def bare(record_id: str | None) -> str:
    """A record's id without its brackets and scheme."""
    return (record_id or "").strip("<> ").removeprefix("urn:uuid:")


def segments(archive: Path) -> list[str]:
    """The closed segments of an archive, relative to it, oldest first."""
    return sorted(str(path.relative_to(archive)) for path in archive.rglob("*.warc.gz") if path.is_file())


def walk(path: Path) -> Iterator[Found | Damage]:
    """Every record of a segment and every damaged stretch between them, in the order of their offsets.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size, start = os.fstat(file.fileno()).st_size, 0
        while start < size:
            broken = None
            try:
                yield from _from(file, start)
            except BrokenRecord as error:
                broken = error
            if broken is None:
                return
            end = _next_record(file, broken.offset + 1, size)
            yield Damage(broken.offset, end - broken.offset, broken.what, broken.is_cut and end == size)
            start = end


def _from(file: BinaryIO, start: int) -> Iterator[Found]:
    """The records from here on; BrokenRecord has its offset in the file."""
    file.seek(start)
    try:
        for record in read_records(file, is_strict=True, keep=_ALL):
            block = record.rest(_ALL) or b""
            member = record.member()
            if member is None:
                raise BrokenRecord(record.offset, "not one record in one gzip member")
            if not member.startswith(HEADER):
                raise BrokenRecord(record.offset, "a gzip header that is not ours")
            yield Found(start + record.offset, len(member), record.head, block)
    except BrokenRecord as error:
        raise BrokenRecord(start + error.offset, error.what, error.is_cut) from None


def _next_record(file: BinaryIO, start: int, size: int) -> int:
    """Where the next whole record begins; the file's size when none does."""
    while start < size:
        file.seek(start)
        window = file.read(_WINDOW)
        at = window.find(HEADER)
        if at < 0:
            start += max(len(window) - len(HEADER) + 1, 1)
            continue
        if _is_record(file, start + at):
            return start + at
        start += at + 1
    return size


def _is_record(file: BinaryIO, start: int) -> bool:
    try:
        return next(_from(file, start), None) is not None
    except BrokenRecord:
        return False
