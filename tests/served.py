"""A home that `dateline up` serves, and those whom it tells: what the tests of the control room share."""

import base64
import http.server
import json
import shutil
import socket
import subprocess
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

import pytest
import tomlkit
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as KeepsMessages

from flows.service.access import auth_string, with_token
from flows.service.prefect_settings import free_port
from newsroom.server import Newsroom
from tests.conftest import rows
from tests.owner import PROGRAM, environment
from warehouse.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

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


class Mailbox(KeepsMessages):
    """Keeps the letters that it gets. (aiosmtpd's AsyncMessage makes an event loop that nobody closes.)"""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[Message] = []

    def handle_message(self, message: Message) -> None:
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

    @property
    def password(self) -> dict[str, str]:
        """The header that lets its owner in."""
        return {"Authorization": "Basic " + base64.b64encode(auth_string(self.home).encode()).decode()}

    @property
    def address(self) -> str:
        """The address that `up` has printed."""
        return with_token(f"http://127.0.0.1:{self.port}", self.home)

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        token = self._csrf() if data else {}
        headers = {"Content-Type": "application/json"} | token | self.password
        request = urllib.request.Request(self.api + path, data, headers, method=method)
        for _ in range(20):
            with suppress(Busy):
                return _answer(request)
            time.sleep(0.5)
        raise AssertionError(f"{path}: only answers of 503")

    def _csrf(self) -> dict[str, str]:
        url = f"{self.api}/csrf-token?client=00000000-0000-0000-0000-000000000001"
        with urllib.request.urlopen(urllib.request.Request(url, headers=self.password)) as answer:
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

    def tracebacks(self, run_id: str, line: str) -> list[str]:
        """The tracebacks in a run's log, once that has the line and whatever came after it.

        Prefect logs its own traceback last of all, and sends logs every two seconds.
        """
        asked = {"logs": {"flow_run_id": {"any_": [run_id]}}}

        def lines() -> list[str]:
            return [each["message"] for each in self.ask("/logs/filter", asked)]

        until(lambda: line in lines(), f"the log says: {line}", 20)
        time.sleep(4)
        return [each for each in lines() if "Traceback" in each]


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
    command = [PROGRAM, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=200, env=environment())


@contextmanager
def browsing(address: str | None = None) -> Iterator["Page"]:
    """A page in the machine's Chromium, let in by the address that `up` has printed."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs a Chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1200})
        page.set_default_timeout(30_000)
        if address:
            page.goto(address)
        yield page
        browser.close()


def cancel_in_the_ui(served: Served, run_id: str) -> float:
    """As a person does it, in the menu of the run's page; when (monotonic seconds)."""
    with browsing(served.address) as page:
        page.goto(f"http://127.0.0.1:{served.port}/runs/flow-run/{run_id}")
        page.locator(".p-icon-button-menu button").first.click()
        page.get_by_text("Cancel", exact=True).click()
        began = time.monotonic()
        page.get_by_role("button", name="Confirm").click()
        page.get_by_text("Cancelling").first.wait_for()
    return began


def property_of(page: "Page", name: str) -> "Locator":
    """The part of the form that is for one parameter."""
    label = page.locator(".schema-form-property__label", has_text=f"{name} (Optional)")
    return page.locator(".schema-form-property", has=label)


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


@contextmanager
def up_detached(root: Path) -> Iterator[Served]:
    """Two outlets, a webhook, a mailbox and a host that never answers, under `dateline up --detach`."""
    port = free_port()
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
