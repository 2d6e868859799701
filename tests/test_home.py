"""Books that are true, backups that can be restored, ends in a line: running a home for a year."""

import errno
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import duckdb
import pytest

from flows.base.errors import BadUsage
from flows.base.installed import note_version, upgraded
from flows.base.observer import Silent
from flows.base.settings import Settings, load
from flows.base.sites import sites
from flows.base.source import Source
from flows.commands.published import open_published
from flows.commands.status import status
from flows.reading.verify import compare, verify_home
from flows.service.home_watch import watched
from flows.terminal.messages import explained
from flows.work.backup import MANIFEST, back_up
from flows.work.rebuild import put_in_place
from tasks.base.urls import source_of
from tasks.fetch.sessions import kept_hosts
from tests.conftest import Done, Run, copied, rows, second_edition
from warehouse.connection import open_writer
from warehouse.errors import ForeignWal, NoUpgrade
from warehouse.home import Home
from warehouse.runs import start_run
from warehouse.snapshot import publish
from warehouse.transactions import transaction

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "dateline.duckdb")


# -- books ----------------------------------------------------------------------------------------------------------


def test_a_publication_that_fails_is_booked_and_made_good_by_a_run_that_has_nothing_to_do(
    done: Done, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copied(done, tmp_path)
    given = {"config": str(home / "dateline.toml"), "home": str(home), "now": second_edition}

    def full(*_: object) -> int:
        raise FULL

    with monkeypatch.context() as patched:
        patched.setattr("flows.run.closing.publish", full)
        with pytest.raises(OSError, match="No space left"):
            run(**given)
    unpublished = "select state from runs where message like 'loaded, but not published: OSError%'"
    assert rows(home / "state" / "work.duckdb", unpublished) == [("failed",)]
    before = rows(home / "dateline.duckdb", "select count(*) from runs")[0][0]
    report = run(due_only=True, **given)
    assert any("published anew" in note for note in report.notes)
    assert rows(home / "dateline.duckdb", "select count(*) from runs") == [(before + 2,)]
    again = run(due_only=True, **given)
    assert not any("published anew" in note for note in again.notes)


def test_a_rebuild_that_fails_at_its_last_step_leaves_the_writers_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, work = tmp_path / "rebuild.duckdb", tmp_path / "work.duckdb"
    new.write_text("new")
    work.write_text("old")
    work.with_name("work.duckdb.wal").write_text("log of the old")

    def fails(*_: object) -> None:
        raise OSError("the power goes")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fails)
        with pytest.raises(OSError, match="power"):
            put_in_place(new, work, second_edition())
    assert work.read_text() == "old"
    kept = put_in_place(new, work, second_edition().replace(year=2030))
    assert kept is not None
    assert (work.read_text(), kept.read_text()) == ("new", "old")
    assert not work.with_name("work.duckdb.wal").exists()


def test_after_a_commit_that_failed_the_real_error_is_told() -> None:
    with duckdb.connect() as connection:
        connection.execute("create table t (i integer)")

        class FailsToCommit:
            def execute(self, sql: str) -> object:
                if sql == "commit":
                    connection.execute("rollback")
                    raise duckdb.IOException("No space left on device")
                return connection.execute(sql)

        with pytest.raises(duckdb.IOException, match="No space left"), transaction(FailsToCommit()):
            pass


SOURCES = (
    Source(name="paper", url="https://www.paper.example/", feeds=("https://www.paper.example/feed",)),
    Source(name="paper-sport", url="https://www.paper.example/sport", feeds=("https://www.paper.example/sport/feed",)),
    Source(name="old", url="https://paper.example", feeds=("https://paper.example/old",), enabled=False),
    Source(name="blog", url="https://blog.paper.example/", feeds=("https://blog.paper.example/feed",)),
    Source(name="gone", url="https://gone.example/", feeds=("https://gone.example/feed",), enabled=False),
)


@pytest.mark.parametrize("order", [SOURCES, SOURCES[::-1], SOURCES[2:] + SOURCES[:2]])
def test_whose_page_it_is_does_not_depend_on_order_or_on_sources_that_are_off(order: tuple[Source, ...]) -> None:
    known = sites(order)
    assert source_of("https://paper.example/sport/a", known) == "paper"
    assert source_of("https://m.paper.example/a", known) == "paper"
    assert source_of("https://blog.paper.example/a", known) == "blog"
    assert source_of("https://gone.example/a", known) == "gone.example"
    assert source_of("https://nobody.example/a", known) == "nobody.example"


# -- backup, upgrade ------------------------------------------------------------------------------------------------


def test_a_backup_is_a_home_and_a_second_one_copies_what_is_new(done: Done, tmp_path: Path) -> None:
    home, target = copied(done, tmp_path), tmp_path / "backup"
    settings = load(home / "dateline.toml", home)
    first = back_up(settings, target, Silent())
    assert first.copied == first.segments > 0
    assert json.loads((target / MANIFEST).read_text())["sha256"] == first.sha256
    assert back_up(settings, target, Silent()).copied == 0
    restored = Home(target)
    with open_writer(restored.work) as connection:
        assert compare(connection, restored)[1] == []
    reader = open_published(Settings(home=target), timeout_s=30)
    assert reader.query("select count(*) from articles").rows == rows(done.warehouse, "select count(*) from articles")
    reader.close()


def test_a_backup_goes_to_no_folder_that_is_something_else(done: Done, tmp_path: Path) -> None:
    home = copied(done, tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.tex").write_text("x")
    for target in (other, home / "backup", done.home):
        with pytest.raises(BadUsage, match="cannot back up to"):
            back_up(Settings(home=home), target, Silent())
    assert [path.name for path in other.iterdir()] == ["thesis.tex"]


def test_rows_that_name_missing_bytes_are_an_alarm_of_the_next_run(done: Done, tmp_path: Path, run: Run) -> None:
    home = copied(done, tmp_path)
    segments = sorted((home / "archive").rglob("*.warc.gz"))
    segments[0].unlink()
    os.truncate(segments[1], 100)
    report = run(config=str(home / "dateline.toml"), home=str(home), now=second_edition, due_only=True)
    assert any(alarm.startswith("2 of ") and "put them back from a backup" in alarm for alarm in report.alarms)


def test_a_log_of_another_time_beside_the_writers_file_is_said_in_words(tmp_path: Path) -> None:
    file, stale = tmp_path / "work.duckdb", tmp_path / "stale"
    code = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]); c.execute('create table if not exists t (i int)');"
        "c.execute('checkpoint'); c.execute('create table u as select 1'); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(file)], check=True)
    shutil.copy(f"{file}.wal", stale)
    duckdb.connect(str(file)).close()  # takes the log in
    shutil.copy(stale, f"{file}.wal")
    with pytest.raises(ForeignWal, match="Put both back from one backup"):
        open_writer(file)


def test_a_home_that_cannot_be_upgraded_says_so_once_and_is_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "work.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table schema_migrations (number integer, name varchar, applied_at timestamptz)")
        connection.execute("insert into schema_migrations values (1, 'tables', now())")  # and none of its tables
    with pytest.raises(NoUpgrade, match=r"0002_views of its schema failed .* `dateline rebuild`"):
        open_writer(file)
    with duckdb.connect(str(file)) as connection:
        assert connection.execute("select max(number) from schema_migrations").fetchone() == (1,)
    assert file.with_suffix(".v1.duckdb").exists()


def test_an_unfinished_run_is_told_from_damage(done: Done, tmp_path: Path) -> None:
    home = Home(copied(done, tmp_path))
    run_id = "99999999-9999-9999-9999-999999999999"
    with open_writer(home.work) as connection:
        start_run(connection, run_id, flow="ingest", flow_run_id=None, now=second_edition())
        connection.execute(
            "insert into discoveries (run_id, source, url, url_id, via, discovered_at) "
            f"values ('{run_id}', 'kvrn', 'https://kvrn.example/x', '{run_id}', 'feed', now())"
        )
    settings = load(home.root / "dateline.toml", home.root)
    found = verify_home(settings)
    assert [each["kind"] for each in found.unfinished] == ["unbalanced_ledger"]
    assert found.findings == []


# -- ends in a line, limits -------------------------------------------------------------------------------------------

PROGRAM = """
import sys, time
from flows.base.errors import RunCancelled
from flows.terminal.interruption import stopping_in_a_line
with stopping_in_a_line():
    try:
        print("ready", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        if sys.argv[1] == "cancelled":
            raise RunCancelled("the rest is for the next run") from None
        raise {"error": ValueError("Interrupted"), "exit": SystemExit(1), "plain": KeyboardInterrupt()}[sys.argv[1]]
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(
    ("becomes", "said"),
    [
        ("plain", "stopped"),
        ("error", "stopped"),
        ("exit", "stopped"),
        ("cancelled", "stopped: the rest is for the next run"),
    ],
)
def test_ctrl_c_sigterm_and_sighup_end_in_a_line_whatever_becomes_of_them(
    number: signal.Signals, becomes: str, said: str
) -> None:
    command = [sys.executable, "-c", PROGRAM, becomes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, f"{said}\n")


def test_a_terminal_that_is_closed_ends_it_as_sigterm_does(tmp_path: Path) -> None:
    code = PROGRAM.replace("raise RunCancelled", f"open({str(tmp_path / 'end')!r}, 'w').close(); raise RunCancelled")
    master, terminal = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code, "cancelled"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=takes_the_terminal,
    ) as process:
        os.close(terminal)
        assert os.read(master, 100).startswith(b"ready")
        os.close(master)
        assert process.wait(20) == 130
    assert (tmp_path / "end").exists()


def takes_the_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def test_nohup_keeps_it_at_work() -> None:
    command = [sys.executable, "-c", PROGRAM, "plain"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=ignores_hangups) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGHUP)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.terminate()
        assert process.wait(20) == 130


def ignores_hangups() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def test_few_files_may_be_open_few_connections_are_kept() -> None:
    assert [kept_hosts(limit) for limit in (20, 256, 1024, 1 << 20, -1)] == [8, 64, 256, 256, 256]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EMFILE, "Too many open files", "x"), "ulimit -n"),
        (MemoryError("Unable to allocate 3 GB"), "not enough memory"),
        (RuntimeError("can't start new thread"), "not enough memory"),
    ],
)
def test_limits_of_the_system_are_told_in_a_line(error: Exception, said: str) -> None:
    message = explained(error)
    assert message is not None
    assert said in message


def test_an_upgrade_under_a_running_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_UP_VERSION", raising=False)
    assert upgraded() is None
    monkeypatch.setenv("DATELINE_UP_VERSION", "0.0.1")
    assert "of 0.0.1 goes on" in str(upgraded())
    note_version()
    assert upgraded() is None


def test_a_running_up_says_once_that_another_release_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_UP_VERSION", "")
    note_version()
    monkeypatch.setattr("flows.service.home_watch._EVERY_S", 0.02)
    newer = tmp_path / "dateline-99.1.dist-info"
    newer.mkdir()
    (newer / "METADATA").write_text("Metadata-Version: 2.1\nName: dateline\nVersion: 99.1\n")
    with watched(Home(tmp_path / "home").prepare()):
        time.sleep(0.2)
        assert capsys.readouterr().out == ""
        monkeypatch.syspath_prepend(tmp_path)
        said = until_said(capsys, "Dateline 99.1 was installed while")
        time.sleep(0.2)
    assert (said + capsys.readouterr().out).count("Dateline 99.1 was installed while") == 1


def until_said(capsys: pytest.CaptureFixture[str], words: str) -> str:
    """What was printed until these words had come, or for ten seconds."""
    said, deadline = "", time.monotonic() + 10
    while words not in said and time.monotonic() < deadline:
        time.sleep(0.05)
        said += capsys.readouterr().out
    return said


def test_status_says_first_what_is_wrong_and_shows_all_of_that(
    done: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(copied(done, tmp_path))
    with open_writer(home.work) as connection:
        connection.execute(
            "insert into sources (source, state, last_run) "
            "select 'source-' || i, case when i % 100 = 7 then 'failing' else 'ok' end, now() from range(300) as t(i)"
        )
        publish(connection, home)
    assert status(Settings(home=home.root), as_json=False) == 3
    lines = capsys.readouterr().out.splitlines()
    ((failing,),) = rows(home.snapshot, "select count(*) from sources where state = 'failing'")
    assert f"{failing} failing" in lines[0]
    assert "of 308 sources ok" in lines[0]
    shown = [line for line in lines if line.startswith("source-")]
    assert ["failing" in line for line in shown][:3] == [True, True, True]
    assert len(shown) < 40
