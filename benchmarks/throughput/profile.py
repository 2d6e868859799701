"""Where the time of `ingest --warc` goes: CPU by process, and by stage within the run's process and within a reader.

    python -m benchmarks.throughput.profile PAGES.warc.gz          (or `make profile WARC=PAGES.warc.gz`)

The run's process is sampled: every few milliseconds the CPU clock of each of its threads is read
(`pthread_getcpuclockid(3)`), and what a thread has spent since is put down to the innermost function of ours on its
stack, or to the library where there is none. Threads that Python does not know (DuckDB, Arrow) are what is left.
A reader is then measured in this process: the same captures, one after another, by cProfile: cumulative, so that a
stage holds what it calls.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Annotated

import duckdb
import psutil
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.throughput.processes import cpu_seconds
from benchmarks.throughput.rate import ROOT, Watch

_EVERY_S = 0.004
_ROOMS = ("tasks/", "warehouse/", "flows/", "expectations/")
_SHOWN = 25
_AT_ONCE = 8  # pages of one call, as the pool hands them out


class Sampler(threading.Thread):
    """Reads the threads of this process until it is told to end; `spent` is seconds of CPU by (stage, function)."""

    def __init__(self) -> None:
        super().__init__(name="sampler", daemon=True)
        self.spent: defaultdict[tuple[str, str], float] = defaultdict(float)
        self.own = 0.0  # seconds of CPU that the sampling itself took
        self._at: dict[int, float] = {}
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.wait(_EVERY_S):
            self._sample()
        self.own = time.thread_time()

    def end(self) -> None:
        self._over.set()
        self.join()

    def _sample(self) -> None:
        for ident, frame in sys._current_frames().items():
            if ident == self.ident:
                continue
            try:
                now = time.clock_gettime(time.pthread_getcpuclockid(ident))
            except OSError:  # it has ended
                continue
            used = now - self._at.get(ident, now)
            self._at[ident] = now
            if used:
                self.spent[_place(frame)] += used


def _place(frame: FrameType) -> tuple[str, str]:
    """The innermost function of ours on a stack, with the library that it is in; a library's own thread by its name."""
    inner = Path(frame.f_code.co_filename)
    for each in _outwards(frame):
        name = each.f_code.co_filename.removeprefix(f"{ROOT}/")
        if name.startswith(_ROOMS):
            via = "" if each is frame else f" → {_library(inner)}"
            return name.rpartition("/")[0], f"{name}: {each.f_code.co_name}{via}"
    return f"({_library(inner)})", f"{inner.name}: {frame.f_code.co_name}"


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _library(path: Path) -> str:
    parts = path.parts
    return parts[parts.index("site-packages") + 1] if "site-packages" in parts else path.stem


def _run(warc: Path, folder: Path) -> tuple[Watch, Counter[str], Sampler, float]:
    """One run, sampled from its first page on: the watch, CPU seconds by process, the samples, seconds of the clock."""
    from flows.base.settings import load
    from flows.service.one_run import warmed

    sampler = Sampler()

    class Begun(Watch):
        def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:
            super().stage(name, total=total, done=done)
            if self.began and not sampler.is_alive():
                sampler.start()

    watch = Begun()
    with warmed(load(None, folder), judge_now=True) as run:
        run(watch, warcs=[str(warc)], home=str(folder))
        seconds = time.perf_counter() - watch.began
        sampler.end()
        ended = cpu_seconds(psutil.Process())
    spent = Counter({role: ended[role] - watch.cpu[role] for role in ended})
    spent.subtract({"run": sampler.own})
    return watch, spent, sampler, seconds


def _reader(folder: Path) -> tuple[pstats.Stats, int]:
    """All captures of a home through a reader's own function, in this process, by cProfile."""
    from tasks.extract.job import Learned, ReadJob, prepare_worker, read_captures
    from warehouse.records import Hints

    with duckdb.connect(str(folder / "dateline.duckdb"), read_only=True) as connection:
        rows = connection.execute("select warc_file, warc_offset, warc_length, url from captures").fetchall()
    archive, hints = folder / "archive", Hints(fetched_at=datetime.now(UTC))
    jobs = [
        ReadJob(archive=archive, warc_file=file, offset=at, length=size, url=url, hints=hints, is_new=True)
        for file, at, size, url in rows
    ]
    prepare_worker()
    profile = cProfile.Profile()
    with profile:
        for start in range(0, len(jobs), _AT_ONCE):
            read_captures(jobs[start : start + _AT_ONCE], Learned())
    return pstats.Stats(profile), len(jobs)


def _show_run(console: Console, watch: Watch, spent: Counter[str], sampler: Sampler, seconds: float) -> None:
    pages = watch.pages
    title = f"CPU by process, {pages} pages in {seconds:.1f} s"
    table = Table("process", "ms a page", title=title, title_justify="left")
    for role, amount in spent.most_common():
        table.add_row(role, f"{1000 * amount / pages:.2f}")
    table.add_row("run + judge + server", f"{1000 * sum(spent[r] for r in ('run', 'judge', 'server')) / pages:.2f}")
    console.print(table)
    rooms: defaultdict[str, float] = defaultdict(float)
    for (room, _), seconds_ in sampler.spent.items():
        rooms[room] += seconds_
    rooms["(threads of DuckDB and Arrow)"] = max(spent["run"] - sum(rooms.values()), 0.0)
    _table(console, "the run's process by room", rooms, pages)
    _table(console, "the run's process by function", {name: s for (_, name), s in sampler.spent.items()}, pages)


def _table(console: Console, title: str, spent: Mapping[str, float], pages: int) -> None:
    table = Table("where", "ms a page", title=title, title_justify="left")
    for name, amount in sorted(spent.items(), key=lambda each: -each[1])[:_SHOWN]:
        table.add_row(name, f"{1000 * amount / pages:.3f}")
    console.print(table)


def _show_reader(console: Console, stats: pstats.Stats, pages: int) -> None:
    """Functions of ours by the time spent in them and below them (cProfile makes Python code about 1.5 × slower)."""
    found: defaultdict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, _, cumulative, _) in stats.stats.items():  # type: ignore[attr-defined]  # not in typeshed
        short = file.removeprefix(f"{ROOT}/")
        if short.startswith(_ROOMS):
            found[f"{short}: {name}"] += cumulative
    _table(console, "a reader, cumulative, under cProfile", found, pages)


def main(warc: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a WARC file of news pages")]) -> None:
    """Run, sample, and print the tables."""
    console = Console(width=140)
    with tempfile.TemporaryDirectory(prefix="dateline-profile-") as name:
        _show_run(console, *_run(warc.absolute(), Path(name)))
        _show_reader(console, *_reader(Path(name)))


main.__doc__ = __doc__

if __name__ == "__main__":
    typer.run(main)
