"""The control room as a person sees it: a run's page in the Prefect UI, in a real browser (Debian's chromium)."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from prefect import flow
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from flows.base.escape import for_markdown
from flows.base.observer import Report
from flows.service.access import with_token
from flows.service.health import wait_for
from flows.service.prefect_settings import configured_server, free_port
from flows.service.supervisor import start_server, stop_server
from flows.ui.artifacts import by_source, leave_differences, leave_maintenance, ledger
from newsroom.server import Newsroom
from tasks.decide.differences import Change, Tally
from tests.conftest import ANCHOR, Run, write_config
from tests.proxy import HOST, LOGIN, nginx, status_without_login
from tests.test_jobs import HOSTILE, report_of
from warehouse.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page, Route

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="needs a Chromium on the PATH"),
    pytest.mark.skipif(configured_server() is not None, reason="the runs report to the Prefect server that is set"),
]
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")

SOURCES = ["kvrn", "closed-circle"]  # one that is well, and one whose feed is a login page
NAME = "ingest · kvrn, closed-circle · 2026-03-04 13:00"
STAGES = ("extract · batch 1", "validate · batch 1", "load · batch 1", "judge · the run", "publish")
TASKS = tuple(f"{stage} · {source}" for stage in ("discover", "fetch") for source in SOURCES) + STAGES
TOAST = ".p-toast__card"  # of Prefect's interface; the last test sees that it is
RECORDER = f"""
    window.toasts = [];
    new MutationObserver(() => document.querySelectorAll('{TOAST}').forEach(toast => {{
        if (!window.toasts.includes(toast.innerText)) window.toasts.push(toast.innerText);
    }})).observe(document, {{childList: true, subtree: true}});
"""
IMAGE = '<img src="http://elsewhere.test/x.png" onerror="alert(2)">![y](http://elsewhere.test/y.png)'
KEYS = ["differences", "hostile-ledger", "hostile-sources", "maintenance", "findings"]
PATIENCE_MS = 15_000.0


@dataclass(frozen=True)
class Room:
    """A Prefect UI, a run to look at in it, and what the pages asked for elsewhere (it was refused)."""

    origin: str
    address: str  # with the token, as `up` prints it
    report: Report
    hostile: dict[str, str]  # artifacts whose every text is an attack
    proxy_port: int = field(default_factory=free_port)
    elsewhere: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory, newsroom: Newsroom, run: Run) -> Iterator[Room]:
    """Two outlets through the pipe on the session's server, which has no UI: another serves one over its database."""
    home, port = Home(tmp_path_factory.mktemp("browser")).prepare(), free_port()
    origin = f"http://127.0.0.1:{port}"
    # The session's server migrates this database and runs its services: once is enough.
    extra = {"PREFECT_UI_API_URL": "/api", "PREFECT__SERVER_WEBSERVER_ONLY": "1"}
    extra |= {"PREFECT_API_DATABASE_MIGRATE_ON_START": "0", "PREFECT_API_BLOCKS_REGISTER_ON_START": "0"}
    process = start_server(home, port, extra, origins=[f"https://{HOST}"])
    try:
        config = write_config(home.root, newsroom)
        report = run(now=lambda: ANCHOR, config=str(config), home=str(home.root), sources=SOURCES)
        wait_for(f"{origin}/api", process, home.logs / "prefect-server.log")
        yield Room(origin, with_token(origin, home), report, hostile())
    finally:
        stop_server(process)


@flow
def hostile() -> dict[str, str]:
    """Leave artifacts in which every text of the world is an attack; their ids by key."""
    text = HOSTILE + IMAGE
    change = Change(field="headline", url="javascript:alert(3)", before=text, after=f"[click]({text})")
    leave_differences(Tally(articles=1, counts=Counter(headline=1), examples={"headline": [change]}))
    report = report_of(alarms=(text,), notes=(text,))
    create_markdown_artifact(ledger(report), key="hostile-ledger", description=for_markdown(text))
    create_table_artifact(by_source(report), key="hostile-sources", description="Hostile.")
    leave_maintenance({"search index": text}, [{"what": text, "where": f"[x](javascript:alert(4)) {text}"}])
    only = ArtifactFilter(key=ArtifactFilterKey(any_=KEYS))
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(artifact_filter=only, sort=ArtifactSort.CREATED_DESC)
    return {str(each.key): str(each.id) for each in reversed(found)}  # other tests leave some under these keys too


@pytest.fixture(scope="module")
def browser(room: Room) -> Iterator["Browser"]:
    """After the run: a browser's loop in this thread would look like a flow's."""
    with playwright.sync_playwright() as started:
        # The name of a stranger may resolve to loopback; that of the proxy does in this browser.
        names = f"--host-resolver-rules=MAP stranger.example 127.0.0.1, MAP {HOST} 127.0.0.1:{room.proxy_port}"
        opened = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", names])
        yield opened
        opened.close()


def open_page(browser: "Browser", room: Room) -> "Page":
    """A fresh page that reaches nothing but the room, and remembers its toasts."""
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(PATIENCE_MS)
    opened.add_init_script(RECORDER)
    opened.route(lambda url: not url.startswith(room.origin), lambda route: _refuse(route, room))
    opened.context.request.get(room.address)  # its cookie is the page's too
    return opened


def _refuse(route: "Route", room: Room) -> None:
    room.elsewhere.append(route.request.url)
    route.abort()


@pytest.fixture
def page(browser: "Browser", room: Room) -> Iterator["Page"]:
    with open_page(browser, room) as opened:
        yield opened


@pytest.fixture(scope="module")
def run_page(browser: "Browser", room: Room) -> Iterator["Page"]:
    """The run's page, opened once: drawing its graph without a graphics card takes 3 s."""
    with open_page(browser, room) as opened:
        opened.goto(f"{room.origin}/runs/flow-run/{room.report.run_id}")
        yield opened


def toasts(page: "Page") -> list[str]:
    """Every toast that the page has shown once its requests are through, also those that have gone again."""
    page.wait_for_load_state("networkidle")
    shown: list[str] = page.evaluate("window.toasts")
    return shown


def test_a_runs_page_shows_its_name_its_state_and_its_log_with_counts(run_page: "Page", room: Room) -> None:
    run_page.get_by_text("Logs", exact=True).click()
    for text in (NAME, "CompletedWithAlarms", "kvrn: pages 22: 22 ok", f"CompletedWithAlarms('{room.report.message}'"):
        run_page.get_by_text(text).first.wait_for()
    run_page.locator("canvas").first.wait_for()
    assert toasts(run_page) == []


def test_a_runs_page_lists_one_task_by_source_and_stage(run_page: "Page") -> None:
    run_page.get_by_text("Task Runs", exact=True).click()
    listed = run_page.locator(".state-list-item, .p-list-item").filter(has_text="Completed")
    listed.first.wait_for()
    # Pages that are one article are decided one after another: some batches are loaded in two rounds.
    names = {name for name in listed.locator("a").all_inner_texts() if not name.endswith("pages that waited")}
    assert sorted(names) == sorted(TASKS)
    assert toasts(run_page) == []


def test_the_details_of_a_run_say_in_a_line_what_it_came_to(run_page: "Page", room: Room) -> None:
    run_page.get_by_text("Details", exact=True).click()
    run_page.get_by_text(room.report.message, exact=True).wait_for()
    assert toasts(run_page) == []


def test_a_runs_page_asks_for_nothing_elsewhere(run_page: "Page", room: Room) -> None:
    run_page.get_by_text(NAME).first.wait_for()
    run_page.wait_for_load_state("networkidle")
    assert room.elsewhere == []


def test_the_interface_that_asks_other_hosts_is_not_offered(page: "Page", room: Room) -> None:
    page.goto(f"{room.origin}/dashboard")
    page.get_by_text("Settings", exact=True).first.wait_for()
    assert page.get_by_text("Switch to V2 UI").count() == 0
    said = page.request.get(f"{room.origin}/ui-settings").json()
    assert said["available_uis"] == ["v1"]
    assert room.elsewhere == []


def test_the_dashboard_counts_runs(page: "Page", room: Room) -> None:
    page.goto(f"{room.origin}/dashboard")
    total = page.locator("header", has_text="Flow Runs").locator(".statistic-key-value__value")
    total.filter(has_text=re.compile(r"^[1-9]\d*$")).wait_for()
    assert toasts(page) == []


@pytest.mark.parametrize("key", KEYS)
def test_an_artifact_is_inert_against_hostile_text(page: "Page", room: Room, key: str) -> None:
    dialogs: list[str] = []

    def opened(dialog: "Dialog") -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", opened)
    page.goto(f"{room.origin}/artifacts/artifact/{room.hostile[key]}")
    page.get_by_text("<script>alert(1)</script>").first.wait_for()  # letter by letter
    page.wait_for_load_state("networkidle")
    for link in page.locator("a[href^='javascript'], a[href*='elsewhere']").all():
        raise AssertionError(f"a link: {link.get_attribute('href')}")
    assert page.locator("img[src*='elsewhere']").count() == 0
    assert (dialogs, [url for url in room.elsewhere if "elsewhere.test" in url]) == ([], [])


def test_a_toast_would_be_seen(page: "Page", room: Room) -> None:
    """The control of the tests above: with an API that does not answer, the page says so."""
    page.route("**/api/**", lambda route: route.abort())
    page.goto(f"{room.origin}/dashboard")
    page.locator(TOAST, has_text="Can't connect").first.wait_for()
    assert toasts(page) != []


def test_the_address_that_up_prints_opens_the_room_and_is_left_at_once(browser: "Browser", room: Room) -> None:
    with browser.new_page() as page:
        page.goto(room.address)
        page.locator("header", has_text="Flow Runs").first.wait_for()
        assert "token" not in page.url
        [cookie] = page.context.cookies()
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
        assert cookie["value"] not in room.address


def test_without_the_token_a_browser_sees_a_password_field_and_no_run(browser: "Browser", room: Room) -> None:
    with browser.new_page() as page:
        page.goto(f"{room.origin}/dashboard")
        page.get_by_text("Login").first.wait_for()
        assert page.locator("body").inner_text().count(room.report.message) == 0
        assert page.request.get(f"{room.origin}/api/admin/version").status == 401
        assert page.request.get(f"{room.origin}/?token=guessed").status == 403


STRANGERS = """() => new Promise(told => {
    const seen = {};
    const done = (what, how) => { seen[what] = how; if (Object.keys(seen).length === 3) told(seen); };
    const port = PORT;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/events/out`, 'prefect');
    socket.onopen = () => done('socket', 'open');
    socket.onerror = () => done('socket', 'refused');
    fetch(`http://127.0.0.1:${port}/api/flow_runs/filter`, {method: 'POST', credentials: 'include', body: '{}'})
        .then(() => done('fetch', 'read'), () => done('fetch', 'refused'));
    const frame = document.createElement('iframe');
    frame.src = `http://127.0.0.1:${port}/dashboard`;
    frame.onload = () => done('frame', 'loaded');
    document.body.append(frame);
})"""


def test_a_strangers_page_reaches_nothing_of_it(browser: "Browser", room: Room) -> None:
    """Although the browser has the cookie: neither a socket, nor a request, nor a frame, nor a name of its own."""
    port = room.origin.rpartition(":")[2]
    with browser.new_page() as page:
        page.context.request.get(room.address)
        page.route("http://evil.example/", lambda route: route.fulfill(body="<body></body>", content_type="text/html"))
        page.goto("http://evil.example/")
        seen = page.evaluate(STRANGERS.replace("PORT", port))
        assert (seen["socket"], seen["fetch"]) == ("refused", "refused")
        assert not [frame for frame in page.frames[1:] if frame.url.startswith(room.origin)]
        answer = page.goto(f"http://stranger.example:{port}/api/health")
        assert answer is not None
        assert answer.status == 403


def test_behind_nginx_with_tls_and_a_login_the_room_works_as_deploy_md_says(
    browser: "Browser", room: Room, tmp_path_factory: pytest.TempPathFactory
) -> None:
    port, token = int(room.origin.rpartition(":")[2]), room.address.partition("?")[2]
    login = {"username": LOGIN[0], "password": LOGIN[1]}
    with (
        nginx(tmp_path_factory.mktemp("nginx"), port=room.proxy_port, server=port, pages=port),
        browser.new_context(ignore_https_errors=True, http_credentials=login) as owner,  # type: ignore[arg-type]
    ):
        assert status_without_login(room.proxy_port, f"/?{token}") == 401
        page = owner.new_page()
        page.add_init_script(RECORDER)
        page.goto(f"https://{HOST}/?{token}")
        total = page.locator("header", has_text="Flow Runs").locator(".statistic-key-value__value")
        total.filter(has_text=re.compile(r"^[1-9]\d*$")).wait_for()  # asked for by POST, of the proxy's own origin
        assert page.url.startswith(f"https://{HOST}/dashboard")
        assert toasts(page) == []
        [cookie] = owner.cookies()
        assert cookie["secure"]
