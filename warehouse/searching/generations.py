"""The folders of the search index: one a generation, never changed once it has its name.

    index/00000041-9f3c2a17/    the engine's files, and generation.json: their sizes and checksums
    index/00000042-….new/       one that is being made; whoever comes next removes it
    index/lock                  held while one is made or removed

A snapshot names its generation (`internal.search_index`), so that readers of any snapshot search just what they see.
The engine's files are written once and never changed: the next generation takes those that stay over as hard links.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import uuid
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.searching.fields import FORMAT

_MANIFEST = "generation.json"
_KEPT = 3  # for readers who have read a snapshot's name of its generation, and not opened it yet
_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a generation holds: its articles, their languages that have stems, its files with size and CRC-32."""

    format: int
    articles: int
    languages: tuple[str, ...]
    files: Mapping[str, tuple[int, int]]


def new_name(root: Path) -> str:
    """A name that sorts after all that are there, and that no other process gives."""
    numbers = [int(folder.name.partition("-")[0]) for folder in root.iterdir() if re.match(r"\d{1,12}-", folder.name)]
    return f"{max(numbers, default=0) + 1:08d}-{uuid.uuid4().hex[:8]}"


def manifest(folder: Path) -> Manifest | None:
    """What a generation holds; None when it is lost, cut short or of another format. Does not read its files whole."""
    try:
        found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        read = Manifest(
            format=found["format"],
            articles=found["articles"],
            languages=tuple(found["languages"]),
            files={name: (size, crc) for name, (size, crc) in found["files"].items()},
        )
        is_whole = all((folder / name).stat().st_size == size for name, (size, _) in read.files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return read if is_whole and read.format == FORMAT else None


@contextmanager
def lockable(folder: Path) -> Iterator[Path]:
    """A place where the engine finds a generation's files and may write its lock: it opens none without.

    Who may only read gets links in the folder for temporary files, for as long as the opening takes.

    Raises:
        OSError: they cannot be made.
    """
    if os.access(folder, os.W_OK):
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="dateline-index-") as place:
        for file in folder.iterdir():
            if not file.name.endswith(".lock"):
                Path(place, file.name).symlink_to(file.absolute())
        yield Path(place)


def begin(root: Path, name: str, base: str | None) -> Path:
    """The folder in which the generation `name` is made, with the files of `base`.

    Raises:
        OSError: it cannot be made.
    """
    for left in root.glob("*.new"):
        shutil.rmtree(left, ignore_errors=True)
    folder = root / f"{name}.new"
    folder.mkdir(parents=True)
    for file in (root / base).iterdir() if base else ():
        if not file.name.endswith(".lock") and file.name != _MANIFEST:
            _take_over(file, folder / file.name)
    return folder


def _take_over(file: Path, target: Path) -> None:
    try:
        os.link(file, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(file, target)


def finish(folder: Path, *, articles: int, languages: tuple[str, ...], before: Manifest | None) -> Path:
    """Give a generation its name: from here on it is whole, or not there at all.

    Raises:
        OSError: it cannot be written.
    """
    known = before.files if before else {}
    sizes = {file.name: file.stat().st_size for file in folder.iterdir() if not file.name.endswith(".lock")}
    files = {name: (size, _checksum(folder / name, known.get(name), size)) for name, size in sizes.items()}
    made = Manifest(format=FORMAT, articles=articles, languages=languages, files=files)
    with (folder / _MANIFEST).open("w", encoding="utf-8") as out:
        json.dump(asdict(made), out)
        out.flush()
        os.fsync(out.fileno())
    final = folder.with_suffix("")
    shutil.rmtree(final, ignore_errors=True)  # a damaged one that is made anew
    folder.rename(final)
    _sync(final.parent)
    return final


def _checksum(path: Path, known: tuple[int, int] | None, size: int) -> int:
    """Of a file that was there before: what it was then. The engine replaces its two JSON files, and no other."""
    if known and known[0] == size and path.suffix != ".json":
        return known[1]
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return _crc(path)


def _crc(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            value = zlib.crc32(piece, value)
    return value


def _sync(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def tidy(root: Path, current: str) -> None:
    """Remove what no reader can want: generations before the last few, others that no snapshot names, and remains.

    To be called when the snapshot that names `current` has been published.
    """
    names = sorted(folder.name for folder in root.iterdir() if folder.is_dir() and not folder.name.endswith(".new"))
    kept = {current, *names[-_KEPT:]}
    for name in names:
        if name not in kept:
            shutil.rmtree(root / name, ignore_errors=True)


def damages(folder: Path) -> Iterator[tuple[str, str]]:
    """File and fault, of all that is wrong with a generation's files. Reads them whole."""
    found = manifest(folder)
    if found is None:
        yield str(folder), "it is lost, cut short, or of another release"
        return
    for name, (_, crc) in found.files.items():
        if _crc(folder / name) != crc:
            yield str(folder / name), "its checksum is not that of when it was written"


def put_aside(folder: Path) -> None:
    """Make a generation one that nobody takes for whole any more; whoever wants it next makes it anew."""
    (folder / _MANIFEST).unlink(missing_ok=True)
