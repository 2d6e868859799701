"""What `--warc` may be: files, folders, patterns, lists of these, and standard input; checked before a run begins."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.archive.errors import UnreadableWarc

STDIN = "-"
ENDINGS = (".warc", ".warc.gz", ".arc", ".arc.gz")
_NAMED = 5  # as many missing ones are told by name


def warc_inputs(values: Sequence[str]) -> list[str]:
    """The inputs that are meant, in their order, each once: absolute paths, and `-` for standard input.

    Args:
        values: each a file; a folder (all WARC and ARC files below it); a pattern (`*`, `?`, `[…]`, `**`); `@FILE`, a
            list of such values, one a line (empty lines and those with # are passed over; relative ones are looked for
            in the working directory, then beside the list); or `-`.

    Raises:
        UnreadableWarc: some are not there, or hold nothing; the message names them.
    """
    found: dict[str, str] = {}
    missing: list[str] = []
    for value in values:
        for path in _unfolded(value, missing):
            found.setdefault(path if path == STDIN else os.path.realpath(path), path)
    if missing:
        more = f" (and {len(missing) - _NAMED} more)" if len(missing) > _NAMED else ""
        raise UnreadableWarc("; ".join(missing[:_NAMED]) + more)
    return list(found.values())


def _unfolded(value: str, missing: list[str]) -> Iterator[str]:
    if value == STDIN:
        yield STDIN
    elif value.startswith("@"):
        yield from _listed(Path(value[1:]), missing)
    else:
        yield from _files(value, Path(), missing)


def _listed(path: Path, missing: list[str]) -> Iterator[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        missing.append(f"cannot read the list of WARC files {path}: {reason}")
        return
    for line in filter(None, map(str.strip, lines)):
        if not line.startswith("#"):
            yield from _files(line, path.parent, missing)


def _files(value: str, beside: Path, missing: list[str]) -> Iterator[str]:
    if value.startswith(("http://", "https://")):
        missing.append(f"{value} is an address: download the file first, or pipe it into --warc -")
        return
    first = ""
    for base in dict.fromkeys((Path(), beside)):
        paths, why = _named(str(base / value))
        first = first or why
        if paths:
            yield from paths
            return
    missing.append(f"cannot read the WARC file {value}: {first}")


def _named(value: str) -> tuple[list[str], str]:
    """The files that a value names, and why there are none."""
    path = Path(value)
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.name.endswith(ENDINGS) and p.is_file())
        return [str(p.absolute()) for p in files], "the folder holds no WARC file"
    if not path.exists() and glob.has_magic(value):
        matches = sorted(glob.glob(value, recursive=True))  # noqa: PTH207 - absolute patterns too
        return [str(Path(m).absolute()) for m in matches if not Path(m).is_dir()], "no file matches the pattern"
    if not path.exists():
        return [], "there is no such file"
    return ([str(path.absolute())], "") if os.access(path, os.R_OK) else ([], "no permission to read it")
