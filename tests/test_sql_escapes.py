"""Strangers' SQL: attempts to get out of the reader, to break it, and to run without end. None may work."""

import re
from collections.abc import Iterator

import pytest

from flows.reading.sql import Reader
from tests.lakes import home_of
from tests.test_warehouse import RUN, URL, article, version
from warehouse.connection import open_reader
from warehouse.errors import QueryFailed
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.snapshot import publish
from warehouse.sql_guard import is_refused
from warehouse.writing import writer_of

ENVIRONMENT = "hunter2-of-the-environment"
CONTENT = "what-the-file-says"
READS = "not allowed here"

WRITING = """
copy (select 1) to 'x.csv'
copy articles to 'x.parquet' (format parquet)
copy articles to 'parts' (format csv, partition_by (source))
copy (select 1) to '/dev/stdout'
export database 'dump'
attach 'x.duckdb'
attach 'x.duckdb' as other (read_only)
attach ':memory:' as other
attach 'home/state/work.duckdb' as work
create persistent secret s (type http, bearer_token 'x')
create secret s (type http, bearer_token 'x')
set temp_directory = '.'
pragma temp_directory = '.'
set log_query_path = 'x.log'
pragma enable_profiling
pragma enable_profiling = 'json'
pragma profiling_output = 'x.json'
call enable_logging('QueryLog', storage = 'file', storage_config = {'path': 'x.csv'})
call enable_logging(storage_path = 'logs')
from enable_logging('QueryLog', storage = 'file', storage_config = {'path': 'x.csv'})
from system.main."ENABLE_LOGGING" /* a comment */ ('QueryLog')
select * from main.enable_logging -- a comment
select write_log('x')
call truncate_duckdb_logs()
explain analyze copy (select 1) to 'x.csv'
explain /* no */ analyze (format json) copy (select 1) to 'x.csv'
select 1; copy (select 1) to 'x.csv'
prepare p as copy (select 1) to 'x.csv'
"""

READING = """
from read_text('secret.csv')
from read_blob('secret.csv')
from read_csv('secret.csv')
from read_csv_auto('/dev/stdin')
from read_json('secret.json')
from read_json_objects('secret.json')
from read_parquet('x.parquet')
from read_duckdb('home/state/work.duckdb', table_name = 'articles')
from parquet_scan('x.parquet')
from parquet_metadata('x.parquet')
from sniff_csv('secret.csv')
from glob('*')
from 'secret.csv'
from "secret.csv"
select * from 'secret.json'
from '/etc/passwd'
describe 'secret.csv'
summarize 'secret.csv'
copy articles from 'secret.csv'
import database 'dump'
pragma import_database('dump')
select getenv('DATELINE_SECRET')
select current_setting('s3_secret_access_key')
from duckdb_secrets()
from which_secret('s3://bucket/x', 's3')
from duckdb_external_file_cache()
from duckdb_temporary_files()
select pg_read_file('/etc/passwd')
.read secret.csv
.shell cat secret.csv
"""

NETWORK = """
from 'https://example.org/x.parquet'
from read_csv('https://example.org/x.csv')
from read_parquet('s3://bucket/x.parquet')
attach 'https://example.org/x.duckdb'
copy (select 1) to 's3://bucket/x.csv'
install httpfs
install 'x.duckdb_extension'
force install httpfs
update extensions
load httpfs
load 'x.duckdb_extension'
"""

SETTINGS = """
set enable_external_access = true
set global memory_limit = '100GB'
set local threads = 64
set lock_configuration = false
reset lock_configuration
reset memory_limit
pragma lock_configuration = false
pragma memory_limit = '100GB'
pragma enable_verification
pragma disable_optimizer
pragma add_parquet_key('k', '0123456789112345')
set timezone = 'Asia/Tokyo'
set search_path = 'temp'
set variable x = 1
use temp
explain analyze set threads = 64
explain analyze pragma enable_profiling
pragma database_list; set threads = 64
"""

CHANGING = """
insert into articles (url) values ('x')
update articles set url = 'x'
delete from articles
truncate articles
merge into articles using (select 1 as i) as s on false when matched then delete
with gone as (delete from articles returning *) from gone
create table t (i integer)
create or replace table articles (i integer)
create view v as select 1
create schema s
create sequence s
create macro now() as 1
create index i on articles (url)
create temp table t as select 1
create temp table articles as select 'forged' as url
create temp view articles as select 'forged' as url
create temp macro now() as 1
create temp macro leak() as table from read_text('secret.csv')
explain analyze create temp table t as select 1
drop table articles
drop view ledger
alter table articles rename to gone
comment on table articles is 'x'
vacuum
analyze
checkpoint
force checkpoint
from checkpoint('dateline')
begin
begin; select nothing from nowhere
rollback
detach dateline
"""

ROUNDABOUT = """
from query('select 1')
from query('from read_text(' || '''secret.csv'')')
from "query"('select 1')
from system.main.query ('select 1')
select * from articles, lateral (from query('from enable_log' || 'ging()'))
from query_table('secret.csv')
from query_table(['articles'])
from json_execute_serialized_sql(json_serialize_sql('select 1'))
pragma json_execute_serialized_sql('{}')
prepare p as select 1
execute p
deallocate p
from ENVIRONMENT
from tmp_path
from reader
from os
from pandas_scan(1)
from arrow_scan(1, 2, 3)
from python_map_function(1)
from seq_scan('articles')
call pragma_table_info('articles')
"""


ATTEMPTS = [
    *(WRITING + READING + NETWORK + SETTINGS + CHANGING + ROUNDABOUT).replace("\n\n", "\n").strip().splitlines(),
    "from query -- a comment\n('select 1')",
    "select 1\0; copy (select 1) to 'x.csv'",
    "select '\ud800'",
]


@pytest.fixture(scope="module", params=["file", pytest.param("postgres", marks=pytest.mark.lake)])
def home(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Home:
    folder = tmp_path_factory.mktemp("escapes")
    (folder / "secret.csv").write_text(f"a,b\n{CONTENT},1\n")
    (folder / "secret.json").write_text(f'{{"a": "{CONTENT}"}}\n')
    home = home_of(folder, request.param, request)
    with writer_of(home, what="a test") as writer:
        rows = {"articles": [article()], "article_versions": [version(1)]}
        load_package(writer, write_package(home.staging, "p1", RUN, rows))
        publish(writer, home)
    return home


@pytest.fixture
def reader(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    monkeypatch.setenv("DATELINE_SECRET", ENVIRONMENT)
    monkeypatch.chdir(home.root.parent)
    opened = Reader(home.snapshot, timeout_s=5)
    yield opened
    opened.close()


def files(home: Home) -> list[tuple[str, int]]:
    return sorted((str(p), p.stat().st_mtime_ns) for p in home.root.parent.rglob("*"))


def still_answers(reader: Reader) -> bool:
    return reader.query("select url from articles").rows == [(URL,)]


def test_there_are_sixty_different_attempts() -> None:
    assert len(set(ATTEMPTS)) == len(ATTEMPTS) >= 60


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_sql_of_strangers_cannot_get_out(
    home: Home, reader: Reader, attempt: str, capfd: pytest.CaptureFixture[str]
) -> None:
    before = files(home)
    with pytest.raises(QueryFailed) as caught:
        reader.query(attempt)
    assert str(caught.value)
    assert not re.search(f"{ENVIRONMENT}|{CONTENT}|root:", str(caught.value))
    assert still_answers(reader)
    assert files(home) == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("attempt", "said"),
    [
        ("copy (select 1) to 'x.csv'", "--output FILE"),
        ("export database 'dump'", "dateline export"),
        ("create temp table t as select 1", "use WITH"),
        ("set threads = 1", "--timeout"),
        ("from read_csv('x.csv')", r"read_csv\(\)"),
    ],
)
def test_a_refusal_says_what_to_do_instead(reader: Reader, attempt: str, said: str) -> None:
    with pytest.raises(QueryFailed, match=f"^{READS}: .*{said}"):
        reader.query(attempt)


@pytest.mark.parametrize(
    "query",
    [
        "from articles",
        "show tables",
        "describe articles",
        "summarize select 1 as i",
        "pragma table_info('articles')",
        "pivot articles on source using count(*)",
        "explain select 1",
        "explain analyze (select 1)",
        "-- why\nexplain /* how */ (format json) select 1",
        "explain analyze with t as (select 1) from t",
        "select 1; select 2;",
        "with recursive t(i) as (select 1 union all select i + 1 from t where i < 5) from t",
        "select 'read_text(x)' as \"query\", $$copy (select 1) to 'x'$$ as glob -- copy x to 'y'",
        "select * from range(3), generate_series(1, 2), unnest([1])",
        "select table_name, comment from duckdb_tables()",
    ],
)
def test_reading_is_not_hindered(reader: Reader, query: str) -> None:
    assert reader.query(query).columns


def test_nothing_that_duckdb_tells_of_itself_holds_the_environment(reader: Reader) -> None:
    for table in ("duckdb_settings()", "duckdb_databases()", "duckdb_functions()", "duckdb_variables()"):
        assert ENVIRONMENT not in str(reader.query(f"from {table}").rows)


KNOWN = """
duckdb_approx_database_count duckdb_columns duckdb_connection_count duckdb_constraints duckdb_coordinate_systems
duckdb_databases duckdb_dependencies duckdb_extensions duckdb_functions duckdb_indexes duckdb_keywords duckdb_memory
duckdb_optimizers duckdb_schemas duckdb_sequences duckdb_settings duckdb_table_sample duckdb_tables duckdb_types
duckdb_variables duckdb_views generate_series histogram histogram_values icu_calendar_names json_each json_tree
pg_timezone_names pragma_collations pragma_database_size pragma_metadata_info pragma_platform pragma_show
pragma_storage_info pragma_table_info pragma_user_agent pragma_version range repeat repeat_row summary test_all_types
test_vector_types unnest
"""


def test_every_table_function_of_this_duckdb_has_been_looked_at(home: Home) -> None:
    """A new one fails here: try it, then put it into KNOWN, or into REFUSED in warehouse/sql_guard.py."""
    with open_reader(home.snapshot) as connection:
        rows = connection.execute(
            "select distinct function_name from duckdb_functions() "
            "where function_type in ('table', 'table_macro') and database_name = 'system'"
        ).fetchall()
    assert {name for (name,) in rows if not is_refused(name)} == set(KNOWN.split())
