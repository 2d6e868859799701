"""`dateline up` as its owner has it: in the background, with pages and alarms, a run cancelled and one killed."""

import os
import re
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from flows.base.home_identity import home_id
from flows.service.access import with_token
from flows.service.health import is_healthy
from flows.service.pidfile import read
from flows.service.prefect_settings import configured_server, free_port
from tests.conftest import UNBALANCED, rows
from tests.served import (
    Served,
    browsing,
    cancel_in_the_ui,
    dateline,
    final,
    ledger,
    property_of,
    rows_of_captures,
    running,
    until,
    up_detached,
)

pytestmark = pytest.mark.skipif(
    "PREFECT_API_URL" not in os.environ and configured_server() is not None,
    reason="a Prefect profile names a server, so `up` starts none",
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with up_detached(tmp_path_factory.mktemp("up")) as found:
        yield found


@pytest.fixture(scope="module")
def first(served: Served) -> dict[str, Any]:
    """The run that `up` starts at once, when it has ended."""

    def ended() -> Any:
        return next((r for r in served.runs() if r["state"]["type"] in ("COMPLETED", "FAILED", "CRASHED")), None)

    return dict(until(ended, "the first run ends"))


def test_up_says_where_it_is(served: Served) -> None:
    assert f"http://127.0.0.1:{served.port}" in served.said
    note = read(served.home)
    assert note is not None
    assert note.url == f"http://127.0.0.1:{served.port}"


def test_the_first_run_is_started_at_once_and_says_in_a_line_what_it_came_to(first: dict[str, Any]) -> None:
    assert first["name"].startswith("ingest · all sources · ")
    assert first["state"]["name"] == "CompletedWithAlarms"
    assert first["state"]["message"].endswith("remainder 0; 2 alarms")
    assert "dateline" in first["tags"]


def test_up_shows_a_run_that_ended_with_its_alarms(served: Served, first: dict[str, Any]) -> None:
    log = served.home.logs / "up.log"
    until(lambda: "alarm: " in log.read_text(encoding="utf-8"), "the alarm is shown", 20)
    assert f"{first['name']}: CompletedWithAlarms" in log.read_text(encoding="utf-8")


def test_the_run_leaves_its_ledger_a_table_a_chart_and_links_to_pages_that_can_be_opened(
    served: Served, first: dict[str, Any]
) -> None:
    only = {"artifacts": {"flow_run_id": {"any_": [first["id"]]}}}
    found = {each["key"]: each for each in served.ask("/artifacts/filter", only)}
    assert set(found) == {"progress", "ledger", "sources", "arrivals", "quality", "report"}
    assert found["progress"]["data"] == 100
    assert "remainder" in found["ledger"]["data"]
    for key in ("arrivals", "quality", "report"):
        url = found[key]["data"].partition("](")[2].rstrip(")") or found[key]["data"]
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.status == 200
            assert b"<svg" in answer.read() or key == "quality"


def test_the_pages_of_explore_are_served_with_the_same_token(served: Served, first: dict[str, Any]) -> None:
    note = read(served.home)
    assert note is not None
    assert note.explore in served.said
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{note.explore}/search", timeout=30)
    cookies = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    said = cookies.open(with_token(note.explore, served.home), timeout=30).read().decode()
    assert "Shows the warehouse after the run" in said
    page = cookies.open(f"{note.explore}/run/{first['id']}", timeout=30).read().decode()
    assert f"{note.url}/runs/flow-run/{first['id']}" in page


def test_a_folder_of_pages_is_not_listed(served: Served) -> None:
    note = read(served.home)
    assert note is not None
    (served.home.quality / "empty").mkdir(exist_ok=True)
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{note.pages}/empty/", timeout=10)


def test_the_webhook_hears_of_the_source_that_fails(served: Served, first: dict[str, Any]) -> None:
    def heard() -> Any:
        return next((d for d in served.alarms if d["event"] == "dateline.source.silent"), None)

    document = until(heard, f"the webhook is called after {first['name']}", 40)
    assert document["resource"] == "dateline.source.closed-circle"
    assert document["payload"]["state"] == "failing"


def test_a_letter_tells_of_it_too(served: Served, first: dict[str, Any]) -> None:
    def came() -> Any:
        return next((m for m in served.mails.letters if "dateline.source.silent" in str(m["Subject"])), None)

    letter = until(came, f"a letter comes after {first['name']}", 40)
    assert "desk@newsroom.test" in letter["To"]
    body = "".join(part.get_payload(decode=True).decode() for part in letter.walk() if not part.is_multipart())
    assert "closed-circle" in body
    assert "not_a_feed" in body


def test_the_events_of_a_run_are_in_the_feed(served: Served, first: dict[str, Any]) -> None:
    wanted = {"filter": {"event": {"prefix": ["dateline.run.finished"]}}, "limit": 50}
    finished = until(lambda: served.ask("/events/filter", wanted)["events"], "the event arrives", 30)
    assert [e["resource"]["prefect.resource.id"] for e in finished] == [f"dateline.run.{first['id']}"]
    assert finished[0]["payload"]["remainder"] == 0


def test_a_revised_article_and_requests_that_fail_twice_are_told_of(served: Served, first: dict[str, Any]) -> None:
    assert final(first["state"])
    served.newsroom.edition = 2
    [kvrn] = [s for s in served.newsroom.sources if s["name"] == "kvrn"]
    dead = [f"{kvrn['url'].rstrip('/')}/nothing/{number}" for number in range(60)]  # so that most of the requests fail
    run_id = served.start("ingest", "by hand", sources=["kvrn"], urls=dead)
    state = until(lambda: final(served.state(run_id)), "the run ends")
    assert state["type"] == "COMPLETED", state
    assert "revised" in state["message"]

    def events(name: str) -> list[dict[str, Any]]:
        wanted = {"filter": {"event": {"name": [name]}}, "limit": 50}
        return list(served.ask("/events/filter", wanted)["events"])

    revised = until(lambda: events("dateline.article.revised"), "the revisions are in the feed", 30)
    assert {each["payload"]["source"] for each in revised} == {"kvrn"}
    assert events("dateline.quality.failed") == []  # once is no alarm
    again = served.start("ingest", "by hand", sources=["kvrn"], urls=dead)
    assert until(lambda: final(served.state(again)), "the run ends")["type"] == "COMPLETED"
    until(lambda: events("dateline.quality.failed"), "the failing requests are in the feed", 30)

    def heard() -> Any:
        return next((d for d in served.alarms if d["event"] == "dateline.quality.failed"), None)

    document = until(heard, "the webhook is called", 40)
    assert document["resource"] == "dateline.source.kvrn"
    payload = document["payload"]
    assert (payload["kinds"], payload["first_run"], payload["run"]) == (["requests"], run_id, again)
    assert set(payload["examples"]) <= set(dead)
    assert "of the newest 50 requests failed" in payload["text"]


def test_automations_are_there_once(served: Served) -> None:
    names = [a["name"] for a in served.ask("/automations/filter", {})]
    wanted = ("Dateline: alarms", "Dateline: failed runs", "Dateline: runs that died")
    assert sorted(names) == [f"{name} · {home_id(served.home)[:6]}" for name in wanted]


def test_a_second_up_of_this_home_is_refused(served: Served) -> None:
    done = dateline("up", "--home", str(served.home.root), "--config", str(served.config), "--port", str(free_port()))
    assert done.returncode == 1
    assert "already serves" in done.stdout + done.stderr
    assert "dateline down" in done.stdout + done.stderr


def test_a_taken_port_is_said_before_anything_is_started(served: Served, tmp_path: Path) -> None:
    done = dateline("up", "--home", str(tmp_path), "--config", str(served.config), "--port", str(served.port))
    assert done.returncode == 1
    assert f"port {served.port} is taken" in done.stdout + done.stderr


def test_a_dry_run_says_what_it_would_do_and_does_nothing(served: Served, first: dict[str, Any]) -> None:
    before = first["id"], rows_of_captures(served)
    run_id = served.start("ingest", "by hand", dry_run=True, limit=3)
    state = until(lambda: final(served.state(run_id)), "the dry run ends")
    assert state["name"] == "DryRun", state
    assert state["message"].startswith("dry run: ")
    assert (first["id"], rows_of_captures(served)) == before


def test_a_parameter_that_cannot_be_meant_is_refused(served: Served) -> None:
    with pytest.raises(urllib.error.HTTPError, match=r"40\d|422"):
        served.start("ingest", "by hand", limit=0)


def test_a_source_that_is_not_there_fails_the_run_in_a_line_without_a_traceback(served: Served) -> None:
    run_id = served.start("ingest", "by hand", sources=["nobody"])
    state = until(lambda: final(served.state(run_id)), "the run fails")
    assert state["name"] == "Failed"
    assert state["message"].startswith("no source is called 'nobody'; dateline.toml has ")
    assert served.tracebacks(run_id, state["message"]) == []


def test_a_run_is_cancelled_within_ten_seconds_while_a_server_hangs(served: Served, first: dict[str, Any]) -> None:
    run_id = served.start("ingest", "by hand", urls=["http://hung.example/story"])
    accepted, _ = served.hung.accept()  # the run asks, and waits for an answer that does not come
    began = cancel_in_the_ui(served, run_id)
    state = until(lambda: final(served.state(run_id)), "the run is cancelled", 30)
    assert state["type"] == "CANCELLED", state
    assert time.monotonic() - began < 10
    accepted.close()
    until(lambda: not running(served), "the ledger is closed", 10)
    assert ledger(served, run_id) == [("cancelled", 1, 1)]
    assert served.tracebacks(run_id, "cancelled; 1 pages are left for the next run") == []
    left = served.ask("/artifacts/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
    assert {each["key"]: each["data"] for each in left}["progress"] < 100
    assert "1 pages are left" in {each["key"]: each["description"] for each in left}["ledger"]


def test_a_killed_prefect_server_is_started_again_and_schedules_go_on(served: Served, first: dict[str, Any]) -> None:
    assert final(first["state"])
    note = read(served.home)
    assert note is not None
    (server,) = (p for p in psutil.Process(note.pid).children() if "flows.service.server_process" in p.cmdline())
    server.kill()
    until(lambda: not is_healthy(served.api), "the server is gone", 10)
    until(lambda: is_healthy(served.api), "the server is there again", 60)
    run_id = served.start("ingest", "by hand", dry_run=True, limit=1)
    state = until(lambda: final(served.state(run_id)), "the dry run ends")
    assert state["name"] == "DryRun", state


def test_a_killed_up_is_found_by_the_next_and_its_run_is_crashed(served: Served, first: dict[str, Any]) -> None:
    switch_off(served, "maintain", "every 1d")
    run_id = served.start("ingest", "by hand", urls=["http://hung.example/another"])
    accepted, _ = served.hung.accept()
    note = read(served.home)
    assert note is not None
    doomed = [psutil.Process(note.pid), *psutil.Process(note.pid).children(recursive=True)]
    for process in doomed:
        process.send_signal(signal.SIGKILL)
    psutil.wait_procs(doomed, timeout=10)
    accepted.close()
    began = time.monotonic()
    home, config, port = str(served.home.root), str(served.config), str(served.port)
    done = dateline("up", "--detach", "--home", home, "--config", config, "--port", port)
    assert done.returncode == 0, done.stdout + done.stderr
    state = until(lambda: final(served.state(run_id)), "the dead run is found", 60)
    assert state["type"] == "CRASHED", state
    assert time.monotonic() - began < 60
    until(lambda: ledger(served, run_id) == [("crashed", 1, 1)], "the next run closes its books")
    assert [each["active"] for each in schedules(served, "maintain", "every 1d")] == [False]  # as somebody has left it
    assert [each["active"] for each in schedules(served, "ingest", "every 3h")] == [True]


def schedules(served: Served, flow: str, name: str) -> list[dict[str, Any]]:
    return list(served.ask(f"/deployments/name/{flow}/{name.replace(' ', '%20')}")["schedules"])


def switch_off(served: Served, flow: str, name: str) -> None:
    """As the switch in the UI does it."""
    deployment = served.ask(f"/deployments/name/{flow}/{name.replace(' ', '%20')}")
    for each in deployment["schedules"]:
        path = f"/deployments/{deployment['id']}/schedules/{each['id']}"
        served.ask(path, {"active": False}, method="PATCH")


def test_nobody_else_is_let_in(served: Served) -> None:
    for path in ("/deployments/filter", "/block_documents/filter", "/flow_runs/filter"):
        request = urllib.request.Request(served.api + path, b"{}", {"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError, match=r"40[13]"):
            urllib.request.urlopen(request, timeout=10)
    foreign = urllib.request.Request(f"{served.api}/health", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(foreign, timeout=10)
    note = read(served.home)
    assert note is not None
    assert "token" not in note.url
    pages = urllib.request.Request(f"{note.pages}/report.html", headers={"Host": "evil.example"})
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(pages, timeout=10)


ARTIFACTS = {  # what a person reads on the page of each
    "ledger": "Rejected, by rule",
    "sources": "closed-circle",
    "progress": "100%",
    "arrivals": "Articles by the hour they came in",
    "quality": "What the run was judged by",
    "report": "The newsroom at a glance",
}


def test_every_artifact_and_the_cancelled_run_have_a_page_without_raw_markup(
    served: Served, first: dict[str, Any]
) -> None:
    only = {"artifacts": {"flow_run_id": {"any_": [first["id"]]}}}
    found = {each["key"]: each["id"] for each in served.ask("/artifacts/filter", only)}
    cancelled = next(run for run in served.runs() if run["state"]["type"] == "CANCELLED")
    origin = f"http://127.0.0.1:{served.port}"
    with browsing(served.address) as page:
        for key, text in ARTIFACTS.items():
            page.goto(f"{origin}/artifacts/artifact/{found[key]}")
            page.get_by_text(text).first.wait_for()
            body = page.locator("body").inner_text()
            assert not re.search(r"<\w+[ >]|\*\*|\| ?---|^#+ ", body, re.MULTILINE), (key, body)
        page.goto(f"{origin}/runs/flow-run/{cancelled['id']}")
        page.get_by_text("Cancelled", exact=True).first.wait_for()
        page.goto(f"{origin}/deployments")
        for name in ("every 3h", "every 1d", "by hand"):
            page.get_by_text(name, exact=True).first.wait_for()


def test_the_form_in_the_ui_starts_a_run_as_it_was_filled_in(served: Served, first: dict[str, Any]) -> None:
    assert final(first["state"])
    before = rows_of_captures(served)
    deployment = served.ask("/deployments/name/ingest/by%20hand")
    with browsing(served.address) as page:
        page.goto(f"http://127.0.0.1:{served.port}/deployments/deployment/{deployment['id']}/run")
        page.get_by_text("names of sources of dateline.toml; default all.").wait_for()
        page.locator(".flow-run-name-input input").fill("What would come?")
        property_of(page, "sources").get_by_role("button", name="Add item").click()
        property_of(page, "sources").get_by_role("textbox").fill("kvrn")
        property_of(page, "limit").get_by_text("int", exact=True).click()
        property_of(page, "limit").get_by_role("spinbutton").fill("2")
        property_of(page, "dry_run").get_by_role("switch").click()
        page.get_by_role("button", name="Submit").click()
        page.wait_for_url("**/deployments/deployment/*", timeout=30_000)

    def done() -> Any:
        return next((r for r in served.runs() if r["name"] == "What would come?" and final(r["state"])), None)

    run = until(done, "the run that was started by hand ends")
    given = {name: run["parameters"][name] for name in ("sources", "limit", "dry_run")}
    assert given == {"sources": ["kvrn"], "limit": 2, "dry_run": True}
    assert (run["state"]["name"], "kvrn" in run["tags"]) == ("DryRun", True)
    assert rows_of_captures(served) == before


def test_reextract_by_hand_says_what_would_change(served: Served, first: dict[str, Any]) -> None:
    assert final(first["state"])
    run_id = served.start("reextract", "by hand")
    state = until(lambda: final(served.state(run_id)), "the run ends")
    assert state["name"] == "Completed", state
    assert "the same, 0 refused; 0 written" in state["message"]


def test_down_stops_it_and_says_so_when_nothing_runs(served: Served) -> None:
    arguments = ("down", "--home", str(served.home.root), "--config", str(served.config))
    done = dateline(*arguments)
    assert (done.returncode, done.stdout.strip()) == (0, "stopped")
    with pytest.raises(urllib.error.URLError):
        served.runs()
    assert rows(served.home.work, UNBALANCED) == []
    again = dateline(*arguments)
    assert again.returncode == 1
    assert "nothing serves" in again.stdout
