"""Kill -9 everywhere: after the next run the warehouse says what it would have said without it.

    python -m benchmarks.crash [--random 500] [--seed 9] [--points/--no-points] [--jobs 2] [--term] [--write]

Two editions of the embedded newsroom, each a run of a process of its own on one Prefect server, by a clock that stands
still. The reference is a pair of runs that nobody disturbs. In each trial the first or the second run's whole process
group (run, readers, judge) is killed, at a named point or at a random moment; then the same run is started once more,
and the content must be the reference's: a hash over the ordered rows of the tables that analysts rely on, without run
and capture ids. Besides: no article twice, every ledger balanced, and `dateline verify` finds nothing.

A run whose pages are one batch is compared in every column. With batches of 40 pages, which pages share a batch depends
on which outlet answers first, and what has been learned of an outlet's boilerplate when a page is read depends on that,
killed or not: there everything is compared but bodies and what is derived from them.

With `--term` the run is told to end instead (SIGTERM to its process, as Prefect's runner cancels), and ends by itself.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import duckdb
import tomlkit

from benchmarks.base.page import write_section
from benchmarks.crash.child import POINTS
from benchmarks.crash.forked import Forked, Warm, warm
from benchmarks.crash.results import BATCHES, Trial, section
from flows.service.prefect_settings import EmbeddedServer
from newsroom.server import Newsroom
from tasks.archive.verifying import verify_archive
from tasks.decide.lookups import all_captures, faults
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.places import place_of

ANCHOR = datetime(2026, 3, 4, 13, tzinfo=UTC)
_TABLES = {
    "articles": "* exclude (run_id, capture_id, last_seen, seal)",
    "article_versions": "* exclude (run_id, capture_id, seal)",
    "article_images": "*",
    "article_links": "*",
    "article_dates": "*",
    "article_signals": "*",
    "quotes": "*",
    "mentions": "*",
    "story_clusters": "*",
    "daily_source_stats": "* exclude (rejected)",  # a page is rejected once more by the run that comes after
    "quarantine": "distinct source, url, rule, observed",
    "outlet_blocks": "source, block, articles",
    "outlet_habits": "source, habit, value, articles",
    "frontier": "url_id, source, article_id, state",
    "sources": "source, state",
}
_SEVERAL = {
    "articles": "article_id, source, url, headline, authors, agency, dateline, date_published, version, first_seen",
    "article_versions": "article_id, version, headline, change_kind, valid_from, valid_to",
    "article_images": "*",
    "article_dates": "*",
    "quarantine": "distinct source, url, rule",
    "frontier": "url_id, source, article_id, state",
    "sources": "source, state",
}


_ACTIONS = {signal.SIGKILL: "kill", signal.SIGTERM: "terminate"}


class Stage:
    """The newsroom and the server that all children use."""

    sent = signal.SIGKILL

    def __init__(self, newsroom: Newsroom, folder: Path, batches: str, warm: Warm | None) -> None:
        self.newsroom, self.folder, self.batches, self.warm = newsroom, folder, batches, warm
        folder.mkdir()
        self.config = folder / "dateline.toml"
        fetch = {"delay": "0s", "connect_to": newsroom.connect_to}
        extract = {"batch": BATCHES[batches]}
        self.config.write_text(
            tomlkit.dumps({"fetch": fetch, "extract": extract, "source": newsroom.sources}),
            encoding="utf-8",
        )

    def start(self, home: Path, edition: int, *more: str) -> subprocess.Popen[bytes] | Forked:
        """A run of this edition, in a process group of its own."""
        self.newsroom.edition = edition
        now = ANCHOR + timedelta(hours=6 * (edition - 1))
        arguments = [str(self.config), str(home), now.isoformat(), *more]
        if self.warm:
            return self.warm.start(arguments, self.folder / "child.log")
        command = [sys.executable, "-m", "benchmarks.crash.child", *arguments]
        with (self.folder / "child.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)

    def finish(self, home: Path, edition: int) -> int:
        """A whole run of this edition; its exit status."""
        return self.start(home, edition).wait(180)


@contextmanager
def stages(*, is_warm: bool = False) -> Iterator[list[Stage]]:
    """One newsroom and one Prefect server, and what each way of batching needs; warm runs are forked, see there."""
    with tempfile.TemporaryDirectory() as name, Newsroom(anchor=ANCHOR) as newsroom:
        folder = Path(name)
        with EmbeddedServer(Home(folder / "prefect").prepare()) as server:
            server.ready()
            with warm(folder) if is_warm else nullcontext() as forking:
                yield [Stage(newsroom, folder / name, name, forking) for name in BATCHES]


def content(home: Path, batches: str) -> dict[str, str]:
    """A hash of each table's rows, in an order of their own."""
    tables = _TABLES if batches == "one" else _SEVERAL
    with duckdb.connect(str(home / "state" / "work.duckdb"), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        return {
            table: hashlib.sha256(
                repr(connection.execute(f"select {columns} from {place_of(table)} order by all").fetchall()).encode()
            ).hexdigest()
            for table, columns in tables.items()
        }


def faults_of(home: Path, batches: str, reference: dict[str, str]) -> list[str]:
    """What is wrong after the run that followed."""
    found = [f"{table} differs" for table, value in content(home, batches).items() if value != reference[table]]
    with open_writer(home / "state" / "work.duckdb") as connection:
        found += [f"{fault['kind']}: {fault['subject']}" for fault in faults(connection)]
        found += [finding.kind for finding in verify_archive(home / "archive", all_captures(connection))]
        if connection.execute("select 1 from runs where state = 'running'").fetchone():
            found.append("a run is still running")
    return found


def trial(stage: Stage, reference: list[dict[str, str]], before: Path, edition: int, where: str | float) -> Trial:
    """Kill one run, at a point or after so many seconds, run again, and compare."""
    with tempfile.TemporaryDirectory(dir=stage.folder) as folder:
        return _trial_in(Path(folder) / "trial", stage, reference, before, edition, where)


def _trial_in(
    home: Path, stage: Stage, reference: list[dict[str, str]], before: Path, edition: int, where: str | float
) -> Trial:
    if edition == 2:
        shutil.copytree(before, home)
    named = isinstance(where, str)
    process = stage.start(home, edition, *(["--kill-at", str(where), "--then", _ACTIONS[stage.sent]] if named else []))
    if not named:
        _send_after(process, float(where), stage.sent)
    status = process.wait(180)
    killed = status == -signal.SIGKILL if stage.sent is signal.SIGKILL else status != 0
    found = Trial(stage.batches, edition, str(where) if named else "a random moment", killed=killed)
    if named and not found.killed:
        found.wrong.append(f"the point was not reached (exit status {status})")
    if (again := stage.finish(home, edition)) != 0:
        found.wrong.append(f"the next run ended with {again}")
        return found
    found.wrong += faults_of(home, stage.batches, reference[edition - 1])
    return found


def _send_after(process: subprocess.Popen[bytes] | Forked, seconds: float, sent: signal.Signals) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        (os.killpg if sent is signal.SIGKILL else os.kill)(process.pid, sent)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What runs leave that nobody disturbs."""

    contents: list[dict[str, str]]  # after each edition
    before: Path  # a copy of the home after the first
    seconds: float  # of a run


def undisturbed(stage: Stage, beside: int = 1) -> list[Undisturbed]:
    """So many pairs of runs, side by side as the trials will be; raises SystemExit when one fails."""
    homes = [stage.folder / f"reference-{n}" for n in range(beside)]
    contents: list[list[dict[str, str]]] = [[] for _ in homes]
    began = time.monotonic()
    for edition in (1, 2):
        runs = [stage.start(home, edition) for home in homes]
        if any(run.wait(180) for run in runs):
            raise SystemExit((stage.folder / "child.log").read_text()[-3000:])
        for home, seen in zip(homes, contents, strict=True):
            seen.append(content(home, stage.batches))
            if edition == 1:
                shutil.copytree(home, home.with_name(f"before-{home.name}"))
    seconds = (time.monotonic() - began) / 2
    return [
        Undisturbed(seen, home.with_name(f"before-{home.name}"), seconds)
        for home, seen in zip(homes, contents, strict=True)
    ]


def main() -> int:
    """Run the trials; 1 when one of them ended otherwise than the reference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=500, help="kills at random moments")
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--points", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--jobs", type=int, default=2, help="trials at a time")
    parser.add_argument("--term", action="store_true", help="tell the run to end instead of killing it")
    parser.add_argument("--write", action="store_true", help="write docs/reliability.md")
    options = parser.parse_args()
    rng, trials = random.Random(options.seed), list[Trial]()
    with stages(is_warm=True) as shared:
        for each in shared:
            each.sent = signal.SIGTERM if options.term else signal.SIGKILL
            at_random = options.random if each.batches == "one" else 0
            trials += run_trials(each, rng, at_random, points=options.points, jobs=options.jobs)
    text = section(trials, __doc__ or "", is_kill=not options.term)
    print(text)
    if options.write:
        write_section("term" if options.term else "kill", text)
    return int(any(t.wrong for t in trials))


def run_trials(stage: Stage, rng: random.Random, at_random: int, *, points: bool, jobs: int) -> list[Trial]:
    """The undisturbed pairs, then every kill; raises SystemExit when the undisturbed pairs differ."""
    first, *others = undisturbed(stage, max(2, jobs))
    for other in others:
        pairs = zip(first.contents, other.contents, strict=True)
        if differing := {table for one, two in pairs for table in one if one[table] != two[table]}:
            raise SystemExit(f"undisturbed runs differ in {', '.join(sorted(differing))}: nothing to compare with")
    todo: list[tuple[int, str | float]] = [(n, p) for n in (1, 2) for p in POINTS] if points else []
    todo += [(rng.choice((1, 2)), rng.uniform(0.5, first.seconds)) for _ in range(at_random)]
    trials = []
    with ThreadPoolExecutor(jobs) as threads:
        for now in (1, 2):  # the newsroom shows one edition at a time
            kills = [where for edition, where in todo if edition == now]
            one = partial(trial, stage, first.contents, first.before, now)
            for number, found in enumerate(threads.map(one, kills), start=1):
                said = "; ".join(found.wrong) or "nothing wrong"
                print(f"{stage.batches}, edition {now}, {number}/{len(kills)}, {found.where}: {said}", flush=True)
                trials.append(found)
    return trials
