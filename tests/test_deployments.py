"""What is deployed, when, and that both forms of entrypoint and `prefect deploy --all` work."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from flows.base.errors import BadConfig
from flows.base.settings import Settings, load
from flows.run.late_runs import is_late, is_overdue, skip_late, superseded
from flows.service.deployments import deployed, name_of, to_prefect, when
from tests.conftest import Run
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.runs import start_run
from warehouse.snapshot import publish

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 3, 4, 13, tzinfo=UTC)


def settings(*schedules: str | None, **schedule: str) -> Settings:
    sources = [{"name": f"s{n}", "schedule": each} for n, each in enumerate(schedules)]
    return Settings.model_validate({"schedule": schedule, "source": sources})


def test_sources_without_a_schedule_of_their_own_are_one_deployment_that_takes_new_ones_by_itself() -> None:
    first, maintain, *by_hand = deployed(settings(None, None))
    assert (first.flow, first.name, dict(first.parameters)) == ("ingest", "every 15m", {"due_only": True})
    assert first.is_due_at_once
    assert (maintain.flow, maintain.name, maintain.is_due_at_once) == ("maintain", "every 1d", False)
    assert [each.flow for each in by_hand] == ["ingest", "backfill", "reextract", "replay"]
    assert not any(each.schedule for each in by_hand)


def test_each_schedule_is_a_deployment_with_its_sources() -> None:
    found = [d for d in deployed(settings("5m", None, "5m", "0 6 * * *")) if d.flow == "ingest" and d.schedule]
    assert {d.name: d.parameters["sources"] for d in found} == {
        "every 5m": ["s0", "s2"],
        "every 15m": ["s1"],
        "cron 0 6 * * *": ["s3"],
    }
    assert found[0].tags == ("s0", "s2")


def test_a_schedule_that_the_sources_spell_alike_is_one() -> None:
    assert sum(d.schedule is not None for d in deployed(settings("15m", " 15m", None))) == 2


@pytest.mark.parametrize("bad", ["soon", "15", "-5m", "1 2 3 4", ""])
def test_a_schedule_that_cannot_be_meant_is_named(bad: str) -> None:
    with pytest.raises(BadConfig, match="neither an interval such as 15m nor a cron line"):
        deployed(settings(None, ingest=bad))


@pytest.mark.parametrize("bad", ["61 * * * *", "a b c d e"])
def test_a_cron_line_that_is_none_is_named(bad: str) -> None:
    with pytest.raises(BadConfig, match="no cron line") as caught:
        when(bad, settings(None))
    assert "input_value" not in str(caught.value)


@pytest.mark.parametrize("bad", ["0s", "5s"])
def test_a_schedule_of_next_to_nothing_is_named(bad: str) -> None:
    with pytest.raises(BadConfig, match="too short"):
        deployed(settings(None, ingest=bad))


def test_a_zone_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="'Mars/Olympus' is no time zone"):
        settings(None, timezone="Mars/Olympus")


def test_what_is_due_once_a_day_does_not_wait_a_day_from_each_start() -> None:
    schedule = when("1d", settings(None, timezone="Europe/Berlin"))
    assert schedule.anchor_date == datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))


def test_a_cron_line_has_the_configured_zone_and_a_name_that_prefect_takes() -> None:
    schedule = when("*/15 6-22 * * *", settings(None, timezone="Europe/Berlin"))
    assert (schedule.cron, schedule.timezone) == ("*/15 6-22 * * *", "Europe/Berlin")
    assert "/" not in name_of("*/15 6-22 * * *")


def test_a_deployment_names_modules_and_absolute_paths(tmp_path: Path) -> None:
    mine = settings(None).model_copy(update={"home": tmp_path})
    mine.folder.prepare()
    for each in deployed(mine):
        deployment: Any = to_prefect(each, mine, None)
        assert deployment.entrypoint == f"flows.{each.flow}.{each.flow}"
        assert deployment.parameters["home"] == str(tmp_path)
        assert "dateline" in deployment.tags


FORMS = ["flows.ingest.ingest", "flows.maintain.maintain", "flows.backfill.backfill"]
PATHS = [
    "flows/ingest.py:ingest",
    "flows/maintain.py:maintain",
    "flows/reextract.py:reextract",
    "flows/replay.py:replay",
]
OLD = ["flows.jobs.maintain", "flows/jobs.py:backfill"]  # of a prefect.yaml written by release 0.1


@pytest.mark.parametrize("entrypoint", [*FORMS, *PATHS, *OLD])
def test_an_entrypoint_loads_as_a_worker_loads_it(entrypoint: str) -> None:
    code = f"from prefect.flows import load_flow_from_entrypoint as load; print(load({entrypoint!r}).name)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == entrypoint.replace(":", ".").rpartition(".")[2], done.stderr


def test_the_wheels_prefect_yaml_is_the_clones() -> None:
    assert (ROOT / "flows" / "commands" / "prefect.yaml").read_bytes() == (ROOT / "prefect.yaml").read_bytes()


def test_prefect_deploy_all_deploys_every_flow(run: Run, tmp_path: Path) -> None:
    assert run is not None  # the session's server is there
    (tmp_path / "prefect.yaml").write_bytes((ROOT / "flows" / "commands" / "prefect.yaml").read_bytes())
    environment = os.environ | {"PREFECT_HOME": str(tmp_path / "prefect")}

    def prefect(*arguments: str) -> str:
        command = [sys.executable, "-m", "prefect", "--no-prompt", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=180)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prefect("work-pool", "create", "--type", "process", "--overwrite", "dateline")
    said = prefect("deploy", "--all")
    for name in (
        "ingest/scheduled",
        "maintain/scheduled",
        *(f"{f}/on request" for f in ("ingest", "backfill", "replay")),
    ):
        assert f"Deployment '{name}' successfully created" in " ".join(said.replace("│", "").split())


@pytest.mark.parametrize(
    ("began", "late"),
    [(None, False), (NOW - timedelta(seconds=1), False), (NOW, True), (NOW + timedelta(hours=1), True)],
)
def test_a_run_is_late_when_one_that_began_after_its_time_has_finished(began: datetime | None, late: bool) -> None:
    assert is_late(NOW, began) is late


def test_four_late_runs_are_one_catch_up(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The runs that an hour of downtime left, on a real server: the first works, the others see that it has."""
    assert run is not None
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Running, Scheduled

    from flows.maintain import maintain

    due = [datetime.now(UTC) - timedelta(minutes=15 * n) for n in (4, 3, 2, 1)]
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(maintain)
        deployment_id = client.create_deployment(flow_id, name="late", entrypoint="flows.maintain.maintain")
        runs = [client.create_flow_run_from_deployment(deployment_id, state=Scheduled(scheduled_time=at)) for at in due]
        said = []
        for mine, at in zip(runs, due, strict=True):
            shown = SimpleNamespace(
                id=mine.id, deployment_id=deployment_id, auto_scheduled=True, expected_start_time=at, name=mine.name,
                run_count=1,
            )  # fmt: skip
            monkeypatch.setattr("flows.run.late_runs.this_run", lambda shown=shown: shown)
            why = superseded()
            said.append(why)
            client.set_flow_run_state(mine.id, Running(), force=True)
            client.set_flow_run_state(mine.id, Completed(name="Skipped" if why else None), force=True)
        shown.run_count = 2  # Retry in the UI
        assert superseded() is None
    assert said[0] is None
    assert all(why and runs[0].name in why for why in said[1:])


@pytest.mark.parametrize(("is_run_at_once", "left"), [(False, 1), (True, 0)])
def test_of_the_runs_that_downtime_left_one_is_kept_or_none(run: Run, is_run_at_once: bool, left: int) -> None:
    assert run is not None
    from prefect.client.orchestration import get_client
    from prefect.states import Scheduled

    from flows.maintain import maintain

    now = datetime.now(UTC)
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(maintain)
        ident = client.create_deployment(flow_id, name=f"waits {left}", entrypoint="flows.maintain.maintain")
        at = [now - timedelta(minutes=n) for n in (30, 20, 10)] + [now + timedelta(hours=1)]
        runs = [client.create_flow_run_from_deployment(ident, state=Scheduled(scheduled_time=each)) for each in at]
        assert skip_late([ident], now=now) == 0  # a person has started these
        for each in runs:
            _as_if_scheduled(each.id)
        assert skip_late([ident], all_of=[ident] if is_run_at_once else [], now=now) == 3 - left
        states = [client.read_flow_run(each.id).state for each in runs]
    assert [state.name for state in states if state] == (["Skipped"] * (3 - left) + ["Scheduled"] * (left + 1))


def _as_if_scheduled(ident: Any) -> None:
    """No request can say so: Prefect's scheduler alone does."""
    url = os.environ["PREFECT_SERVER_DATABASE_CONNECTION_URL"].removeprefix("sqlite+aiosqlite:///")
    with closing(sqlite3.connect(url, timeout=20)) as database, database:
        database.execute("update flow_run set auto_scheduled = 1 where id = ?", [str(ident)])


@pytest.mark.parametrize(
    ("flows", "is_late"),
    [({}, False), ({"ingest": 1}, False), ({"ingest": 30}, True), ({"ingest": 90, "maintain": 2}, False),
     ({"ingest": 1, "maintain": 30}, True)],
)  # fmt: skip
def test_maintenance_is_overdue_by_what_the_warehouse_says(
    tmp_path: Path, flows: dict[str, int], is_late: bool
) -> None:
    home = Home(tmp_path).prepare()
    assert not is_overdue(home.snapshot, timedelta(days=1), NOW)
    with open_writer(home.work) as connection:
        for flow, hours in flows.items():
            began = NOW - timedelta(hours=hours)
            start_run(connection, str(uuid4()), flow=flow, flow_run_id=None, now=began)
        publish(connection, home)
    assert is_overdue(home.snapshot, timedelta(days=1), NOW) is is_late


def test_a_run_that_a_person_started_is_never_superseded(monkeypatch: pytest.MonkeyPatch) -> None:
    by_hand = SimpleNamespace(auto_scheduled=False, deployment_id="d", expected_start_time=NOW, id="i")
    monkeypatch.setattr("flows.run.late_runs.this_run", lambda: by_hand)
    assert superseded() is None


def test_a_wrong_schedule_in_the_file_is_found_before_a_server_is_started(tmp_path: Path) -> None:
    from flows.service.up import up

    config = tmp_path / "dateline.toml"
    config.write_text('[schedule]\ningest = "often"\n[[source]]\nname = "a"\nfeeds = ["http://a.example/feed"]\n')
    with pytest.raises(BadConfig, match="often"):
        up(load(config, tmp_path), config=config, port=1)
    assert not (tmp_path / "state").exists()
