"""What the owner has said of Prefect's settings, wherever Prefect reads them.

That is the environment, `.env`, `prefect.toml`, `pyproject.toml` and the active profile. Prefect's settings object
knows all of them, and which of its values were given; nothing of that is read here again.
"""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Any


def owner_said(name: str) -> Any:
    """The value that one of Prefect's sources gives to a setting; None when none does.

    Args:
        name: as it stands in prefect.toml, dotted: `api.url`, `server.ui.api_url`.
    """
    from prefect.settings import Settings

    *rooms, last = name.split(".")
    found: Any = functools.reduce(getattr, rooms, Settings())
    return getattr(found, last) if last in found.model_fields_set else None


def user_home() -> Path | None:
    """The home of the user; None where the user id has no name and HOME is not set."""
    try:
        return Path.home()
    except RuntimeError:
        return None


def give_prefect_a_home(folder: Path) -> None:
    """Have Prefect keep its files in `folder` where it can write none in the user's home.

    The service's user may have no home, or one that is read-only; profiles there are read all the same. To be called
    before Prefect is imported: it looks for its home then.
    """
    theirs = user_home()
    if theirs is None:
        os.environ["HOME"] = str(folder)  # Prefect asks for it while it is imported, whatever PREFECT_HOME says
    if os.environ.get("PREFECT_HOME"):
        return
    if theirs is not None and _is_writable(theirs / ".prefect"):
        return
    os.environ["PREFECT_HOME"] = str(folder)
    if theirs is not None and os.access(theirs / ".prefect" / "profiles.toml", os.R_OK):
        os.environ.setdefault("PREFECT_PROFILES_PATH", str(theirs / ".prefect" / "profiles.toml"))


def _is_writable(folder: Path) -> bool:
    """Whether a folder can be written to, or made."""
    there = next((each for each in (folder, *folder.parents) if each.exists()), folder)
    return there.is_dir() and os.access(there, os.W_OK)
