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
import random
import sys
import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
from rich.progress import track

from benchmarks.base.page import grid, machine, write_section
from expectations import drift
from expectations.alarms import Alarm, Wrong
from expectations.silence import expected, silence
from flows.run.alarms import update_alarms
from tasks.decide.lookups import histories, new_articles, source_samples
from warehouse.connection import open_memory

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
EVERY = timedelta(minutes=15)
Row = dict[str, Any]
OUTLETS = ("daily", "courier", "broadcast", "gazette", "weekly", "desk", "observer", "wire")
_RULES = {  # chance that a page fails it
    "headline_length": 0.03, "text_is_prose": 0.02, "text_not_repeating": 0.01, "content_hash_unique": 0.01,
    "language_present": 0.005, "image_url_is_http": 0.005, "text_encoding_whole": 0.005,
}  # fmt: skip
_REJECTED, _REQUEST_FAILS, _POLL_FAILS = 0.01, 0.02, 0.005
_BURST = 0.4  # of the pages on an afternoon of short posts


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at an outlet, from a day to another (both may be fractions)."""

    outlet: str
    what: str
    first: float
    last: float

    def is_on(self, day: float) -> bool:
        return self.first <= day < self.last


FAULTS = (  # an outlet's own usual is known after some days
    Fault("gazette", "the feed fails", 6.3, 9.3),
    Fault("daily", "a template loses the authors", 7.4, 9.4),
    Fault("courier", "a wall answers instead of stories", 8.5, 9.5),
    Fault("broadcast", "the feed goes silent", 9.2, 10.7),
    Fault("weekly", "texts are decoded wrongly", 10.6, 11.6),
    Fault("desk", "bodies are cut to teasers", 11.4, 12.6),
    Fault("observer", "most requests fail", 12.3, 12.9),
    Fault("wire", "the feed fails", 16.4, 16.9),
    Fault("courier", "the feed goes silent", 19.1, 21.1),
    Fault("broadcast", "a template loses the authors", 23.5, 27.5),
    Fault("daily", "texts are decoded wrongly", 29.2, 29.8),
    Fault("gazette", "most requests fail", 33.6, 34.0),
    Fault("observer", "a wall answers instead of stories", 37.3, 40.3),
    Fault("weekly", "bodies are cut to teasers", 43.4, 46.4),
    Fault("desk", "the feed fails", 48.2, 48.4),
    Fault("wire", "most requests fail", 51.5, 52.5),
    Fault("daily", "most requests fail", 51.5, 52.5),
    Fault("courier", "a template loses the authors", 54.4, 56.4),
    Fault("gazette", "the feed goes silent", 57.0, 58.6),
)


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


class World:
    """The rows that the runs of all outlets write."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.rng = connection, random.Random(15)
        self._bursts = {(o, d) for d in range(200) for o in OUTLETS if self.rng.random() < 0.05}
        self._failed: set[str] = set()

    def run(self, now: datetime, run_id: str) -> tuple[dict[str, str], int]:
        """One batch; outlets whose poll failed, and how many rules are newly not met, batch by batch."""
        day = (now - START) / timedelta(days=1)
        failing = {o: "timeout" for o in OUTLETS if self._has(o, "the feed fails", day) or self._chance(_POLL_FAILS)}
        pages: list[Row] = []
        fetches: list[Row] = []
        quarantined: list[Row] = []
        for _ in range(self.rng.randint(5, 20)):
            outlet = self.rng.choice(OUTLETS)
            if outlet in failing or self._has(outlet, "the feed goes silent", day):
                continue
            url = f"http://{outlet}.example/{uuid.UUID(int=self.rng.getrandbits(128))}"
            lost = self._chance(0.7 if self._has(outlet, "most requests fail", day) else _REQUEST_FAILS)
            asked: Row = {"run_id": run_id, "source": outlet, "url": url}
            fetched = {"kind": "article", "started_at": now, "outcome": "failed" if lost else "ok"}
            fetches.append(asked | fetched)
            if lost:
                continue
            wall = self._has(outlet, "a wall answers instead of stories", day)
            if wall or self._chance(_REJECTED):
                why = {"rule": "page_is_article", "severity": "critical", "quarantined_at": now, "attempts": 1}
                quarantined.append(asked | why)
            else:
                pages.append(self._page(outlet, url, now, run_id, day))
        self._write(pages, fetches, quarantined, now, run_id, failing)
        rules = {rule for page in pages for rule in page["quality_flags"]} | {
            "page_is_article" for _ in quarantined[:1]
        }
        new, self._failed = len(rules - self._failed), rules
        return failing, new

    def _page(self, outlet: str, url: str, now: datetime, run_id: str, day: float) -> dict[str, Any]:
        flags = [rule for rule, chance in _RULES.items() if self._chance(chance)]
        if (outlet, int(day)) in self._bursts and 14 <= now.hour < 17 and self._chance(_BURST):
            flags.append("headline_length")
        if self._has(outlet, "texts are decoded wrongly", day) and self._chance(0.8):
            flags.append("text_encoding_whole")
        anonymous = self._has(outlet, "a template loses the authors", day) or self._chance(0.08)
        teaser = self._has(outlet, "bodies are cut to teasers", day)
        ident = str(uuid.UUID(int=self.rng.getrandbits(128)))
        return {
            "article_id": ident, "source": outlet, "url": url, "canonical_url": url, "domain": f"{outlet}.example",
            "headline": "h", "authors": [] if anonymous else ["Ada Quill"], "date_published": now,
            "date_published_source": "json_ld", "date_published_precision": "instant", "section": "Local",
            "image_url": "http://x.example/i", "page_kind": "article", "version": 1, "content_hash": ident,
            "word_count": self.rng.randint(45, 90) if teaser else max(20, int(self.rng.lognormvariate(6, 0.45))),
            "first_seen": now, "last_seen": now, "extractor": "e", "run_id": run_id,
            "quality_flags": sorted(set(flags)),
        }  # fmt: skip

    def _write(
        self, pages: list[Row], fetches: list[Row], quarantined: list[Row], now: datetime, run_id: str,
        failing: dict[str, str],
    ) -> None:  # fmt: skip
        done = [(page, "loaded") for page in pages] + [(row, "rejected") for row in quarantined]
        self._insert("articles", pages)
        self._insert("fetches", fetches)
        self._insert("quarantine", quarantined)
        self._insert("outcomes", [
            {"run_id": run_id, "source": row["source"], "url": row["url"], "outcome": outcome, "decided_at": now}
            for row, outcome in done
        ])  # fmt: skip
        polls = {o: "failed" if o in failing else "ok" for o in OUTLETS}
        self._insert("feed_polls", [
            {"run_id": run_id, "source": o, "feed_url": o, "polled_at": now, "outcome": outcome}
            for o, outcome in polls.items()
        ])  # fmt: skip

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            found = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by its name
            self.connection.execute(f"insert into {table} by name select * from found")

    def _has(self, outlet: str, what: str, day: float) -> bool:
        return any(f.outlet == outlet and f.what == what and f.is_on(day) for f in FAULTS)

    def _chance(self, chance: float) -> bool:
        return self.rng.random() < chance


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
