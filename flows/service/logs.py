"""The logs of a home's servers: for the owner's eyes, and bounded."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 8 << 20
_KEPT_BYTES = 1 << 20


def open_private(path: Path, *, append: bool = False) -> BinaryIO:
    """A log that others cannot read, to be written at its end: what is cut off meanwhile leaves no hole.

    Raises:
        OSError: it cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (0 if append else os.O_TRUNC)
    file = os.open(path, flags, 0o600)
    with suppress(OSError):  # some file systems know no modes
        os.fchmod(file, 0o600)
    return os.fdopen(file, "ab")


def trim(path: Path, most: int = MOST_BYTES) -> bool:
    """Cut a log that has grown beyond `most` bytes down to its last MiB; whether it was cut.

    It is cut where it stands, because the process that writes it has it open. On a full disk even the rest may be lost:
    a log must not eat what has just been freed.
    """
    with suppress(OSError):
        if path.stat().st_size <= most:
            return False
        with path.open("r+b") as file:
            file.seek(-min(_KEPT_BYTES, most), os.SEEK_END)
            file.readline()
            last = file.read()
            file.truncate(0)
            file.seek(0)
            file.write(last)
        return True
    return False
