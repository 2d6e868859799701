"""What a scheduled run with nothing new costs, beside an empty Prefect flow run on the same server.

    python -m benchmarks.overhead [--runs 9] [--write]

Both run in one warm process, by turns, on the embedded server: eight outlets of the newsroom are configured, everything
has been fetched, and no feed is due (`due_only`, as schedules run it) or every feed is polled and answers 304. A flow
run ends at full seconds only, for Prefect's thread of heartbeats; what is done within the first is hidden by it. So the
same is measured without that thread too.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import tomlkit

from benchmarks.base.page import grid, machine, write_section
from expectations.judge import Judge
from flows.base.observer import CURRENT, Injected
from flows.base.settings import load
from flows.run.context import new_pool
from flows.service.prefect_settings import EmbeddedServer
from newsroom.server import Newsroom

MARK = 3.0


def measure(runs: int) -> tuple[dict[str, float], dict[str, float]]:
    """Median seconds of an empty flow, of a run with nothing due, and of one whose polls bring nothing.

    Returns:
        As Prefect is, and without its heartbeats.
    """
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
            usual = _medians(ways, runs)
            _without_heartbeats()
            return usual, _medians(ways, runs)


def _without_heartbeats() -> None:
    """The setting takes no value for "none"."""
    from prefect.flow_engine import BaseFlowRunEngine

    BaseFlowRunEngine.heartbeat_seconds = property(lambda _: None)  # type: ignore[assignment,method-assign]


def _medians(ways: dict[str, Callable[[], Any]], runs: int) -> dict[str, float]:
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, call in ways.items():
            began = time.perf_counter()
            call()
            took[name].append(time.perf_counter() - began)
    return {name: statistics.median(each) for name, each in took.items()}


def section(usual: dict[str, float], bare: dict[str, float]) -> str:
    """The page's part."""
    lines = grid(
        ("run", "mark", "measured", "without heartbeats"),
        [
            ("an empty Prefect flow", "", f"{usual['empty']:.2f} s", f"{bare['empty']:.2f} s"),
            ("ingest of eight sources, no feed due", f"≤ {MARK:.0f} ×", *_ratios("nothing due", usual, bare)),
            ("ingest of eight sources, every feed polled, nothing new", "", *_ratios("nothing new", usual, bare)),
        ],
    )
    told = " ".join((__doc__ or "").split("\n\n")[-1].split())
    head = ["## Overhead of a run", "", f"`python -m benchmarks.overhead --write`. {told}", ""]
    return "\n".join([*head, machine("prefect", "duckdb"), "", *lines])


def _ratios(name: str, *found: dict[str, float]) -> list[str]:
    return [f"{each[name] / each['empty']:.2f} ×" for each in found]


def main() -> int:
    """Measure, print, write; 1 when the mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    usual, bare = measure(options.runs)
    text = section(usual, bare)
    print(text)
    if options.write:
        write_section("overhead", text)
    return int(any(found["nothing due"] > MARK * found["empty"] for found in (usual, bare)))
