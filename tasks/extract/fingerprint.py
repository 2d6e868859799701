"""The reader's version, made of what it consists of."""

from __future__ import annotations

import hashlib
from pathlib import Path

_READS = (".py", ".txt")
_MACHINERY = frozenset(("pool.py", "process_turns.py", "job.py"))  # runs the reader, and reads nothing
_LENGTH = 10


def fingerprint(room: Path) -> str:
    """Ten hexadecimal digits of SHA-256 over the code and data of a folder, by name.

    Args:
        room: the folder of the reader's modules.
    """
    digest = hashlib.sha256()
    for path in sorted(each for each in room.rglob("*") if each.suffix in _READS and each.name not in _MACHINERY):
        digest.update(path.relative_to(room).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:_LENGTH]
