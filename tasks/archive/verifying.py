"""The archive against the rows of `captures`: every damage has a name, and what is whole has none.

The seal of a segment tells of any changed bit. Where it does not fit, the gzip members say which record it is (CRC-32).
From the records, the rows are made once more (tasks.archive.adopting) and compared with those of the warehouse, field
by field.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tasks.archive.adopting import Known, to_capture
from tasks.archive.members import pack_stored, unpack
from tasks.archive.segments import OPEN
from tasks.archive.walking import Damage, Found, bare, segments, walk
from tasks.base.urls import InvalidUrl, normalise
from warehouse.records import Capture

Place = tuple[str, int]
_FIELDS = tuple(each.name for each in fields(Capture))
_MEBI = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDamage:
    """One thing that is wrong.

    `kind` is one of
        missing_segment    captures name it, and it is not there
        damaged_record     bytes that cannot be read as a record
        truncated_segment  the file ends early
        trailing_garbage   bytes after the seal
        altered_bytes      changed bits that harm no record (the seal does not fit, every record can be read)
        open_segment       left open by a killed run; the next run closes it
        orphaned_captures  captures of the segment have no row
        lost_capture       a row whose record is nowhere
        edited_row         a row says something else than its record

    `captures` are the ids of the rows that are touched; `file` is relative to the archive.
    """

    kind: str
    file: str | None = None
    offset: int | None = None
    captures: tuple[str, ...] = ()
    detail: str = ""


@dataclass(slots=True)
class _Books:
    """What going through the archive has brought to light."""

    captures: dict[str, list[Capture]] = field(default_factory=lambda: defaultdict(list))
    stands_in: dict[str, str] = field(default_factory=dict)  # capture id to the file of its own record
    bodies: dict[Place, str] = field(default_factory=dict)  # where a body stands, and its digest
    loose: set[str] = field(default_factory=set)  # without a source of its own: out of another WARC file
    bad: list[_Bad] = field(default_factory=list)
    expired: frozenset[str] = frozenset()  # captures whose bodies the owner has let go


@dataclass(slots=True)
class _Bad:
    """A stretch of a file that cannot be read, and whose captures it takes away."""

    kind: str
    file: str
    offset: int
    end: float
    detail: str
    captures: set[str] = field(default_factory=set)

    def finding(self) -> ArchiveDamage:
        where = None if self.kind == "missing_segment" else self.offset
        return ArchiveDamage(
            kind=self.kind, file=self.file, offset=where, captures=tuple(sorted(self.captures)), detail=self.detail
        )


def verify_archive(folder: Path, captures: Iterable[Capture], *, expired: Collection[str] = ()) -> list[ArchiveDamage]:
    """Everything that is wrong with an archive or with what the warehouse says of it; empty when all is well.

    Reads the whole archive once. Memory grows with the number of captures (about 2 KB each).

    Args:
        folder: the archive.
        captures: all rows of `captures` that stand in the archive, times aware.
        expired: ids of those that the owner has let go; their records say nothing.

    Raises:
        OSError: a file cannot be read at all.
    """
    books = _Books(expired=frozenset(expired))
    for file in segments(folder):
        books.bad += _read_segment(folder, file, books)
    rows = list(captures)
    books.bad += _missing(folder, books, rows)
    lost = [finding for row in rows for finding in _row(row, books)]
    left_open = sorted(folder.rglob(f"*.warc.gz{OPEN}"))
    return [
        *(bad.finding() for bad in books.bad),
        *(ArchiveDamage(kind="open_segment", file=str(path.relative_to(folder))) for path in left_open),
        *lost,
        *_orphaned(books, {row.capture_id for row in rows}),
    ]


def _read_segment(folder: Path, file: str, books: _Books) -> list[_Bad]:
    """Put the captures of a segment into the books; returns what is wrong with the file."""
    bad, known, pending, seal, end = [], dict[str, Known](), "", None, 0
    for found in walk(folder / file):
        end = found.offset + found.length
        if isinstance(found, Damage):
            bad.append(_damage(found, file, pending if seal is None else "", is_after=seal is not None))
            continue
        seal = seal or (found if found.seal() else None)
        pending = bare(found.head.get("WARC-Concurrent-To")) if found.kind in ("request", "metadata") else ""
        _note(found, file, known, books)
    if seal is None and not (bad and bad[-1].end >= end):
        bad.append(_Bad("truncated_segment", file, end, end, "the file ends without a seal"))
    if seal is None:
        bad[-1].end = float("inf")  # what rows place after the end of the file
    elif not bad:
        bad += _unsealed(folder, file, seal)
    return bad


def _damage(found: Damage, file: str, pending: str, *, is_after: bool) -> _Bad:
    kind = "trailing_garbage" if is_after else "truncated_segment" if found.is_cut else "damaged_record"
    ids = {pending} - {""}
    return _Bad(kind, file, found.offset, found.offset + found.length, found.what, ids)


def _unsealed(folder: Path, file: str, seal: Found) -> Iterator[_Bad]:
    """A file whose records can all be read, and which is not what was written."""
    said = seal.seal() or {}
    digest, last = _hashes(folder / file, seal)
    at = seal.offset + seal.length
    after = (folder / file).stat().st_size - at
    if after:
        yield _Bad("trailing_garbage", file, at, at, f"{after} bytes after the seal")
    if said.get("sealed") != digest or said.get("bytes") != str(seal.offset):
        yield _Bad("altered_bytes", file, 0, 0, "not what was written, though every record can be read")
    elif last != pack_stored(unpack(last)):
        yield _Bad("altered_bytes", file, seal.offset, seal.offset, "the seal is not as it was written")


def _hashes(path: Path, seal: Found) -> tuple[str, bytes]:
    digest, left = hashlib.sha256(), seal.offset
    with path.open("rb") as file:
        while left and (piece := file.read(min(left, _MEBI))):
            digest.update(piece)
            left -= len(piece)
        return f"sha256:{digest.hexdigest()}", file.read(seal.length)


def _note(found: Found, file: str, known: dict[str, Known], books: _Books) -> None:
    is_loose = found.record_id not in known
    item = to_capture(found, file, known, {})
    capture = item.capture if item else None
    if capture is None or capture.capture_id in books.expired:
        return
    books.captures[capture.capture_id].append(capture)
    books.stands_in[capture.capture_id] = file
    if is_loose:
        books.loose.add(capture.capture_id)
    if found.kind == "response":
        books.bodies[file, found.offset] = capture.digest


def _missing(folder: Path, books: _Books, rows: list[Capture]) -> list[_Bad]:
    """The segments that rows name, other than those that have a record of theirs elsewhere, and that are not there."""
    own = {row.warc_file for row in rows if row.capture_id not in books.captures}
    bodies = {each.warc_file for found in books.captures.values() for each in found}
    gone = sorted(file for file in own | bodies if not (folder / file).is_file())
    return [_Bad("missing_segment", file, 0, float("inf"), "there is no such file") for file in gone]


def _row(row: Capture, books: _Books) -> Iterator[ArchiveDamage]:
    records = books.captures.get(row.capture_id)
    if not records:
        yield from _unmatched(row, books)
        return
    differences = min((_differences(row, each, books) for each in records), key=len)
    if differences:
        yield ArchiveDamage(
            kind="edited_row",
            file=books.stands_in[row.capture_id],
            captures=(row.capture_id,),
            detail="; ".join(differences),
        )
    for record in records[:1]:
        yield from _bodiless(row, record, books)


def _unmatched(row: Capture, books: _Books) -> Iterator[ArchiveDamage]:
    """A row without a record: some damage has taken it, or nobody knows."""
    for bad in books.bad:
        if row.capture_id in bad.captures:
            return
    place: Place = (row.warc_file, row.warc_offset)
    at_fault = None if place in books.bodies else _at(place, books)
    if at_fault:
        at_fault.captures.add(row.capture_id)
        return
    detail = f"no record of it in the archive; its row names byte {row.warc_offset} of {row.warc_file}"
    yield ArchiveDamage(kind="lost_capture", captures=(row.capture_id,), detail=detail)


def _bodiless(row: Capture, record: Capture, books: _Books) -> Iterator[ArchiveDamage]:
    """A record whose body, which stands elsewhere, is gone or another."""
    place = (record.warc_file, record.warc_offset)
    if books.bodies.get(place) == record.digest:
        return
    at_fault = _at(place, books)
    if at_fault:
        at_fault.captures.add(row.capture_id)
        return
    detail = f"its body is not at byte {record.warc_offset} of {record.warc_file}"
    yield ArchiveDamage(
        kind="lost_capture", file=books.stands_in[row.capture_id], captures=(row.capture_id,), detail=detail
    )


def _at(place: Place, books: _Books) -> _Bad | None:
    """The damage that covers a place."""
    file, offset = place
    return next((bad for bad in books.bad if bad.file == file and bad.offset <= offset < bad.end), None)


def _differences(row: Capture, record: Capture, books: _Books) -> list[str]:
    if row.capture_id in books.loose:  # the record does not say for whom it was taken in
        record = replace(record, source=row.source, requested_url=row.requested_url)
        record = replace(record, url=row.url) if _same_url(row.url, record.url) else record
    return [
        f"{name} is {_short(getattr(row, name))}, in the archive {_short(getattr(record, name))}"
        for name in _FIELDS
        if getattr(row, name) != getattr(record, name)
    ]


def _same_url(one: str, other: str) -> bool:
    try:
        return normalise(one) == normalise(other)
    except InvalidUrl:
        return one == other


def _short(value: Any) -> str:
    return repr(value)[:120]


def _orphaned(books: _Books, ids: set[str]) -> Iterator[ArchiveDamage]:
    """Captures without a row, one finding a file."""
    by_file: dict[str, list[str]] = defaultdict(list)
    for ident, file in books.stands_in.items():
        if ident not in ids:
            by_file[file].append(ident)
    for file, lost in sorted(by_file.items()):
        yield ArchiveDamage(
            kind="orphaned_captures", file=file, captures=tuple(sorted(lost)), detail="not in the warehouse"
        )
