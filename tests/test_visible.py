"""Every flow that writes is as visible in the UI as ingest: name, tags, task runs, artifacts, books, waiting."""

import json
import os
import signal
import threading
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas import filters
from prefect.client.schemas.objects import Artifact, FlowRun

from flows.base.flow_run import MOST_TAGS, TAG
from flows.ui.naming import about, tag_run
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, Run, rows, write_config
from tests.test_jobs import HOSTILE
from warehouse.home import Home
from warehouse.lock import writer_lock

pytestmark = pytest.mark.usefixtures("one_judge")

SOURCES = ["the-junction", "closed-circle"]
HELD = 4  # of their pages stay in quarantine


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, newsroom: Newsroom, run: Run) -> Home:
    """A warehouse with articles, and with pages in quarantine."""
    home = Home(tmp_path_factory.mktemp("visible")).prepare()
    write_config(home.root, newsroom)
    run(config=str(home.root / "dateline.toml"), home=str(home.root), sources=SOURCES, now=lambda: ANCHOR)
    return home


def where(home: Home) -> dict[str, str]:
    return {"home": str(home.root), "config": str(home.root / "dateline.toml")}


def newest(flow: str) -> FlowRun:
    only = filters.FlowFilter(name=filters.FlowFilterName(any_=[flow]))
    with get_client(sync_client=True) as client:
        return max(client.read_flow_runs(flow_filter=only), key=lambda run: run.created or 0)


def artifacts(run: FlowRun) -> dict[str, Artifact]:
    only = filters.ArtifactFilter(flow_run_id=filters.ArtifactFilterFlowRunId(any_=[run.id]))
    with get_client(sync_client=True) as client:
        return {str(each.key): each for each in client.read_artifacts(artifact_filter=only)}


def tasks(run: FlowRun, last: str) -> dict[str, set[str]]:
    """Names and tags of task runs; the server learns of them a little later than the run itself."""
    only = filters.FlowRunFilter(id=filters.FlowRunFilterId(any_=[run.id]))
    until = time.monotonic() + 20
    found: dict[str, set[str]] = {}
    with get_client(sync_client=True) as client:
        while time.monotonic() < until and last not in found:
            ended = [t for t in client.read_task_runs(flow_run_filter=only) if t.state and t.state.is_final()]
            found = {t.name: set(t.tags) for t in ended}
            time.sleep(0.2)
    return found


def test_replay_has_its_books_its_batches_and_its_artifacts(home: Home) -> None:
    from flows.replay import replay

    state = replay(**where(home), return_state=True)
    assert state.message == f"{HELD} rejected; remainder 0"
    run = newest("replay")
    assert run.name.startswith("replay · 20")
    assert run.tags == [TAG]
    assert tasks(run, "publish")["replay · batch 1"] == {"replay"}
    left = artifacts(run)
    assert {"ledger", "sources", "progress"} <= set(left)
    assert left["progress"].data == 100
    assert "consent" in str(left["ledger"].data)
    kept = f"select flow, state, rejected, flow_run_id from runs where run_id = '{run.id}'"
    assert rows(home.work, kept) == [("replay", "completed", HELD, str(run.id))]


def test_reextract_shows_by_field_what_would_differ_and_nothing_of_it_is_a_link(home: Home) -> None:
    from flows.reextract import reextract

    with duckdb.connect(str(home.work)) as connection:
        connection.execute("update articles set headline = ? where source = 'the-junction'", [HOSTILE])
    state = reextract(**where(home), source="the-junction", apply=True, return_state=True)
    assert state.message == "10 articles read again, 0 the same, 0 refused; 10 written"
    run = newest("reextract")
    assert run.tags == [TAG, "the-junction"]
    assert "reextract · batch 1" in tasks(run, "reextract · batch 1")
    left = artifacts(run)
    assert left["progress"].data == 100
    shown = str(json.loads(str(left["differences"].data)))
    assert "](" not in shown
    assert "<script>" not in shown
    assert "script" in shown
    kept = f"select flow, state, flow_run_id from runs where run_id = '{run.id}'"
    assert rows(home.work, kept) == [("reextract", "completed", str(run.id))]


def test_maintain_leaves_a_line_for_each_step(home: Home) -> None:
    from flows.maintain import maintain

    maintain(**where(home), return_state=True)
    run = newest("maintain")
    assert run.tags == [TAG]
    steps = ("search index", "archive", "history", "verify", "publish")
    assert tasks(run, "publish") == {name: {name} for name in steps}
    said = str(artifacts(run)["maintenance"].data)
    assert [name in said for name in steps] == [True] * 5
    assert "0 flow runs from before" in said.replace("\\", "")


def test_a_run_that_waits_for_another_says_for_whom(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.replay import replay

    monkeypatch.setattr("flows.run.managed.patience_s", lambda: 20.0)
    holding, waiting = threading.Event(), threading.Event()

    def hold() -> None:
        with writer_lock(home.lock, what="dateline ingest"):
            holding.set()
            waiting.wait(20)

    def waits(holder: str) -> None:
        said.append(holder)
        waiting.set()

    said: list[str] = []
    monkeypatch.setattr("flows.run.managed.say_waiting", waits)
    other = threading.Thread(target=hold)
    other.start()
    assert holding.wait(10)
    state = replay(**where(home), return_state=True)
    other.join()
    assert state.message == f"{HELD} rejected; remainder 0"
    [holder] = said
    assert holder.startswith("dateline ingest (process ")


def test_a_run_is_called_as_a_person_typed_and_otherwise_by_what_it_is_about(home: Home) -> None:
    from flows.replay import replay

    with get_client(sync_client=True) as client:
        typed = client.create_flow_run(replay, parameters=where(home), name="After the fix of the wall rule")
        slug = client.create_flow_run(replay, parameters=where(home))
    for each, name in ((typed, "After the fix of the wall rule"), (slug, "replay · 20")):
        assert call(replay, each).startswith(name)


def call(flow: Any, run: FlowRun) -> str:
    from prefect.flow_engine import run_flow

    run_flow(flow, flow_run=run, parameters=dict(run.parameters), return_type="state")
    with get_client(sync_client=True) as client:
        return str(client.read_flow_run(run.id).name)


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({}, ""),
        ({"source": "kvrn", "rule": None}, "kvrn"),
        ({"sources": []}, "all sources"),
        ({"sources": ["a", "b", "c", "d", "e"]}, "a, b, c and 2 more"),
        ({"sources": [], "urls": ["http://a.test/"]}, "urls"),
        ({"sources": [], "urls": [], "warcs": ["x.warc.gz"]}, "warc"),
    ],
)
def test_what_a_run_is_about(parameters: dict[str, object], said: str) -> None:
    assert about(parameters) == said


def test_every_source_of_a_run_is_a_tag_up_to_a_limit(run: Run, home: Home, newsroom: Newsroom) -> None:
    report = run(**where(home), sources=SOURCES, now=lambda: ANCHOR)
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(UUID(report.run_id)).tags == [TAG, *SOURCES]

    from prefect import flow

    @flow
    def many() -> None:
        tag_run([f"source-{n}" for n in range(MOST_TAGS + 1)])

    many()
    assert newest("many").tags == [TAG]


def test_outside_of_a_flow_nothing_is_tagged() -> None:
    tag_run(["kvrn"])


def test_a_lock_that_is_free_tells_nobody(tmp_path: Path) -> None:
    with writer_lock(tmp_path / "lock", what="x", timeout_s=5, on_wait=lambda said: pytest.fail(said)):
        pass


@pytest.mark.parametrize("is_lost", [False, True], ids=["raised", "lost"])  # as in the callback of a weak reference
@pytest.mark.parametrize(
    ("flow", "within", "given"),
    [
        ("maintain", "flows.work.maintenance.check_index", {}),
        ("replay", "flows.replay.replay_round", {}),
        ("reextract", "flows.work.reextract._compare_some", {"apply": True}),
        ("backfill", "flows.pipeline.fetched_batches", {"since": date(2026, 1, 1)}),
    ],
)
def test_a_flow_that_is_told_to_end_is_cancelled_with_its_books_closed(
    home: Home, monkeypatch: pytest.MonkeyPatch, flow: str, within: str, given: dict[str, Any], is_lost: bool
) -> None:
    from importlib import import_module

    def told(*_: Any) -> str:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        except BaseException:
            if not is_lost:
                raise
        return "goes on"

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(within, told)
    ask = getattr(import_module(f"flows.{flow}"), flow)
    state = ask(**where(home), **given, return_state=True)
    assert state.type.value == "CANCELLED", state
    assert (state.message or "").startswith("cancelled; ")
    assert signal.getsignal(signal.SIGTERM) is before
    assert rows(home.work, f"select state from runs where flow_run_id = '{newest(flow).id}'") == [("cancelled",)]
    monkeypatch.undo()
    assert ask(**where(home), **given, return_state=True).type.value == "COMPLETED"
