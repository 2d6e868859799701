"""Pages per second of `ingest --warc` beside trafilatura on the same pages."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean, median

import psutil
from rich.console import Console
from rich.status import Status
from warcio.archiveiterator import ArchiveIterator

from benchmarks.base.marks import Mark
from benchmarks.throughput.processes import cpu_seconds, told

ROOT = Path(__file__).resolve().parents[2]
WANTED = 0.9
BESIDE_MS = 5.0


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


@dataclass(frozen=True, slots=True)
class Ingest:
    """One `ingest --warc`, from the first page that was handed to the readers to the end."""

    pages: int
    seconds: float
    with_import: float  # seconds, with the import of the first batch
    cpu: Counter[str]  # seconds by process
    balance: str

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@dataclass(frozen=True, slots=True)
class Round:
    """An ingest, and trafilatura before and after it: machines are shared."""

    ingest: Ingest
    alone: tuple[Alone, Alone]

    @property
    def base(self) -> float:
        """Pages a second of trafilatura on one core."""
        return mean(each.pages / each.wall for each in self.alone)

    @property
    def cost(self) -> float:
        """Seconds of CPU that trafilatura takes for a page."""
        return mean(each.cpu / each.pages for each in self.alone)

    @property
    def ratio(self) -> float:
        return self.ingest.rate / (2 * self.base)

    @property
    def beside_ms(self) -> float:
        """Milliseconds of CPU a page of all that is not reading."""
        return 1000 * sum(self.ingest.cpu[role] for role in ("run", "judge", "server")) / self.ingest.pages


def once(warc: Path, folder: Path) -> Round:
    """The pipe's rate beside trafilatura's on one core."""
    with Console().status("") as status:
        before = _alone(warc, status)
        found = ingest(warc, folder, status)
        return Round(found, (before, _alone(warc, status)))


def conclude(rounds: Sequence[Round]) -> list[Mark]:
    """Both marks, as medians of the rounds."""
    ratio, beside = median(r.ratio for r in rounds), median(r.beside_ms for r in rounds)
    typical = sorted(rounds, key=lambda r: r.ratio)[len(rounds) // 2]
    taken, pages = typical.ingest, typical.ingest.pages
    ms = Counter({role: 1000 * seconds / pages for role, seconds in taken.cpu.items()})
    return [
        Mark(
            what="pages/s of `ingest --warc` on 2 cores, start-up left out, over 2 × trafilatura's on one",
            wanted=f"≥ {WANTED}",
            measured=f"{ratio:.2f} ({taken.rate:.1f} pages/s, trafilatura {typical.base:.1f} on one core; "
            f"{taken.balance}; median of {len(rounds)})",
            met=ratio >= WANTED,
            details=(
                f"Rate: {', '.join(f'{r.ratio:.2f}' for r in rounds)}; with the import of the first batch "
                f"{pages / taken.with_import / (2 * typical.base):.2f}. CPU a page: {told(ms, 'ms', 1)}, trafilatura "
                f"{1000 * typical.cost:.1f} ms; two cores that never wait for anything would come to "
                f"{typical.cost * pages / taken.cpu.total():.2f}. Their CPU time was used to "
                f"{50 * taken.cpu.total() / taken.seconds:.0f} %, the rest is waiting, or other programs.",
            ),
        ),
        Mark(
            what="CPU of run, judge and server a page",
            wanted=f"≤ {BESIDE_MS} ms",
            measured=f"{beside:.1f} ms, {beside / 1000 / typical.cost:.2f} × trafilatura's",
            met=beside <= BESIDE_MS,
        ),
    ]


def ingest(warc: Path, folder: Path, status: Status) -> Ingest:
    """One run over a WARC file."""
    from flows.base.settings import load
    from flows.service.one_run import warmed

    status.update("ingest --warc: starting")
    watch = Watch(status)
    with warmed(load(None, folder), judge_now=True) as run:
        report = run(watch, warcs=[str(warc)], home=str(folder))
        ended, cpu = time.perf_counter(), cpu_seconds(psutil.Process())
    totals = report.totals
    spent = Counter({role: cpu[role] - watch.cpu[role] for role in cpu})
    balance = f"{totals['loaded']} of {totals['discovered']} loaded, remainder {totals['remainder']}"
    return Ingest(watch.pages, ended - watch.began, ended - watch.imported, spent, balance)


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
