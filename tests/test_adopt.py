"""What a killed run leaves in the archive is read by the next run, and not fetched again."""

import shutil

from tests.conftest import Run
from tests.test_acquire import Outlet, at, outlet  # noqa: F401 - a fixture

ARTICLES = "select article_id, url, headline, text, content_hash, first_seen from articles order by url"


def test_captures_that_never_reached_the_warehouse_are_adopted(outlet: Outlet, run: Run) -> None:  # noqa: F811
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


def test_a_torn_segment_is_salvaged_and_adopted(outlet: Outlet, run: Run) -> None:  # noqa: F811
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


def test_the_same_body_again_is_archived_as_a_revisit(outlet: Outlet, run: Run) -> None:  # noqa: F811
    given = {"config": str(outlet.config), "home": str(outlet.home)}
    outlet.publish(range(1), range(1))
    run(now=lambda: at(0), **given)
    assert run(now=lambda: at(2), **given).totals["unchanged"] == 1
    places = outlet.rows("select warc_file, warc_offset from captures")
    assert len(places) == 2
    assert len(set(places)) == 1
