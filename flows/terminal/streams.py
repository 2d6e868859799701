"""Standard streams that can be relied on. Importing it must stay cheap, as for flows.cli.app."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

_NOWHERE = Path(os.devnull)


def prepare_streams() -> None:
    """Open what was closed (`>&-`), and let no letter that an encoding lacks end the program.

    A file that is opened while descriptor 1 or 2 is free gets that number, and with it what a library prints: it could
    be the warehouse.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            _open_nowhere(number)
    sys.stdin = sys.stdin or _NOWHERE.open(encoding="utf-8")
    sys.stdout = sys.stdout or _NOWHERE.open("w", encoding="utf-8")
    sys.stderr = sys.stderr or _NOWHERE.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and not stream.encoding.lower().startswith("utf"):
            _forgive(stream)


def _open_nowhere(number: int) -> None:
    opened = os.open(os.devnull, os.O_RDWR)
    if opened != number:
        os.dup2(opened, number)
        os.close(opened)


def _forgive(stream: io.TextIOWrapper) -> None:
    """Text for a pipe or a file is UTF-8; a terminal, or who has said PYTHONIOENCODING, gets `\\u2026` for `…`."""
    is_asked_for = stream.isatty() or "PYTHONIOENCODING" in os.environ
    stream.reconfigure(encoding=None if is_asked_for else "utf-8", errors="backslashreplace")
