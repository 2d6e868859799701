"""`dateline up` for twenty minutes while things go wrong around it.

    python -m benchmarks.soak [--minutes 20] [--write]

Eight outlets of the embedded newsroom, four polled every 30 s and four every 45 s, maintenance every 5 min: a schedule
of quarters of an hour, thirty times as fast. One run works at a time. On the way the edition changes four times, the
Prefect server is killed, `up` and all that it has started is killed and started again half a minute later, an outlet
is down, one answers with a delay, and a run at work is killed. A feed is due 60 s after its last poll at the latest; a
poll counts as late when a schedule's interval and half a minute (the runs before it) have passed since. Memory is
resident.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import tomlkit

from benchmarks.base.page import grid, machine, write_section
from benchmarks.soak.judge import Verdict, judge
from benchmarks.soak.world import Line, Sample, Service, sampled
from flows.service.access import auth_string
from flows.service.prefect_settings import free_port, use_server
from newsroom.server import Newsroom
from warehouse.home import Home

SCHEDULES = ("30s", "45s")
MARK = 1.2  # of memory, at the end to after the first run
_DOWN, _SLOW = "harborledger", "kvrn"


@dataclass(slots=True)
class World:
    """The newsroom, the lines to two of its outlets, the service, and what has been done to it: (from, to, what)."""

    newsroom: Newsroom
    lines: dict[str, Line]
    service: Service
    began: float = field(default_factory=time.monotonic)
    faults: list[tuple[datetime, datetime, str]] = field(default_factory=list)


def configure(newsroom: Newsroom, path: Path) -> dict[str, Line]:
    """Write the settings; the lines by a part of the host's name."""
    connect_to, lines = dict(newsroom.connect_to), {}
    for part in (_DOWN, _SLOW):
        host = next(host for host in connect_to if part in host)
        lines[part] = Line(newsroom.port)
        connect_to[host] = f"127.0.0.1:{lines[part].port}"
    sources = [s | {"schedule": SCHEDULES[n % 2]} for n, s in enumerate(newsroom.sources)]
    document = {
        "fetch": {"delay": "0s", "connect_to": connect_to},
        "schedule": {"maintain": "5m", "feed_at_least": "60s", "feed_at_most": "20s"},
        "source": sources,
    }
    path.write_text(tomlkit.dumps(document), encoding="utf-8")
    return lines


def soak(world: World, seconds: float) -> None:
    """Let it work, and do the faults at their parts of the time."""
    for share, what, act in sorted(_plan(world, seconds), key=lambda each: each[0]):
        time.sleep(max(0.0, world.began + share * seconds - time.monotonic()))
        print(f"{time.monotonic() - world.began:5.0f} s  {what}", flush=True)
        since = datetime.now(UTC)
        act()
        if "edition" not in what:
            world.faults.append((since, datetime.now(UTC), what))
    time.sleep(max(0.0, world.began + seconds - time.monotonic()))


def _plan(world: World, seconds: float) -> list[tuple[float, str, Callable[[], object]]]:
    service, lines = world.service, world.lines
    editions = [(at, f"edition {n}", partial(setattr, world.newsroom, "edition", n))
                for at, n in ((0.2, 2), (0.5, 1), (0.7, 2), (0.92, 1))]  # fmt: skip
    return [
        *editions,
        (0.10, "the Prefect server is killed", service.kill_server),
        (0.25, "`up` and all that it started is killed, and started again", partial(_kill_and_start, service)),
        (0.40, "an outlet is down", partial(_for_a_time, lines[_DOWN], seconds * 0.08, "is_down", True)),
        (0.55, "an outlet is slow", partial(_for_a_time, lines[_SLOW], seconds * 0.12, "delay_s", 1.5)),
        (0.80, "a run at work is killed", service.kill_run),
    ]


def _kill_and_start(service: Service) -> None:
    service.kill()
    time.sleep(30)
    service.start()


def _for_a_time(line: Line, seconds: float, name: str, value: Any) -> None:
    before = getattr(line, name)
    setattr(line, name, value)
    time.sleep(seconds)
    setattr(line, name, before)


def measure(minutes: float) -> Verdict:
    """The soak, and what is seen after it."""
    with tempfile.TemporaryDirectory(prefix="dateline-soak-") as name, Newsroom(anchor=datetime.now(UTC)) as newsroom:
        root = Path(name)
        config = root / "dateline.toml"
        lines = configure(newsroom, config)
        service = Service(Home(root / "home").prepare(), config, free_port(), root / "up.log")
        service.start()
        try:
            world = World(newsroom, lines, service)
            with sampled(service, world.began):
                soak(world, minutes * 60)
            use_server(service.api, auth_string(service.home))
            found = judge(service, world.faults)
        finally:
            service.stop()
        found.unbalanced = _unbalanced(service.home)
        return found


def _unbalanced(home: Home) -> int:
    with duckdb.connect(str(home.work), read_only=True) as connection:
        rows = connection.execute("select count(*) from ledger where remainder <> 0").fetchall()
    return int(rows[0][0])


def growth(samples: list[Sample], of: str, runs: int) -> float:
    """MB per 1,000 runs, from the half of the time to its end, and so without what a new file begins with."""
    half = samples[len(samples) // 2 :]
    grown: float = getattr(half[-1], of) - getattr(half[0], of)
    return grown / max(1, runs / 2) * 1000


def section(found: Verdict, minutes: float) -> str:
    """The page's part."""
    states = ", ".join(f"{count} {name}" for name, count in sorted(Counter(found.states).items()))
    late = "; ".join(f"{count} while or after {what}" for what, count in found.late.items()) or "none"
    of_prefect, of_ours = (growth(found.samples, each, found.runs) for each in ("prefect_db", "warehouse"))
    table = grid(
        ("what", "mark", "measured"),
        [
            ("scheduled runs that were due", "each has an end", f"{len(found.states)}: {states}"),
            ("due times without a run", "none or explained", str(found.missing)),
            ("runs that are stuck at the end", "0", str(found.stuck)),
            ("polls of feeds", "", f"{found.polls}, of which {found.failed_polls} failed"),
            ("late polls", "none or explained", late),
            ("of them without an explanation", "0", str(found.late.get("nothing", 0))),
            ("ledgers that do not balance", "0", str(found.unbalanced)),
            *((f"memory of {what}, after its first run → at the end", f"≤ {MARK} ×",
               f"{first:.0f} → {last:.0f} MB, {last / first:.2f} ×") for what, (first, last) in found.memory.items()),
            ("growth of the Prefect database per 1,000 runs", "", f"{of_prefect:.0f} MB"),
            ("growth of the warehouse per 1,000 runs", "", f"{of_ours:.0f} MB"),
        ],
    )  # fmt: skip
    done = grid(("at", "fault"), [(f"{(a - found.faults[0][0]).total_seconds() + minutes * 6:.0f} s", what)
                                  for a, _, what in found.faults])  # fmt: skip
    how = " ".join((__doc__ or "").split("\n\n")[2].split())
    head = f"`make soak` (`python -m benchmarks.soak --write`), {minutes:.0f} minutes. {how}"
    return "\n".join(["## Soak", "", head, "", machine("prefect", "duckdb"), "", *table, "", *done])


def main() -> int:
    """Soak, print, write; 1 when a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--write", action="store_true", help="write the section of docs/reliability.md")
    options = parser.parse_args()
    found = measure(options.minutes)
    text = section(found, options.minutes)
    print(text, *found.failed, sep="\n")
    if options.write:
        write_section("soak", text)
    flat = all(last <= MARK * first for first, last in found.memory.values())
    return int(not flat or bool(found.stuck or found.unbalanced or found.late.get("nothing")))
