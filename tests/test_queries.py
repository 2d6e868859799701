"""The queries that ship, `sql` in all its forms, articles as of a time, and the comments that explain the file."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from docs import tables
from flows.base.errors import EdgeError
from flows.cli.app import app
from flows.reading.queries import find, given, parse, queries
from flows.reading.sql import Reader, moment
from newsroom.server import Newsroom
from tests.conftest import Run, write_config
from warehouse.connection import open_memory

FIRST = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=8)
GIVEN = {"words": "ferry", "topic": "council", "url": "ferry", "source": "kvrn"}
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def home(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two editions of the newsroom, six hours apart, the second two hours ago."""
    folder = tmp_path_factory.mktemp("queries")
    with Newsroom(anchor=FIRST) as newsroom:
        config = write_config(folder, newsroom)
        for edition, when in ((1, FIRST), (2, FIRST + timedelta(hours=6))):
            newsroom.edition = edition
            run(config=str(config), home=str(folder), now=lambda when=when: when)
    return folder


@pytest.fixture
def reader(home: Path) -> Iterator[Reader]:
    found = Reader(home / "dateline.duckdb", timeout_s=60)
    yield found
    found.close()


def test_there_are_enough_queries() -> None:
    assert len(queries()) >= 15
    assert all(query.about.endswith(".") for query in queries())


# The newsroom has no gap, nothing taken down, no canonical that lies, and links to itself only.
EMPTY = {"gaps", "taken_down", "cited_sites", "suspect_canonicals"}


@pytest.mark.parametrize("name", [query.name for query in queries()])
def test_a_query_answers(reader: Reader, name: str) -> None:
    query = find(name)
    said = [f"{p.name}={GIVEN[p.name]}" for p in query.parameters if p.required]
    result = reader.query(query.sql, given(query, said, last_visit=FIRST - timedelta(days=1), now=datetime.now(UTC)))
    assert bool(result.rows) == (name not in EMPTY)


def test_wire_copy_names_one_origin_a_story(reader: Reader) -> None:
    query = find("wire_copy")
    found = reader.query(query.sql, given(query, [], last_visit=None, now=datetime.now(UTC)))
    stories = {row[0] for row in found.rows}
    assert len(stories) >= 5
    assert sum(row[found.columns.index("role")] == "origin" for row in found.rows) == len(stories)


@pytest.mark.parametrize(
    ("name", "said", "message"),
    [
        ("quoted", [], "did you mean 'quoted_on'"),
        ("quoted_on", [], "needs --param topic"),
        ("volume", ["dys=3"], "has no parameter 'dys'; it takes days, source"),
        ("volume", ["days=x"], "is not a whole number"),
        ("volume", ["days"], "not of the form name=value"),
        ("new_since", ["since=yesterday"], "is not a time such as"),
    ],
)
def test_a_wrong_question_says_what_is_right(name: str, said: list[str], message: str) -> None:
    with pytest.raises(EdgeError, match=message):
        given(find(name), said, last_visit=None, now=FIRST)


def test_a_head_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(ValueError, match="cannot read the parameter"):
        parse("x", "-- About.\n-- :days number = 3  how far back\nselect 1")


def test_parameters_are_values_and_no_sql(reader: Reader) -> None:
    query = find("coverage")
    hostile = given(query, ["words='); drop table articles; --"], last_visit=None, now=datetime.now(UTC))
    assert reader.query(query.sql, hostile).rows == []


def test_new_since_remembers_the_last_visit(home: Path) -> None:
    def asked(*more: str) -> list[object]:
        result = RUNNER.invoke(app, ["query", "new_since", "--home", str(home), "-f", "json", *more])
        assert result.exit_code == 0, result.output
        found: list[object] = json.loads(result.stdout)
        return found

    assert len(asked("-p", "rows=2")) == 2  # a part of what is new
    assert asked("-p", "source=kvrn")
    assert asked("-p", "since=2020-01-01")
    assert len(asked()) == 130
    assert asked() == []


def test_articles_as_of_the_first_edition(reader: Reader) -> None:
    now = reader.query("select count(*), max(version) from articles").rows[0]
    (first,) = reader.query("select run_id::varchar from runs order by started_at limit 1").rows[0]
    reader.show_as_of(moment(reader, first[:8]))
    then = reader.query("select count(*), max(version) from articles").rows[0]
    assert now[0] > then[0] > 0
    assert (now[1], then[1]) == (2, 1)
    before = "select article_id::varchar, headline from article_versions where version = 1 order by all"
    versions = dict(reader.query(before).rows)
    assert all(
        versions[ident] == headline
        for ident, headline in reader.query("select article_id::varchar, headline from articles").rows
    )


def test_as_of_what_never_was(reader: Reader) -> None:
    with pytest.raises(EdgeError, match="neither a time"):
        moment(reader, "ffffffff-0000")
    assert moment(reader, "2026-11-23") == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize("form", ["csv", "json", "md", "parquet"])
def test_results_in_every_form_as_the_file_is_called(home: Path, tmp_path: Path, form: str) -> None:
    out, question = tmp_path / f"out.{form}", tmp_path / "q.sql"
    question.write_text("select headline, first_seen, authors from articles order by url limit 3")
    result = RUNNER.invoke(app, ["sql", "--file", str(question), "-o", str(out), "--home", str(home)])
    assert result.exit_code == 0, result.output
    if form == "parquet":
        table = pq.read_table(out)
        assert table.num_rows == 3
        assert str(table.schema.field("authors").type) == "list<element: string>"
    else:
        beginning = {"csv": "headline,first_seen,authors\n", "json": '[\n {\n  "headline":', "md": "| headline | first"}
        assert out.read_text(encoding="utf-8").startswith(beginning[form])


def test_rows_too_wide_for_a_table_are_shown_field_by_field(home: Path) -> None:
    result = RUNNER.invoke(app, ["sql", "from articles limit 1", "--home", str(home)])
    assert re.search(r"^canonical_url +http", result.stdout, re.MULTILINE)


def test_columns_of_one_name_are_all_in_the_json(home: Path) -> None:
    result = RUNNER.invoke(app, ["sql", "select 1 as a, 2 as b, 3 as a", "-f", "json", "--home", str(home)])
    assert json.loads(result.stdout) == [{"a": 1, "b": 2, "a_3": 3}]


def test_markdown_is_inert(home: Path) -> None:
    result = RUNNER.invoke(app, ["sql", "select '<b>|x|' as a", "-f", "markdown", "--home", str(home)])
    assert result.stdout.splitlines()[2] == r"| \<b\>\|x\| |"


def test_every_table_view_and_column_says_what_it_is() -> None:
    with open_memory() as connection:
        silent = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = '' "
            "union all select table_name, '' from duckdb_tables() where not internal and comment is null "
            "union all select view_name, '' from duckdb_views() where not internal and comment is null"
        ).fetchall()
    assert silent == []


def test_the_page_of_tables_is_what_the_migrations_say() -> None:
    assert tables.PAGE.read_text(encoding="utf-8") == tables.page(), "run python -m docs.tables"


def test_the_file_opens_without_dateline(home: Path) -> None:
    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as plain:
        for (view,) in plain.execute("select view_name from duckdb_views() where not internal").fetchall():
            plain.execute(f"select * from {view} limit 1").fetchall()
