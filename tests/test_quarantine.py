"""Quarantine with replay: what passes now is loaded, attempts are counted, and replaying twice changes nothing."""

from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.base.observer import Silent
from flows.base.settings import load
from flows.cli.app import app
from flows.work.replay import replay
from tests.conftest import Run
from tests.outlet import Outlet, at

pytestmark = pytest.mark.usefixtures("one_judge")

WALL = (
    b"<html><head><title>We value your privacy</title></head><body><h1>We value your privacy</h1><p>We and our "
    b"847 partners store cookies on your device. Accept all cookies to continue.</p></body></html>"
)


@pytest.fixture
def filled(outlet: Outlet, run: Run) -> Outlet:
    """Two articles and a consent wall; then one of the articles is put into quarantine, as by a rule since mended."""
    outlet.web.add("/2", WALL)
    outlet.publish(range(3), range(3))
    run(now=lambda: at(0), config=str(outlet.config), home=str(outlet.home))
    with duckdb.connect(str(outlet.home / "state" / "work.duckdb")) as connection:
        connection.execute(
            "insert into quarantine by name select run_id, source, url, capture_id, 'too_strict' as rule, "
            "'critical' as severity, 'x' as observed, '{}'::json as record, now() as quarantined_at, 0 as attempts "
            "from articles where url like '%/1'"
        )
        for table in ("article_versions", "internal.lsh_index"):
            connection.execute(
                f"delete from {table} where article_id in (select article_id from articles where url like '%/1')"
            )
        connection.execute("delete from articles where url like '%/1'")
    return outlet


def state(outlet: Outlet) -> list[tuple[object, ...]]:
    return outlet.rows("select rule, attempts, resolution from quarantine order by rule")


def test_what_passes_now_is_loaded_and_resolved_once(filled: Outlet) -> None:
    settings = load(Path(filled.config), filled.home)
    totals, still = replay(settings, Silent(), rule=None, source="valley", idents=[])
    assert (totals["loaded"], totals["rejected"], totals["remainder"]) == (1, 1, 0)
    assert still == [("consent_wall", "paper", 1)]
    assert state(filled) == [("page_is_article", 1, None), ("too_strict", 1, "loaded")]
    articles = filled.rows("select url, version, text from articles order by url")
    again, _ = replay(settings, Silent(), rule="too_strict", source="paper", idents=[])
    assert again["discovered"] == 0
    replay(settings, Silent(), rule=None, source=None, idents=[])
    assert state(filled) == [("page_is_article", 2, None), ("too_strict", 1, "loaded")]
    assert filled.rows("select url, version, text from articles order by url") == articles


def test_list_and_show(filled: Outlet) -> None:
    home = ["--home", str(filled.home)]
    listed = CliRunner().invoke(app, ["quarantine", "list", "--rule", "consent_wall", *home])
    assert "consent_wall" in listed.output
    assert "too_strict" not in listed.output
    of_collection = CliRunner().invoke(app, ["quarantine", "list", "--source", "valley", *home])
    assert "consent_wall" in of_collection.output
    of_another = CliRunner().invoke(app, ["quarantine", "list", "--source", "coast", *home])
    assert "nothing of that" in " ".join(of_another.output.split())
    ((ident,),) = filled.rows("select capture_id from quarantine where rule = 'page_is_article'")
    shown = CliRunner().invoke(app, ["quarantine", "show", str(ident)[:8], *home])
    assert "847 partners" in " ".join(shown.output.split())
    assert "page_is_article" in shown.output
    assert CliRunner().invoke(app, ["quarantine", "show", "zzz", *home]).exit_code == 1
