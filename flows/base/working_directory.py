"""Where a deployed run works: it is started in a folder without Python files, and goes back to where `up` was called.

Prefect loads a flow with the working directory first on the path (prefect.utilities.importtools.load_module), whatever
Python was told. The owner's folder may hold packages called flows or tasks, or a csv.py, which would be imported.
"""

from __future__ import annotations

import os
from pathlib import Path

_NAME = "DATELINE_WORKING_DIRECTORY"


def remember_working_directory() -> None:
    """Tell the processes that this one starts where it works."""
    os.environ[_NAME] = str(Path.cwd())


def go_back() -> None:
    """Work where `dateline up` was called, so that relative paths mean what they meant there.

    Raises:
        OSError: that folder is gone.
    """
    if folder := os.environ.pop(_NAME, None):
        os.chdir(folder)
