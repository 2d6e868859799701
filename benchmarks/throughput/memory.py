"""Peak memory of `ingest --warc`, and of the same on ten times the pages."""

from __future__ import annotations

import io
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import psutil
from rich.console import Console
from rich.status import Status
from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.warcwriter import WARCWriter

from benchmarks.base.marks import Mark
from benchmarks.throughput.demo import PROGRAM
from benchmarks.throughput.processes import memory_bytes, told

TIMES = 10
WANTED = 1.2
_EVERY_S = 0.25
_DONE = (0, 3)  # exit statuses of a run that balances


@dataclass(frozen=True, slots=True)
class Peak:
    """The moment at which a run's processes held most; bytes by role."""

    memory: Counter[str]
    articles: int
    seconds: float

    @property
    def mib(self) -> float:
        return sum(self.memory.values()) / (1 << 20)


def measure(warc: Path, folder: Path) -> Mark:
    """Two runs, each in a warehouse of its own."""
    many = folder / "many.warc.gz"
    with Console().status("writing ten times the pages") as status:
        multiply(warc, many)
        once, often = (_peak(file, folder / name, status) for file, name in ((warc, "once"), (many, "often")))
    ratio, are_loaded = often.mib / once.mib, often.articles >= TIMES * once.articles > 0
    return Mark(
        what=f"peak memory of `ingest --warc` on {TIMES} × the pages, over that on the pages",
        wanted=f"≤ {WANTED}",
        measured=f"{ratio:.2f} ({once.mib:.0f} MiB for {once.articles} articles, {often.mib:.0f} MiB for "
        f"{often.articles})" + ("" if are_loaded else "; NOT ALL WERE LOADED"),
        met=ratio <= WANTED and are_loaded,
        details=(
            f"Memory: proportional set sizes of all processes every {_EVERY_S} s. The pages: {_told(once)}. "
            f"{TIMES} ×: {_told(often)}.",
        ),
    )


def multiply(source: Path, target: Path) -> None:
    """The same pages at other hosts.

    The canonical links in them are then those of another site, which nobody believes, so that each is an article.
    """
    with target.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for number in range(TIMES):
            with source.open("rb") as file:
                for record in ArchiveIterator(file):
                    if record.rec_type == "response":
                        writer.write_record(_moved(writer, record, number))


def _moved(writer: WARCWriter, record: ArcWarcRecord, number: int) -> ArcWarcRecord:
    parts = urlsplit(record.rec_headers.get_header("WARC-Target-URI"))
    host = f"{(parts.hostname or 'none').replace('.', '-')}-{number}.test"
    return writer.create_warc_record(
        parts._replace(netloc=host).geturl(),
        "response",
        payload=io.BytesIO(record.raw_stream.read()),
        http_headers=record.http_headers,
        warc_headers_dict={"WARC-Date": record.rec_headers.get_header("WARC-Date")},
    )


def _peak(warc: Path, home: Path, status: Status) -> Peak:
    command = [PROGRAM, "ingest", "--warc", str(warc), "--home", str(home)]
    most: Counter[str] = Counter()
    began = time.perf_counter()
    with psutil.Popen(command, cwd=home.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        while run.poll() is None:
            most = max(most, memory_bytes(run), key=Counter.total)
            status.update(f"{warc.name}: peak {most.total() >> 20} MiB after {time.perf_counter() - began:.0f} s")
            time.sleep(_EVERY_S)
    if run.returncode not in _DONE:
        raise RuntimeError(f"ingest of {warc.name} ended with {run.returncode}; run it by hand to see why")
    return Peak(most, _articles(home), time.perf_counter() - began)


def _articles(home: Path) -> int:
    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as connection:
        (count,) = connection.execute("select count(*) from articles").fetchone() or (0,)
        return int(count)


def _told(peak: Peak) -> str:
    in_mib = Counter({role: size >> 20 for role, size in peak.memory.items()})
    return f"{told(in_mib, 'MiB')}, {peak.seconds:.0f} s"
