"""The warehouse on real DuckDB files: migrations, packages that load once, one writer, snapshots, hardened SQL."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.connection import open_writer
from warehouse.errors import Locked, TooNew
from warehouse.home import Home
from warehouse.inventory import missing_rows
from warehouse.loader import load_package
from warehouse.lock import writer_lock
from warehouse.migrating import migrate, migrations
from warehouse.packages import write_package
from warehouse.places import INTERNAL
from warehouse.runs import reconcile, start_run
from warehouse.seals import columns_of, edited_rows, seal_sql

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUN = "11111111-1111-1111-1111-111111111111"
URL = "https://paper.example/a"
ARTICLE = "22222222-2222-2222-2222-222222222222"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").prepare()


@pytest.fixture
def writer(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    connection = open_writer(home.work)
    yield connection
    connection.close()


def article(**changes: Any) -> dict[str, Any]:
    return {
        "article_id": ARTICLE,
        "source": "paper",
        "url": URL,
        "canonical_url": URL,
        "domain": "paper.example",
        "headline": "Harbour opens",
        "authors": ["Mara Ellison"],
        "keywords": [],
        "text": "One.",
        "word_count": 1,
        "page_kind": "article",
        "version": 1,
        "content_hash": "h1",
        "first_seen": NOW,
        "last_seen": NOW,
        "extractor": "x",
        "run_id": RUN,
        "quality_flags": [],
        "date_published": NOW,
    } | changes


def version(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "article_id": ARTICLE,
        "version": number,
        "valid_from": NOW.replace(hour=12 + number),
        "headline": "h",
        "text": "t",
        "content_hash": f"h{number}",
        "change_kind": "new" if number == 1 else "body",
        "extractor": "x",
        "run_id": RUN,
    } | changes


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    return found


def test_migrations_apply_once_and_are_numbered_apart(writer: duckdb.DuckDBPyConnection) -> None:
    numbers = [number for number, _, _ in migrations()]
    assert numbers == sorted(set(numbers))
    assert migrate(writer) == 0


def test_the_machinerys_tables_stand_apart_and_bring_their_rows(
    writer: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = rows(writer, "select table_name from duckdb_tables() where schema_name = 'main'")
    assert not INTERNAL & {name for (name,) in there}
    old = tmp_path / "old.duckdb"
    with monkeypatch.context() as patched, duckdb.connect(str(old)) as connection:
        patched.setattr("warehouse.migrating.migrations", lambda: [m for m in migrations() if m[0] < 22])
        migrate(connection)
        connection.execute("insert into domain_pauses values ('a.example', now(), now())")
        connection.execute("insert into outlet_blocks values ('a', 1, 3, now(), now(), 'Subscribe')")
        connection.execute("delete from internal.inventory")
        connection.execute("insert into internal.inventory values ('domain_pauses', 1), ('outlet_blocks', 1)")
    with open_writer(old) as connection:
        assert rows(connection, "select domain from internal.domain_pauses") == [("a.example",)]
        assert rows(connection, "select sample from boilerplate") == [("Subscribe",)]
        assert missing_rows(connection) == []
        connection.execute("delete from internal.domain_pauses")
        assert [found["subject"] for found in missing_rows(connection)] == ["internal.domain_pauses"]


def test_navigation_of_before_is_counted_by_outlet_and_stays_where_it_was(
    writer: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, other = tmp_path / "old.duckdb", "33333333-2222-2222-2222-222222222222"
    with monkeypatch.context() as patched, duckdb.connect(str(old)) as connection:
        patched.setattr("warehouse.migrating.migrations", lambda: [m for m in migrations() if m[0] < 20])
        migrate(connection)
        for ident, day in ((ARTICLE, 1), (other, 2)):
            given = article(article_id=ident, first_seen=NOW.replace(day=day), last_seen=NOW.replace(day=day + 5))
            names, values = ", ".join(given), ", ".join(f"${name}" for name in given)
            connection.execute(f"insert into articles ({names}) values ({values})", given)
            links = [("/about", "About", "navigation"), ("/about", "About us", "navigation"), ("/next", "Next", "body")]
            connection.executemany(
                f"insert into article_links values ('{ident}', ?, ?, ?, ?)",
                [(n, *link) for n, link in enumerate(links)],
            )
    with open_writer(old) as connection:
        assert schema(connection) == schema(writer)
        seen = rows(connection, "select source, url, anchor, pages, first_seen, last_seen from outlet_links")
        assert seen == [("paper", "/about", "About", 2, NOW.replace(day=1), NOW.replace(day=7))]
        assert rows(connection, "select count(*) from article_links where kind = 'navigation'") == [(4,)]
        assert rows(connection, "select distinct navigation_links from articles") == [(None,)]
        assert missing_rows(connection) == []


@pytest.mark.parametrize(
    ("raw", "instant", "precision", "other", "day"),
    [
        ("2026-02-28T19:12:00-08:00", "2026-03-01 03:12:00+00", "instant", None, "2026-02-28"),
        ("Sat, 28 Feb 2026 19:12:00 -0800", "2026-03-01 03:12:00+00", "instant", None, "2026-02-28"),
        ("2026-02-28T23:12:00Z", "2026-02-28 23:12:00+00", "instant", "2026-03-01", "2026-03-01"),
        ("2026-02-28T23:12:00Z", "2026-02-28 23:12:00+00", "instant", None, "2026-02-28"),
        ("2026-03-01 00:30", "2026-02-28 23:30:00+00", "local", None, "2026-03-01"),
        ("28.2.2026", "2026-02-28 00:00:00+00", "day", None, "2026-02-28"),
        ("2026-02", "2026-02-01 00:00:00+00", "month", None, "None"),
    ],
)
def test_days_of_articles_of_before_are_filled_in_and_their_seals_stay_what_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raw: str, instant: str, precision: str, other: str | None, day: str
) -> None:
    old, ident = tmp_path / "old.duckdb", "44444444-2222-2222-2222-222222222222"
    with monkeypatch.context() as patched, duckdb.connect(str(old)) as connection:
        patched.setattr("warehouse.migrating.migrations", lambda: [m for m in migrations() if m[0] < 32])
        migrate(connection)
        for number, url in enumerate(("https://paper.example/sound", "https://paper.example/edited")):
            given = article(article_id=ident.replace("44", f"5{number}", 1), url=url) | {
                "date_published": instant, "date_published_precision": precision}  # fmt: skip
            names, values = ", ".join(given), ", ".join(f"${name}" for name in given)
            connection.execute(f"insert into articles ({names}) values ({values})", given)
        claims = [(raw, instant, precision, True), *([(other, f"{other} 00:00:00+00", "day", False)] if other else [])]
        for claim in claims:
            connection.execute(
                "insert into article_dates by name select article_id, 'published' as role, 'jsonld' as signal, "
                "$1 as raw, $2::timestamptz as instant, true as zone_known, $3 as precision, $4 as chosen, "
                "false as conflict from articles",
                list(claim),
            )
        seal = seal_sql("articles", columns_of(connection, "articles"))
        connection.execute(f"update articles set seal = {seal}")
        connection.execute("update articles set headline = 'Other' where url like '%edited'")
    with open_writer(old) as connection:
        assert rows(connection, "select distinct published_day::varchar from articles") == [
            (None if day == "None" else day,)
        ]
        assert [each["subject"] for each in edited_rows(connection)] == ["https://paper.example/edited"]


def schema(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Columns of tables and views in their order, and what is said of them."""
    return rows(
        connection,
        "select table_name, column_index, column_name, data_type, is_nullable, column_default, comment "
        "from duckdb_columns() where not internal order by all",
    )


@pytest.mark.parametrize("number", [n for n, _, _ in migrations()[:-1]])
def test_a_warehouse_of_any_older_schema_comes_up_to_date_and_a_copy_of_it_is_kept(
    home: Home, writer: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    old = tmp_path / "old.duckdb"
    with monkeypatch.context() as patched, duckdb.connect(str(old)) as connection:
        patched.setattr("warehouse.migrating.migrations", lambda: [m for m in migrations() if m[0] <= number])
        migrate(connection)
        start_run(connection, RUN, flow="ingest", flow_run_id=None, now=NOW)
        given = {name: value for name, value in article().items() if name != "run_id"}
        names, values = ", ".join(given), ", ".join(f"${name}" for name in given)
        connection.execute(f"insert into articles ({names}, run_id) values ({values}, '{RUN}')", given)
    with open_writer(old) as connection:
        assert schema(connection) == schema(writer)
        assert rows(connection, "select headline from articles") == [("Harbour opens",)]
        assert [lost["run_id"] for lost in reconcile(connection, now=NOW)] == [RUN]
        load_package(connection, write_package(home.staging, "p", RUN, {"articles": [article()]}))
        assert rows(connection, "select version from articles") == [(1,)]
    with duckdb.connect(str(old.with_suffix(f".v{number}.duckdb")), read_only=True) as kept:
        assert rows(kept, "select max(number) from schema_migrations") == [(number,)]
        assert rows(kept, "select headline from articles") == [("Harbour opens",)]


def test_a_newer_warehouse_is_refused(home: Home) -> None:
    connection = open_writer(home.work)
    connection.execute("insert into schema_migrations values (999, 'from the future', now())")
    connection.close()
    with pytest.raises(TooNew, match="version 999"):
        open_writer(home.work)


def test_the_second_writer_is_told_who_holds_the_lock(home: Home) -> None:
    code = (
        "import sys,pathlib\nfrom warehouse.lock import writer_lock\n"
        f"with writer_lock(pathlib.Path({str(home.lock)!r}), what='dateline ingest'):\n"
        " print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(Locked, match=rf"dateline ingest \(process {other.pid}\) .* since 20"),
            writer_lock(home.lock, what="dateline ingest"),
        ):
            pass
        other.kill()
        other.communicate()
    with writer_lock(home.lock, what="dateline ingest"):
        pass


def test_a_file_held_by_another_program_names_it_after_a_bounded_wait(home: Home) -> None:
    open_writer(home.work).close()
    code = f"import duckdb,sys\nc=duckdb.connect({str(home.work)!r})\nprint('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(Locked, match=rf"process {other.pid}"):
            open_writer(home.work, wait_s=0.5)
        other.communicate("")
