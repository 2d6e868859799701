"""Which home this is, wherever it stands: an id that it carries, so that what Prefect knows of it outlives a move.

Paths do not do: a home that was moved would leave its deployments behind, with schedules that run on nothing.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from warehouse.home import Home

_NAME = "home.json"


def home_id(home: Home) -> str:
    """The id of this home, twelve hexadecimal digits; made when it has none, or when it is a copy of another home.

    It is a copy when the folder that the id was given in still has it: both would take each other's schedules over.

    Raises:
        OSError: it cannot be written.
    """
    path, here = home.state / _NAME, str(home.root.resolve())
    said = _read(path)
    if said.get("path") == here:
        return said["id"]
    is_copy = "path" in said and _read(Home(Path(said["path"])).state / _NAME).get("id") == said["id"]
    ident = uuid.uuid4().hex[:12] if is_copy or "id" not in said else said["id"]
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"id": ident, "path": here}), encoding="utf-8")
    partial.replace(path)
    return ident


def known_id(home: Home) -> str:
    """The id that `up` has given this home, or nothing: for runs, which give none."""
    return _read(home.state / _NAME).get("id", "")


def tag_of(ident: str) -> str:
    """The tag that deployments of this home have on their server, and so their runs."""
    return f"home-{ident}"


def is_of(home: Home, *, tags: Iterable[str], parameters: Mapping[str, Any]) -> bool:
    """Whether a deployment, or a run of one, is of this home: it has its id or, from a release without, its path."""
    ids = [tag for tag in tags if tag.startswith(tag_of(""))]
    if ids:
        return tag_of(known_id(home)) in ids
    return bool(parameters.get("home") == str(home.root.absolute()))


def _read(path: Path) -> dict[str, str]:
    """What the file says; nothing when it is missing or is not ours."""
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict) and isinstance(found.get("id"), str) and isinstance(found.get("path"), str):
            return {"id": found["id"], "path": found["path"]}
    return {}
