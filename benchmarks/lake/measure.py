"""A lake beside a file, and under loaders that are killed.

    python -m benchmarks.lake [--loaders 4] [--packages 25] [--kills 20] [--articles 1000000] [--write]

Loaders: each is a program with a home of its own; half of the keys of each package are those of the other loaders. They
decide before they have the lake's lock, so what they decided is often stale when they get it. A killed one is started
again. Costs: the same packages go to a file, an empty lake and a large one in turns; CPU is that of the loading process
and of all of PostgreSQL. The large lake is benchmarks/scale's warehouse, copied. Half an hour and 30 GB of disk for a
million articles; `--articles 0` leaves the large lake out.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import duckdb
import psutil

from benchmarks.base.marks import Mark
from benchmarks.base.page import grid, machine, write_section
from benchmarks.lake.packages import decide, package_id, run_of
from benchmarks.scale.make import fill
from tasks.decide.lookups import faults
from tests.lakes import Postgres, lake_in, postgres_server
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.inventory import count_rows, missing_rows
from warehouse.lake.attaching import NAME
from warehouse.lake.files import put_in_order
from warehouse.lake.place import Lake
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.publication import table_names
from warehouse.seals import edited_rows
from warehouse.writing import writer_of

_BETWEEN_KILLS_S = (0.3, 3.0)
_TWICE = """
select 'article' from articles group by article_id having count(*) > 1
union all select 'version' from article_versions group by article_id, version having count(*) > 1
union all select 'outcome' from outcomes group by run_id, source, url having count(*) > 1
union all select 'capture' from captures group by capture_id having count(*) > 1
union all select 'package' from internal.packages group by package_id having count(*) > 1
"""
_REMAINDER = "select coalesce(sum(abs(remainder)), 0)::bigint from ledger"
_KNOWN_FILES = f"""
select count(*) from (
    select path from __ducklake_metadata_{NAME}.ducklake_data_file
    union all select path from __ducklake_metadata_{NAME}.ducklake_delete_file
    union all select path from __ducklake_metadata_{NAME}.ducklake_files_scheduled_for_deletion
)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """What was left when all loaders were done."""

    kills: int
    decided_again: int
    packages: int
    twice: int
    remainder: int
    faults: int
    orphans_before: int
    orphans: int


def loaders(postgres: Postgres, folder: Path, *, count: int, packages: int, kills: int) -> Killed:
    """So many loaders at once, killed so many times, until each has loaded all of its packages."""
    lake, chance = lake_in(folder, "postgres", postgres), random.Random(7)
    running = {number: _start(lake, folder, number, packages) for number in range(count)}
    again = done = 0
    while running:
        time.sleep(chance.uniform(*_BETWEEN_KILLS_S) if done < kills else 0.5)
        for number, process in list(running.items()):
            if process.poll() is not None:
                assert process.returncode == 0, f"loader {number} failed"
                assert process.stdout is not None
                again += int(process.stdout.read())
                del running[number]
        if running and done < kills:
            number = chance.choice(sorted(running))
            running[number].kill()
            running[number].wait()
            done += 1
            print(f"kill {done} of {kills}: loader {number}", flush=True)
            running[number] = _start(lake, folder, number, packages)
    with writer_of(Home(folder / "judge", lake=lake).prepare(), what="the judge") as connection:
        wrong = [*faults(connection), *missing_rows(connection), *edited_rows(connection)]
        print(*wrong[:5], sep="\n")
        before = _orphans(connection, lake)
        print(put_in_order(connection, keep=()))
        return Killed(
            kills=done, decided_again=again, packages=_count(connection, "select count(*) from internal.packages"),
            twice=len(connection.execute(_TWICE).fetchall()), remainder=_count(connection, _REMAINDER),
            faults=len(wrong), orphans_before=before, orphans=_orphans(connection, lake),
        )  # fmt: skip


def _start(lake: Lake, folder: Path, number: int, packages: int) -> subprocess.Popen[str]:
    home = folder / f"home-{number}"
    command = [sys.executable, "-m", "benchmarks.lake.loader", lake.catalog, lake.data, str(home), str(number)]
    return subprocess.Popen([*command, str(packages)], stdout=subprocess.PIPE, text=True)


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def _orphans(connection: duckdb.DuckDBPyConnection, lake: Lake) -> int:
    """Files of the lake that its catalog does not know."""
    return sum(1 for _ in Path(lake.data).rglob("*.parquet")) - _count(connection, _KNOWN_FILES)


def costs(postgres: Postgres, folder: Path, *, packages: int, articles: int) -> dict[str, list[float]]:
    """CPU seconds of each package, by warehouse: the first package only warms each of them, and is left out."""
    homes = {"file": Home(folder / "file"), "empty lake": Home(folder / "a", lake=_lake(postgres, folder / "a"))}
    if articles:
        homes["large lake"] = Home(folder / "b", lake=_lake(postgres, folder / "b"))
        _fill(homes["large lake"], folder, articles)
    took: dict[str, list[float]] = {name: [] for name in homes}
    for number in range(packages):
        for name, home in homes.items():
            with writer_of(home.prepare(), what="a benchmark") as connection:
                tables = decide(connection, 0, number)
                connection.execute("select 1 from articles limit 1").fetchall()
                began = _cpu(postgres)
                load_package(connection, write_package(home.staging, package_id(0, number), run_of(0), tables))
                took[name].append(_cpu(postgres) - began)
        print(f"package {number}:", {name: round(each[-1], 2) for name, each in took.items()}, flush=True)
    return {name: each[1:] for name, each in took.items()}


def _lake(postgres: Postgres, folder: Path) -> Lake:
    folder.mkdir(parents=True, exist_ok=True)
    return lake_in(folder, "postgres", postgres)


def _fill(home: Home, folder: Path, articles: int) -> None:
    """The warehouse of benchmarks/scale in a lake, table by table, in order as maintenance leaves it."""
    full = folder / "full.duckdb"
    fill(full, articles)
    open_writer(full).close()
    with writer_of(home.prepare(), what="a benchmark") as connection:
        connection.execute("reset threads")
        connection.execute(f"attach '{full}' as filled (read_only)")
        for name in table_names(connection):
            place = name if "." in name else f"main.{name}"
            if name not in {"schema_migrations", "internal.inventory", "agency_outlets"}:
                connection.execute(f"insert into {place} by name select * from filled.{place}")
        connection.execute("detach filled")
        count_rows(connection)
        print(put_in_order(connection, keep=()), flush=True)
    full.unlink()


def _cpu(postgres: Postgres) -> float:
    """Seconds of CPU of this process and of PostgreSQL, its ended backends included."""
    server = psutil.Process(postgres.pid)
    theirs = server.cpu_times()
    total = sum(theirs[:4])
    for backend in server.children():
        try:
            total += sum(backend.cpu_times()[:2])
        except psutil.NoSuchProcess:
            continue  # counted with the server's children from now on
    return time.process_time() + total


def marks(killed: Killed, took: dict[str, list[float]], asked: argparse.Namespace) -> list[Mark]:
    """What was measured beside what was wanted."""
    wanted = asked.loaders * asked.packages
    is_sound = (killed.twice, killed.remainder, killed.orphans, killed.faults) == (0, 0, 0, 0)
    ratios = [lake / file for lake, file in zip(took["empty lake"], took["file"], strict=True)]
    found = [
        Mark(
            what=f"{asked.loaders} loaders of {asked.packages} packages, {killed.kills} times `kill -9`",
            wanted="no key twice, remainder 0, no fault, no orphan after maintenance",
            measured=f"{killed.packages} of {wanted} packages once, {killed.decided_again} of them decided again; "
            f"{killed.twice} keys twice, remainder {killed.remainder}, {killed.faults} faults; "
            f"{killed.orphans_before} orphans before, {killed.orphans} after",
            met=is_sound and killed.packages == wanted and killed.kills >= asked.kills,
        ),
        Mark(
            what="CPU of a package, PostgreSQL's included",
            wanted="at most 4 times a file's",
            measured=f"{median(ratios):.1f} times",
            met=median(ratios) <= 4,
        ),
    ]
    if "large lake" in took:
        ratio = median(large / empty for large, empty in zip(took["large lake"], took["empty lake"], strict=True))
        found.append(
            Mark(
                what=f"CPU of a package on {asked.articles:,} articles",
                wanted="at most 3 times an empty lake's",
                measured=f"{ratio:.1f} times",
                met=ratio <= 3,
            )
        )
    return found


def section(found: Sequence[Mark], asked: argparse.Namespace) -> str:
    """The section of docs/benchmarks.md."""
    rows = [(each.what, each.wanted, each.measured, "yes" if each.met else "no") for each in found]
    lines = [
        "## A lake",
        "",
        f"`python -m benchmarks.lake --articles {asked.articles}`, on a machine with other work. "
        + machine("duckdb", "duckdb-extension-ducklake", "psycopg"),
        "",
        *grid(("what", "wanted", "measured", "met"), rows),
    ]
    return "\n".join(lines)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dateline-lake-", ignore_cleanup_errors=True) as made:
        yield Path(made)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure; 1 when a mark is not met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    for name, default in (("loaders", 4), ("packages", 25), ("kills", 20), ("articles", 1_000_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md")
    asked = parser.parse_args(arguments)
    with postgres_server() as postgres, _folder() as one, _folder() as two:
        killed = loaders(postgres, one, count=asked.loaders, packages=asked.packages, kills=asked.kills)
        print(killed, flush=True)
        took = costs(postgres, two, packages=6, articles=asked.articles)
    found = marks(killed, took, asked)
    text = section(found, asked)
    print(text)
    if asked.write:
        write_section("lake", text)
    return 0 if all(each.met for each in found) else 1
