"""The command line as a user meets it: a process of its own, its exit status, what it prints."""

import json
import os
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.main import get_command

from flows.base.settings import duration, load
from flows.cli.app import app
from newsroom.server import Newsroom
from tests.conftest import ORPHANS, UNBALANCED, rows, write_config
from tests.owner import PROGRAM, environment, plant
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.snapshot import publish


def dateline(*arguments: str, cwd: Path, text: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, input=text, timeout=200)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a published warehouse of one article's worth of nothing."""
    home = Home(tmp_path / "dateline-data").prepare()
    with open_writer(home.work) as connection:
        connection.execute(
            "insert into sources (source, title, state) values ('=HYPERLINK(1)', 'a' || chr(27) || '[31mred', 'ok')"
        )
        publish(connection, home)
    return tmp_path


def test_help_names_the_commands_and_the_exit_codes(tmp_path: Path) -> None:
    shown = dateline("--help", cwd=tmp_path).stdout
    for command in ("demo", "init", "ingest", "up", "status", "sql"):
        assert f"\n  {command} " in shown
    assert "3 done, but with an alarm" in " ".join(shown.split())


def test_init_writes_a_configuration_that_loads_and_never_overwrites(tmp_path: Path) -> None:
    assert dateline("init", cwd=tmp_path).returncode == 0
    settings = load(tmp_path / "dateline.toml")
    assert len(settings.enabled_sources) == 5
    again = dateline("init", cwd=tmp_path)
    assert again.returncode == 1
    assert "will not overwrite dateline.toml" in again.stderr


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        (
            "[fetch]\n\nuser_agnet = 'x'\n",
            "dateline.toml:3: unknown key 'user_agnet' in [fetch]; did you mean 'user_agent'?",
        ),
        ("[[source]]\nname = 'a'\n[[source]]\nname = 'B C'\n", "dateline.toml:4: name:"),
        ("[fetch]\ndelay = 'soon'\n", "dateline.toml:2: delay: 'soon' is no duration"),
        ("[[source]]\nname = 'a'\nfeeds = ['ftp://x/']\n", "dateline.toml:3: feeds:"),
        ("[fetch\n", "dateline.toml: it is no valid TOML"),
        ("[[source]]\nname = 'a'\n[[source]]\nname = 'a'\n", "two sources are called 'a'"),
    ],
)
def test_a_wrong_configuration_is_named_with_file_and_line(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "dateline.toml").write_text(toml)
    found = dateline("ingest", cwd=tmp_path)
    assert found.returncode == 1
    assert said in " ".join(found.stderr.split())
    assert "Traceback" not in found.stderr


def test_usage_errors_end_with_2(tmp_path: Path) -> None:
    assert dateline("ingest", cwd=tmp_path).returncode == 2
    assert dateline("ingest", "--url", "mailto:x", cwd=tmp_path).returncode == 2
    assert dateline("nonsense", cwd=tmp_path).returncode == 2
    assert dateline("sql", "select 1", "-f", "xml", cwd=tmp_path).returncode == 2


def test_sql_without_a_warehouse_says_what_to_do(tmp_path: Path) -> None:
    found = dateline("sql", "select 1", cwd=tmp_path)
    assert found.returncode == 1
    assert "there is no warehouse at" in found.stderr
    assert "dateline ingest" in " ".join(found.stderr.split())


def test_sql_prints_tables_csv_and_json(empty: Path) -> None:
    query = "select source, title, 1 + 1 as two from sources"
    assert json.loads(dateline("sql", query, "-f", "json", cwd=empty).stdout) == [
        {"source": "=HYPERLINK(1)", "title": "a\x1b[31mred", "two": 2}
    ]
    assert dateline("sql", query, "-f", "csv", cwd=empty).stdout.splitlines()[1] == "'=HYPERLINK(1),a\ufffd[31mred,2"
    table = dateline("sql", query, cwd=empty).stdout
    assert "\x1b" not in table
    assert "a\ufffd[31mred" in table
    assert "2" in dateline("sql", "-", cwd=empty, text="select 1 + 1").stdout


def test_sql_errors_and_runaway_queries_end_with_1(empty: Path) -> None:
    wrong = dateline("sql", "select nonsense from articles", cwd=empty)
    assert (wrong.returncode, "nonsense" in wrong.stderr) == (1, True)
    copied = dateline("sql", "copy articles to 'x.csv'", cwd=empty)
    assert (copied.returncode, list(empty.glob("*.csv"))) == (1, [])
    endless = "select count(*) from range(10000000) a, range(10000000) b where a.range + b.range = 7"
    slow = dateline("sql", endless, "--timeout", "1", cwd=empty)
    assert slow.returncode == 1
    assert "stopped after 1 s" in slow.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "nope"], "no query is called"),
        (["query", "coverage"], "needs --param words"),
        (["query", "volume", "--param", "days=many"], "not a whole number"),
        (["search", "…"], "there is no word in it"),
        (["sql", "select 1", "--as-of", "nonsense"], "neither a time"),
        (["sql", "--file", "absent.sql"], "cannot read the query in absent.sql"),
        (["sql", "select 1", "-o", "result"], "cannot tell the format"),
        (["sql", "select 1", "-f", "parquet"], "name a file"),
        (["quarantine", "show", "zzzz"], "0 quarantined pages"),
        (["quarantine", "replay", "--rule", "nope"], "has the rule 'nope'"),
        (["reextract", "nope"], "no article of a source or collection 'nope'"),
        (["up", "--port", "70000"], "Invalid value for '--port'"),
        (["up", "--port", "0"], "Invalid value for '--port'"),
        (["export", ""], "name a folder of its own"),
        (["export", "dateline-data"], "name a folder of its own"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_ends_with_2_and_says_why(empty: Path, arguments: list[str], said: str) -> None:
    found = dateline(*arguments, cwd=empty)
    assert found.returncode == 2, found.stderr
    assert said in " ".join(found.stderr.split())


@pytest.mark.parametrize("nothing", ["", ";", "/* c */", "  \n-- c"])
def test_a_query_of_nothing_is_said(empty: Path, nothing: str) -> None:
    found = dateline("sql", "-", cwd=empty, text=nothing)
    assert (found.returncode, "there is no query to run" in found.stderr) == (1, True)


def test_a_file_that_cannot_be_written_is_named(empty: Path) -> None:
    found = dateline("sql", "select 1", "-o", "nowhere/x.csv", cwd=empty)
    assert found.returncode == 1
    assert "cannot read or write nowhere/x.csv: No such file or directory" in " ".join(found.stderr.split())


def test_a_damaged_snapshot_and_a_damaged_work_file_say_what_helps(empty: Path) -> None:
    (empty / "dateline-data" / "dateline.duckdb").write_bytes(b"no database at all" * 1000)
    assert "publishes it anew" in " ".join(dateline("sql", "select 1", cwd=empty).stderr.split())
    (empty / "dateline-data" / "state" / "work.duckdb").write_bytes(b"no database at all" * 1000)
    assert "`dateline rebuild` makes it anew" in " ".join(dateline("verify", cwd=empty).stderr.split())


def test_status_shows_sources_runs_and_quarantine(empty: Path) -> None:
    found = dateline("status", cwd=empty)
    assert (found.returncode, "quarantine" in found.stdout) == (0, True)
    assert "sources" in json.loads(dateline("status", "--json", cwd=empty).stdout)[0]


def test_an_unreadable_warc_is_named(tmp_path: Path) -> None:
    missing = dateline("ingest", "--warc", "nowhere.warc.gz", cwd=tmp_path)
    assert missing.returncode == 1
    assert "nowhere.warc.gz: there is no such file" in " ".join(missing.stderr.split())


def test_a_source_that_nothing_can_be_discovered_of_is_an_alarm(tmp_path: Path) -> None:
    (tmp_path / "dateline.toml").write_text('[[source]]\nname = "x"\nurl = "http://x.example/"\n')
    found = dateline("ingest", cwd=tmp_path)
    assert found.returncode == 3, found.stderr
    assert "x has neither feeds nor sitemaps" in " ".join(found.stdout.split())


def test_durations() -> None:
    assert [duration(t).total_seconds() for t in ("90s", "15m", "1.5h", "3d")] == [90, 900, 5400, 259200]
    with pytest.raises(ValueError, match="is no duration"):
        duration("soon")


def start_ingest(config: Path, home: Path) -> subprocess.Popen[str]:
    command = [PROGRAM, "ingest", "--config", str(config), "--home", str(home)]
    return subprocess.Popen(
        command, env=environment(), cwd=config.parent, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


@pytest.mark.heavy
def test_a_killed_run_loses_nothing_and_a_second_run_at_once_is_refused(tmp_path: Path) -> None:
    """kill -9 of the whole group in the middle of fetching, then run again: balanced, nothing lost, nothing twice."""
    with Newsroom(anchor=datetime.now(UTC).replace(microsecond=0)) as newsroom:
        config, home = write_config(tmp_path, newsroom, delay="0.1s"), tmp_path / "data"
        begun = len(newsroom.requests)
        imported = plant(tmp_path)  # this owner has a tasks/, a flows/, a json.py and more
        with start_ingest(config, home) as first:
            wait_until(lambda: len(newsroom.requests) > begun + 50, first)
            os.killpg(first.pid, signal.SIGSTOP)  # however long the second takes to start
            second = dateline("ingest", "--config", str(config), "--home", str(home), cwd=tmp_path)
            assert second.returncode == 1, second.stdout + second.stderr
            assert "has been writing to this warehouse since" in " ".join((second.stdout + second.stderr).split())
            os.killpg(first.pid, signal.SIGKILL)
        again = dateline("ingest", "--config", str(config), "--home", str(home), cwd=tmp_path)
    assert again.returncode == 3, again.stdout + again.stderr  # the newsroom has a feed that is a login page
    assert "Traceback" not in again.stdout + again.stderr
    assert dateline("verify", "--config", str(config), "--home", str(home), cwd=tmp_path).returncode == 0
    assert not imported.exists(), imported.read_text()
    warehouse = home / "dateline.duckdb"
    assert rows(warehouse, UNBALANCED) == []
    assert rows(warehouse, ORPHANS) == []
    assert rows(warehouse, "select state from runs order by started_at") == [("crashed",), ("completed_with_alarms",)]
    assert rows(warehouse, "select count(*) from articles") == [(118,)]


def wait_until(condition: object, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 90
    while not condition():  # type: ignore[operator]
        assert process.poll() is None, process.stdout.read() if process.stdout else ""
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_every_command_that_writes_a_result_refuses_a_file_of_the_home(empty: Path) -> None:
    """Of whatever commands there are with --output FILE."""
    snapshot = empty / "dateline-data" / "dateline.duckdb"
    before = snapshot.read_bytes()
    words = {"sql": ["select 1"], "query": ["ledger"], "search": ["ferry"], "trend": ["ferry"], "top": ["ferry"]}
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        takes = [each for each in command.params if "--output" in each.opts]
        if takes and name != "report":  # which takes a folder
            found = dateline(name, *words[name], "--format", "csv", "-o", str(snapshot), cwd=empty)
            assert (found.returncode, "belongs to the warehouse" in " ".join(found.stderr.split())) == (2, True), name
    assert snapshot.read_bytes() == before
