"""A warehouse on DuckLake: the newsroom goes into it, readers ask it, one writer at a time, order is kept."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import tomlkit

import dateline
from flows.base.observer import Silent
from flows.base.settings import Settings, load
from flows.reading.export import export
from flows.reading.sql import Reader
from flows.reading.verify import verify_home
from flows.work.backup import back_up
from flows.work.rebuild import rebuild
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, ORPHANS, UNBALANCED, Run, first_edition, second_edition, write_config
from tests.exploring import exploring
from tests.lakes import Postgres
from tests.test_warehouse import rows
from warehouse.connection import another, open_reader
from warehouse.errors import NotForLakes, QueryFailed, SnapshotChanged
from warehouse.home import Home

pytestmark = pytest.mark.lake
# By table: what is the same whatever the warehouse is; ids of runs and captures are made up anew in each.
SAME = {
    "articles": "article_id, source, url, headline, authors, agency, dateline, date_published, language, text, "
    "word_count, version, content_hash, first_seen, last_seen, quality_flags, page_kind",
    "article_versions": "article_id, version, valid_from, valid_to, content_hash, change_kind",
    "story_clusters": "cluster_id, article_id, round(similarity, 6), is_origin",
    "quotes": "article_id, position, quote, speaker",
    "mentions": "article_id, kind, name, char_start",
    "article_links": "article_id, position, url, kind",
    "article_addresses": "article_id, url, kind, source, first_seen, url_id",
    "outlet_links": "source, url, pages, first_seen, last_seen",
    "daily_source_stats": "day, source, articles, revisions, median_words, rejected, share_with_author",
    "ledger": "source, discovered, loaded, revised, unchanged, duplicate, rejected, skipped, failed, pending",
    "internal.frontier": "url_id, source, url, article_id, state, next_check",
    "internal.lsh_index": "article_id, bands::uinteger[] as bands",
}


@dataclass(frozen=True)
class Filled:
    """Both editions of the newsroom in a warehouse, a run with nothing new between them. To read."""

    settings: Settings
    config: Path
    again: Any

    @property
    def home(self) -> Home:
        return self.settings.folder


@contextmanager
def filled(run: Run, folder: Path, **warehouse: str) -> Iterator[Filled]:
    """One batch a run: what is learned of an outlet depends on which pages came in the batches before."""
    with Newsroom(anchor=ANCHOR) as newsroom:
        config = write_config(folder, newsroom)
        said = tomlkit.parse(config.read_text())
        said["extract"] = {"batch": 1000}
        if warehouse:
            said["warehouse"] = warehouse
        config.write_text(tomlkit.dumps(said))
        given = {"config": str(config), "home": str(folder / "home")}
        run(now=first_edition, **given)
        again = run(now=first_edition, **given)
        newsroom.edition = 2
        run(now=second_edition, **given)
        yield Filled(load(config, folder / "home"), config, again)


@pytest.fixture(scope="module")
def in_lake(run: Run, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    place = {"kind": "ducklake", "catalog": f"postgres:{postgres.database()}", "data": "lake"}
    with filled(run, tmp_path_factory.mktemp("in-lake"), **place) as found:
        yield found


@pytest.fixture(scope="module")
def in_file(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(run, tmp_path_factory.mktemp("in-file")) as found:
        yield found


def test_the_newsroom_in_a_lake_is_that_of_a_file_row_for_row(in_lake: Filled, in_file: Filled) -> None:
    with open_reader(in_lake.home.snapshot) as lake, open_reader(in_file.home.snapshot) as file:
        for table, columns in SAME.items():
            asked = f"select {columns} from {table} order by all"
            assert rows(lake, asked) == rows(file, asked), table
        assert rows(lake, UNBALANCED) == rows(lake, ORPHANS) == []
    assert in_lake.again.totals["loaded"] == in_lake.again.totals["revised"] == 0
    assert not in_lake.home.work.exists()
    assert in_lake.home.snapshot.name == "dateline.lake"
    assert "nothing" in in_lake.again.message


def test_readers_ask_a_lake_as_they_ask_a_file(in_lake: Filled, in_file: Filled) -> None:
    asked = "select source, headline from articles order by url limit 5"
    reader, other = (Reader(path, timeout_s=60) for path in (in_lake.home.snapshot, in_file.home.snapshot))
    assert reader.query(asked).rows == other.query(asked).rows
    assert len(reader.query("from search('ferry -council')").rows) == 12
    for each in (reader, other):
        each.show_as_of(first_edition())
    then = "select url, headline, version, text from articles order by url"
    assert reader.query(then).rows == other.query(then).rows
    reader.close()
    other.close()


def test_a_second_connection_to_a_lake_sees_its_tables(in_lake: Filled) -> None:
    with open_reader(in_lake.home.snapshot) as reader, another(reader) as second:
        assert rows(second, "select count(*) > 0 from articles") == [(True,)]


def test_a_lake_is_opened_from_python(in_lake: Filled) -> None:
    for path in (in_lake.home.root, in_lake.home.snapshot):
        with dateline.open(path) as news:
            assert len(news.search("ferry -council", rows=None)) == 12
            assert news.sql("select count(*) from ledger where remainder <> 0").fetchall() == [(0,)]


@pytest.mark.parametrize(
    "query",
    [
        "from postgres_query('__ducklake_metadata_lake', 'select 1')",
        "from \"POSTGRES_QUERY\" /* no */ ('__ducklake_metadata_lake', 'select pg_read_file(1)')",
        "from postgres_scan('', 'public', 'ducklake_snapshot')",
        "call postgres_execute('__ducklake_metadata_lake', 'select 1')",
        "from ducklake_snapshots('lake')",
        "from ducklake_list_files('lake', 'articles')",
        "from ducklake_expire_snapshots('lake', older_than => now())",
        "from sqlite_scan('x', 'y')",
        "from read_parquet('{data}/**/*.parquet')",
        "copy (select 1) to '{data}/x.csv'",
        "from read_text('/etc/hostname')",
        "from '/etc/hostname'",
        "delete from articles",
        "attach 'postgres:dbname=postgres' as p",
        "use memory",
        "set enable_external_access = true",
        "insert into __ducklake_metadata_lake.ducklake_tag values (1)",
        "from query('delete from articles')",
    ],
)
def test_a_strangers_sql_gets_no_further_than_the_tables(in_lake: Filled, query: str) -> None:
    lake = in_lake.home.lake
    assert lake is not None
    reader = Reader(in_lake.home.snapshot, timeout_s=60)
    with pytest.raises(QueryFailed):
        reader.query(query.replace("{data}", lake.data))
    reader.close()


def test_verify_names_what_is_lost_and_is_content_otherwise(in_lake: Filled) -> None:
    assert verify_home(in_lake.settings).findings == []
    lake = in_lake.home.lake
    assert lake is not None
    file = max(Path(lake.data).rglob("*articles/**/*.parquet"), key=lambda each: each.stat().st_mtime_ns)
    file.rename(file.with_suffix(".aside"))
    try:
        found = verify_home(in_lake.settings).findings
    finally:
        file.with_suffix(".aside").rename(file)
    assert [each["kind"] for each in found] == ["lake_file_lost"]


def test_export_writes_what_it_would_of_a_file(in_lake: Filled, in_file: Filled, tmp_path: Path) -> None:
    one = export(in_lake.home.snapshot, str(tmp_path / "lake"), Silent())
    other = export(in_file.home.snapshot, str(tmp_path / "file"), Silent())
    assert one.tables == other.tables
    assert export(in_lake.home.snapshot, str(tmp_path / "lake"), Silent()).written == 0
    with pytest.raises(NotForLakes, match="--freeze"):
        export(in_lake.home.snapshot, str(tmp_path / "lake"), Silent(), frozen="v1")


def test_what_a_lake_does_not_have_yet_is_refused_in_plain_words(in_lake: Filled, tmp_path: Path) -> None:
    with pytest.raises(NotForLakes, match=r"dateline backup does not work on a lake .* pg_dump"):
        back_up(in_lake.settings, tmp_path / "copy", Silent())
    with pytest.raises(NotForLakes, match="dateline rebuild does not work on a lake"):
        rebuild(in_lake.settings, Silent())


def test_its_pages_in_a_browser_are_those_of_a_file(in_lake: Filled, in_file: Filled) -> None:
    with open_reader(in_lake.home.snapshot) as reader:
        ((article, cluster),) = rows(reader, "select article_id, cluster_id from story_clusters order by all limit 1")
        ((name,),) = rows(reader, "select min(name) from mentions where kind = 'person'")
    paths = [
        "/search?q=ferry",
        f"/article/{article}",
        f"/story/{cluster}",
        "/sources",
        "/stories",
        f"/name?kind=person&name={quote(name)}",
    ]
    with exploring(in_lake.home.root, in_lake.config) as lake, exploring(in_file.home.root, in_file.config) as file:
        for path in paths:
            assert lake.page(path).count("<tr") == file.page(path).count("<tr"), path


def test_a_copy_of_the_pointer_is_read_and_searched_anywhere(in_lake: Filled, tmp_path: Path) -> None:
    copy = tmp_path / "of-monday.lake"
    shutil.copy(in_lake.home.snapshot, copy)
    with dateline.open(copy) as news:
        assert len(news.search("ferry -council", rows=None)) == 12
    copy.write_text("{}")
    with pytest.raises(SnapshotChanged, match="is damaged"):
        dateline.open(copy)
