"""Task runs as the Prefect server has them: tags for source and stage, and nothing that a run had to wait for."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import Task
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.exceptions import MissingResult

from flows.base.errors import BadUsage
from flows.base.observer import Injected, injected
from flows.run import stages
from flows.service import one_run as running
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, Done, Run, rows, write_config

PATIENCE_S = 20.0
TASKS = [value for value in vars(stages).values() if isinstance(value, Task)]


@pytest.fixture(scope="module")
def tags(done: Done) -> dict[str, set[str]]:
    """Of the first run, by name; the server learns of them a little later than the run itself."""
    only = FlowRunFilter(id=FlowRunFilterId(any_=[UUID(done.first.run_id)]))
    until = time.monotonic() + PATIENCE_S
    with get_client(sync_client=True) as client:
        while time.monotonic() < until:
            found = client.read_task_runs(flow_run_filter=only)
            if any(r.name == "publish" for r in found) and all(r.state and r.state.is_final() for r in found):
                break
            time.sleep(0.2)
    return {r.name: set(r.tags) for r in found}


def test_task_runs_are_tagged_with_their_stage_and_source(tags: dict[str, set[str]]) -> None:
    assert tags["discover · kvrn"] == {"discover", "kvrn"}
    assert tags["fetch · harbor-ledger"] == {"fetch", "harbor-ledger"}
    assert {name: given for name, given in tags.items() if name.partition(" ")[0] not in given} == {}


@pytest.mark.parametrize("each", TASKS, ids=lambda task: task.name)
def test_no_task_begins_with_tags(each: Task) -> None:  # type: ignore[type-arg]
    """Prefect asks the server for slots of the limits that they might have: seconds a run, and an error without it."""
    assert each.tags == set()


def test_a_server_that_is_away_when_all_is_done_fails_no_run(
    newsroom: Newsroom, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise ConnectionError("All connection attempts failed")

    monkeypatch.setattr("flows.ui.artifacts.leave_artifacts", away)
    config = write_config(tmp_path, newsroom)
    report = run(config=str(config), home=str(tmp_path), sources=["the-junction"], now=lambda: ANCHOR)
    assert report.totals["loaded"] == 10
    assert rows(tmp_path / "dateline.duckdb", "select state from runs") == [("completed",)]


@pytest.mark.parametrize("is_done", [True, False])
def test_a_last_state_whose_answer_is_lost_is_no_failure(done: Done, is_done: bool) -> None:
    def ingest() -> None:
        if is_done:
            injected().report = replace(done.first)
        raise MissingResult("State data is missing.")

    if is_done:
        assert running.run_and_report(ingest, Injected(), {}) == done.first
    else:
        with pytest.raises(MissingResult):
            running.run_and_report(ingest, Injected(), {})


def test_a_deployment_does_not_wait_for_standard_input(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a terminal `up` would read it, and hold the writer's lock for ever."""
    monkeypatch.setattr("flows.ingest.is_deployed", lambda: True)
    with pytest.raises(BadUsage, match="reads a WARC file from standard input"):
        run(home=str(tmp_path), warcs=["-"])
