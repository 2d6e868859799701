"""What holds for a warehouse of every kind: packages that load once, books, snapshots that readers keep."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.lakes import KINDS, home_of
from tests.test_warehouse import ARTICLE, NOW, RUN, article, rows, version
from warehouse.connection import open_reader
from warehouse.errors import BadPackage, NoWarehouse, StalePackage
from warehouse.home import Home
from warehouse.inventory import missing_rows
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.runs import close_books, finish_run, reconcile, start_run
from warehouse.seals import edited_rows
from warehouse.snapshot import out_of_date, publish
from warehouse.writing import writer_of


@pytest.fixture(params=KINDS)
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    return home_of(tmp_path, request.param, request)


@pytest.fixture
def writer(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with writer_of(home, what="a test") as connection:
        yield connection


def test_a_package_loads_exactly_once(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    tables = {"articles": [article()], "article_versions": [version(1)], "article_images": [
        {"article_id": ARTICLE, "position": 0, "url": "https://paper.example/i.jpg"}]}  # fmt: skip
    folder = write_package(home.staging, "p1", RUN, tables)
    assert load_package(writer, folder)
    assert not folder.exists()
    again = write_package(home.staging, "p1", RUN, tables)
    assert not load_package(writer, again)
    assert rows(writer, "select count(*) from articles") == [(1,)]
    assert rows(writer, "select count(*) from article_images") == [(1,)]
    assert rows(writer, "select articles, share_with_author from daily_source_stats") == [(1, 1.0)]


def test_a_revision_closes_the_version_before_and_keeps_first_seen(
    home: Home, writer: duckdb.DuckDBPyConnection
) -> None:
    load_package(
        writer, write_package(home.staging, "p1", RUN, {"articles": [article()], "article_versions": [version(1)]})
    )
    later = NOW.replace(hour=18)
    changed = article(version=2, headline="Harbour closes", first_seen=later, last_seen=later)
    load_package(
        writer, write_package(home.staging, "p2", RUN, {"articles": [changed], "article_versions": [version(2)]})
    )
    assert rows(writer, "select headline, version, first_seen = '2026-03-02 12:00:00+00' from articles") == [
        ("Harbour closes", 2, True)
    ]
    assert rows(writer, "select version, valid_to is null from article_versions order by 1") == [(1, False), (2, True)]
    assert rows(writer, "select revisions from daily_source_stats where day = '2026-03-02'") == [(1,)]


def test_a_damaged_package_is_refused_and_nothing_of_it_loaded(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    folder = write_package(home.staging, "p1", RUN, {"articles": [article()]})
    (folder / "articles.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(BadPackage, match="articles changed"):
        load_package(writer, folder)
    assert rows(writer, "select count(*) from articles") == [(0,)]


def discovery(url: str) -> dict[str, Any]:
    return {"run_id": RUN, "source": "paper", "url": url, "url_id": ARTICLE, "via": "feed", "discovered_at": NOW}


def test_a_run_whose_owner_died_is_crashed_and_its_urls_pending(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    start_run(writer, RUN, flow="ingest", flow_run_id=None, now=NOW)
    load_package(writer, write_package(home.staging, "p", RUN, {"discoveries": [discovery("https://paper.example/a")]}))
    assert [r["pending"] for r in reconcile(writer, now=NOW)] == [1]
    assert rows(writer, "select state, discovered, pending from runs") == [("crashed", 1, 1)]
    assert rows(writer, "select remainder from ledger") == [(0,)]
    assert rows(writer, "select state, next_check <= now() from internal.frontier") == [("pending", True)]
    assert reconcile(writer, now=NOW) == []


def test_the_ledger_shows_what_is_unaccounted_for(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    start_run(writer, RUN, flow="ingest", flow_run_id=None, now=NOW)
    load_package(writer, write_package(home.staging, "p", RUN, {"discoveries": [discovery("https://paper.example/a")]}))
    assert rows(writer, "select discovered, remainder from ledger") == [(1, 1)]
    assert close_books(writer, RUN, reason="deadline", now=NOW) == 1
    totals = finish_run(writer, RUN, state="completed", message="", now=NOW)
    assert (totals["discovered"], totals["pending"], totals["remainder"]) == (1, 1, 0)


READER = """
import sys, pathlib
from warehouse.connection import open_reader
reader = open_reader(pathlib.Path(sys.argv[1]))
for _ in sys.stdin:
    print(reader.execute("select count(*) from articles").fetchone()[0], flush=True)
"""


def test_readers_keep_the_old_snapshot_while_a_new_one_is_published(
    home: Home, writer: duckdb.DuckDBPyConnection
) -> None:
    publish(writer, home)
    command = [sys.executable, "-c", READER, str(home.snapshot)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        print("count", file=reader.stdin, flush=True)
        assert reader.stdout.readline() == "0\n"
        load_package(writer, write_package(home.staging, "p1", RUN, {"articles": [article()]}))
        publish(writer, home)
        print("count", file=reader.stdin, flush=True)
        assert reader.stdout.readline() == "0\n"
        reader.communicate()
    later = subprocess.run(command, input="count\n", capture_output=True, text=True, check=True)
    assert later.stdout == "1\n"


def test_two_readers_of_one_process_are_both_locked_and_in_utc(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    publish(writer, home)
    first, second = open_reader(home.snapshot), open_reader(home.snapshot)
    for reader in (first, second, second.cursor()):
        with pytest.raises(duckdb.InvalidInputException, match="locked"):
            reader.execute("set threads = 1")
        assert reader.execute("select current_setting('timezone')").fetchone() == ("UTC",)
    first.close()
    second.close()


def test_reading_before_anything_was_published_says_what_to_do(home: Home) -> None:
    with pytest.raises(NoWarehouse, match="dateline ingest"):
        open_reader(home.snapshot)


def test_what_was_decided_before_the_lock_is_held_against_what_is_there(
    home: Home, writer: duckdb.DuckDBPyConnection
) -> None:
    first = {"articles": [article()], "article_versions": [version(1)]}
    load_package(writer, write_package(home.staging, "p1", RUN, first), is_of_before=True)
    again = {"articles": [article(headline="Other")], "article_versions": [version(1, content_hash="other")]}
    folder = write_package(home.staging, "p2", RUN, again)
    with pytest.raises(StalePackage, match="before another run loaded 1 of its articles"):
        load_package(writer, folder, is_of_before=True)
    assert folder.exists()
    assert rows(writer, "select headline from articles") == [("Harbour opens",)]
    later = {"articles": [article(version=2)], "article_versions": [version(2)]}
    assert load_package(writer, write_package(home.staging, "p3", RUN, later), is_of_before=True)
    # An older capture becomes version 1; what stood there moves on.
    moved = {"article_id": ARTICLE, "was": 1, "version": 2, "valid_from": NOW.replace(hour=13), "change_kind": "body",
             "valid_to": NOW.replace(hour=14)} , {"article_id": ARTICLE, "was": 2, "version": 3,
             "valid_from": NOW.replace(hour=14), "change_kind": "body"}  # fmt: skip
    older = version(1, content_hash="h0", valid_from=NOW, valid_to=NOW.replace(hour=13))
    tables = {"article_versions": [older], "version_spans": list(moved)}
    assert load_package(writer, write_package(home.staging, "p4", RUN, tables), is_of_before=True)
    assert rows(writer, "select version, content_hash from article_versions order by 1") == [
        (1, "h0"), (2, "h1"), (3, "h2")
    ]  # fmt: skip


def test_what_verify_counts_is_what_was_loaded(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    tables = {"articles": [article()], "article_versions": [version(1)], "quotes": [
        {"article_id": ARTICLE, "position": 0, "char_start": 0, "char_end": 4, "quote": "One."}]}  # fmt: skip
    load_package(writer, write_package(home.staging, "p1", RUN, tables))
    assert missing_rows(writer) == edited_rows(writer) == []
    writer.execute("update articles set headline = 'Edited'")
    writer.execute("delete from quotes")
    writer.execute("insert into feed_texts values (uuid(), 'x', null)")
    assert [each["detail"] for each in edited_rows(writer)] == [f"articles: not as run {RUN} wrote it"]
    assert {each["subject"] for each in missing_rows(writer)} == {"quotes", "feed_texts", "https://paper.example/a"}


def test_a_snapshot_is_out_of_date_when_more_was_loaded(home: Home, writer: duckdb.DuckDBPyConnection) -> None:
    assert out_of_date(writer, home) is None
    load_package(writer, write_package(home.staging, "p1", RUN, {"articles": [article()]}))
    assert out_of_date(writer, home) == "there is none"
    publish(writer, home)
    assert out_of_date(writer, home) is None
    load_package(writer, write_package(home.staging, "p2", RUN, {"article_versions": [version(1)]}))
    assert "has not published" in str(out_of_date(writer, home))
