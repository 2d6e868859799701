"""Where watches tell: addresses that may hold secrets, in state/watches.json, which only the owner can read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.home import Home


def addresses(home: Home) -> dict[str, dict[str, str]]:
    """By watch: `webhook` and `mail`, as given.

    Raises:
        OSError, ValueError: the file is there and cannot be read.
    """
    path = _file(home)
    if not path.exists():
        return {}
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def journal_of(home: Home, watch: str, channel: str) -> Path:
    """Where the batch stands that is on its way through a channel of a watch."""
    return home.state / "telling" / f"{watch}.{channel}.json"


def keep_addresses(home: Home, name: str, given: Mapping[str, str]) -> None:
    """Keep the addresses of a watch; none forgets them.

    Raises:
        OSError: the file cannot be written.
    """
    known = addresses(home)
    known.pop(name, None)
    write_private(_file(home), known | ({name: dict(given)} if given else {}))


def write_private(path: Path, content: Any) -> None:
    """Write JSON that only the owner can read: the whole of it, or what was there before.

    Raises:
        OSError: it cannot be written.
    """
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


def _file(home: Home) -> Path:
    return home.state / "watches.json"
