"""The warehouse from the archive: the same articles and versions, row for row."""

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from flows.newsroom.server import Newsroom
from flows.observer import Silent
from flows.rebuild import rebuild
from flows.settings import load
from tests.conftest import ANCHOR, ORPHANS, UNBALANCED, Done, Run, copied, rows, write_config

# 304 answers and the times of decisions are in no archive.
SAME = {
    "articles": "exclude (last_seen)",
    "article_versions": "",
    "article_dates": "",
    "article_links": "",
    "quotes": "",
    "mentions": "",
    "story_clusters": "",
    "captures": "",
    "daily_source_stats": "",
    "quarantine": "exclude (quarantined_at)",
}


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
    snapshot = home / "dateline.duckdb"
    assert rows(snapshot, UNBALANCED) == []
    assert rows(snapshot, ORPHANS) == []


def test_the_next_run_goes_on_from_there(home: Path, run: Run) -> None:
    with Newsroom(anchor=ANCHOR) as newsroom:
        newsroom.edition = 2
        config = write_config(home, newsroom)
        report = run(config=str(config), home=str(home), now=lambda: ANCHOR + timedelta(hours=7))
    assert report.totals["loaded"] == 0
    assert report.totals["revised"] == 0


def test_an_empty_archive_gives_an_empty_warehouse(tmp_path: Path) -> None:
    found = rebuild(load(None, tmp_path), Silent())
    assert (found.runs, found.segments, found.kept) == (0, 0, None)
    assert rows(tmp_path / "dateline.duckdb", "select count(*) from articles") == [(0,)]
