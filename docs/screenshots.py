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
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

from flows.newsroom.server import Newsroom
from flows.prefect_env import free_port

IMAGES = Path(__file__).parent / "images"
_SIZE = {"width": 1440, "height": 900}
_TOAST = ".p-toast__card"  # tests/test_browser.py sees that it is
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Run two editions under `dateline up`, then write the images."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, control_room(Path(home)) as room, browser_page() as page:
        for path in (*take(page, room, folder), take_quality(page, Path(home) / "data", folder)):
            print(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


class Room:
    """A server with what ran on it."""

    def __init__(self, port: int) -> None:
        self.ui = f"http://127.0.0.1:{port}"

    def finished(self) -> list[FlowRun]:
        """The runs that have ended, newest first."""
        with SyncPrefectClient(f"{self.ui}/api") as client:
            runs = client.read_flow_runs(sort=FlowRunSort.END_TIME_DESC, limit=20)
        return [run for run in runs if run.state and run.state.is_final()]


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
            room = Room(port)
            _until(lambda: len(room.finished()) >= 1, 120)
            newsroom.edition = 2
            _until(lambda: len(room.finished()) >= 3, 120)
            yield room
        finally:
            process.terminate()
            process.wait(30)


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
        page = browser.new_page(viewport=_SIZE, color_scheme="light")  # type: ignore[arg-type]  # a TypedDict
        page.route("**/*", lambda route: route.continue_() if "127.0.0.1" in route.request.url else route.abort())
        yield page
        browser.close()


def take(page: Page, room: Room, folder: Path) -> Iterator[Path]:
    """Each view, once it shows what it is for."""
    first = room.finished()[-1]
    run = f"{room.ui}/runs/flow-run/{first.id}"
    views: tuple[tuple[str, str, str, Callable[[Page], Any] | None], ...] = (
        ("dashboard", f"{room.ui}/dashboard", "Flow Runs", _show_completed),
        ("run", run, "fetch · kvrn", None),
        ("logs", run, "fetch · kvrn", _show_logs),
        ("tasks", run, "fetch · kvrn", _show_tasks),
        ("runs", f"{room.ui}/runs", "ingest · all sources", None),
    )
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


def take_quality(page: Page, home: Path, folder: Path) -> Path:
    """The first page of the Data Docs."""
    page.unroute_all()
    page.set_viewport_size({"width": 1100, "height": 820})
    page.goto((home / "quality" / "index.html").as_uri())
    page.get_by_text("New since the run before").wait_for(timeout=20_000)
    page.screenshot(path=folder / "quality.png")
    return folder / "quality.png"


def _show_tasks(page: Page) -> None:
    _show_tab(page, "Task Runs")


def _show_logs(page: Page) -> None:
    _show_tab(page, "Logs")


def _show_tab(page: Page, name: str) -> None:
    tab = page.get_by_text(name, exact=True)
    tab.click()
    tab.evaluate("tab => tab.scrollIntoView({block: 'start'})")


def _show_completed(page: Page) -> None:
    """The tab of completed runs, which has an icon and a count for a name, with its runs unfolded."""
    page.locator(".flow-run-state-type-tabs li#completed").click()
    page.locator(".flow-runs-accordion button").first.click()


if __name__ == "__main__":
    main()
