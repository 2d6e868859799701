"""What the processes of a run cost: CPU seconds and memory, by what they are for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import psutil

# Words of their command lines, the first that fits.
_ROLES = {"flows.service.server_process": "server", "forkserver": "readers", "spawn_main": "judge"}


def cpu_seconds(root: psutil.Process) -> Counter[str]:
    """User and system time of a process and of all below it, by role; those that have ended are not counted."""
    return _by_role(root, lambda each: float(sum(each.cpu_times()[:2])))


def memory_bytes(root: psutil.Process) -> Counter[str]:
    """Proportional set sizes, so that pages that forked readers share count once; by role."""
    return _by_role(root, lambda each: int(each.memory_full_info().pss))


def told(amounts: Counter[str], unit: str, digits: int = 0) -> str:
    """ "readers 20 s, run 7 s", the largest first."""
    return ", ".join(f"{role} {amount:.{digits}f} {unit}" for role, amount in amounts.most_common() if round(amount))


def _by_role(root: psutil.Process, measured: Callable[[psutil.Process], float]) -> Counter[str]:
    found: Counter[str] = Counter()
    with suppress(psutil.Error):
        for each in (root, *root.children(recursive=True)):
            with suppress(psutil.Error):
                found[_role(each, root)] += measured(each)  # type: ignore[assignment]  # seconds need not be whole
    return found


def _role(process: psutil.Process, root: psutil.Process) -> str:
    if process.pid == root.pid:
        return "run"
    words = " ".join(process.cmdline())
    return next((role for part, role in _ROLES.items() if part in words), "other")
