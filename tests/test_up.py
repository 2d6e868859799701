"""`dateline up` as its owner has it: in the background, with pages and alarms, a run cancelled and one killed."""

import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
import tomlkit
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import AsyncMessage

from flows.newsroom.server import Newsroom
from flows.prefect_env import configured_server, free_port, is_healthy
from flows.running_note import read
from tests.conftest import UNBALANCED, rows
from warehouse.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.skipif(
    "PREFECT_API_URL" not in os.environ and configured_server() is not None,
    reason="a Prefect profile names a server, so `up` starts none",
)
PATIENCE_S = 120.0


class Receiver(http.server.BaseHTTPRequestHandler):
    """Keeps the JSON documents that it gets."""

    documents: list[dict[str, Any]] = []  # noqa: RUF012 - one receiver per session

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.documents.append(json.loads(body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None: ...


class Mailbox(AsyncMessage):
    """Keeps the letters that it gets."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    async def handle_message(self, message: Message) -> None:
        self.letters.append(message)


@contextmanager
def serving(post: Controller) -> Iterator[None]:
    post.start()
    try:
        yield
    finally:
        post.stop()


@dataclass
class Served:
    """A home that `dateline up --detach` serves, and its server's API."""

    home: Home
    config: Path
    port: int
    newsroom: Newsroom
    alarms: list[dict[str, Any]]
    mails: "Mailbox"
    hung: socket.socket
    said: str = ""
    api: str = field(init=False)

    def __post_init__(self) -> None:
        self.api = f"http://127.0.0.1:{self.port}/api"

    def ask(self, path: str, body: Any = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        token = self._csrf() if data else {}
        request = urllib.request.Request(self.api + path, data, {"Content-Type": "application/json"} | token)
        for _ in range(20):
            with suppress(Busy):
                return _answer(request)
            time.sleep(0.5)
        raise AssertionError(f"{path}: only answers of 503")

    def _csrf(self) -> dict[str, str]:
        with urllib.request.urlopen(f"{self.api}/csrf-token?client=00000000-0000-0000-0000-000000000001") as answer:
            return {
                "Prefect-Csrf-Token": json.loads(answer.read())["token"],
                "Prefect-Csrf-Client": "00000000-0000-0000-0000-000000000001",
            }

    def runs(self) -> list[dict[str, Any]]:
        return list(self.ask("/flow_runs/filter", {"sort": "START_TIME_ASC"}))

    def start(self, flow: str, name: str, **parameters: Any) -> str:
        deployment = self.ask(f"/deployments/name/{flow}/{urllib.request.quote(name)}")  # type: ignore[attr-defined]
        run = self.ask(f"/deployments/{deployment['id']}/create_flow_run", {"parameters": parameters})
        return str(run["id"])

    def state(self, run_id: str) -> dict[str, Any]:
        return dict(self.ask(f"/flow_runs/{run_id}")["state"])


class Busy(Exception):
    """The server said 503, as it does while SQLite is busy; its own client asks again too."""


def _answer(request: urllib.request.Request) -> Any:
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        if error.code == 503:
            raise Busy from error
        raise


def until(found: Callable[[], Any], what: str, seconds: float = PATIENCE_S) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if value := found():
                return value
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {seconds:.0f} s")


def dateline(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "DATELINE"))
    }  # the session's own
    command = [sys.executable, "-m", "flows.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, env=environment | {"COLUMNS": "200"})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root, port = tmp_path_factory.mktemp("up"), free_port()
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    hung = socket.create_server(("127.0.0.1", 0))  # takes connections and never says a word
    mails = Mailbox()
    post = Controller(mails, hostname="127.0.0.1", port=free_port())
    with Newsroom(anchor=datetime.now(UTC)) as newsroom, receiver, hung, serving(post):
        config = root / "dateline.toml"
        connect_to = newsroom.connect_to | {"hung.example": f"127.0.0.1:{hung.getsockname()[1]}"}
        sources = [s for s in newsroom.sources if s["name"] in ("kvrn", "closed-circle")]
        document = {
            "fetch": {"delay": "0s", "connect_to": connect_to},
            "schedule": {"ingest": "3h"},
            "alarms": {
                "webhook": f"http://127.0.0.1:{receiver.server_address[1]}/hook",
                "email": f"mailto://127.0.0.1:{post.port}?from=dateline@newsroom.test&to=desk@newsroom.test",
            },
            "source": sources,
        }
        config.write_text(tomlkit.dumps(document), encoding="utf-8")
        found = Served(Home(root / "home"), config, port, newsroom, Receiver.documents, mails, hung)
        done = dateline("up", "--detach", "--home", str(found.home.root), "--config", str(config), "--port", str(port))
        assert done.returncode == 0, done.stdout + done.stderr
        found.said = done.stdout
        yield found
        dateline("down", "--home", str(found.home.root), "--config", str(config))


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
    assert first["state"]["message"].endswith("remainder 0; 1 alarm")
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
    wanted = {"filter": {"event": {"prefix": ["dateline."]}}, "limit": 50}
    events = until(lambda: served.ask("/events/filter", wanted)["events"], "events arrive", 30)
    finished = [e for e in events if e["event"] == "dateline.run.finished"]
    assert [e["resource"]["prefect.resource.id"] for e in finished] == [f"dateline.run.{first['id']}"]
    assert finished[0]["payload"]["remainder"] == 0


def test_a_revised_article_and_a_failed_expectation_are_told_of(served: Served, first: dict[str, Any]) -> None:
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
    until(lambda: events("dateline.quality.failed"), "the expectation is in the feed", 30)

    def heard() -> Any:
        return next((d for d in served.alarms if d["event"] == "dateline.quality.failed"), None)

    document = until(heard, "the webhook is called", 40)
    assert document["resource"] == "dateline.expectation.few_failures"
    assert document["payload"]["suite"] == "requests"


def test_automations_are_there_once(served: Served) -> None:
    names = [a["name"] for a in served.ask("/automations/filter", {})]
    assert sorted(names) == ["Dateline: alarms", "Dateline: failed runs", "Dateline: runs that died"]


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
    left = served.ask("/artifacts/filter", {"flow_runs": {"id": {"any_": [run_id]}}})
    assert {each["key"]: each["data"] for each in left}["progress"] < 100
    assert "1 pages are left" in {each["key"]: each["description"] for each in left}["ledger"]


def cancel_in_the_ui(served: Served, run_id: str) -> float:
    """As a person does it, in the menu of the run's page; when (monotonic seconds)."""
    with browsing() as page:
        page.goto(f"http://127.0.0.1:{served.port}/runs/flow-run/{run_id}")
        page.locator(".p-icon-button-menu button").first.click()
        page.get_by_text("Cancel", exact=True).click()
        began = time.monotonic()
        page.get_by_role("button", name="Confirm").click()
        page.get_by_text("Cancelling").first.wait_for()
    return began


def test_a_killed_prefect_server_is_started_again_and_schedules_go_on(served: Served, first: dict[str, Any]) -> None:
    assert final(first["state"])
    note = read(served.home)
    assert note is not None
    (server,) = (p for p in psutil.Process(note.pid).children() if "flows.server_process" in p.cmdline())
    server.kill()
    until(lambda: not is_healthy(served.api), "the server is gone", 10)
    until(lambda: is_healthy(served.api), "the server is there again", 60)
    run_id = served.start("ingest", "by hand", dry_run=True, limit=1)
    state = until(lambda: final(served.state(run_id)), "the dry run ends")
    assert state["name"] == "DryRun", state


def test_a_killed_up_is_found_by_the_next_and_its_run_is_crashed(served: Served, first: dict[str, Any]) -> None:
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


@contextmanager
def browsing() -> Iterator["Page"]:
    """A page in the machine's Chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs a Chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1200})
        page.set_default_timeout(30_000)
        yield page
        browser.close()


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
    with browsing() as page:
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
    with browsing() as page:
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


def property_of(page: "Page", name: str) -> "Locator":
    """The part of the form that is for one parameter."""
    label = page.locator(".schema-form-property__label", has_text=f"{name} (Optional)")
    return page.locator(".schema-form-property", has=label)


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


def final(state: dict[str, Any]) -> dict[str, Any] | None:
    return state if state["type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None


def running(served: Served) -> list[Any]:
    return [r for r in served.runs() if r["state"]["type"] in ("RUNNING", "CANCELLING", "PENDING")]


def rows_of_captures(served: Served) -> int:
    until(lambda: not running(served), "nobody writes")
    return int(rows(served.home.work, "select count(*) from captures")[0][0])


def ledger(served: Served, run_id: str) -> list[tuple[Any, ...]]:
    try:
        return rows(served.home.work, f"select state, discovered, pending from runs where run_id = '{run_id}'")
    except Exception:  # somebody is writing
        return []
