"""Whether the Dateline that is installed is the one that `dateline up` was started with.

`pip install -U` replaces the files under a running `up`: its own process goes on with what it has loaded, the runs that
it starts load what is there now. So `up` leaves its version in the environment, and it and each of its runs compare.
"""

from __future__ import annotations

import os
from importlib import metadata

_STARTED_WITH = "DATELINE_UP_VERSION"


def note_version() -> None:
    """In `dateline up`: tell the processes that it starts what it is."""
    os.environ[_STARTED_WITH] = metadata.version("dateline")


def upgraded() -> str | None:
    """What to say when another version is installed than `up` is of; None when none is, or there is no `up`."""
    then = os.environ.get(_STARTED_WITH)
    try:
        now = metadata.version("dateline")
    except metadata.PackageNotFoundError:  # it is being replaced
        return None
    if then in (None, now):
        return None
    return f"Dateline {now} was installed while `dateline up` of {then} goes on: restart it (`dateline down`, then up)"
