"""How fast the pipe is, and how much memory it takes: ratios against something measured in the same run.

    python -m benchmarks.throughput PAGES.warc.gz [--only rate,second,demo,memory] [--write]

rate    pages per second of `ingest --warc` from the first page handed to the readers to the end of the run, load and
        publish included, divided by twice the rate of `trafilatura.bare_extraction(with_metadata=True)` on one core
        on the same decoded pages. Start-up is left out: a run over eight pages goes before, which starts Prefect's
        server, the readers and Great Expectations
second  a second run with nothing changed: article bodies downloaded, pages read
demo    `dateline demo` divided by an empty Prefect flow on a fresh embedded server, medians of three, taken in turns
memory  peak of `ingest --warc` (proportional set size of all its processes) on ten times the pages, divided by that on
        the pages
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Annotated, Any
from urllib.parse import urlsplit

import psutil
import typer
from rich.console import Console
from rich.table import Table
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from benchmarks.marks import Mark
from benchmarks.page import machine, write_section

console = Console()
_PROGRAM = str(Path(sys.executable).with_name("dateline"))
_ALONE = """
import sys, time
from benchmarks.throughput import decoded_pages
from trafilatura import bare_extraction
pages = list(decoded_pages(sys.argv[1]))
bare_extraction(pages[0][0], url=pages[0][1], with_metadata=True)
began = time.perf_counter()
for html, url in pages:
    try:
        bare_extraction(html, url=url, with_metadata=True)
    except Exception:
        pass
print(len(pages) / (time.perf_counter() - began))
"""
_EMPTY = """
import sys
from pathlib import Path
from flows.prefect_env import EmbeddedServer
from warehouse.home import Home
with EmbeddedServer(Home(Path(sys.argv[1])).prepare()) as server:
    from prefect import flow
    server.ready()
    flow(lambda: None, name="empty")()
"""


@dataclass
class Stopwatch:
    """An observer that notes when reading begins, and shows what is being done."""

    began: float = 0.0
    pages: int = 0
    notes: list[str] = field(default_factory=list)

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:  # noqa: ARG002 - an Observer's
        if name == "read":
            self.began = self.began or time.perf_counter()
            self.pages += done

    def note(self, text: str) -> None:
        self.notes.append(text)


def decoded_pages(warc: str) -> Iterable[tuple[str, str]]:
    """The pages of a WARC file as (text, URL)."""
    from tasks.extract.charset import decode

    with Path(warc).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                kind = record.http_headers.get_header("Content-Type")
                yield decode(record.content_stream().read(), kind)[0], record.rec_headers.get_header("WARC-Target-URI")


def rate(warc: Path, folder: Path) -> Mark:
    """Pages per second against twice trafilatura's on one core."""
    from flows.running import warmed
    from flows.settings import load

    alone = [_output(_ALONE, str(warc))]
    watch = Stopwatch()
    few = folder / "few.warc.gz"
    multiply(warc, few, 1, most=8)
    with warmed(load(None, folder), judge_now=True) as run:
        run(Stopwatch(), warcs=[str(few)], home=str(folder / "warm-up"))
        report = run(watch, warcs=[str(warc)], home=str(folder))
        seconds = time.perf_counter() - watch.began
    alone.append(_output(_ALONE, str(warc)))
    base = sum(alone) / 2  # before and after: the machine is shared
    ratio = watch.pages / seconds / (2 * base)
    return Mark(
        what="pages per second of `ingest --warc`",
        wanted="≥ 0.7 of two cores of trafilatura",
        measured=f"{ratio:.2f} ({watch.pages / seconds:.0f} pages/s; trafilatura on one core {base:.0f}; "
        f"{report.totals['loaded']} of {report.totals['discovered']} loaded, remainder {report.totals['remainder']})",
        met=ratio >= 0.7,
    )


def _output(program: str, *arguments: str) -> float:
    done = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1])


def second(_: Path, folder: Path) -> Mark:
    """A run with nothing changed."""
    import tomlkit

    from flows.newsroom.server import Newsroom
    from flows.running import warmed
    from flows.settings import load

    config = folder / "dateline.toml"
    with Newsroom(anchor=datetime.now(UTC).replace(microsecond=0)) as newsroom:
        fetch = {"delay": "0s", "connect_to": newsroom.connect_to}
        config.write_text(tomlkit.dumps({"fetch": fetch, "source": newsroom.sources}))
        with warmed(load(config, folder), judge_now=True) as run:
            first = run(Stopwatch(), config=str(config), home=str(folder))
            before, watch = len(newsroom.requests), Stopwatch()
            run(watch, config=str(config), home=str(folder))
        later = newsroom.requests[before:]
    known = _addresses(folder)
    bodies = [r for r in later if r.status == 200 and f"http://{r.host}{r.path}" in known]
    return Mark(
        what="second run of the demo's first edition, nothing changed",
        wanted="0 article bodies, 0 pages read",
        measured=f"{len(bodies)} bodies, {watch.pages} pages read ({first.totals['loaded']} articles loaded before; "
        f"{len(later)} requests, {sum(r.status == 304 for r in later)} answered with 304)",
        met=not bodies and watch.pages == 0,
    )


def demo(_: Path, folder: Path) -> Mark:
    """The demo against an empty flow."""
    times: dict[str, list[float]] = {"demo": [], "empty": []}
    for number in range(3):
        times["empty"].append(_wall([sys.executable, "-c", _EMPTY, str(folder / f"empty{number}")]))
        times["demo"].append(_wall([_PROGRAM, "demo", "--home", str(folder / f"demo{number}")]))
        console.print(f"  round {number + 1}: empty {times['empty'][-1]:.1f} s, demo {times['demo'][-1]:.1f} s")
    ratio = median(times["demo"]) / median(times["empty"])
    return Mark(
        what="`dateline demo` against an empty Prefect flow on a fresh embedded server",
        wanted="≤ 2.0",
        measured=f"{ratio:.2f} ({median(times['demo']):.1f} s and {median(times['empty']):.1f} s)",
        met=ratio <= 2.0,
    )


def _wall(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment())
    return time.perf_counter() - began


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}


def memory(warc: Path, folder: Path) -> Mark:
    """Peak memory on ten times the pages."""
    many = folder / "many.warc.gz"
    multiply(warc, many, 10)
    small, loaded = peak(warc, folder / "small")
    large, loaded_many = peak(many, folder / "large")
    return Mark(
        what="peak memory of `ingest --warc`, ten times the pages",
        wanted="≤ 1.3",
        measured=f"{large / small:.2f} ({loaded} articles: {small >> 20} MiB; {loaded_many}: {large >> 20} MiB, "
        "all processes, Prefect's server and Great Expectations included)",
        met=large / small <= 1.3,
    )


def multiply(source: Path, target: Path, times: int, *, most: int | None = None) -> None:
    """The same pages under other hosts, whose canonical links are then another site's and not believed."""
    with target.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number in range(times):
            with source.open("rb") as file:
                responses = (record for record in ArchiveIterator(file) if record.rec_type == "response")
                for record in islice(responses, most):
                    writer.write_record(_renamed(writer, record, number))


def _renamed(writer: WARCWriter, record: ArcWarcRecord, number: int) -> ArcWarcRecord:
    parts = urlsplit(record.rec_headers.get_header("WARC-Target-URI"))
    host = f"{(parts.hostname or 'none').replace('.', '-')}-{number}.test"
    return writer.create_warc_record(
        parts._replace(netloc=host).geturl(),
        "response",
        payload=io.BytesIO(record.raw_stream.read()),
        http_headers=record.http_headers,
    )


def peak(warc: Path, home: Path) -> tuple[int, int]:
    """Most bytes that all processes of a run held at once, and how many articles it loaded."""
    command = [_PROGRAM, "ingest", "--warc", str(warc), "--home", str(home)]
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment())
    most = 0
    while process.poll() is None:
        most = max(most, sum(_size(each) for each in [process, *process.children(recursive=True)]))
        time.sleep(0.25)
    return most, len(_addresses(home))


def _size(process: Any) -> int:
    with suppress(psutil.Error):
        return int(process.memory_full_info().pss)
    return 0


def _addresses(home: Path) -> set[str]:
    import duckdb

    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as connection:
        return {url for (url,) in connection.execute("select url from articles").fetchall()}


_PARTS: dict[str, Callable[[Path, Path], Mark]] = {"rate": rate, "second": second, "demo": demo, "memory": memory}


def show(marks: list[Mark]) -> Table:
    """The marks for a terminal."""
    table = Table("what", "mark", "measured", "met", title="throughput", title_justify="left")
    for mark in marks:
        table.add_row(mark.what, mark.wanted, mark.measured, "yes" if mark.met else "NO")
    return table


def section(marks: list[Mark]) -> str:
    """The marks for docs/benchmarks.md."""
    lines = ["## Throughput", "", "`python -m benchmarks.throughput PAGES.warc.gz --write` with news-dev.warc.gz.", ""]
    lines += [machine("prefect", "trafilatura", "duckdb", "great-expectations", "lxml"), ""]
    lines += ["| what | mark | measured | met |", "|---|---|---|---|"]
    lines += [f"| {m.what} | {m.wanted} | {m.measured} | {'yes' if m.met else '**no**'} |" for m in marks]
    return "\n".join(lines)


def _in_a_process(name: str, warc: Path) -> Mark:
    """One part alone: Prefect reads its settings once in a process."""
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_PARTS[name], warc.absolute(), Path(folder)).result()


def main(
    warc: Annotated[Path, typer.Argument(exists=True, help="a WARC file of news pages")],
    only: Annotated[str, typer.Option(help="parts, separated by commas")] = ",".join(_PARTS),
    write: Annotated[bool, typer.Option(help="write the section of docs/benchmarks.md")] = False,
) -> None:
    """Measure, print, and exit with 1 when a mark is missed."""
    marks = []
    for name in only.split(","):
        console.print(f"measuring {name} …")
        marks.append(_in_a_process(name, warc))
        console.print(f"  {marks[-1].measured}")
    console.print(show(marks))
    if write:
        write_section("throughput", section(marks))
    raise typer.Exit(0 if all(mark.met for mark in marks) else 1)


if __name__ == "__main__":
    typer.run(main)
