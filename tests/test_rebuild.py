"""The warehouse from the archive: the same articles and versions, row for row."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.base.errors import RunFailed
from flows.base.observer import Silent
from flows.base.settings import load
from flows.reading.verify import compare
from flows.work.rebuild import rebuild
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, ORPHANS, UNBALANCED, Done, Run, copied, rows, write_config
from warehouse.connection import open_writer
from warehouse.errors import NoWarehouse
from warehouse.home import Home

pytestmark = pytest.mark.usefixtures("one_judge")

SAME = {
    "articles": "",
    "article_versions": "",
    "article_addresses": "",
    "article_dates": "",
    "article_links": "",
    "quotes": "",
    "mentions": "",
    "story_clusters": "",
    "captures": "",
    "daily_source_stats": "",
    "quarantine": "exclude (quarantined_at, seal)",
    "sources": "",
    "internal.feeds": "",
    "feed_polls": "",
    "fetches": "",
    "discoveries": "exclude (discovered_at, title, published_raw, updated_raw, author, via, found_in, seal)",
    "outcomes": "exclude (decided_at, seal)",
}
LATER = "where flow <> 'rebuild'"


@pytest.fixture(scope="module")
def home(done: Done, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(done, tmp_path_factory.mktemp("rebuild"))


def test_articles_and_versions_come_out_row_for_row(home: Path) -> None:
    found = rebuild(load(home / "dateline.toml", home), Silent())
    assert found.runs == 2
    assert found.totals["remainder"] == 0
    assert found.totals["revised"] > 0
    assert found.kept is not None
    with duckdb.connect() as both:
        both.execute(f"attach '{found.kept}' as old (read_only)")
        both.execute(f"attach '{home / 'state' / 'work.duckdb'}' as new (read_only)")
        for table, left_out in SAME.items():
            for one, other in (("old", "new"), ("new", "old")):
                missing = both.execute(
                    f"select count(*) from (select * {left_out} from {one}.{table} "
                    f"except all select * {left_out} from {other}.{table})"
                ).fetchone()
                assert missing == (0,), (table, one)
            assert both.execute(f"select count(*) from new.{table}").fetchone() != (0,)
        for one, other in (("old", "new"), ("new", "old")):
            asked = f"from {one}.runs {LATER} except all from {other}.runs {LATER}"
            assert both.execute(asked).fetchall() == [], one
    snapshot = home / "dateline.duckdb"
    assert rows(snapshot, UNBALANCED) == []
    assert rows(snapshot, ORPHANS) == []


def test_what_was_rebuilt_is_sound(home: Path) -> None:
    with open_writer(home / "state" / "work.duckdb") as connection:
        assert compare(connection, Home(home))[1] == []


@pytest.mark.parametrize("harm", ["a segment is gone", "a bit is wrong"])
def test_an_archive_that_holds_less_than_the_warehouse_changes_nothing_unless_the_loss_is_accepted(
    done: Done, tmp_path: Path, harm: str
) -> None:
    home = copied(done, tmp_path)
    before = (home / "dateline.duckdb").read_bytes()
    ((name, offset),) = rows(
        home / "dateline.duckdb", "select warc_file, warc_offset from articles join captures using (capture_id) limit 1"
    )
    segment = home / "archive" / name
    if harm == "a segment is gone":
        segment.unlink()
    else:
        data = bytearray(segment.read_bytes())
        data[offset + 100] ^= 1
        segment.write_bytes(data)
    settings = load(home / "dateline.toml", home)
    with pytest.raises(RunFailed, match=r"does not hold \d+ articles and \d+ further captures, such as http"):
        rebuild(settings, Silent())
    assert (home / "dateline.duckdb").read_bytes() == before
    assert len(rows(home / "state" / "work.duckdb", "from articles")) == 130
    assert [path.name for path in (home / "state").glob("*.duckdb*")] == ["work.duckdb"]
    found = rebuild(settings, Silent(), accept_loss=True)
    assert found.lost.articles
    assert len(rows(home / "dateline.duckdb", "from articles")) == 130 - len(found.lost.articles)
    assert rows(home / "dateline.duckdb", UNBALANCED) == []
    assert rows(home / "dateline.duckdb", ORPHANS) == []


def test_a_file_that_cannot_be_read_is_made_anew(done: Done, tmp_path: Path) -> None:
    home = copied(done, tmp_path)
    (home / "state" / "work.duckdb").write_bytes(b"no database at all" * 1000)
    found = rebuild(load(home / "dateline.toml", home), Silent())
    assert (found.is_readable, bool(found.lost)) == (False, False)
    assert len(rows(home / "dateline.duckdb", "from articles")) == 130


def test_the_next_run_goes_on_from_there(home: Path, run: Run) -> None:
    with Newsroom(anchor=ANCHOR) as newsroom:
        newsroom.edition = 2
        config = write_config(home, newsroom)
        report = run(config=str(config), home=str(home), now=lambda: ANCHOR + timedelta(hours=7))
    assert report.totals["loaded"] == 0
    assert report.totals["revised"] == 0


def test_an_empty_archive_gives_an_empty_warehouse_and_none_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouse, match="no archive"):
        rebuild(load(None, tmp_path / "mistyped"), Silent())
    assert not (tmp_path / "mistyped").exists()
    (tmp_path / "archive").mkdir()
    found = rebuild(load(None, tmp_path), Silent())
    assert (found.runs, found.segments, found.kept) == (0, 0, None)
    assert rows(tmp_path / "dateline.duckdb", "select count(*) from articles") == [(0,)]
