"""Functions that do more than read, in every spelling that DuckDB takes for the same: none runs, none ends the process.

tests/test_sql_escapes.py has the kinds of attempts; here is what a search in the text would miss.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.base.times import parse_time
from flows.reading.sql import Reader
from tests.test_warehouse import URL, article, version
from warehouse.connection import open_writer
from warehouse.errors import QueryFailed
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.snapshot import publish

CALLS = {
    "enable_logging": "'QueryLog', storage = 'file', storage_config = {'path': 'x.csv'}",
    "duckdb_secrets": "",
    "read_text": "'secret.csv'",
    "glob": "'*'",
    "query": "'select 42'",
    "query_table": "'articles'",
    "read_csv": "'secret.csv'",
    "checkpoint": "",
    "json_execute_serialized_sql": "json_serialize_sql('select 1')",
    "which_secret": "'s3://bucket/x', 's3'",
}
NAMES = (
    "{0}({1})", "{2}({1})", '"{0}"({1})', '"{2}"({1})', "main.{0}({1})", 'system."main"."{0}"({1})',
    '"{0}"/*"*/({1})', '"{0}" /* " */ ({1})', '"{0}" -- "\n({1})', "{0}/**/({1})", "{0}\n\t({1})", "{0} --\n({1})",
    "{0}\u200b({1})", "{0}\ufeff({1})", "{0}\u2060({1})", "{0}\u00a0({1})", "{0}\u3000({1})", "{0}\u2003({1})",
    '"{0}"\u200b/*"*/({1})',
)  # fmt: skip
PLACES = """
from {0}
select * from {0} as t
with t as (from {0}) from t
with t as materialized (from {0}) select 1 from t
select (select count(*) from {0})
select 1 where exists (from {0})
from (from (from {0}))
select 1 union all select 1 from {0}
from articles, lateral (from {0})
explain analyze from {0}
explain from {0}
explain /* ( */ analyze select * from {0}
summarize from {0}
describe from {0}
select list_transform([1], x -> (select count(*) from {0}))
select 1; from {0}
from articles where url in (from {0})
pivot (from {0}) on 1 using count(*)
from articles order by (select count(*) from {0})
select * from articles join {0} on true
select * from articles semi join {0} on true
from articles limit (select count(*) from {0})
select count(*) filter (exists (from {0})) from articles
with recursive t(i) as (select 1 union all select i from t, {0}) from t
values ((select count(*) from {0}))
unpivot (from {0}) on *
select sum(1) over (order by (select count(*) from {0}))
""".strip().splitlines()


def attempts() -> list[str]:
    """Every spelling of a call, every place of one, and the functions in turn."""
    calls = list(CALLS.items())
    found = []
    for number, spelling in enumerate(NAMES * 5):
        name, given = calls[number % len(calls)]
        found.append("from " + spelling.format(name, given, name.upper()))
    for number, place in enumerate(PLACES * 3):
        name, given = calls[number % len(calls)]
        found.append(place.format(NAMES[number % len(NAMES)].format(name, given, name.upper())))
    return list(dict.fromkeys(found))


DEEP = {
    "parentheses": "select " + "(" * 5000 + "1" + ")" * 5000,
    "calls": "select " + "abs(" * 200 + "1" + ")" * 200,
    "many calls": "select " + "abs(" * 50_000 + "1" + ")" * 50_000,
    "queries": "from " + "(from " * 400 + "glob('*')" + ")" * 400,
    "cases": "select " + "case when true then " * 2500 + "1" + " end" * 2500,
    "nots": "select " + "not " * 100_000 + "true",
    "lists": "select " + "[" * 5000 + "]" * 5000,
}


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("spellings")
    home = Home(folder / "home").prepare()
    with open_writer(home.work) as writer:
        rows = {"articles": [article()], "article_versions": [version(1)]}
        load_package(writer, write_package(home.staging, "p1", "11111111-1111-1111-1111-111111111111", rows))
        publish(writer, home)
    opened = Reader(home.snapshot, timeout_s=20)
    yield opened
    opened.close()


def test_there_are_a_hundred_and_fifty() -> None:
    assert len(attempts()) >= 150


def test_no_spelling_of_a_call_runs(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    ran: list[tuple[str, object]] = []
    for attempt in attempts():
        try:
            ran.append((attempt, reader.query(attempt)))
        except QueryFailed as refused:
            if "not allowed here" not in str(refused) and "Error" not in str(refused):
                ran.append((attempt, refused))
    assert ran == []
    assert reader.query("select url from articles").rows == [(URL,)]
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def said_to(reader: Reader, sql: str) -> str:
    """The refusal of a query; empty when it was answered."""
    try:
        reader.query(sql)
    except QueryFailed as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("what", DEEP)
def test_a_query_that_is_nested_deep_is_answered_or_refused_in_words(reader: Reader, what: str) -> None:
    said = said_to(reader, DEEP[what])
    assert "recursion" not in said
    assert what != "queries" or "glob()" in said
    assert reader.query("select url from articles").rows == [(URL,)]


@pytest.mark.parametrize(
    "query",
    [
        "select 'read_text(' || '\"glob\"(' as x",
        'select count /* " */ (*) as n from "articles" /* " */',
        "select 'har\u200bbor (' as x",
        "select query from (select 'glob(1)' as query)",
        "select url as read_text, source as \"query\" from articles -- glob('*')",
        "with which_secret as (select 1 as i) from which_secret",
    ],
)
def test_a_name_that_is_not_called_hinders_nothing(reader: Reader, query: str) -> None:
    assert reader.query(query).rows


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-14:00", "99999-01-01", "infinity", "-1", "", "²"]
)
def test_a_time_out_of_every_calendar_is_refused(said: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller words it
        parse_time(said)


@pytest.mark.parametrize("said", ["0001-01-01", "9999-12-31T23:59:59", "2026-11-23T09:00+01:00"])
def test_articles_at_the_ends_of_time(reader: Reader, said: str) -> None:
    when = parse_time(said)
    assert when.tzinfo is UTC
    reader.show_as_of(when)
    found = reader.query("select count(*) from articles").rows
    reader.show_as_of(datetime(2026, 3, 2, 14, tzinfo=UTC))
    assert found == [(1 if when.year == 9999 or when.year == 2026 else 0,)]
