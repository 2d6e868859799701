"""The embedded newsroom: a second run with nothing changed, and what `dateline demo` takes beside an empty flow."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import tomlkit
from rich.console import Console

from benchmarks.base.marks import Mark
from benchmarks.throughput.rate import Watch

if TYPE_CHECKING:
    from newsroom.server import Newsroom, Request

ROUNDS = 3
WANTED = 2.0
PROGRAM = str(Path(sys.executable).with_name("dateline"))
_BEFORE = timedelta(days=1)  # first and second run; by now every article is due for another look
_EMPTY = """
import sys
from pathlib import Path
from flows.service.prefect_settings import EmbeddedServer
from warehouse.home import Home
with EmbeddedServer(Home(Path(sys.argv[1])).prepare()) as server:
    from prefect import flow
    server.ready()
    flow(lambda: None, name="empty")()
"""


def second(_: Path, folder: Path) -> Mark:
    """A run at once after the first, and one a day later, when every page is asked for again."""
    from flows.base.settings import load
    from flows.service.one_run import warmed
    from newsroom.server import Newsroom

    console, config = Console(), folder / "dateline.toml"
    anchor = (datetime.now(UTC) - _BEFORE).replace(microsecond=0)
    with Newsroom(anchor=anchor) as newsroom, console.status("three runs"):
        fetch = {"delay": "0s", "connect_to": newsroom.connect_to}
        config.write_text(tomlkit.dumps({"fetch": fetch, "source": newsroom.sources}))
        asked: list[list[Request]] = []
        watches = [Watch(), Watch(), Watch()]
        with warmed(load(config, folder), judge_now=True) as run:
            for watch, ago in zip(watches, (_BEFORE, _BEFORE, timedelta(0)), strict=True):
                before = len(newsroom.requests)
                run(watch, now=lambda ago=ago: datetime.now(UTC) - ago, config=str(config), home=str(folder))
                asked.append(newsroom.requests[before:])
        bodies = [_bodies(newsroom, requests) for requests in asked]
    return Mark(
        what="second run of the demo's first edition, nothing changed",
        wanted="0 bodies, 0 pages read",
        measured=f"{len(bodies[1])} article bodies, {watches[1].pages} pages read ({_told(asked[1])}; "
        f"the first run took {len(bodies[0])} bodies and read {watches[0].pages} pages)",
        met=bool(bodies[0]) and not bodies[1] and not watches[1].pages,
        details=(
            f"Second run: a third one a day later, when every article is due for another look: {_told(asked[2])}; "
            f"{len(bodies[2])} bodies, {watches[2].pages} pages read"
            + (f": {', '.join(sorted(set(bodies[2])))}." if bodies[2] else "."),
        ),
    )


def _bodies(newsroom: Newsroom, requests: Sequence[Request]) -> list[str]:
    """The article pages whose bodies were sent, whatever became of them."""
    cases = {
        row[name].partition("://")[2].partition("#")[0]: row["case"]
        for row in newsroom.truth()
        for name in ("listed", "url")
    }
    sent = [f"{r.host}{r.path}" for r in requests if r.status == 200 and r.bytes_sent]
    return [f"{page} ({cases[page] or 'a story'})" for page in sent if page in cases]


def _told(requests: Sequence[Request]) -> str:
    statuses = Counter(request.status for request in requests)
    return f"{len(requests)} requests: " + ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))


def demo(_: Path, folder: Path) -> Mark:
    """Medians of programs that are run in turns; each has folders of its own."""
    times: dict[str, list[float]] = {"empty": [], "demo": []}
    console = Console()
    with console.status("") as status:
        for number in range(ROUNDS):
            for name, command in (("empty", [sys.executable, "-c", _EMPTY]), ("demo", [PROGRAM, "demo", "--home"])):
                status.update(f"round {number + 1} of {ROUNDS}: {name}")
                times[name].append(_wall(command, folder / f"{name}{number}"))
            console.print(f"  round {number + 1}: empty {times['empty'][-1]:.1f} s, demo {times['demo'][-1]:.1f} s")
    ratio = median(times["demo"]) / median(times["empty"])
    return Mark(
        what="`dateline demo` over an empty Prefect flow on a fresh embedded server",
        wanted=f"≤ {WANTED}",
        measured=f"{ratio:.2f} ({median(times['demo']):.1f} s and {median(times['empty']):.1f} s)",
        met=ratio <= WANTED,
        details=(f"Demo: {_rounds(times['demo'])}; empty flow: {_rounds(times['empty'])}; in turns.",),
    )


def _rounds(seconds: Sequence[float]) -> str:
    return ", ".join(f"{each:.1f}" for each in seconds) + " s"


def _wall(command: list[str], home: Path) -> float:
    prefect = home.with_name(f"{home.name}-prefect")
    began = time.perf_counter()
    subprocess.run(
        [*command, str(home)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PREFECT_HOME": str(prefect)},
    )
    return time.perf_counter() - began
