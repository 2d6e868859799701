"""What a scheduled run with nothing new costs, beside an empty Prefect flow run on the same server.

    python -m benchmarks.overhead [--runs 9] [--write]

Both run in one warm process, by turns, on the embedded server: eight outlets of the newsroom are configured, everything
has been fetched, and no feed is due (`due_only`, as schedules run it) or every feed is polled and answers 304.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit

from benchmarks.page import grid, machine, write_section
from expectations.judge import Judge
from flows.newsroom.server import Newsroom
from flows.observer import CURRENT, Injected
from flows.prefect_env import EmbeddedServer
from flows.run import new_pool
from flows.settings import load

MARK = 3.0


def measure(runs: int) -> dict[str, float]:
    """Median seconds of an empty flow, and of a run with nothing due, and of one whose polls bring nothing."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as name, Newsroom(anchor=now) as newsroom:
        home = Path(name)
        config = home / "dateline.toml"
        fetch = {"delay": "0s", "connect_to": newsroom.connect_to}
        config.write_text(tomlkit.dumps({"fetch": fetch, "source": newsroom.sources}), encoding="utf-8")
        settings = load(config, home)
        with EmbeddedServer(settings.folder.prepare()) as server, new_pool(settings) as pool, Judge() as judge:
            server.ready()
            from prefect import flow

            from flows.ingest import ingest

            @flow(name="empty")
            def empty() -> None:
                pass

            where: dict[str, Any] = {"config": str(config), "home": str(home)}
            CURRENT.set(Injected(pool=pool, judge=judge))
            ingest(**where)
            ways: dict[str, Callable[[], Any]] = {
                "empty": empty,
                "nothing due": lambda: ingest(**where, due_only=True),
                "nothing new": lambda: ingest(**where),
            }
            for call in ways.values():
                call()
            return _medians(ways, runs)


def _medians(ways: dict[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, call in ways.items():
            began = time.perf_counter()
            call()
            took[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in took.items()}


def section(found: dict[str, float]) -> str:
    """The page's part."""
    empty = found["empty"]
    lines = grid(
        ("run", "mark", "measured"),
        [
            ("an empty Prefect flow", "", f"{empty:.2f} s"),
            ("ingest of eight sources, no feed due", f"≤ {MARK:.0f} ×", f"{found['nothing due'] / empty:.2f} ×"),
            ("ingest of eight sources, every feed polled, nothing new", "", f"{found['nothing new'] / empty:.2f} ×"),
        ],
    )
    told = " ".join((__doc__ or "").split("\n\n")[-1].split())
    head = ["## Overhead of a run", "", f"`python -m benchmarks.overhead --write`. {told}", ""]
    return "\n".join([*head, machine("prefect", "duckdb"), "", *lines])


def main() -> int:
    """Measure, print, write; 1 when the mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    found = measure(options.runs)
    text = section(found)
    print(text)
    if options.write:
        write_section("overhead", text)
    return int(found["nothing due"] > MARK * found["empty"])


if __name__ == "__main__":
    sys.exit(main())
