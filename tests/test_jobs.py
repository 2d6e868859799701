"""The flows beyond ingest on a real Prefect server: maintain, backfill, reextract, replay; and an ingest's bounds."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from markdown_it import MarkdownIt

from flows.base.errors import BadUsage
from flows.base.observer import Report
from flows.ui.artifacts import by_source, ledger
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, ORPHANS, UNBALANCED, Run, rows, write_config
from warehouse.home import Home
from warehouse.records import OUTCOMES

pytestmark = pytest.mark.usefixtures("one_judge")

HOSTILE = "<script>alert(1)</script> | [x](javascript:alert(1)) `a` # b"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, newsroom: Newsroom, run: Run) -> Iterator[tuple[Home, Path]]:
    """A warehouse of two outlets."""
    home = Home(tmp_path_factory.mktemp("jobs"))
    config = write_config(home.root, newsroom)
    run(config=str(config), home=str(home.root), sources=["kvrn", "upland-gazette"], now=lambda: ANCHOR)
    yield home, config
    assert rows(home.work, UNBALANCED) == []
    assert rows(home.work, ORPHANS) == []


def where(filled: tuple[Home, Path]) -> dict[str, str]:
    return {"home": str(filled[0].root), "config": str(filled[1])}


def test_maintain_puts_the_house_in_order_and_finds_nothing_wrong(filled: tuple[Home, Path]) -> None:
    from flows.maintain import maintain

    state = maintain(**where(filled), return_state=True)
    assert (state.name, state.type.value) == ("Completed", "COMPLETED")
    assert "the archive is kept for ever" in (state.message or "")
    assert rows(filled[0].work, "select state, message from runs where flow = 'maintain'")[-1][0] == "completed"


def test_maintain_names_what_is_wrong(filled: tuple[Home, Path]) -> None:
    from flows.maintain import maintain

    with duckdb.connect(str(filled[0].work)) as connection:
        [ident] = connection.execute("select min(capture_id) from captures").fetchone() or [None]
        [before] = connection.execute("select status from captures where capture_id = ?", [ident]).fetchone() or [None]
        connection.execute("update captures set status = 599 where capture_id = ?", [ident])
    state = maintain(**where(filled), return_state=True)
    with duckdb.connect(str(filled[0].work)) as connection:
        connection.execute("update captures set status = ? where capture_id = ?", [before, ident])
    assert state.name == "CompletedWithAlarms"
    assert (state.message or "").startswith("1 finding of verify; ")


def test_an_archive_kept_for_a_time_loses_old_bytes_and_nothing_else(
    tmp_path: Path, newsroom: Newsroom, run: Run
) -> None:
    from flows.maintain import maintain

    config = write_config(tmp_path, newsroom)
    home = Home(tmp_path)
    for edition in (1, 2):
        newsroom.edition = edition
        now = ANCHOR + timedelta(hours=6 * (edition - 1))
        run(config=str(config), home=str(tmp_path), sources=["kvrn", "closed-circle"], now=lambda at=now: at)
    newsroom.edition = 1
    before = rows(home.work, "select article_id, version, text from articles order by all")
    held = rows(home.work, "select count(*) from quarantine where resolved_at is null")[0][0]
    files = list(home.archive.rglob("*.warc.gz"))
    config.write_text(config.read_text() + '\n[maintain]\nkeep_archive = "30d"\n')
    state = maintain(config=str(config), home=str(tmp_path), return_state=True)
    assert state.name == "Completed", state.message
    assert len(list(home.archive.rglob("*.warc.gz"))) < len(files)
    assert rows(home.work, "select article_id, version, text from articles order by all") == before
    assert rows(home.work, "select count(*) from captures where expired_at is not null")[0][0] > 0
    waiting = "select count(*) from quarantine join captures using (capture_id) where resolved_at is null"
    assert rows(home.work, f"{waiting} and warc_file is not null")[0][0] == held > 0
    again = maintain(config=str(config), home=str(tmp_path), return_state=True)
    assert "0 segments" in (again.message or "")
    report = run(config=str(config), home=str(tmp_path), sources=["kvrn"], now=lambda: ANCHOR + timedelta(days=2))
    assert report.totals["loaded"] + report.totals["revised"] > 0  # what has expired stands in nobody's way


def test_reextract_shows_what_would_change(filled: tuple[Home, Path]) -> None:
    from flows.reextract import reextract

    state = reextract(**where(filled), return_state=True)
    assert state.name == "Completed"
    assert (state.message or "").endswith("0 refused; 0 written")


def test_replay_tries_the_quarantine_again(tmp_path: Path, newsroom: Newsroom, run: Run) -> None:
    from flows.replay import replay

    config = write_config(tmp_path, newsroom)
    report = run(config=str(config), home=str(tmp_path), sources=["closed-circle"], now=lambda: ANCHOR)
    state = replay(home=str(tmp_path), config=str(config), return_state=True)
    assert state.name == "Completed", state.message
    assert report.totals["rejected"] > 0
    assert state.message == f"{report.totals['rejected']} rejected; remainder 0"
    assert rows(tmp_path / "state" / "work.duckdb", UNBALANCED) == []


def test_backfill_takes_the_days_that_are_asked_for_and_no_others(tmp_path: Path, newsroom: Newsroom) -> None:
    from flows.backfill import backfill

    with_maps = [s for s in newsroom.sources if s.get("sitemaps")]
    assert with_maps, "the newsroom has outlets with sitemaps"
    config, name = write_config(tmp_path, newsroom), with_maps[0]["name"]
    day = ANCHOR.date()
    given: dict[str, Any] = {"sources": [name], "home": str(tmp_path), "config": str(config)}
    none = backfill(date(2020, 1, 1), date(2020, 1, 2), **given, return_state=True)
    assert (none.message or "").startswith("nothing"), none.message
    would = backfill(day - timedelta(days=30), day + timedelta(days=1), **given, dry_run=True, return_state=True)
    assert would.name == "DryRun"
    done = backfill(day - timedelta(days=30), day + timedelta(days=1), **given, limit=3, return_state=True)
    assert done.type.value == "COMPLETED", done.message
    work = tmp_path / "state" / "work.duckdb"
    assert rows(work, "select count(*) from fetches where kind = 'article' and outcome = 'ok'") == [(3,)]
    assert rows(work, "select count(*) > 0 from outcomes where outcome = 'pending' and reason = 'budget'") == [(True,)]
    assert rows(work, "select count(*) from feed_polls") == [(0,)]  # the regular polls know nothing of it
    assert rows(work, UNBALANCED) == []


@pytest.mark.parametrize(("sources", "name"), [([], "Completed"), (["kvrn"], "CompletedWithAlarms")])
def test_a_backfill_of_all_notes_who_has_no_sitemap_and_one_by_name_is_an_alarm(
    tmp_path: Path, newsroom: Newsroom, sources: list[str], name: str
) -> None:
    from flows.backfill import backfill

    config = write_config(tmp_path, newsroom)
    old = date(2020, 1, 1)
    state = backfill(old, old, sources=sources, home=str(tmp_path), config=str(config), return_state=True)
    assert state.name == name, state.message


@pytest.mark.parametrize("flow", ["replay", "reextract"])
def test_a_source_that_nobody_knows_is_said(filled: tuple[Home, Path], flow: str) -> None:
    from importlib import import_module

    with pytest.raises(BadUsage, match="'kvrnn'"):
        getattr(import_module(f"flows.{flow}"), flow)(source="kvrnn", **where(filled))


def test_backfill_refuses_a_range_that_ends_before_it_begins(tmp_path: Path) -> None:
    from flows.backfill import backfill

    with pytest.raises(BadUsage, match="before since"):
        backfill(date(2026, 3, 4), date(2026, 3, 3), home=str(tmp_path))


def test_an_ingest_within_bounds_leaves_the_rest_for_the_next(tmp_path: Path, newsroom: Newsroom, run: Run) -> None:
    config = write_config(tmp_path, newsroom)
    given: dict[str, Any] = {"config": str(config), "home": str(tmp_path), "sources": ["kvrn"], "now": lambda: ANCHOR}
    dry = run(**given, dry_run=True)
    assert dry.message.startswith("dry run: ")
    assert dry.message.startswith(f"dry run: {len(dry.pages)} pages ")
    assert {source for source, _ in dry.pages} <= {source["name"] for source in newsroom.sources}
    assert dry.totals["discovered"] == 0
    some = run(**given, limit=4, since=date(2026, 1, 1))
    assert some.totals["loaded"] + some.totals["duplicate"] == 4
    assert some.totals["pending"] == some.totals["discovered"] - 4 > 0
    rest = run(**given)
    assert rest.totals["discovered"] == some.totals["pending"]
    assert rest.totals["pending"] == 0
    whole = rows(tmp_path / "state" / "work.duckdb", "select count(*) from article_dates where signal = 'feed'")
    assert whole[0][0] >= rest.totals["loaded"]  # what was left pending keeps what its feed said of it


def test_pages_before_a_day_are_left(tmp_path: Path, newsroom: Newsroom, run: Run) -> None:
    config = write_config(tmp_path, newsroom)
    report = run(config=str(config), home=str(tmp_path), sources=["kvrn"], now=lambda: ANCHOR, since=date(2030, 1, 1))
    work = tmp_path / "state" / "work.duckdb"
    [(dated,)] = rows(
        work, "select count(*) from discoveries where published_raw is not null or updated_raw is not null"
    )
    assert report.totals["pending"] == dated > 0
    assert rows(work, "select distinct reason from outcomes where outcome = 'pending'") == [("before_since",)]


def report_of(**changed: Any) -> Report:
    totals = dict.fromkeys(("discovered", *OUTCOMES, "remainder"), 0) | {"discovered": 3, "loaded": 3}
    values: dict[str, Any] = {
        "run_id": "r",
        "state": "completed",
        "message": "3 new; remainder 0",
        "totals": totals,
        "by_source": [(HOSTILE, totals)],
        "rejected": [(HOSTILE, HOSTILE, 2)],
        "failures": [],
        "alarms": (HOSTILE,),
        "notes": (HOSTILE,),
        "snapshot": Path("x"),
        "seconds": 1.0,
    }
    return Report(**(values | changed))


def test_the_ledger_is_inert_against_hostile_text() -> None:
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(ledger(report_of()))
    assert "<script" not in shown
    assert "<a " not in shown
    assert "<code" not in shown
    assert shown.count("<table>") == 2
    assert shown.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_the_table_of_sources_leaves_out_what_none_has() -> None:
    [row] = by_source(report_of())
    assert list(row) == ["source", "discovered", "loaded", "remainder"]
    json.dumps(row)


def test_a_source_that_was_failing_before_is_no_news(
    tmp_path: Path, newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("flows.ui.events.emit_event", lambda **event: told.append(event))
    config = write_config(tmp_path, newsroom)
    for hours in (0, 1):
        now = ANCHOR + timedelta(hours=hours)
        run(config=str(config), home=str(tmp_path), sources=["closed-circle"], now=lambda at=now: at)
    assert rows(tmp_path / "state" / "work.duckdb", "select state from sources") == [("failing",)]
    assert [each["event"] for each in told].count("dateline.source.silent") == 1
    assert [each["event"] for each in told].count("dateline.run.finished") == 2


def test_a_revised_article_is_told_of(
    tmp_path: Path, newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr("flows.ui.events.emit_event", lambda **event: told.append(event))
    config = write_config(tmp_path, newsroom)
    for edition in (1, 2):
        newsroom.edition = edition
        now = ANCHOR + timedelta(hours=6 * (edition - 1))
        report = run(config=str(config), home=str(tmp_path), sources=["upland-gazette"], now=lambda at=now: at)
    newsroom.edition = 1
    revised = [each for each in told if each["event"] == "dateline.article.revised"]
    assert len(revised) == report.totals["revised"] > 0
    assert {"url", "headline", "version", "change"} <= set(revised[0]["payload"])


def test_a_schedule_that_comes_by_too_early_costs_next_to_nothing(tmp_path: Path, newsroom: Newsroom, run: Run) -> None:
    config = write_config(tmp_path, newsroom)
    given: dict[str, Any] = {"config": str(config), "home": str(tmp_path), "sources": ["upland-gazette"]}
    run(**given, now=lambda: ANCHOR)
    home = Home(tmp_path)
    published = home.snapshot.stat().st_mtime_ns
    idle = run(**given, now=lambda: ANCHOR + timedelta(seconds=30), due_only=True)
    assert idle.totals["discovered"] == 0
    assert home.snapshot.stat().st_mtime_ns == published
    assert rows(home.work, "select count(*), min(state) from runs") == [(2, "completed")]
    assert rows(home.work, "select count(distinct run_id) from feed_polls") == [(1,)]
