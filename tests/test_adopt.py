"""What a killed run leaves in the archive is read by the next run, and not fetched again."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.conftest import Run
from tests.outlet import Outlet, at
from warehouse.loader import load_package

ARTICLES = "select article_id, url, headline, text, content_hash, first_seen from articles order by url"


def test_captures_that_never_reached_the_warehouse_are_adopted(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0), **given)
    before = outlet.rows(ARTICLES)
    for path in (outlet.home / "state").glob("work.duckdb*"):
        path.unlink()  # as if nothing had ever been loaded
    outlet.web.requests.clear()
    outlet.publish(range(4), range(4))
    report = run(now=lambda: at(0.5), **given)
    assert report.totals["loaded"] == 4
    assert [path for path in outlet.web.paths() if path[1:].isdigit()] == ["/3"]
    assert outlet.rows(ARTICLES)[:3] == before
    assert any("read again, not fetched again" in note for note in report.notes)
    assert run(now=lambda: at(0.6), **given).totals["loaded"] == 0


def test_a_torn_segment_is_salvaged_and_adopted(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0), **given)
    (segment,) = (outlet.home / "archive").rglob("*.warc.gz")
    torn = segment.with_name(segment.name + ".open")
    torn.write_bytes(segment.read_bytes()[:-900])
    segment.unlink()
    shutil.rmtree(outlet.home / "state")
    outlet.web.requests.clear()
    report = run(now=lambda: at(0.5), **given)
    assert report.totals["loaded"] == 3
    assert 1 <= len([path for path in outlet.web.paths() if path[1:].isdigit()]) <= 2
    assert any("torn record" in note for note in report.notes)
    assert not torn.exists()


def test_the_same_body_again_is_archived_as_a_revisit(outlet: Outlet, run: Run) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(1), range(1))
    run(now=lambda: at(0), **given)
    assert run(now=lambda: at(2), **given).totals["unchanged"] == 1
    places = outlet.rows("select warc_file, warc_offset from captures")
    assert len(places) == 2
    assert len(set(places)) == 1


def stay_staged(outlet: Outlet, run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run that ends when its pages stand in a package, and before that is loaded; the package."""

    def load(connection: duckdb.DuckDBPyConnection, folder: Path) -> bool:
        if (folder / "articles.parquet").exists():
            raise RuntimeError("killed")
        return load_package(connection, folder)

    def die(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr("flows.run.context.load_package", load)
        patched.setattr("flows.run.managed.end_early", die)  # a killed run closes no books
        with pytest.raises(RuntimeError, match="killed"):
            run(now=lambda: at(0), config=str(outlet.config), home=str(outlet.home))
    (folder,) = (outlet.home / "staging").iterdir()
    return folder


def rewrite(folder: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Other articles in a package whose sums are right."""
    path = folder / "articles.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["articles"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def no_words(rows: pa.Table) -> pa.Table:
    return rows.set_column(rows.column_names.index("word_count"), "word_count", pa.array(["many"] * len(rows)))


@pytest.mark.parametrize("harm", ["none", "a column that came later", "a torn file", "a row that does not fit"])
def test_a_staged_package_that_cannot_be_loaded_stops_no_run(
    outlet: Outlet,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    harm: str,
) -> None:
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(3), range(3))
    folder = stay_staged(outlet, run, monkeypatch)
    (folder.parent / ".half-written").mkdir()
    if harm == "a torn file":
        (folder / "articles.parquet").write_bytes(b"PAR1")
    elif harm == "a row that does not fit":
        rewrite(folder, no_words)
    elif harm == "a column that came later":
        rewrite(folder, lambda rows: rows.drop_columns(["removed_at"]))
    outlet.web.requests.clear()
    report = run(now=lambda: at(0.5), **given)
    is_bad = harm in ("a torn file", "a row that does not fit")
    assert len(report.alarms) == is_bad
    assert all("cannot load the staged package" in alarm for alarm in report.alarms)
    assert report.totals["loaded"] == (3 if is_bad else 0)
    assert [path for path in outlet.web.paths() if path[1:].isdigit()] == []
    assert len(outlet.rows(ARTICLES)) == 3
    assert [path.name for path in folder.parent.iterdir()] == (["set-aside"] if is_bad else [])
    assert run(now=lambda: at(0.6), **given).alarms == ()
