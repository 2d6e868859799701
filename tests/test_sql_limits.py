"""Queries without end, without bounds or too deep: they stop at a limit, with a message, and the reader goes on."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.reading.sql import Reader
from flows.terminal.shell import run_statement as run_in_shell
from tests.test_warehouse import RUN, URL, article, version
from warehouse.connection import open_writer
from warehouse.errors import QueryFailed
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.snapshot import publish


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("limits")).prepare()
    with open_writer(home.work) as writer:
        rows = {"articles": [article()], "article_versions": [version(1)]}
        load_package(writer, write_package(home.staging, "p1", RUN, rows))
        publish(writer, home)
    return home


@pytest.fixture
def reader(home: Home) -> Iterator[Reader]:
    opened = Reader(home.snapshot, timeout_s=0.5)
    yield opened
    opened.close()


def still_answers(reader: Reader) -> bool:
    return reader.query("select url from articles").rows == [(URL,)]


MEMORY = {
    "list": "select list(range) from range(1000000000)",
    "range": "select range(200000000)",  # DuckDB does not count it
    "repeat": "select repeat('x', 1000000000)",  # nor this
    "string": "select length(string_agg(range::varchar, '')) from range(1000000000)",
    "doubling": "with recursive t(i) as (select [1] union all select i || i from t) select max(len(i)) from t",
}
TIME = {
    "cross join": "select count(*) from range(10000000) a, range(10000000) b",
    "recursion": "with recursive t(i) as (select 1 union all select i + 1 from t) select count(*) from t",
    "sleep": "select sleep_ms(100000)",
    "second statement": "select 1; select count(*) from range(10000000) a, range(10000000) b",
}
DEEP = {
    "parentheses": "select " + "(" * 100_000 + "1" + ")" * 100_000,
    "sum": "select " + "1+" * 100_000 + "1",
    "lists": "select " + "[" * 3_000 + "1" + "]" * 3_000,
    "subqueries": "select * from " + "(select * from " * 500 + "articles" + ")" * 500,
    "explain": "explain " * 3_000 + "select 1",
}


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_an_error_and_no_crash(reader: Reader, query: str) -> None:
    with pytest.raises(
        QueryFailed, match=r"expression depth|syntax error|memory exhausted|Parser Error|was stopped after"
    ):
        reader.query(query)
    assert still_answers(reader)


@pytest.mark.parametrize("query", TIME.values(), ids=TIME)
def test_a_runaway_query_stops_at_its_limit_and_says_what_to_do(reader: Reader, query: str) -> None:
    began = time.monotonic()
    with pytest.raises(QueryFailed, match=r"stopped after 0\.5 s.*--timeout SECONDS\.$"):
        reader.query(query)
    assert time.monotonic() - began < 4
    assert still_answers(reader)


# What cannot be interrupted, or fills the memory of the test: in a process of its own, as the program runs it.
PROGRAM = """
import sys, re
from datetime import datetime, UTC
from pathlib import Path
from flows.reading.sql import Reader
from warehouse.errors import QueryFailed
reader = Reader(Path(sys.argv[1]), timeout_s=float(sys.argv[2]), memory_limit="200MB", growth_limit_mb=300)
reader.show_as_of(datetime(2026, 1, 1, tzinfo=UTC))
try:
    print(len((reader.arrow if sys.argv[4] == "arrow" else reader.query)(sys.argv[3]).rows))
except QueryFailed as error:
    print(error)
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(reader.query("select count(*) from articles").rows, int(peak) >> 10)
reader.close()
"""


def alone(home: Home, query: str, *, timeout_s: float, how: str = "query") -> tuple[str, str, int]:
    """What the reader said, what it answered afterwards (as of a time before the article), and its peak in MB."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(home.snapshot), str(timeout_s), query, how],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")
    said, answer = done.stdout.strip().rsplit("\n", 1)
    rows, _, peak = answer.rpartition(" ")
    return said, rows, int(peak)


@pytest.mark.parametrize(
    "query",
    [
        "select levenshtein(repeat('a', 200000), repeat('b', 200000))",
        "select list_reduce(range(3000000), (a, b) -> a + b)",
    ],
)
def test_what_duckdb_cannot_interrupt_is_left_behind(home: Home, query: str) -> None:
    began = time.monotonic()
    said, rows, _ = alone(home, query, timeout_s=0.5)
    assert "--timeout SECONDS" in said
    assert "goes on until this program ends" in said
    assert rows == "[(0,)]", "the connection is another one; articles have to stay those of that time"
    assert time.monotonic() - began < 10


@pytest.mark.parametrize("query", MEMORY.values(), ids=MEMORY)
def test_memory_has_a_limit(home: Home, query: str) -> None:
    said, rows, peak = alone(home, query, timeout_s=30)
    assert re.search(r"(Out of Memory|300 MB more memory)[^\n]* Narrow it", said)
    assert rows == "[(0,)]"
    assert peak < 3000


@pytest.mark.parametrize("how", ["query", "arrow"])
def test_a_result_larger_than_memory_stops(home: Home, how: str) -> None:
    """Python's rows, and Arrow's, are not DuckDB's: its memory limit does not see them."""
    said, rows, peak = alone(home, "from range(1000000000000)", timeout_s=30, how=how)
    assert "300 MB more memory. Narrow it" in said
    assert rows == "[(0,)]"
    assert peak < 1500


@pytest.mark.parametrize(
    "query",
    [
        "select count(*) from range(10000000) a, range(10000000) b",
        "select levenshtein(repeat('a', 200000), repeat('b', 200000))",
    ],
)
def test_ctrl_c_ends_a_query_at_once_and_without_a_traceback(home: Home, query: str) -> None:
    command = [sys.executable, "-m", "dateline", "sql", "--home", str(home.root), query]
    with subprocess.Popen(  # a shell's background job ignores SIGINT, and so would what it starts
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=heeds_ctrl_c
    ) as process:
        while not is_querying(process.pid):
            time.sleep(0.05)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert "Traceback" not in out + err


@pytest.mark.parametrize("after", ["--timeout", "shell"])
def test_a_query_that_is_left_behind_does_not_abort_the_program_at_its_end(home: Home, after: str) -> None:
    """DuckDB comes back to Python while that is being taken apart: half a second after the end here."""
    query = "select levenshtein(repeat('a', 40000), repeat('b', 40000))"
    ends = "sys.exit(1)" if after == "--timeout" else "sys.exit()"
    code = f"""
import sys, time, threading
from flows.base.left_behind import leaving_threads_behind
from flows.reading.sql import Reader
from warehouse.errors import QueryFailed
from pathlib import Path
class Slow:
    def __del__(self, sleep=time.sleep):
        sleep(6)  # as taking the interpreter apart may on a loaded machine
sys.slow = Slow()
with leaving_threads_behind():
    reader = Reader(Path({str(home.snapshot)!r}), timeout_s=0.2)
    try:
        print(reader.query({query!r}).rows)
    except QueryFailed as error:
        print(error)
    {ends}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (int(after == "--timeout"), "")
    assert "goes on until this program ends" in done.stdout


def heeds_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def is_querying(pid: int) -> bool:
    """It has used two seconds of processor time: imports take less than one, these queries are endless."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") > 2


def test_as_of_is_not_undone_by_a_stopped_query(reader: Reader) -> None:
    reader.show_as_of(datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(QueryFailed):
        reader.query(TIME["cross join"])
    assert reader.query("select count(*) from articles").rows == [(0,)]


def test_ctrl_c_in_the_shell_ends_the_query_and_not_the_shell(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    reader = Reader(home.snapshot, timeout_s=30)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    try:
        run_in_shell(reader, TIME["cross join"])
    finally:
        signal.signal(signal.SIGINT, before)
    assert "stopped" in "".join(capfd.readouterr())
    assert still_answers(reader)
    reader.close()
