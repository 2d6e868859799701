"""Copies a file, as a program of its own: `python file_copy.py FROM TO`. Imports next to nothing, to start in 20 ms.

Why a program: POSIX drops *all* locks that a process has on a file as soon as it closes *any* descriptor of it. A
writer that copied its own open DuckDB file would let everybody else in; what a child closes does not matter.
"""

import hashlib
import os
import subprocess
import sys
import threading
from pathlib import Path

_CHUNK = 1 << 26


def copy(source: Path, target: Path) -> str:
    """Copy `source`, which this process may have open, to `target` and wait until it is on the disk.

    Returns:
        The SHA-256 of what was copied, in hexadecimal.

    Raises:
        OSError: no space, no right, no such file.
    """
    command = [sys.executable, "-I", "-S", __file__, str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        number, _, path = done.stdout.partition(" ")
        if not number.isdigit():
            raise OSError(f"cannot copy {source} to {target}: {done.stderr.strip() or f'status {done.returncode}'}")
        raise OSError(int(number), os.strerror(int(number)), path.strip() or str(target))
    return done.stdout.strip()


def transfer(source: int, target: int) -> None:
    """All bytes of one descriptor to another, in the kernel where it can: a reflink on XFS and Btrfs costs no space."""
    try:
        while os.copy_file_range(source, target, _CHUNK << 4):
            pass
    except (AttributeError, OSError):  # macOS has none; some file systems refuse; a full disk says so again below
        os.lseek(source, 0, os.SEEK_SET)
        os.lseek(target, 0, os.SEEK_SET)
        _by_hand(source, target)


def _by_hand(source: int, target: int) -> None:
    while piece := os.read(source, _CHUNK):
        view = memoryview(piece)
        while view:
            view = view[os.write(target, view) :]


class _Digest(threading.Thread):
    """Reads the file meanwhile: both give the interpreter's lock away, so the sum costs little more than the copy."""

    def __init__(self, path: str) -> None:
        super().__init__(daemon=True)
        self._path, self._found = path, ""
        self._wrong: OSError | None = None

    def run(self) -> None:
        try:
            with open(self._path, "rb") as file:  # noqa: PTH123 - pathlib's import is most of the time
                self._found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            self._wrong = error

    def found(self) -> str:
        self.join()
        if self._wrong:
            raise self._wrong
        return self._found


def _main(source: str, target: str) -> int:
    try:
        digest = _Digest(source)
        digest.start()
        with open(source, "rb") as old, open(target, "wb") as new:  # noqa: PTH123
            transfer(old.fileno(), new.fileno())
            os.fsync(new.fileno())
        print(digest.found())
    except OSError as error:
        print(error.errno or 5, error.filename or "")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
