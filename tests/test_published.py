"""The published file: readers see what was published, whatever another program does to it; the next run mends it."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from flows.base.errors import BadUsage
from flows.base.settings import Settings
from flows.commands.export import export_command
from flows.commands.published import open_published
from tests.conftest import Done, copied
from tests.test_warehouse import RUN, URL, article, version
from warehouse.comparing import compare_snapshot
from warehouse.connection import open_reader, open_writer
from warehouse.errors import SnapshotChanged, SnapshotTooOld
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.publication import MANIFEST, wals
from warehouse.runs import finish_run, start_run
from warehouse.snapshot import out_of_date, publish

ONE, TWO = [("Harbour opens",)], [("Harbour closes",)]
NOTEBOOK = """
import duckdb, sys, time
c = duckdb.connect(sys.argv[1])
c.execute("update articles set headline = 'MINE'")
if sys.argv[2] == 'checkpoint':
    c.execute("checkpoint")
    c.execute("update articles set headline = 'MINE TOO'")
print("ready", flush=True)
time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home in which one article was published."""
    home = Home(tmp_path / "home").prepare()
    with open_writer(home.work) as writer:
        start_run(writer, RUN, flow="reextract", flow_run_id=None, now=article()["first_seen"])
        load(writer, home, "p1", articles=[article()], article_versions=[version(1)])
        finish_run(writer, RUN, state="completed", message="", now=article()["first_seen"])
        publish(writer, home)
    return home


def load(writer: duckdb.DuckDBPyConnection, home: Home, name: str, **tables: list[dict[str, object]]) -> None:
    load_package(writer, write_package(home.staging, name, RUN, tables))


def seen(path: Path) -> list[tuple[str]]:
    with open_reader(path) as reader:
        rows: list[tuple[str]] = reader.execute("select headline from articles").fetchall()
        return rows


@contextmanager
def notebook(home: Home, how: str = "") -> Iterator["subprocess.Popen[str]"]:
    """A program that has opened the published file as Python does by default, and has edited it."""
    command = [sys.executable, "-c", NOTEBOOK, str(home.snapshot), how]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        try:
            yield process
        finally:
            process.kill()


def publish_second(home: Home) -> None:
    with open_writer(home.work) as writer:
        load(writer, home, "p2", articles=[article(headline="Harbour closes")])
        publish(writer, home)


def kinds(home: Home) -> list[str]:
    with open_writer(home.work) as writer:
        return [kind for kind, _ in compare_snapshot(writer, home)]


def test_an_edit_that_is_open_or_was_killed_is_read_by_nobody(home: Home) -> None:
    with notebook(home) as process:
        assert seen(home.snapshot) == ONE
        assert kinds(home) == ["snapshot_opened_for_writing"]
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert wals(home.snapshot)
        assert seen(home.snapshot) == ONE
        publish_second(home)
        assert wals(home.snapshot) == []
    assert seen(home.snapshot) == TWO
    with duckdb.connect(str(home.snapshot), read_only=True) as other:
        assert other.execute("select headline from articles").fetchall() == TWO
    assert kinds(home) == []


def test_what_a_notebook_writes_after_the_next_publication_is_read_by_nobody(home: Home) -> None:
    with notebook(home, "checkpoint"):
        publish_second(home)
        with duckdb.connect(str(home.snapshot), read_only=True) as other:
            assert other.execute("select headline from articles").fetchall() == TWO
        assert kinds(home) == []


READER = """
import duckdb, pathlib, sys
count = 0
while not pathlib.Path(sys.argv[2]).exists():
    with duckdb.connect(sys.argv[1], read_only=True) as connection:
        assert len(connection.execute("select headline from articles").fetchall()) == 1
    count += 1
    print("ready" if count == 1 else "", flush=True)
print(count)
"""


def test_readers_with_duckdb_alone_open_the_name_while_it_is_published_again_and_again(
    home: Home, tmp_path: Path
) -> None:
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(home.snapshot), str(stop)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    try:
        for each in readers:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for _ in range(6):
            with open_writer(home.work) as writer:
                publish(writer, home)
    finally:
        stop.touch()
        said = [each.communicate(timeout=60)[0].split()[-1] for each in readers]
    assert [each.returncode for each in readers] == [0, 0], said
    assert sum(map(int, said)) > 6


def test_an_edit_within_the_file_is_refused_and_named(home: Home) -> None:
    with notebook(home, "checkpoint"):
        with pytest.raises(SnapshotChanged, match="read-only"):
            open_reader(home.snapshot)
        assert "snapshot_changed" in kinds(home)
        with open_writer(home.work) as writer:
            assert out_of_date(writer, home)


def test_a_command_that_reads_publishes_anew_what_was_edited(
    done: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Home(copied(done, tmp_path))
    with notebook(home, "checkpoint"):
        reader = open_published(Settings(home=home.root), timeout_s=10)
        assert reader.query("select count(*) from articles where headline like 'MINE%'").rows == [(0,)]
        reader.close()
    assert "published anew" in capsys.readouterr().err
    assert kinds(home) == []


def garbage(home: Home) -> None:
    home.snapshot.write_bytes(b"no database at all" * 1000)


def another(home: Home) -> None:
    other = home.root / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create table articles as select 1 as headline")
    other.replace(home.snapshot)


def cut(home: Home) -> None:
    os.truncate(home.snapshot, home.snapshot.stat().st_size // 2)


def gone(home: Home) -> None:
    home.snapshot.unlink()


def a_bit(home: Home, at: float = 0.5) -> None:
    """Silently: its time is what it was."""
    was, raw = home.snapshot.stat(), bytearray(home.snapshot.read_bytes())
    raw[int(len(raw) * at)] ^= 1
    home.snapshot.write_bytes(raw)
    os.utime(home.snapshot, ns=(was.st_atime_ns, was.st_mtime_ns))


def a_bit_of_its_header(home: Home) -> None:
    a_bit(home, 5000 / home.snapshot.stat().st_size)


def a_folder(home: Home) -> None:
    home.snapshot.unlink()
    (home.snapshot / "mine").mkdir(parents=True)


def a_link_to_another(home: Home) -> None:
    another(home)
    home.snapshot.rename(home.root / "mine.duckdb")
    home.snapshot.symlink_to(home.root / "mine.duckdb")


def a_link_to_itself(home: Home) -> None:
    home.snapshot.unlink()
    home.snapshot.symlink_to(home.snapshot.name)


def no_manifest(home: Home) -> None:
    with duckdb.connect(str(home.snapshot)) as connection:
        connection.execute("update articles set headline = 'MINE'")
    home.snapshot.resolve().with_name(MANIFEST).unlink()


def no_true_manifest(home: Home, text: str = '{"bytes": "many", "loaded": []}') -> None:
    home.snapshot.resolve().with_name(MANIFEST).write_text(text)


def a_list_as_manifest(home: Home) -> None:
    no_true_manifest(home, "[1, 2]")


def a_folder_as_log(home: Home) -> None:
    home.snapshot.with_name("dateline.duckdb.wal").mkdir()


@pytest.mark.parametrize(
    "harm",
    [
        garbage,
        another,
        cut,
        gone,
        a_bit,
        a_bit_of_its_header,
        a_folder,
        a_link_to_another,
        a_link_to_itself,
        no_manifest,
        no_true_manifest,
        a_list_as_manifest,
        a_folder_as_log,
    ],
)
def test_a_file_that_is_damaged_or_another_is_named_and_out_of_date(home: Home, harm: Callable[[Home], None]) -> None:
    harm(home)
    assert len(kinds(home)) == 1
    with open_writer(home.work) as writer:
        assert out_of_date(writer, home)
        publish(writer, home)
        assert out_of_date(writer, home) is None
    assert seen(home.snapshot) == ONE
    assert kinds(home) == []


def test_a_command_that_reads_mends_a_file_that_it_cannot_open_or_trust(done: Done, tmp_path: Path) -> None:
    home = Home(copied(done, tmp_path))
    for harm in (a_bit_of_its_header, a_link_to_another, no_manifest):
        harm(home)
        reader = open_published(Settings(home=home.root), timeout_s=10)
        assert reader.query("select count(*) from articles where headline = 'MINE'").rows == [(0,)]
        reader.close()


def test_rows_that_went_since_the_publication_are_named_by_table(home: Home) -> None:
    with open_writer(home.work) as writer:
        writer.execute("delete from article_versions")
        found = list(compare_snapshot(writer, home))
    assert found == [("rows_not_as_published", "article_versions: 1 rows published, 0 in the writer's file")]


def test_what_was_loaded_and_not_published_is_out_of_date(home: Home) -> None:
    with open_writer(home.work) as writer:
        load(writer, home, "p2", articles=[article(headline="Harbour closes")])
        assert out_of_date(writer, home)
    assert kinds(home) == ["snapshot_is_out_of_date"]
    assert seen(home.snapshot) == ONE


def test_mode_owner_and_group_stay_those_that_the_owner_gave(home: Home) -> None:
    home.snapshot.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(home.snapshot, 1234, 4321)
    before = home.snapshot.stat()
    publish_second(home)
    after = home.snapshot.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino
    index = [file.stat().st_mode & 0o777 for file in home.index.glob("*/*") if file.parent.name == newest_index(home)]
    assert set(index) == {0o640}, "who may read the file may search it"


def newest_index(home: Home) -> str:
    with open_reader(home.snapshot) as reader:
        return str((reader.execute("select generation from internal.search_index").fetchone() or [""])[0])


@pytest.mark.parametrize("symlinks", [True, False])
def test_a_copy_of_a_home_is_read_and_published_like_the_home(home: Home, tmp_path: Path, symlinks: bool) -> None:
    copy = Home(shutil.copytree(home.root, tmp_path / "copy", symlinks=symlinks))
    assert seen(copy.snapshot) == ONE
    assert kinds(copy) == []
    publish_second(copy)
    assert seen(copy.snapshot) == TWO
    assert seen(home.snapshot) == ONE
    assert len(list(copy.published.iterdir())) == 1


def test_a_file_of_an_older_release_is_read_by_sql_and_says_so_to_what_knows_the_tables(home: Home) -> None:
    with open_writer(home.work) as writer:
        writer.execute("update schema_migrations set number = 0")
        publish(writer, home)
    reader = open_published(Settings(home=home.root), timeout_s=10, any_schema=True)
    assert reader.query("select url from articles").rows == [(URL,)]
    reader.close()
    with pytest.raises(SnapshotTooOld, match="published by an older Dateline"):
        open_published(Settings(home=home.root), timeout_s=10)


SHM = Path("/dev/shm")  # noqa: S108 - another file system than the tests' folder


@pytest.mark.skipif(not os.access(SHM, os.W_OK), reason="no second file system")
def test_the_state_may_be_on_another_file_system(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    elsewhere = SHM / f"dateline-{os.getpid()}"
    try:
        for name in ("state", "staging"):
            (elsewhere / name).mkdir(parents=True)
            home.root.mkdir(exist_ok=True)
            (home.root / name).symlink_to(elsewhere / name)
        with open_writer(home.prepare().work) as writer:
            load(writer, home, "p1", articles=[article()], article_versions=[version(1)])
            publish(writer, home)
        assert seen(home.snapshot) == ONE
    finally:
        shutil.rmtree(elsewhere, ignore_errors=True)


@pytest.mark.parametrize(
    "place",
    [
        "dateline.duckdb",
        "state/../dateline.duckdb",
        "state/work.duckdb",
        "archive/new.csv",
        ".published/x.csv",
        "staging/x",
    ],
)
def test_files_of_the_home_are_no_place_for_a_result(home: Home, tmp_path: Path, place: str) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(home.root / place)
    assert home.owns(home.root / place)
    assert home.owns(link)


def test_files_elsewhere_are(home: Home, tmp_path: Path) -> None:
    assert not home.owns(tmp_path / "out.csv")
    assert not home.owns(home.root / "results" / "out.csv")
    hard = tmp_path / "hard.duckdb"
    hard.hardlink_to(home.work)
    assert home.owns(hard)
    segment, other = home.archive / "segment.warc.gz", tmp_path / "other.csv"
    segment.write_bytes(b"x")
    other.hardlink_to(segment)
    assert home.owns(other)


@pytest.mark.parametrize("target", ["{}/archive/x", "file://{}/archive/x", "local://{}/state", "memory://x"])
def test_an_export_goes_neither_into_the_folders_of_the_home_nor_nowhere(home: Home, target: str) -> None:
    with pytest.raises(BadUsage, match="cannot"):
        export_command(Settings(home=home.root), target.format(home.root), frozen=None, as_json=True)
