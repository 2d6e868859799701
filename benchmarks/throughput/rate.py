"""Pages per second of `ingest --warc` beside trafilatura on the same pages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean

import psutil
from rich.console import Console
from rich.status import Status
from warcio.archiveiterator import ArchiveIterator

from benchmarks.base.marks import Mark
from benchmarks.throughput.processes import cpu_seconds, told

ROOT = Path(__file__).resolve().parents[2]
WANTED = 0.7


@dataclass
class Watch:
    """An observer that notes when things begin, and shows how far they are."""

    status: Status | None = None
    imported: float = 0.0  # when the first record was there; perf_counter
    began: float = 0.0  # when the first page was handed to the readers
    cpu: Counter[str] = field(default_factory=Counter)  # spent until then
    pages: int = 0

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:  # noqa: ARG002 - an Observer's
        if name == "import":
            self.imported = self.imported or time.perf_counter()
        if name == "read":
            self._reading(done)

    def note(self, text: str) -> None: ...

    def _reading(self, done: int) -> None:
        if not self.began:
            self.began, self.cpu = time.perf_counter(), cpu_seconds(psutil.Process())
        self.pages += done
        if self.status:
            self.status.update(f"ingest --warc: {self.pages} pages read")


@dataclass(frozen=True, slots=True)
class Alone:
    """trafilatura in one process and nothing beside it; seconds."""

    pages: int
    wall: float
    cpu: float


def decoded_pages(warc: str) -> Iterator[tuple[str, str]]:
    """The pages of a WARC file as (text, URL)."""
    from tasks.extract.encoding.charset import decode

    with Path(warc).open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                kind = record.http_headers.get_header("Content-Type")
                yield decode(record.content_stream().read(), kind)[0], record.rec_headers.get_header("WARC-Target-URI")


def measure(warc: Path, folder: Path) -> Mark:
    """The pipe's rate against twice trafilatura's on one core, which is measured before and after: machines are shared.

    Counted is from the first page that is handed to the readers to the end of the run.
    """
    with Console().status("") as status:
        before = _alone(warc, status)
        watch, ended, cpu, balance = _ingest(warc, folder, status)
        after = _alone(warc, status)
    base = mean(each.pages / each.wall for each in (before, after))
    cost = mean(each.cpu / each.pages for each in (before, after))
    spent = Counter({role: cpu[role] - watch.cpu[role] for role in cpu})
    rate = watch.pages / (ended - watch.began)
    ratio, with_import = rate / (2 * base), watch.pages / (ended - watch.imported) / (2 * base)
    return Mark(
        what="pages/s of `ingest --warc` on 2 cores, start-up left out, over 2 × trafilatura's on one",
        wanted=f"≥ {WANTED}",
        measured=f"{ratio:.2f} ({rate:.1f} pages/s, trafilatura {base:.1f} on one core; {balance})",
        met=ratio >= WANTED,
        details=(
            f"Rate: with the import of the first batch, {with_import:.2f}.",
            f"Rate: CPU by process: {told(spent, 's', 1)}; two cores that never wait for anything would come to "
            f"{cost * watch.pages / sum(spent.values()):.2f}. Their CPU time was used to "
            f"{50 * sum(spent.values()) / (ended - watch.began):.0f} %, the rest is waiting, or other programs.",
        ),
    )


def _ingest(warc: Path, folder: Path, status: Status) -> tuple[Watch, float, Counter[str], str]:
    """The watch, the end (perf_counter), CPU until then, and how the ledger came out."""
    from flows.base.settings import load
    from flows.service.one_run import warmed

    status.update("ingest --warc: starting")
    watch = Watch(status)
    with warmed(load(None, folder), judge_now=True) as run:
        report = run(watch, warcs=[str(warc)], home=str(folder))
        ended, cpu = time.perf_counter(), cpu_seconds(psutil.Process())
    totals = report.totals
    return watch, ended, cpu, f"{totals['loaded']} of {totals['discovered']} loaded, remainder {totals['remainder']}"


def _alone(warc: Path, status: Status) -> Alone:
    status.update("trafilatura on one core")
    command = [sys.executable, "-m", "benchmarks.throughput.rate", str(warc)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    pages, wall, cpu = done.stdout.split()[-3:]
    return Alone(int(pages), float(wall), float(cpu))


def _read_alone(warc: str) -> Alone:
    from trafilatura import bare_extraction

    pages = list(decoded_pages(warc))
    bare_extraction(pages[0][0], url=pages[0][1], with_metadata=True)
    wall, cpu = time.perf_counter(), time.process_time()
    for html, url in pages:
        try:
            bare_extraction(html, url=url, with_metadata=True)
        except Exception:  # noqa: S112 - a page that it cannot read is a page all the same
            continue
    return Alone(len(pages), time.perf_counter() - wall, time.process_time() - cpu)


if __name__ == "__main__":
    result = _read_alone(sys.argv[1])
    print(result.pages, result.wall, result.cpu)
