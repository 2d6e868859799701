"""A million articles: what a package costs to load, a query to answer, a search, a publication, and how much memory.

    python -m benchmarks.scale [--articles 1000000] [--write]

The warehouse is made by the project's own migrations and filled by benchmarks/scale/fill.sql. 1,000 articles more go
through the project's own loader and search index as at the end of a run, and through those of an empty warehouse beside
it. Queries and searches are asked as `dateline query` and `dateline search` ask them, of the published snapshot, which
is opened anew for each; the median of three. Writing and reading have a process each, whose memory is what is given;
the generator's is not. A plain copy is `cp` and `sync`. Ten minutes and 40 GB of disk for a million articles;
`--articles 20000` takes a minute.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from benchmarks.base.page import grid, machine, write_section
from benchmarks.scale.make import NOW, PACKAGE, fill, package, words
from flows.reading.queries import given, queries
from flows.reading.searching import SearchRequest, search
from flows.reading.sql import Reader
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.searching.making import prepare_index, recorded
from warehouse.snapshot import publish

T = TypeVar("T")
_ASKED = {name: ["url=outlet-7.example/207"] for name in ("history", "provenance")}
_COMMON, _MIDDLE, _RARE = 20, 300, 50_000  # ranks of words
_BYTES_OF_ONE = 40_000  # of disk for an article, at the most: the file, its copy, the sorting of the index


@dataclass(slots=True, kw_only=True)
class Written:
    """What the writer's process measured, in seconds and GB; pairs are (empty, full)."""

    loads: list[tuple[float, float]] = field(default_factory=list)
    indexed: list[tuple[float, float]] = field(default_factory=list)
    first_index: float = 0.0
    index_size: float = 0.0  # GB
    memory: float = 0.0


@dataclass(slots=True, kw_only=True)
class Read:
    """What the reader's process measured, in seconds and GiB."""

    queries: dict[str, float] = field(default_factory=dict)
    searches: dict[str, tuple[float, float]] = field(default_factory=dict)  # in a new process's reader, and again
    memory: float = 0.0


def write(root: Path) -> Written:
    """The index of all, then 1,000 articles more, four times: the first only warms both warehouses."""
    found, staging = Written(), root / "staging"
    staging.mkdir(exist_ok=True)
    with open_writer(Home(root).work) as full, open_writer(root / "empty.duckdb") as empty:
        found.first_index = _said("the first index", partial(prepare_index, full, Home(root)))
        prepare_index(empty, Home(root / "empty"))
        generation = Home(root).index / str(recorded(full))
        found.index_size = sum(file.stat().st_size for file in generation.iterdir()) / 1e9
        for number in range(4):
            rows = package(full, number)
            both = ((empty, Home(root / "empty")), (full, Home(root)))
            took = [_load(each, home, staging, rows, number) for each, home in both]
            print(f"package {number}: (load, index) empty {took[0]}, full {took[1]}", flush=True)
            found.loads.append((took[0][0], took[1][0]))
            found.indexed.append((took[0][1], took[1][1]))
    found.memory = _memory()
    return found


def _load(
    connection: duckdb.DuckDBPyConnection, home: Home, staging: Path, rows: dict[str, Any], number: int
) -> tuple[float, float]:
    """Seconds of writing and loading a package, and of the search index."""
    run_id = str(rows["articles"][0]["run_id"])
    began = time.perf_counter()
    load_package(connection, write_package(staging, f"package-{number}", run_id, rows))
    loaded = time.perf_counter()
    prepare_index(connection, home)
    return loaded - began, time.perf_counter() - loaded


def publication(root: Path) -> tuple[float, float, float]:
    """GB of the file, seconds of publishing it, seconds of a plain copy."""
    home, plain = Home(root), root / "plain"
    with open_writer(home.work) as connection:
        os.sync()
        began = time.perf_counter()
        size = publish(connection, home)
        published = time.perf_counter()
        subprocess.run(f"cp '{home.work}' '{plain}' && sync '{plain}'", shell=True, check=True)  # noqa: S602
        copied = time.perf_counter()
    plain.unlink()
    return size / 1e9, published - began, copied - published


def read(root: Path) -> Read:
    """Every query and the searches, of the published snapshot."""
    found, snapshot = Read(), Home(root).snapshot
    with duckdb.connect() as connection:
        common, middle, rare, *three = words(connection, _COMMON, _MIDDLE, _RARE, 250, 500, 900)
    asked = _ASKED | {"coverage": [f"words={common} {middle}"], "quoted_on": [f"topic={middle}"]}
    for query in queries():
        values = given(query, asked.get(query.name, []), last_visit=None, now=NOW)
        found.queries[query.name] = _said(f"query {query.name}", partial(_ask, snapshot, query.sql, values), times=3)
    month = SearchRequest(text=common, since=f"{NOW.replace(day=1):%Y-%m-%d}", sources=("outlet-7",), rows=20)
    texts = {
        "a frequent word": common, "a rare word": rare, "three words": " ".join(three),
        "one of three": " OR ".join(three), "one and not another": f"{common} -{middle}",
        "a phrase": f'"{three[0]} {rare}"',
        "a phrase of two frequent words": f'"{common} {middle}"', "a word's beginning": f"{middle[:3]}*",
        "a writer": 'author:"writer 5"',
    }  # fmt: skip
    asked_for = {name: SearchRequest(text=text, rows=20) for name, text in texts.items()}
    for name, request in (asked_for | {"a frequent word, one source since a day": month}).items():
        with contextlib.closing(Reader(snapshot, timeout_s=120)) as reader:
            cold = _said(f"search, {name}, first", partial(search, reader, request))
            warm = _said(f"search, {name}", partial(search, reader, request), times=5)
        found.searches[name] = (cold, warm)
    found.memory = _memory()
    return found


def _ask(snapshot: Path, sql: str, values: dict[str, Any]) -> None:
    with contextlib.closing(Reader(snapshot, timeout_s=120)) as reader:
        reader.query(sql, values)


def _said(what: str, call: Callable[[], object], *, times: int = 1) -> float:
    """The median of its seconds, printed."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        took.append(time.perf_counter() - began)
    print(f"{what}: {statistics.median(took):.2f} s", flush=True)
    return statistics.median(took)


def _memory() -> float:
    """The most that this process has had, in GiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def alone(call: Callable[..., T], *given_to: Any, **named: Any) -> T:
    """The call in a process of its own, so that its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(call, *given_to, **named).result()


@dataclass(slots=True, kw_only=True)
class Found:
    """All of it."""

    written: Written
    read: Read
    publications: list[tuple[float, float, float]]

    @property
    def ratio(self) -> float:
        empty, full = _medians(self.written.loads)
        return full / empty

    @property
    def memory(self) -> float:
        return max(self.written.memory, self.read.memory)

    def missed(self) -> bool:
        slow = max(self.read.queries.values()) > 2
        slow |= any(cold > 0.3 or warm > 0.05 for cold, warm in self.read.searches.values())
        return slow or self.memory > 4 or self.ratio > 3


def _medians(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    empty, full = zip(*pairs[1:], strict=True)
    return statistics.median(empty), statistics.median(full)


def measure(root: Path, count: int) -> Found:
    """Everything, in one run."""
    publications = []
    for share in (4, 2):
        with _folder(root) as folder:
            _said(f"filling {count // share:,}", partial(alone, fill, Home(folder).prepare().work, count // share))
            publications.append(alone(publication, folder))
    with _folder(root) as folder:
        _said(f"filling {count:,}", partial(alone, fill, Home(folder).prepare().work, count))
        written = alone(write, folder)
        publications.append(alone(publication, folder))
        return Found(written=written, read=alone(read, folder), publications=publications)


def section(found: Found, count: int) -> str:
    """The page's part."""
    (empty, full), (index_empty, index_full) = _medians(found.written.loads), _medians(found.written.indexed)
    slow = [name for name, took in found.read.queries.items() if took > 2]
    slowest = max(found.read.queries.values())
    table = grid(
        ("what", "mark", "measured"),
        [
            (f"a package of {PACKAGE:,} articles on {count:,}, to the same on an empty warehouse", "≤ 3 ×",
             f"{found.ratio:.2f} × ({full:.2f} s to {empty:.2f} s)"),
            ("bringing the search index up to date after it", "≤ 1 s",
             f"{index_full:.2f} s; on an empty warehouse {index_empty:.2f} s"),
            (f"the {len(found.read.queries)} named queries", "≤ 2 s each",
             f"slowest {slowest:.2f} s; over 2 s: {', '.join(slow) or 'none'}"),
            *((f"search, {name}", "≤ 50 ms; cold ≤ 300 ms", f"{warm * 1000:.0f} ms; {cold * 1000:.0f} ms")
              for name, (cold, warm) in found.read.searches.items()),
            *((f"publishing {size:.1f} GB", "linear", f"{took / size:.2f} s/GB, {took / copied:.2f} × a plain copy")
              for size, took, copied in found.publications),
            ("memory: writer; reader", "≤ 4 GiB",
             f"{found.written.memory:.1f} GiB; {found.read.memory:.1f} GiB"),
            ("the index of all articles at once", "≤ 300 s; ≤ 3 GB",
             f"{found.written.first_index:.0f} s; {found.written.index_size:.2f} GB"),
        ],
    )  # fmt: skip
    asked = grid(("query", "s"), [(name, f"{took:.2f}") for name, took in sorted(found.read.queries.items())])
    how = " ".join((__doc__ or "").split("\n\n")[2].split())
    return "\n".join([
        f"## Scale: {count:,} articles", "", f"`make scale` (`python -m benchmarks.scale --write`). {how}",
        "", machine("duckdb", "pyarrow"), "", *table, "", *asked,
    ])  # fmt: skip


def main() -> int:
    """Measure, print, write; 1 when a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    parser.add_argument("--folder", type=Path, help="where to work; default: the system's temporary files")
    options = parser.parse_args()
    with _folder(options.folder) as root:
        if shutil.disk_usage(root).free < options.articles * _BYTES_OF_ONE:
            parser.error(f"needs {options.articles * _BYTES_OF_ONE / 1e9:.0f} GB of disk at {root.parent}")
        found = measure(root, options.articles)
    text = section(found, options.articles)
    print(text)
    if options.write:
        write_section("scale", text)
    return int(found.missed())


@contextlib.contextmanager
def _folder(within: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dateline-scale-", dir=within) as name:
        yield Path(name)
