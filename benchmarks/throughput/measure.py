"""How fast the pipe is, and how much memory it takes: ratios against something measured in the same run.

    python -m benchmarks.throughput PAGES.warc.gz [--only rate,site,…] [--rounds 5] [--peers PYTHON] [--write]

rate    pages per second of `ingest --warc` from the first page handed to the readers to the end of the run (reading,
        judging, loading, deriving and publishing), divided by twice the rate of
        `trafilatura.bare_extraction(with_metadata=True)` on one core, on the same decoded pages. Left out is what comes
        before that page and does not grow with the file: the start of Prefect's server, of the readers and of the judge
        (Great Expectations), the opening of the warehouse, and the import of the first batch, without which there is
        nothing to hand over (with it: below the table). And what all but the readers take of the CPU in that time
again   `reextract` and `rebuild` of what such an ingest loaded, divided by it
site    end to end, from the feeds of twenty hosts on loopback to the snapshot, without a pause between requests, beside
        a script (requests in threads, trafilatura in two processes, JSONL) and beside trafilatura's command line,
        newspaper4k, news-please and Scrapy, as far as the interpreter of `--peers` has them
second  a second run with nothing changed: article bodies downloaded, pages read
demo    `dateline demo` divided by an empty Prefect flow on a fresh embedded server with Dateline's settings: medians
        of three in fresh folders, taken in turns
memory  peak of `ingest --warc` (proportional set size of all its processes, Prefect's server and Great Expectations
        included) on ten times the pages, divided by that on the pages

`rate`, `again` and `site` are measured in turns, as often as `--rounds` says; shown are medians of the rounds' ratios.
Exit status 1 when a mark is missed. On two quiet cores about half an hour.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from benchmarks.base.marks import Mark
from benchmarks.base.page import grid, machine, write_section
from benchmarks.throughput import again as throughput_again
from benchmarks.throughput import demo as throughput_demo
from benchmarks.throughput import memory as throughput_memory
from benchmarks.throughput import rate as throughput_rate
from benchmarks.throughput import site as throughput_site

_Once = Callable[[Path, Path], Any]
# By name: what is measured once, and what several rounds of it come to.
REPEATED: dict[str, tuple[_Once, Callable[[Sequence[Any]], list[Mark]]]] = {
    "rate": (throughput_rate.once, throughput_rate.conclude),
    "again": (throughput_again.once, throughput_again.conclude),
    "site": (throughput_site.once, throughput_site.conclude),
}
SINGLE: dict[str, Callable[[Path, Path], Mark]] = {
    "second": throughput_demo.second,
    "demo": throughput_demo.demo,
    "memory": throughput_memory.measure,
}
PARTS: dict[str, _Once] = {**{name: each for name, (each, _) in REPEATED.items()}, **SINGLE}
ROUNDS = 5
_HEADINGS = ("what", "mark", "measured", "met")
_LIBRARIES = ("prefect", "great-expectations", "trafilatura", "lxml", "duckdb", "pyarrow", "pebble")


def measure(names: Sequence[str], warc: Path, *, rounds: int, peers: str) -> list[Mark]:
    """All parts, those that are repeated in turns."""
    results: dict[str, list[Any]] = {name: [] for name in names}
    for number in range(rounds):
        for name in names:
            if name in REPEATED or number == 0:
                typer.echo(f"round {number + 1} of {rounds if name in REPEATED else 1}: {name}")
                results[name].append(apart(name, warc, peers))
    found: list[Mark] = []
    for name, several in results.items():
        found += REPEATED[name][1](several) if name in REPEATED else several
    return found


def apart(name: str, warc: Path, peers: str) -> Any:
    """One part in a process of its own, since Prefect reads its settings once, and in a folder that goes with it."""
    with (
        tempfile.TemporaryDirectory(prefix="dateline-throughput-") as folder,
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
    ):
        Path(folder, "peers.txt").write_text(peers)
        return pool.submit(_apart, name, warc.absolute(), Path(folder)).result()


def _apart(name: str, warc: Path, folder: Path) -> Any:
    for variable in [each for each in os.environ if each.startswith(("PREFECT", "DATELINE"))]:
        del os.environ[variable]  # whatever server, home or logging its owner has set: it would be measured too
    os.environ["PREFECT_HOME"] = str(folder / "prefect")
    os.chdir(folder)  # away from a dateline.toml
    return PARTS[name](warc, folder)


def show(marks: Sequence[Mark], console: Console) -> None:
    """The marks and their details for a terminal."""
    table = Table(*_HEADINGS, title="throughput", title_justify="left")
    for mark in marks:
        table.add_row(mark.what, mark.wanted, mark.measured, _met(mark, "[red]no"))
    console.print(table)
    for line in _details(marks):
        console.print(line, style="dim", highlight=False)


def section(marks: Sequence[Mark]) -> str:
    """The marks for docs/benchmarks.md."""
    rows = [(mark.what, mark.wanted, mark.measured, _met(mark, "**no**")) for mark in marks]
    lines = [
        "## Throughput",
        "",
        "`python -m benchmarks.throughput PAGES.warc.gz --write` with news-dev.warc.gz; what is",
    ]
    lines += ["counted and what is left out says `--help`.", "", machine(*_LIBRARIES), "", *grid(_HEADINGS, rows), ""]
    return "\n".join([*lines, *(f"- {line}" for line in _details(marks))])


def _met(mark: Mark, no: str) -> str:
    return "" if not mark.wanted else "yes" if mark.met else no


def _details(marks: Sequence[Mark]) -> list[str]:
    return [line for mark in marks for line in mark.details]


def _names(value: str) -> list[str]:
    names = value.split(",")
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]!r} is none of {', '.join(PARTS)}")
    return names


def main(
    warc: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a WARC file of news pages")],
    only: Annotated[str, typer.Option(help="parts, separated by commas")] = ",".join(PARTS),
    rounds: Annotated[int, typer.Option(min=1, help="how often what is repeated is measured")] = ROUNDS,
    peers: Annotated[str, typer.Option(help="a Python that has newspaper4k, news-please, scrapy")] = sys.executable,
    write: Annotated[bool, typer.Option("--write", help="write the section of docs/benchmarks.md; all parts")] = False,
) -> None:
    """Measure, print, and exit with 1 when a mark is missed."""
    names, console = _names(only), Console()
    if write and set(names) != set(PARTS):
        raise typer.BadParameter("--write replaces the whole section: leave out --only")
    marks = measure(names, warc, rounds=rounds, peers=peers)
    show(marks, console)
    if write:
        write_section("throughput", section(marks))
    raise typer.Exit(0 if all(mark.met for mark in marks) else 1)


main.__doc__ = __doc__
