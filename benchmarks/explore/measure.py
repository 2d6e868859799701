"""How long the pages of `dateline explore` take on a million articles.

    python -m benchmarks.explore [--articles 1000000] [--write]

The warehouse is that of benchmarks/scale/fill.sql, indexed and published as a run does. The pages are served by
`dateline explore` in a process of its own and asked for over HTTP. Each page is asked for five times, with another
article, name or word each time, so that no answer is a remembered one; what is given is the median until the first
byte, and the processor time of the server for one of them. Then twenty readers ask at once, each for every page.
A page is made anew each time: only charts, the values of facets and attention of all articles are remembered.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import httpx
import psutil

from benchmarks.base.page import grid, machine, write_section
from benchmarks.scale.make import fill, words
from flows.service.access import with_token
from flows.service.prefect_settings import free_port
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.searching.making import prepare_index
from warehouse.snapshot import publish

FIRST_BYTE_MS, TOGETHER_MS, READERS, TIMES = 200, 1000, 20, 5
_RANKS = (20, 300, 700, 5_000, 50_000)  # of words, from one in nearly every article to a rare one
_SAMPLES = {
    "article": "select article_id::varchar from articles using sample 40",
    "story": "select cluster_id::varchar from story_clusters using sample 40",
    "run": "select run_id::varchar from runs using sample 40",
    "source": "select source from sources using sample 40",
    "person": "select name from mentions where kind = 'person' limit 40",
}


@dataclass(slots=True)
class Measured:
    """Milliseconds: to the first byte and of the server's processor, by page; to the last byte of each together."""

    first: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    together: list[float] = field(default_factory=list)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.together, n=20)[-1]

    def missed(self) -> bool:
        return self.p95 > TOGETHER_MS or any(statistics.median(each) > FIRST_BYTE_MS for each in self.first.values())


def make(root: Path, count: int) -> Home:
    """A published warehouse of so many articles, with its index."""
    home = Home(root).prepare()
    fill(home.work, count)
    with open_writer(home.work) as connection:
        prepare_index(connection, home)
        publish(connection, home)
    return home


def addresses(home: Home) -> dict[str, list[str]]:
    """Pages of each kind, as many as there are samples."""
    with duckdb.connect(str(home.snapshot), read_only=True) as connection:
        found = {kind: [str(row[0]) for row in connection.execute(sql).fetchall()] for kind, sql in _SAMPLES.items()}
    with duckdb.connect() as connection:
        typed = words(connection, *_RANKS)
    tabs = {
        tab: [f"/article/{each}/{tab}" for each in found["article"]]
        for tab in ("changes", "provenance", "names", "links")
    }
    return {
        "search, all": ["/search?page=" + str(page) for page in range(1, 20)],
        "search, words": [f"/search?q={word}" for word in typed],
        "search, one of two": [f"/search?q={a}+OR+{b}" for a, b in pairwise(typed)],
        "search, a source": [f"/search?q={word}&source={found['source'][0]}" for word in typed],
        "article": [f"/article/{each}" for each in found["article"]],
        **tabs,
        "story": [f"/story/{each}" for each in found["story"]],
        "stories": [f"/stories?days={days}" for days in (1, 3, 7, 14, 30)],
        "name": [f"/name?kind=person&name={each}" for each in found["person"]],
        "name over time": [f"/name/over-time?kind=person&name={each}" for each in found["person"]],
        "source": [f"/source?name={each}" for each in found["source"]],
        "sources": ["/sources"],
        "run": [f"/run/{each}" for each in found["run"]],
        "runs": ["/runs"],
        "alarms": ["/alarms"],
    }


@contextmanager
def served(home: Home) -> Iterator[tuple[httpx.Client, psutil.Process]]:
    """The program, serving, and a client with its owner's cookie."""
    port = free_port()
    command = [sys.executable, "-m", "dateline", "explore", "--home", str(home.root), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, trust_env=False) as client:
            while True:
                try:
                    client.get(with_token(f"http://127.0.0.1:{port}", home)).raise_for_status()
                except httpx.ConnectError:
                    time.sleep(0.2)
                except httpx.HTTPStatusError:  # the redirect with the cookie
                    break
            client.get("/search").raise_for_status()
            client.get("/search.svg").raise_for_status()
            yield client, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(60)


def measure(home: Home) -> Measured:
    """Every page alone, then readers together."""
    found, pages = Measured(), addresses(home)
    with served(home) as (client, server):
        for kind, paths in pages.items():
            before = _cpu(server)
            chosen = (paths * TIMES)[:TIMES]
            found.first[kind] = [_first_byte(client, path) for path in chosen]
            found.cpu[kind] = (_cpu(server) - before) / len(chosen) * 1000
            print(f"{kind}: {statistics.median(found.first[kind]):.0f} ms, CPU {found.cpu[kind]:.0f} ms", flush=True)
        with ThreadPoolExecutor(READERS) as pool:
            found.together = [
                took for each in pool.map(lambda n: _reader(client, pages, n), range(READERS)) for took in each
            ]
    return found


def _reader(client: httpx.Client, pages: dict[str, list[str]], number: int) -> list[float]:
    """One reader, who looks at a page of every kind in an order of their own."""
    chance, took = random.Random(number), []
    for kind in chance.sample(sorted(pages), len(pages)):
        began = time.perf_counter()
        client.get(chance.choice(pages[kind])).raise_for_status()
        took.append((time.perf_counter() - began) * 1000)
    return took


def _first_byte(client: httpx.Client, path: str) -> float:
    began = time.perf_counter()
    with client.stream("GET", path) as answer:
        answer.raise_for_status()
        pieces = answer.iter_raw()
        next(pieces, None)
        took = (time.perf_counter() - began) * 1000
        for _ in pieces:
            pass
    return took


def _cpu(server: psutil.Process) -> float:
    times = server.cpu_times()
    return float(times.user + times.system)


def section(found: Measured, count: int) -> str:
    """The page's part."""
    rows: list[tuple[str, ...]] = [
        (kind, f"≤ {FIRST_BYTE_MS} ms", f"{statistics.median(took):.0f} ms", f"{found.cpu[kind]:.0f} ms")
        for kind, took in found.first.items()
    ]
    rows.append((f"{READERS} readers at once, 95th percentile", f"≤ {TOGETHER_MS} ms", f"{found.p95:.0f} ms", ""))
    how = " ".join((__doc__ or "").split("\n\n")[2].split())
    head = f"## Pages in a browser: {count:,} articles"
    command = f"`make explore` (`python -m benchmarks.explore --write`). {how}"
    table = grid(("page", "mark", "first byte", "processor"), rows)
    return "\n".join([head, "", command, "", machine("duckdb", "starlette", "uvicorn"), "", *table])


def main() -> int:
    """Measure, print, write; 1 when a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    parser.add_argument("--folder", type=Path, help="where to work; default: the system's temporary files")
    options: Any = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-explore-", dir=options.folder) as root:
        found = measure(make(Path(root), options.articles))
    text = section(found, options.articles)
    print(text)
    if options.write:
        write_section("explore", text)
    return int(found.missed())
