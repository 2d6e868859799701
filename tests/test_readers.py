"""Readers never block: opened again and again during runs they see whole runs, and a hung one delays nobody."""

import errno
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from tests.test_warehouse import RUN, article, version
from warehouse.connection import open_writer
from warehouse.file_copy import copy, transfer
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.migrating import migrations
from warehouse.packages import write_package
from warehouse.snapshot import publish

RUNS = 20
READERS = 4
OPENS = 250  # of each reader


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").prepare()


@pytest.fixture
def writer(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_writer(home.work)
    yield connection
    connection.close()


def load_run(writer: duckdb.DuckDBPyConnection, home: Home, number: int) -> None:
    """Twenty articles in one package, their versions in the next: between the two the warehouse is not whole."""
    idents = [str(UUID(int=number * 1000 + i)) for i in range(20)]
    new = [article(article_id=ident, url=f"https://paper.example/{ident}") for ident in idents]
    versions = [version(1, article_id=ident) for ident in idents]
    for part, rows in (("a", {"articles": new}), ("b", {"article_versions": versions})):
        load_package(writer, write_package(home.staging, f"p{number}{part}", RUN, rows))


def run(writer: duckdb.DuckDBPyConnection, home: Home, number: int) -> float:
    """Load and publish; how long that took, in seconds."""
    began = time.monotonic()
    load_run(writer, home, number)
    publish(writer, home)
    return time.monotonic() - began


READER = """
import sys
from pathlib import Path
from warehouse.connection import open_reader
for _ in range(int(sys.argv[2])):
    reader = open_reader(Path(sys.argv[1]), memory_limit="200MB", threads=1)
    articles = reader.execute("select count(*) from articles").fetchone()[0]
    versions = reader.execute("select count(*) from article_versions").fetchone()[0]
    texts = reader.execute("select count(*) from articles join article_versions using (article_id)").fetchone()[0]
    reader.close()
    print(articles, versions, texts, flush=True)
"""


class Crowd:
    """Reader processes, and what each of them has seen so far."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", READER, str(path), str(OPENS)]
        self.seen: list[list[str]] = [[] for _ in range(READERS)]
        self.errors: list[str] = []
        self.processes = [
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in self.seen
        ]
        self.threads = [
            threading.Thread(target=self._listen, args=pair) for pair in zip(self.processes, self.seen, strict=True)
        ]
        for thread in self.threads:
            thread.start()

    def _listen(self, process: "subprocess.Popen[str]", lines: list[str]) -> None:
        with process:
            assert process.stdout is not None
            assert process.stderr is not None
            for line in process.stdout:
                lines.append(line)  # noqa: PERF402 - others count them meanwhile
            self.errors.append(process.stderr.read())

    def opens(self) -> int:
        return sum(map(len, self.seen))

    def wait_for(self, opens: int) -> None:
        while self.opens() < opens and any(thread.is_alive() for thread in self.threads):
            time.sleep(0.005)

    def finish(self) -> None:
        for thread in self.threads:
            thread.join()


@pytest.mark.heavy
def test_a_thousand_opens_during_twenty_runs_see_whole_runs(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    publish(writer, home)
    crowd = Crowd(home.snapshot)
    for number in range(RUNS):
        crowd.wait_for(number * READERS * OPENS // RUNS)  # so that the runs are spread over all the opens
        run(writer, home, number)
    during = crowd.opens()
    crowd.finish()
    assert crowd.errors == [""] * READERS
    assert [len(lines) for lines in crowd.seen] == [OPENS] * READERS
    assert during > READERS * OPENS * 0.9
    for lines in crowd.seen:
        rows = [tuple(map(int, line.split())) for line in lines]
        assert all(articles == versions == joined for articles, versions, joined in rows)
        assert {articles for articles, _, _ in rows} <= {20 * n for n in range(RUNS + 1)}
        assert rows == sorted(rows), "a later open saw an earlier run"
    assert len({line for lines in crowd.seen for line in lines}) > RUNS / 2


HUNG = """
import sys
from pathlib import Path
from warehouse.connection import open_reader
reader = open_reader(Path(sys.argv[1]))
for _ in sys.stdin:
    print(reader.execute("select count(*), count(distinct url) from articles").fetchone(), flush=True)
"""


def test_a_hung_reader_delays_no_load_and_keeps_what_it_has(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    run(writer, home, 0)
    alone = min(run(writer, home, number) for number in range(1, 4))
    with subprocess.Popen(
        [sys.executable, "-c", HUNG, str(home.snapshot)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        print("before", file=reader.stdin, flush=True)
        before = reader.stdout.readline()
        reader.send_signal(signal.SIGSTOP)
        beside = min(run(writer, home, number) for number in range(4, 8))
        reader.send_signal(signal.SIGCONT)
        print("after", file=reader.stdin, flush=True)
        assert (before, reader.stdout.readline()) == ("(80, 80)\n", "(80, 80)\n")
        reader.communicate()
    assert beside < 2 * alone + 0.2
    with duckdb.connect(str(home.snapshot), read_only=True) as fresh:
        assert fresh.execute("select count(*) from articles").fetchone() == (160,)


def open_elsewhere(path: Path) -> str:
    code = "import duckdb, sys; duckdb.connect(sys.argv[1]); print('let in')"
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True)
    return done.stdout or done.stderr


def test_publishing_does_not_let_go_of_the_writers_lock(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    """Closing a descriptor of the file in the writer's process would: DuckDB locks with POSIX record locks."""
    run(writer, home, 0)
    assert "Conflicting lock is held" in open_elsewhere(home.work)


def test_the_copy_kept_before_a_migration_does_not_either(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    open_writer(home.work).close()
    known = migrations()
    more = [*known, (known[-1][0] + 1, "later", "create table later (i integer)")]
    monkeypatch.setattr("warehouse.migrating.migrations", lambda: more)
    with open_writer(home.work):
        assert "Conflicting lock is held" in open_elsewhere(home.work)
    assert home.work.with_suffix(f".v{known[-1][0]}.duckdb").exists()


@pytest.mark.parametrize("size", [0, 1, 70_000_000])
def test_copying_by_the_kernel_and_by_hand_is_the_same(
    tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(size))
    copy(source, tmp_path / "kernel")

    def refuse(*_: int) -> int:
        raise OSError(errno.EXDEV, "no")

    monkeypatch.setattr(os, "copy_file_range", refuse, raising=False)
    with source.open("rb") as old, (tmp_path / "hand").open("wb") as new:
        transfer(old.fileno(), new.fileno())
    assert (tmp_path / "kernel").read_bytes() == (tmp_path / "hand").read_bytes() == source.read_bytes()


def test_a_copy_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        copy(tmp_path / "missing", tmp_path / "target")
    (tmp_path / "source").write_bytes(b"x")
    with pytest.raises(OSError, match="No space left") as caught:
        copy(tmp_path / "source", Path("/dev/full"))
    assert caught.value.errno == errno.ENOSPC


def test_when_the_copy_fails_the_old_snapshot_stands(
    home: Home, writer: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(writer, home)
    before = home.snapshot.read_bytes()
    load_run(writer, home, 1)

    def full(source: Path, target: Path) -> None:
        target.write_bytes(source.read_bytes()[:1000])
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr("warehouse.snapshot.copy", full)
    with pytest.raises(OSError, match="No space"):
        publish(writer, home)
    assert home.snapshot.read_bytes() == before
    assert not list(home.state.glob("snapshot*"))


def test_readme_names_the_oldest_duckdb_that_is_tried() -> None:
    root = Path(__file__).resolve().parents[1]
    (tried,) = re.findall(r"^OLDEST_DUCKDB := (\d+\.\d+)\.\d+$", (root / "Makefile").read_text(), re.MULTILINE)
    assert f"has DuckDB {tried} or newer" in (root / "README.md").read_text().replace("\n", " ")
