"""One ingest run that may be killed at a named point: the child process of benchmarks.crash.

    python -m benchmarks.crash.child CONFIG HOME NOW [--kill-at POINT [--then ACTION]]

It uses the Prefect server that PREFECT_API_URL names, or its own. At the point it kills its whole process group, as
SIGKILL does, or does what benchmarks.faulty asks for.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil

BALLAST = "ballast"
# Point: module, name in it (Class.method or function), whether the kill comes before or after it, and at which call.
POINTS: dict[str, tuple[str, str, str, int]] = {
    "the run has begun": ("flows.run.context", "start_run", "after", 1),
    "links are announced": ("flows.run.context", "RunContext.record_discoveries", "after", 1),
    "first page is archived": ("tasks.archive.segments", "SegmentWriter.add", "after", 1),
    "20th page is archived": ("tasks.archive.segments", "SegmentWriter.add", "after", 20),
    "a segment is about to close": ("tasks.archive.segments", "Segment.close", "before", 1),
    "a segment is closed": ("tasks.archive.segments", "Segment.close", "after", 1),
    "pages are being read": ("tasks.extract.pool", "ExtractPool.submit", "after", 1),
    "pages are read": ("tasks.extract.pool", "ExtractPool.collect", "after", 1),
    "a batch is judged": ("flows.run.stages", "judge_batch", "after", 1),
    "a package is about to be written": ("flows.run.context", "write_package", "before", 2),
    "a package is written": ("flows.run.context", "write_package", "after", 2),
    "the second package is written": ("flows.run.context", "write_package", "after", 3),
    "within a load, before its commit": ("warehouse.loader", "_load", "after", 2),
    "a package is loaded": ("flows.run.context", "load_package", "after", 2),
    "the run is about to be judged": ("flows.run.stages", "judge_run", "before", 1),
    "the run is judged": ("flows.run.stages", "judge_run", "after", 1),
    "books are closed": ("flows.run.closing", "close_books", "after", 1),
    "the run is finished": ("flows.run.managed", "close_run", "after", 1),
    "a generation of the index is made": ("warehouse.searching.generations", "begin", "after", 1),
    "a generation of the index is named": ("warehouse.searching.generations", "finish", "after", 1),
    "the search index is up to date": ("warehouse.snapshot", "prepare_index", "after", 1),
    "the snapshot is copied": ("warehouse.snapshot", "copy", "after", 1),
    "the snapshot is published": ("flows.run.closing", "publish", "after", 1),
}


def arm(point: str, act: Callable[[], object]) -> None:
    """Act when the point is reached, once."""
    module, path, when, nth = POINTS[point]
    owner: Any = import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    setattr(owner, name, _acting(getattr(owner, name), when, nth, act))


def _acting(function: Callable[..., Any], when: str, nth: int, act: Callable[[], object]) -> Callable[..., Any]:
    calls = 0

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        reached = calls == nth
        if reached and when == "before":
            act()
        result = function(*args, **kwargs)
        if reached and when == "after":
            act()
        return result

    return wrapped


class Clock:
    """The run's clock, which stands still; it can be set back."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def back(self) -> None:
        """Two hours and some."""
        self.now -= timedelta(hours=2, minutes=7)


def actions(home: Path, clock: Clock) -> dict[str, Callable[[], object]]:
    """What can be done at a point."""
    return {
        "kill": lambda: os.killpg(os.getpgid(0), signal.SIGKILL),
        "terminate": lambda: os.kill(os.getpid(), signal.SIGTERM),
        "kill the server": lambda: _kill_children("flows.service.server_process"),
        "kill the readers": lambda: _kill_children("multiprocessing.forkserver"),
        "kill the judge": lambda: _kill_children("multiprocessing.spawn"),
        "fill the disk": lambda: _fill(home / BALLAST),
        "set the clock back": clock.back,
    }


def _kill_children(module: str) -> None:
    found = [
        each for each in psutil.Process().children(recursive=True) if any(module in part for part in each.cmdline())
    ]
    for each in found:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    if not found:
        raise RuntimeError(f"nothing runs {module}")


def _fill(path: Path) -> None:
    block = b"\0" * 4096
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(block)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once; 0 when the ledger balances."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("now", type=datetime.fromisoformat)
    parser.add_argument("--kill-at", choices=sorted(POINTS))
    parser.add_argument("--then", default="kill", help="what is done there")
    options = parser.parse_args(arguments)
    clock = Clock(options.now)
    from flows.base.observer import Silent
    from flows.base.settings import load
    from flows.service.one_run import warmed
    from flows.terminal.messages import explained

    with warmed(load(options.config, options.home), judge_now=True) as run:
        import flows.ingest  # noqa: F401 - all modules of the points are there before they are armed

        if options.kill_at:
            arm(options.kill_at, actions(options.home, clock)[options.then])
        print("armed", flush=True)
        try:
            report = run(Silent(), now=clock, config=str(options.config), home=str(options.home))
        except Exception as error:
            if (message := explained(error)) is None:
                raise
            print(f"error: {message}", flush=True)
            return 1
    return int(report.totals["remainder"] != 0)


if __name__ == "__main__":
    sys.exit(main())
