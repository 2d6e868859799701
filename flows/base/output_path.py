"""Where a result may be written."""

from __future__ import annotations

from pathlib import Path

from flows.base.errors import BadUsage
from warehouse.home import Home


def refuse_files_of(home: Home, output: Path | None) -> None:
    """Before a result is written, so that a slip of the keyboard costs no snapshot and no archive.

    Raises:
        BadUsage: `output` is a file of the owner's folder, or is to be one.
    """
    if output is not None and home.owns(output):
        raise BadUsage(f"cannot write a result to {output}: that belongs to the warehouse. Name a file elsewhere.")
