"""Writing to a lake: one at a time, a lock that dies with its holder, files and snapshots that are kept in order."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from tests.lakes import LAKES, Postgres, home_of, needs_parts
from tests.test_warehouse import RUN, article, rows, version
from warehouse.connection import open_reader
from warehouse.errors import Locked, NoLake, SnapshotChanged
from warehouse.home import Home
from warehouse.lake.attaching import open_writing
from warehouse.lake.files import newest_snapshot, put_in_order
from warehouse.lake.place import lake_at
from warehouse.lake.pointer import read_pointer
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.snapshot import publish
from warehouse.writing import writer_of

pytestmark = pytest.mark.lake

HOLDS = """
import sys
from pathlib import Path
from warehouse.home import Home
from warehouse.lake.place import Lake
from warehouse.writing import writer_of
home = Home(Path(sys.argv[1]), lake=Lake(catalog=sys.argv[2], data=sys.argv[3])).prepare()
with writer_of(home, what="dateline ingest"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_host(home: Home, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A process with a home of its own that writes to the same lake."""
    assert home.lake is not None
    command = [sys.executable, "-c", HOLDS, str(folder), home.lake.catalog, home.lake.data]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield other
        other.kill()
        other.communicate()


@pytest.fixture(params=LAKES)
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    return home_of(tmp_path, request.param, request)


def test_the_second_writer_is_told_who_is_at_work_and_a_killed_one_holds_nothing(home: Home, tmp_path: Path) -> None:
    with another_host(home, tmp_path / "other") as other:
        told: list[str] = []
        with (
            pytest.raises(Locked, match=rf"dateline ingest .*\(?{other.pid}\)? .*since 20"),
            writer_of(home, what="dateline ingest", timeout_s=1, on_wait=told.append),
        ):
            pass
        assert str(other.pid) in told[0]
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
        with writer_of(home, what="dateline ingest") as connection:
            assert rows(connection, "select count(*) from articles") == [(0,)]


def test_who_has_lost_the_lock_writes_nothing(
    tmp_path: Path, postgres: Postgres, request: pytest.FixtureRequest
) -> None:
    home = home_of(tmp_path, "postgres", request)
    assert home.lake is not None
    with writer_of(home, what="a test") as connection:
        folder = write_package(home.staging, "p1", RUN, {"articles": [article()]})
        ended = "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'a test on %'"
        assert postgres.ask(home.lake.target, ended) == [(True,)]
        with pytest.raises(Locked, match="a test has lost the lake's lock"):
            load_package(connection, folder)
    with writer_of(home, what="a test") as connection:
        assert rows(connection, "select count(*) from articles") == [(0,)]
        assert load_package(connection, folder)


def test_tidying_merges_files_and_leaves_readers_what_they_read(home: Home) -> None:
    lake = home.lake
    assert lake is not None
    with writer_of(home, what="a test") as connection:
        for number in range(1, 6):
            tables = {"articles": [article(version=number)], "article_versions": [version(number)]}
            load_package(connection, write_package(home.staging, f"p{number}", RUN, tables))
        publish(connection, home)
        stray = Path(lake.data, "main", "articles", "stray.parquet")
        stray.write_bytes(b"of a loader that was killed")
        asked = "select version, headline from articles", "select count(*), max(version) from article_versions"
        with open_reader(home.snapshot) as reader:
            before = [rows(reader, each) for each in asked]
            said = put_in_order(connection, keep=[newest_snapshot(connection)])
            assert " and 1 orphans were removed" in said
            assert [rows(reader, each) for each in asked] == before == [[(5, "Harbour opens")], [(5, 5)]]
        assert not stray.exists()
        files = rows(connection, "select count(*) from ducklake_list_files('lake', 'article_versions')")
        assert files == [(1,)]
        assert [rows(connection, each) for each in asked] == before


def test_old_snapshots_expire_but_not_the_published_one(
    tmp_path: Path, postgres: Postgres, request: pytest.FixtureRequest
) -> None:
    home = home_of(tmp_path, "postgres", request)
    assert home.lake is not None
    with writer_of(home, what="a test") as connection:
        load_package(connection, write_package(home.staging, "p1", RUN, {"articles": [article()]}))
        publish(connection, home)
        published = read_pointer(home.snapshot)
        assert published is not None
        load_package(connection, write_package(home.staging, "p2", RUN, {"articles": [article(headline="New")]}))
        postgres.ask(home.lake.target, "update ducklake_snapshot set snapshot_time = now() - interval '30 days'")
        put_in_order(connection, keep=[published.snapshot])
        left = [number for (number,) in rows(connection, "select snapshot_id from ducklake_snapshots('lake')")]
        assert min(left) == published.snapshot
        with open_reader(home.snapshot) as reader:
            assert rows(reader, "select headline from articles") == [("Harbour opens",)]
        postgres.ask(home.lake.target, "update ducklake_snapshot set snapshot_time = now() - interval '30 days'")
        put_in_order(connection, keep=())
    with pytest.raises(SnapshotChanged, match=r"no longer has the snapshot .* Any run publishes it anew"):
        open_reader(home.snapshot)


def test_files_are_by_month_compressed_by_zstd_and_no_row_is_in_the_catalog(home: Home) -> None:
    with writer_of(home, what="a test") as connection:
        tables = {"articles": [article()], "article_versions": [version(1)]}
        load_package(connection, write_package(home.staging, "p1", RUN, tables))
        for table in tables:
            ((file,),) = rows(connection, f"select data_file from ducklake_list_files('lake', '{table}')")
            assert "/year=2026/month=3/" in file
            assert rows(connection, f"select distinct compression from parquet_metadata('{file}')") == [("ZSTD",)]
        place = "__ducklake_metadata_lake"
        inlined = rows(connection, f"select table_name from {place}.ducklake_inlined_data_tables")
        assert [name for (name,) in inlined if rows(connection, f"from {place}.{name}")] == []


def test_a_catalog_that_does_not_answer_is_named(tmp_path: Path) -> None:
    needs_parts("postgres")
    catalog = "postgres:host=127.0.0.1 port=1 dbname=news user=me"
    home = Home(tmp_path / "home", lake=lake_at(catalog, "lake", beside=tmp_path)).prepare()
    with (
        pytest.raises(NoLake, match=r"cannot open the lake with the catalog postgres:host=127\.0\.0\.1 .*createdb"),
        writer_of(home, what="a test"),
    ):
        pass


def test_other_data_than_the_catalogs_is_refused(home: Home, tmp_path: Path) -> None:
    assert home.lake is not None
    with writer_of(home, what="a test"):
        pass
    moved = replace(home, lake=replace(home.lake, data=str(tmp_path / "elsewhere")))
    with pytest.raises(NoLake, match="its catalog is of other data"), writer_of(moved, what="a test"):
        pass


def test_a_role_that_may_only_select_reads_what_is_published_and_writes_nothing(
    tmp_path: Path, postgres: Postgres, request: pytest.FixtureRequest
) -> None:
    home = home_of(tmp_path, "postgres", request)
    assert home.lake is not None
    with writer_of(home, what="a test") as connection:
        load_package(connection, write_package(home.staging, "p1", RUN, {"articles": [article()]}))
        publish(connection, home)
    role = f"reader_{home.lake.target[-8:]}"
    postgres.ask(home.lake.target, f"create role {role} login; grant select on all tables in schema public to {role}")
    catalog = home.lake.catalog.replace("user=dateline", f"user={role}")
    theirs = tmp_path / "theirs.lake"
    theirs.write_text(home.snapshot.read_text().replace(home.lake.catalog, catalog))
    with open_reader(theirs) as reader:
        assert rows(reader, "select headline from articles") == [("Harbour opens",)]
    with (
        open_writing(replace(home.lake, catalog=catalog)) as connection,
        pytest.raises(duckdb.Error, match="permission denied"),
    ):
        connection.execute("delete from articles")
