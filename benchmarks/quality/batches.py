"""Weeks of small batches: how many alarms a day reach somebody, how many of them are false, and what is missed?

    python -m benchmarks.quality.batches [--days 60] [--write]

Eight outlets bring 5 to 20 pages every 15 minutes. Nothing is fetched or read: the rows of each run are written as a
run writes them, and the run's own judgement of its sources and alarms looks at them, by a clock of its own. Pages fail
rules by chance, a feed times out now and then, some afternoons are full of posts of two words; some things go really
wrong, for hours or for days. An alarm is right when its outlet has a fault then, or had one within two days; a fault is
found when it was told within a day. Beside it, what was told before there were alarms: each rule that a batch fails and
the batch before met.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from rich.progress import track

from benchmarks.base.page import grid, machine, write_section
from benchmarks.quality.outlets import EVERY, FAULTS, OUTLETS, START, Fault, World
from expectations import drift
from expectations.alarms import Alarm, Wrong
from expectations.silence import expected, silence
from flows.run.alarms import update_alarms
from tasks.decide.lookups import histories, new_articles, source_samples
from warehouse.connection import open_memory


@dataclass(slots=True)
class Told:
    """What reached somebody: messages by day, those without a fault, and when each fault was told first."""

    messages: Counter[int] = field(default_factory=Counter)
    over: int = 0
    false: list[str] = field(default_factory=list)
    first: dict[Fault, float] = field(default_factory=dict)
    before: Counter[int] = field(default_factory=Counter)  # by the rule of the release before

    def note(self, alarms: tuple[Alarm, ...], day: float) -> None:
        """Messages are one for each source of a run."""
        for source in sorted({each.source for each in alarms}):
            self.messages[int(day)] += 1
            causes = [f for f in FAULTS if f.outlet == source and f.first <= day < f.last + 2]
            for fault in causes:
                self.first.setdefault(fault, day)
            if not causes:
                kinds = ", ".join(each.kind for each in alarms if each.source == source)
                self.false.append(f"day {day:.1f}, {source}: {kinds}")


def simulate(days: int) -> tuple[Told, int, int]:
    """What was told, and how many runs and pages there were."""
    told, runs = Told(), int(timedelta(days=days) / EVERY)
    with open_memory() as connection:
        connection.execute("set timezone = 'UTC'; set threads = 1")
        world = World(connection)
        for number in track(range(runs), description="runs"):
            now = START + number * EVERY
            run: Any = SimpleNamespace(
                connection=connection, run_id=str(uuid.UUID(int=world.rng.getrandbits(128))), now=lambda now=now: now,
                settings=SimpleNamespace(enabled_sources=[SimpleNamespace(name=name) for name in OUTLETS]), drifted=[],
                drift_judged=set(),
            )  # fmt: skip
            connection.execute(
                "insert into runs (run_id, flow, started_at, state) values (?, 'ingest', ?, 'running')",
                [run.run_id, now],
            )
            failing, new = world.run(now, run.run_id)
            judge_sources(run, failing)
            judge_drift(run)
            decision = update_alarms(run)
            day = number * EVERY / timedelta(days=1)
            told.note(decision.told, day)
            told.over += len({each.source for each in decision.over})
            told.before[int(day)] += new
        [pages] = connection.execute("select count(*) from articles").fetchone() or (0,)
    return told, runs, pages


def judge_sources(run: Any, failing: dict[str, str]) -> None:
    """The state of each outlet, as a run writes it."""
    days = histories(run.connection, OUTLETS, now=run.now())
    fresh = new_articles(run.connection, OUTLETS, now=run.now())
    for outlet in OUTLETS:
        wanted = expected(None, days.get(outlet, {}), run.now())
        quiet = silence(fresh.get(outlet, (0, run.now()))[0], wanted)
        state = "failing" if outlet in failing else "silent" if quiet else "ok"
        known = run.connection.execute("select last_success from sources where source = ?", [outlet]).fetchone()
        success = run.now() if state == "ok" else known[0] if known else None
        run.connection.execute("delete from sources where source = ?", [outlet])
        run.connection.execute(
            "insert into sources (source, last_run, last_success, state, reason) values (?, ?, ?, ?, ?)",
            [outlet, run.now(), success, state, failing.get(outlet) or quiet],
        )


def judge_drift(run: Any) -> None:
    """What is far from an outlet's own usual, as the judge of a run finds it (without its pages in the Data Docs)."""
    samples = source_samples(run.connection, list(OUTLETS), run_id=run.run_id, now=run.now())
    for source, found in samples.items():
        current, history = found.get(None), {day: sample for day, sample in found.items() if day is not None}
        for each in drift.limits(history, run.now(), current) if current else ():
            value = current.values[each.measure] if current else None
            run.drift_judged.add((source, each.measure))
            is_low = each.low is not None and value is not None and value < each.low
            is_high = each.high is not None and value is not None and value > each.high
            if (is_low or is_high) and each.measure != "new_articles":
                run.drifted.append(Wrong(source=source, kind=each.measure, detail=f"{value}"))


def section(days: int, told: Told, runs: int, pages: int) -> str:
    """The section of docs/benchmarks.md."""
    faults = [f for f in FAULTS if f.last < days]
    lines = grid(
        ("outlet", "fault", "days", "told after"),
        [(f.outlet, f.what, f"{f.first} to {f.last}", _after(f, told)) for f in faults],
    )
    missed = [f"{f.what} ({f.outlet}, day {f.first})" for f in faults if not _is_found(f, told)]
    before = sum(told.before.values())
    return "\n".join([
        "## Alarms of small batches", "",
        "`python -m benchmarks.quality.batches --write`: " + (__doc__ or "").split("\n\n")[2].replace("\n", " "), "",
        machine("duckdb"), "",
        *lines, "",
        f"- {days} days, {runs} runs, {pages} pages, {len(OUTLETS)} outlets.",
        f"- Messages: {sum(told.messages.values())} ({sum(told.messages.values()) / days:.2f} a day, at most "
        f"{max(told.messages.values(), default=0)} on one day), and {told.over} that something is over.",
        f"- Without a fault: {len(told.false)}, {len(told.false) / days:.2f} a day "
        f"({'; '.join(told.false[:5]) or 'none'}).",
        f"- Missed: {', '.join(missed) or 'none'}.",
        f"- By the rule of the release before, a batch that fails what the one before met: {before} events "
        f"({before / days:.0f} a day).",
    ])  # fmt: skip


def _is_found(fault: Fault, told: Told) -> bool:
    return fault in told.first and told.first[fault] - fault.first <= 1


def _after(fault: Fault, told: Told) -> str:
    return f"{(told.first[fault] - fault.first) * 24:.1f} h" if fault in told.first else "**never**"


def main() -> int:
    """Run the simulation; 1 when a fault was missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    told, runs, pages = simulate(options.days)
    text = section(options.days, told, runs, pages)
    print(text)
    if options.write:
        write_section("batches", text)
    return int(any(not _is_found(fault, told) for fault in FAULTS if fault.last < options.days))


if __name__ == "__main__":
    sys.exit(main())
