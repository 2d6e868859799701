"""What every process that Dateline starts inherits: it imports nothing from the working directory.

That is the owner's, and may hold packages called tasks or flows, or a json.py. `python -m`, `python -c` (which
multiprocessing uses for readers and judge) and so Prefect's runner put it first on the path of a new interpreter.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[1])


def keep_working_directory_out() -> None:
    """Set it for all processes that this one starts from now on, and theirs (PYTHONSAFEPATH, Python 3.11).

    Where Dateline itself was found in the working directory (`python -m dateline` in a clone that is not installed),
    its children are told where that is.
    """
    os.environ["PYTHONSAFEPATH"] = "1"
    searched = [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each]
    if sys.path and not sys.flags.safe_path and os.path.realpath(sys.path[0]) == _ROOT:
        searched = [_ROOT, *(each for each in searched if each != _ROOT)]
    if searched:
        os.environ["PYTHONPATH"] = os.pathsep.join(searched)
