"""What a killed run leaves open: cut back to its last good record, sealed, and closed by rename."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tasks.archive import writing
from tasks.archive.members import pack_stored
from tasks.archive.segments import OPEN, seal_fields, sync_folder
from tasks.archive.walking import Found, walk

_MEBI = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """What became of one torn segment."""

    file: str  # relative to the archive, by its final name
    records: int
    captures: int
    bytes_lost: int

    def __str__(self) -> str:
        if not self.captures:
            return f"segment {self.file} of a killed run held no whole capture ({self.bytes_lost} bytes) and is removed"
        return (
            f"segment {self.file} of a killed run is closed: {self.captures} captures ({self.records} records) kept, "
            f"{self.bytes_lost} bytes of a torn record cut off"
        )


@dataclass(slots=True)
class _Good:
    """The good beginning of a file."""

    size: int = 0
    records: int = 0
    captures: int = 0
    warcinfo_id: str = ""
    is_sealed: bool = False


def salvage(archive: Path, *, now: datetime) -> list[Salvaged]:
    """Close every segment that was left open. To be called by the holder of the writer's lock only.

    A kill in the middle of it is made good by the next call.

    Raises:
        OSError: a file cannot be read or written.
    """
    return [_close(archive, path, now) for path in sorted(archive.rglob(f"*.warc.gz{OPEN}"))]


def _close(archive: Path, path: Path, now: datetime) -> Salvaged:
    good, final = _good_part(path), path.with_name(path.name.removesuffix(OPEN))
    lost = path.stat().st_size - good.size
    if good.captures:
        _finish(path, good, lost, now)
        path.rename(final)
    else:
        path.unlink()
    sync_folder(path.parent)
    name = str(final.relative_to(archive))
    return Salvaged(file=name, records=good.records, captures=good.captures, bytes_lost=lost)


def _good_part(path: Path) -> _Good:
    good = _Good()
    for found in walk(path):
        if not isinstance(found, Found) or good.is_sealed:
            break
        good.size = found.offset + found.length
        good.is_sealed = found.seal() is not None
        good.records += not good.is_sealed
        good.captures += found.kind in ("response", "revisit")
        if found.kind == "warcinfo":
            good.warcinfo_id = found.record_id
    return good


def _finish(path: Path, good: _Good, lost: int, now: datetime) -> None:
    with path.open("r+b") as file:
        file.truncate(good.size)
        if not good.is_sealed:
            digest, left = hashlib.sha256(), good.size
            while left:
                piece = file.read(min(left, _MEBI))
                digest.update(piece)
                left -= len(piece)
            said = seal_fields(
                digest.hexdigest(), good.size, records=good.records, captures=good.captures, torn=lost
            )  # fmt: skip
            file.seek(good.size)
            file.write(pack_stored(writing.seal(good.warcinfo_id, now, said)))
        file.flush()
        os.fsync(file.fileno())
