"""`dateline verify`: of random damages to rows of articles, versions and ledger it names every one, and nothing else.

tests/test_archive_verify.py does the same to the archive and its captures.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.reading.verify import compare, compare_rows
from tests.conftest import Done, Run, copied, second_edition
from tests.test_cli import dateline
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.migrating import migrations
from warehouse.seals import SEALED, columns_of

# Each look at the page changes them, and nothing tells; a replay changes the others.
OPEN = {
    ("articles", "last_seen"),
    ("articles", "removed_at"),
    ("quarantine", "attempts"),
    ("quarantine", "resolved_at"),
    ("quarantine", "resolution"),
}
IDENTITIES = {
    "article_id",
    "run_id",
    "cluster_id",
}  # what leads to the row under its old identity leads nowhere then, and is named too
OTHER = {
    "VARCHAR": "coalesce({0}, '') || '~'",
    "VARCHAR[]": "list_append(coalesce({0}, []), '~')",
    "UUID": "'99999999-9999-9999-9999-999999999999'",
    "UUID[]": "list_append(coalesce({0}, []), '99999999-9999-9999-9999-999999999999'::uuid)",
    "TIMESTAMP WITH TIME ZONE": "coalesce({0}, '2026-01-01'::timestamptz) + interval 1 second",
    "BOOLEAN": "not coalesce({0}, false)",
    "INTEGER": "coalesce({0}, 0) + 1",
    "BIGINT": "coalesce({0}, 0) + 1",
    "DATE": "coalesce({0}, '2026-01-01'::date) + 1",
    "DOUBLE": "coalesce({0}, 0) + 0.5",
    "JSON": "'{}'",
    "UBIGINT": "{0} // 2",
}
FILLED = [table for table in SEALED if table != "internal.domain_pauses"]  # no outlet of the newsroom asks for a pause
Finding = dict[str, Any]


@pytest.fixture(scope="module")
def home(done: Done, tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(copied(done, tmp_path_factory.mktemp("verify")))


@pytest.fixture(scope="module")
def writer(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(home.work) as connection:
        yield connection


def found_after(writer: duckdb.DuckDBPyConnection, *damages: str) -> list[Finding]:
    """What is found when each statement has changed one row; all is undone."""
    writer.execute("begin")
    try:
        for damage in damages:
            assert writer.execute(damage).fetchone() == (1,), damage
        return compare_rows(writer)
    finally:
        writer.execute("rollback")


def some_row(writer: duckdb.DuckDBPyConnection, rng: random.Random, table: str) -> str:
    (count,) = writer.execute(f"select count(*) from {table}").fetchone() or (0,)
    return f"rowid = (select rowid from {table} order by all limit 1 offset {rng.randrange(count)})"


def about(writer: duckdb.DuckDBPyConnection, table: str, where: str) -> set[str]:
    """What names the row, or the article or run that it belongs to."""
    cursor = writer.execute(f"select * from {table} where {where}")
    row = dict(zip([column[0] for column in cursor.description or ()], cursor.fetchone() or (), strict=True))
    names = {
        str(row[name])
        for name in ("url", "canonical_url", "headline", "run_id", "source", "cluster_id", "feed_url", "domain")
        if row.get(name)
    }
    if row.get("article_id"):
        its = writer.execute(
            "select url, headline, article_id, source from articles where article_id = $1 union all "
            "select null, headline, capture_id, null from article_versions where article_id = $1",
            [row["article_id"]],
        ).fetchall()
        names |= {str(value) for each in its for value in each if value}
    return names


def test_nothing_is_found_in_what_dateline_wrote(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    captures, findings = compare(writer, home)
    assert captures > 100
    assert findings == []
    for table in FILLED:
        assert writer.execute(f"select count(*) from {table} where seal is null").fetchone() == (0,), table


def test_two_hundred_edited_values_each_named_and_nothing_else(writer: duckdb.DuckDBPyConnection) -> None:
    """Five at once, of as many tables; an identity alone, for what leads to its row leads nowhere then."""
    rng, wrong = random.Random(20260304), []
    columns = {table: columns_of(writer, table) for table in FILLED}
    places = [(t, c) for t, its in columns.items() for c in its if (t, c) not in OPEN]
    places += rng.choices(places, k=200 - len(places))
    for some in apart(places, 5):
        edits = {}
        for table, column in some:
            where, value = some_row(writer, rng, table), OTHER[columns[table][column]].format(f'"{column}"')
            edits[f'update {table} set "{column}" = {value} where {where}'] = about(writer, table, where)
        said = [f"{f['subject']} {f['detail']}" for f in found_after(writer, *edits)]
        alone = some[0][1] in IDENTITIES
        unnamed = [e for e, names in edits.items() if not (said if alone else named(said, names))]
        strangers = [] if alone else [one for one in said if not named([one], set().union(*edits.values()))]
        if unnamed or strangers:
            wrong.append((some, unnamed, strangers[:3]))
    assert wrong == [], "\n".join(map(str, wrong))


def named(said: list[str], names: set[str]) -> bool:
    return any(name in one for one in said for name in names)


def apart(places: list[tuple[str, str]], size: int) -> Iterator[list[tuple[str, str]]]:
    """Groups of at most so many, in none a table twice, and identities by themselves."""
    rest = [place for place in places if place[1] not in IDENTITIES]
    yield from ([place] for place in places if place[1] in IDENTITIES)
    while rest:
        group = {table: (table, column) for table, column in reversed(rest)}
        some = list(group.values())[:size]
        for place in some:
            rest.remove(place)
        yield some


@pytest.mark.parametrize("table", FILLED)
def test_rows_that_are_gone_or_stand_twice_are_named(writer: duckdb.DuckDBPyConnection, home: Home, table: str) -> None:
    rng = random.Random(9)
    for _ in range(4):
        where = some_row(writer, rng, table)
        assert found_after(writer, f"delete from {table} where {where}"), where
        assert found_after(writer, f"insert into {table} select * from {table} where {where}"), where


def test_a_row_of_before_there_were_seals_is_no_finding(writer: duckdb.DuckDBPyConnection) -> None:
    unsealed = f"update articles set seal = null where {some_row(writer, random.Random(1), 'articles')}"
    assert found_after(writer, unsealed) == []


def test_the_terminal_shows_the_row_and_the_status_is_1(done: Done, tmp_path: Path) -> None:
    home = Home(copied(done, tmp_path))
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("update articles set headline = 'Nothing of the kind' where source = 'kvrn'")
    home.snapshot.write_bytes(b"no database at all" * 1000)
    told = dateline("verify", "--home", str(home.root), cwd=tmp_path)
    assert told.returncode == 1
    assert "edited_row" in told.stdout
    assert "snapshot_changed" in told.stdout
    assert "articles: not as run" in told.stdout


COMPANIONS = ("article_images", "article_links", "article_dates", "article_signals", "quotes", "mentions")


@pytest.mark.parametrize("table", COMPANIONS)
def test_rows_of_companions_that_are_gone_stand_twice_or_were_shifted_are_named(
    writer: duckdb.DuckDBPyConnection, table: str
) -> None:
    where = some_row(writer, random.Random(7), table)
    other = (
        f"(select article_id from {table} where article_id <> (select article_id from {table} where {where}) limit 1)"
    )
    for damage in (
        f"delete from {table} where {where}",
        f"insert into {table} select * from {table} where {where}",
        f"update {table} set article_id = {other} where {where}",
    ):
        assert any(table in f"{f['subject']} {f['detail']}" for f in found_after(writer, damage)), damage


GROWN = """
    select table_name from duckdb_tables() where schema_name = 'main' and not temporary and estimated_size > 0
    and table_name not in ('schema_migrations', 'agency_outlets') and not starts_with(table_name, 'search_') order by 1
"""


def test_a_row_gone_from_any_table_that_analysts_rely_on_is_named(writer: duckdb.DuckDBPyConnection) -> None:
    """Whatever tables later migrations bring: what has rows is looked at."""
    tables = [name for (name,) in writer.execute(GROWN).fetchall()]
    assert len(tables) > 15
    unseen = []
    for table in tables:
        where = some_row(writer, random.Random(3), table)
        if not found_after(writer, f"delete from {table} where {where}"):
            unseen.append(table)
    assert unseen == []


# What the archive vouches for.
UNVOUCHED = {"captures"}


def test_a_value_edited_in_any_table_that_analysts_rely_on_is_named(writer: duckdb.DuckDBPyConnection) -> None:
    """What is sealed is tried above."""
    unseen = []
    for table in sorted({name for (name,) in writer.execute(GROWN).fetchall()} - UNVOUCHED - SEALED.keys()):
        where = some_row(writer, random.Random(4), table)
        for column, kind in columns_of(writer, table).items():
            value = OTHER[kind].format(f'"{column}"') if kind in OTHER else None
            if (table, column) in OPEN or value is None:
                continue
            if not found_after(writer, f'update {table} set "{column}" = {value} where {where}'):
                unseen.append(f"{table}.{column}")
    assert unseen == []


@pytest.mark.parametrize(
    "damage",
    [
        "update internal.frontier set next_check = next_check + interval 1 year where {where}",
        "update internal.frontier set article_id = (select min(article_id) from internal.frontier) where {where}",
        "update internal.frontier set url_id = '99999999-9999-9999-9999-999999999999' where {where}",
        "delete from internal.frontier where {where}",
        "update daily_source_stats set rejected = rejected + 1 where {day}",
        "update daily_source_stats set day = day - 1 where {day}",
        "update daily_source_stats set share_with_author = 0.123 where {day}",
        "update daily_source_stats set articles = articles + if({day}, 1, -1) where {day} or {other}",
        "delete from daily_source_stats where {day}",
        "insert into daily_source_stats from daily_source_stats where {day}",
    ],
)
def test_the_frontier_and_the_figures_by_day_are_vouched_for(writer: duckdb.DuckDBPyConnection, damage: str) -> None:
    days = "rowid = (select rowid from daily_source_stats order by articles desc, day, source limit 1 offset {})"
    names = {
        "where": "rowid = (select max(rowid) from internal.frontier)",
        "day": days.format(0),
        "other": days.format(1),
    }
    table = damage.split()[1 if damage.startswith("update") else 2]
    writer.execute("begin")
    try:
        writer.execute(damage.format(**names))
        named = compare_rows(writer)
    finally:
        writer.execute("rollback")
    assert any(table in f"{each['subject']} {each['detail']}" for each in named)


def test_what_is_gone_stays_named_when_later_runs_have_loaded_more(done: Done, tmp_path: Path, run: Run) -> None:
    home = Home(copied(done, tmp_path))
    with open_writer(home.work) as connection:
        connection.execute("delete from internal.feeds where rowid = (select max(rowid) from internal.feeds)")
        last = "select max(rowid) from internal.frontier where state = 'known'"
        connection.execute(f"delete from internal.frontier where rowid = ({last})")
    given = {"config": str(home.root / "dateline.toml"), "home": str(home.root)}
    run(now=second_edition, **given)
    with open_writer(home.work) as connection:
        found = compare_rows(connection)
    assert {each["subject"] for each in found} >= {"internal.feeds", "internal.frontier"}
    assert {each["kind"] for each in found} == {"rows_miscounted"}


# Filled by none of the newsroom's outlets, or only by what happens later.
EMPTY = {
    "alarms.over_at", "alarms.over_run_id", "articles.alternative_headline", "articles.removed_at",
    "captures.expired_at",
    "feed_polls.moved_to", "fetches.robots_rule", "fetches.tdm",
    "quarantine.resolved_at", "quarantine.resolution", "quotes.speaker_description",
    "runs.owner",
}  # fmt: skip


def test_every_column_is_brought_by_packages(writer: duckdb.DuckDBPyConnection) -> None:
    """A migration may fill a new column of what is there; that the packages of later runs bring it too shows here."""
    empty = set()
    for (table,) in writer.execute(GROWN).fetchall():
        names = list(columns_of(writer, table))
        row = writer.execute("select " + ", ".join(f'count("{name}")' for name in names) + f" from {table}").fetchone()
        empty |= {f"{table}.{name}" for name, count in zip(names, row or (), strict=True) if count == 0}
    assert empty <= EMPTY


def test_no_migration_changes_what_is_sealed() -> None:
    """A column that a migration fills would break the seals of the rows that are there."""
    changed = []
    for number, _, sql in migrations():
        for table, column, rest in re.findall(r"(?im)^update (\w+) set\s+(\w+)([^;]*)", sql):
            if "seal = null" in rest:  # what a migration mends is vouched for again when its article is loaded
                continue
            if number == 32:  # seals anew what was sound (tests/test_warehouse.py)
                continue
            left_out = SEALED[table][1] if table in SEALED else set()
            if number > 13 and (table in SEALED or table in COMPANIONS) and column not in left_out:
                changed.append((number, table, column))
    assert changed == []
