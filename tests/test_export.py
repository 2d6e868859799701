"""Parquet by day: all of it, only what changed the second time, and frozen snapshots that stay as they are."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from flows.base.errors import EdgeError
from flows.base.observer import Silent
from flows.reading.export import TABLES, export
from tests.conftest import Done, rows


@pytest.fixture
def homes(done: Done) -> tuple[Path, Path]:
    """The snapshot after the first edition, and after the second."""
    return done.first_snapshot, done.warehouse


def parquet(target: Path, table: str) -> int:
    row = duckdb.sql(f"select count(*) from read_parquet('{target}/{table}/*/*.parquet')").fetchone()
    return int(row[0]) if row else 0


def test_every_row_stands_in_the_files_of_its_day(homes: tuple[Path, Path], tmp_path: Path) -> None:
    found = export(homes[1], str(tmp_path / "out"), Silent())
    for table in TABLES:
        assert rows(homes[1], f"select count(*) from {table}") == [(parquet(tmp_path / "out", table),)]
    assert found.tables["articles"] == parquet(tmp_path / "out", "articles")
    day = duckdb.sql(
        f"select bool_and(day = cast(coalesce(date_published, first_seen) at time zone 'UTC' as date)) "
        f"from read_parquet('{tmp_path}/out/articles/*/*.parquet', hive_partitioning=true)"
    ).fetchone()
    assert day == (True,)


def test_the_manifest_is_true(homes: tuple[Path, Path], tmp_path: Path) -> None:
    export(homes[1], str(tmp_path), Silent())
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["last_run"]
    for name, said in manifest["files"].items():
        content = (tmp_path / name).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (said["bytes"], said["sha256"])
    assert not list(tmp_path.rglob("*.new"))


def test_a_second_export_writes_only_what_changed(homes: tuple[Path, Path], tmp_path: Path) -> None:
    before = export(homes[0], str(tmp_path), Silent())
    assert before.kept == 0
    assert export(homes[0], str(tmp_path), Silent()).written == 0
    later = export(homes[1], str(tmp_path), Silent())
    assert later.written > 0
    assert parquet(tmp_path, "articles") == later.tables["articles"]
    again = export(homes[1], str(tmp_path), Silent())
    assert (again.written, again.removed) == (0, 0)
    back = export(homes[0], str(tmp_path), Silent())
    assert back.tables == before.tables
    assert parquet(tmp_path, "articles") == before.tables["articles"]


def test_a_file_that_is_gone_or_cut_short_is_written_again(homes: tuple[Path, Path], tmp_path: Path) -> None:
    export(homes[0], str(tmp_path), Silent())
    gone, cut = sorted((tmp_path / "articles").rglob("*.parquet"))[:2]
    gone.unlink()
    cut.write_bytes(cut.read_bytes()[:-9])
    assert export(homes[0], str(tmp_path), Silent()).written == 2
    assert export(homes[0], str(tmp_path), Silent()).written == 0


def test_what_is_frozen_stays(homes: tuple[Path, Path], tmp_path: Path) -> None:
    export(homes[0], str(tmp_path), Silent(), frozen="paper-1")
    export(homes[1], str(tmp_path), Silent())
    with pytest.raises(EdgeError, match="already frozen"):
        export(homes[1], str(tmp_path), Silent(), frozen="paper-1")
    frozen = tmp_path / "paper-1.duckdb"
    assert frozen.read_bytes() == homes[0].read_bytes()
    said = json.loads((tmp_path / "manifest.json").read_text())["frozen"]["paper-1"]
    assert said["sha256"] == hashlib.sha256(frozen.read_bytes()).hexdigest()
    with pytest.raises(EdgeError, match="no name"):
        export(homes[1], str(tmp_path), Silent(), frozen="../escape")


def test_to_a_url_and_not_over_something_else(homes: tuple[Path, Path], tmp_path: Path) -> None:
    found = export(homes[0], "memory://exported", Silent())
    assert found.written > 0
    assert export(homes[0], "memory://exported", Silent()).written == 0
    with pytest.raises(EdgeError, match="cannot export"):
        export(homes[0], "nosuch://bucket/x", Silent())
    (tmp_path / "manifest.json").write_text('{"name": "an app"}')
    with pytest.raises(EdgeError, match="not the manifest of an export"):
        export(homes[0], str(tmp_path), Silent())
