"""The program: `dateline`, or `python -m dateline`."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    """Run the command that was typed, and exit with its status."""
    from warehouse.child_processes import keep_working_directory_out

    keep_working_directory_out()
    from flows.cli.app import main as run

    run()


def _leave_working_directory() -> None:
    """Take off the path what `python -m` put there first, unless Dateline itself stands in it (a clone)."""
    if not sys.flags.safe_path and Path(sys.path[0]).resolve() != Path(__file__).resolve().parents[1]:
        del sys.path[0]


if __name__ == "__main__":
    _leave_working_directory()
    main()
