"""Screenshots of a run in the Prefect UI: a real `dateline up` on the embedded newsroom, looked at with a real browser.

python -m docs.screenshots [FOLDER]      (needs Debian's chromium, or another Chromium on the PATH)
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import tomlkit
from playwright.sync_api import Page, sync_playwright
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from docs.explore_views import take_explore
from flows.service.access import auth_string, with_token
from flows.service.pidfile import read
from flows.service.prefect_settings import free_port
from newsroom.server import Newsroom
from warehouse.home import Home

IMAGES = Path(__file__).parent / "images"
_SIZE = {"width": 1440, "height": 900}
_TOAST = ".p-toast__card"  # tests/test_browser.py sees that it is
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Run two editions under `dateline up`, then write the images."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, control_room(Path(home)) as room, browser_page() as page:
        data = Path(home) / "data"
        for path in (*take(page, room, folder), *explored(page, room, folder), *take_pages(page, data, folder)):
            print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


class Room:
    """A server with what ran on it."""

    def __init__(self, port: int, home: Home) -> None:
        self.ui, self.home = f"http://127.0.0.1:{port}", home

    @property
    def address(self) -> str:
        """The address that `up` prints: it lets a browser in."""
        return with_token(self.ui, self.home)

    def finished(self) -> list[FlowRun]:
        """The runs that have ended, newest first."""
        with SyncPrefectClient(f"{self.ui}/api", auth_string=auth_string(self.home)) as client:
            runs = client.read_flow_runs(sort=FlowRunSort.END_TIME_DESC, limit=20)
        return [run for run in runs if run.state and run.state.is_final()]

    def ledger_of(self, run: FlowRun) -> str:
        """The artifact with its ledger."""
        only = ArtifactFilter(
            flow_run_id=ArtifactFilterFlowRunId(any_=[run.id]), key=ArtifactFilterKey(any_=["ledger"])
        )
        with SyncPrefectClient(f"{self.ui}/api", auth_string=auth_string(self.home)) as client:
            return str(client.read_artifacts(artifact_filter=only)[0].id)

    def by_hand(self, flow: str) -> str:
        """The deployment of a flow that a person starts."""
        with SyncPrefectClient(f"{self.ui}/api", auth_string=auth_string(self.home)) as client:
            return str(client.read_deployment_by_name(f"{flow}/by hand").id)


@contextmanager
def control_room(home: Path) -> Iterator[Room]:
    """`dateline up` on the newsroom's two editions."""
    with Newsroom(anchor=datetime.now(UTC).replace(microsecond=0)) as newsroom:
        config, port = home / "dateline.toml", free_port()
        fetch = {"delay": "0s", "connect_to": newsroom.connect_to}
        schedule = {"ingest": "20s", "feed_at_most": "1s", "feed_at_least": "1s"}
        config.write_text(tomlkit.dumps({"fetch": fetch, "schedule": schedule, "source": newsroom.sources}))
        program = [str(Path(sys.executable).with_name("dateline")), "up"]
        command = [*program, "--config", str(config), "--home", str(home / "data"), "--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - ourselves
        try:
            room = Room(port, Home(home / "data"))
            _until(lambda: len(room.finished()) >= 1, 120)
            newsroom.edition = 2
            _until(lambda: len(room.finished()) >= 3, 120)
            yield room
        finally:
            process.terminate()
            process.wait(60)


def _until(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except httpx.HTTPError:
            pass  # the server is coming up
        time.sleep(1)
    raise TimeoutError(f"nothing to look at after {seconds:.0f} s")


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page of a headless Chromium."""
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit(f"no browser: none of {', '.join(_BROWSERS)} is on the PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE, color_scheme="light", locale="en-GB")  # type: ignore[arg-type]  # a TypedDict
        page.route("**/*", lambda route: route.continue_() if "127.0.0.1" in route.request.url else route.abort())
        yield page
        browser.close()


def take(page: Page, room: Room, folder: Path) -> Iterator[Path]:
    """Each view, once it shows what it is for."""
    first = room.finished()[-1]
    run = f"{room.ui}/runs/flow-run/{first.id}"
    ledger, form = f"{room.ui}/artifacts/artifact/{room.ledger_of(first)}", f"{room.ui}/deployments/deployment/"
    views: tuple[tuple[str, str, str, Callable[[Page], Any] | None], ...] = (
        ("dashboard", f"{room.ui}/dashboard", "Flow Runs", _show_completed),
        ("run", run, "fetch · kvrn", _show_graph),
        ("tasks", run, "fetch · kvrn", _show_tasks),
        ("ledger", ledger, "Slowest hosts", None),
        ("form", f"{form}{room.by_hand('ingest')}/run", "names of sources of dateline.toml", None),
    )
    page.goto(room.address)
    for name, address, text, act in views:
        page.goto(address)
        page.get_by_text(text).first.wait_for(timeout=20_000)
        if act is not None:
            act(page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)  # charts are drawn by animation
        if toasts := page.locator(_TOAST).all_inner_texts():
            raise RuntimeError(f"{address} shows {toasts}")
        target = folder / f"{name}.png"
        page.screenshot(path=target)
        yield target


def explored(page: Page, room: Room, folder: Path) -> Iterator[Path]:
    """The pages of `dateline explore`, as `up` serves them."""
    note = read(room.home)
    if note is None:
        raise RuntimeError("`dateline up` has ended")
    page.goto(with_token(note.explore, room.home))
    yield from take_explore(page, note.explore, room.home.root, folder)


def take_pages(page: Page, home: Path, folder: Path) -> Iterator[Path]:
    """The first page of the Data Docs, and the report."""
    page.unroute_all()
    page.set_viewport_size({"width": 1100, "height": 820})
    for name, file, text in (
        ("quality", "index.html", "New since the run before"),
        ("report", "report.html", "Articles by day of publication"),
    ):
        page.goto((home / "quality" / file).as_uri())
        page.get_by_text(text).wait_for(timeout=20_000)
        page.screenshot(path=folder / f"{name}.png")
        yield folder / f"{name}.png"


def _show_graph(page: Page) -> None:
    """The time line a little smaller than it fits, or Prefect's marks lie on the names of the last tasks."""
    page.wait_for_timeout(3000)  # it is drawn by animation
    page.locator("canvas").first.hover()
    page.mouse.wheel(0, 150)


def _show_tasks(page: Page) -> None:
    _show_tab(page, "Task Runs")


def _show_tab(page: Page, name: str) -> None:
    tab = page.get_by_text(name, exact=True)
    tab.click()
    tab.evaluate("tab => tab.scrollIntoView({block: 'start'})")


def _show_completed(page: Page) -> None:
    """The tab of completed runs, which has an icon and a count for a name, with its runs unfolded; no invitations."""
    if (invitation := page.get_by_text("Not now", exact=True)).count():
        invitation.first.click()
    page.locator(".flow-run-state-type-tabs li#completed").click()
    page.locator(".flow-runs-accordion button").first.click()


if __name__ == "__main__":
    main()
