"""`dateline explore` as a person uses it, in a real browser (Debian's chromium): clicks, keyboard, phone, axe-core."""

import re
import shutil
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from flows.reading.sql import Reader
from tests.conftest import Done, copied
from tests.exploring import Explored, exploring
from warehouse.connection import open_writer
from warehouse.home import Home

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Route

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="needs a Chromium on the PATH")
playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
REVISED_AT_SEVERAL = """
select a.article_id, a.headline, c.cluster_id from articles as a join story_clusters as c using (article_id)
join cluster_sizes as z using (cluster_id) where a.version > 1 and z.sources > 1 order by a.article_id limit 1
"""
CORRECTED = "select article_id from article_versions where change_kind = 'correction' order by article_id limit 1"
PATIENCE_MS = 60_000.0  # drawing the first chart takes seconds on a busy machine


@pytest.fixture(scope="module")
def explored(done: Done, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explored]:
    home = copied(done, tmp_path_factory.mktemp("explore"))
    with exploring(home, home / "dateline.toml") as found:
        yield found


@pytest.fixture(scope="module")
def browser(explored: Explored) -> Iterator["Browser"]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield opened
        opened.close()


class Desk:
    """A page in the owner's browser, what it said in its console, and what it asked other hosts for."""

    def __init__(self, browser: "Browser", explored: Explored, **given: Any) -> None:
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | given))
        context.set_default_timeout(PATIENCE_MS)
        self.page, self.explored = context.new_page(), explored
        self.elsewhere, self.said = list[str](), list[str]()
        self.page.route(lambda url: not url.startswith(explored.origin), self._refuse)
        self.page.on("console", lambda message: self.said.append(message.text))
        context.request.get(explored.address)  # its cookie is the page's too

    def _refuse(self, route: "Route") -> None:
        self.elsewhere.append(route.request.url)
        route.abort()

    def open(self, path: str) -> "Page":
        """Go to a page of the owner's."""
        self.page.goto(self.explored.origin + path)
        return self.page


@pytest.fixture
def desk(browser: "Browser", explored: Explored) -> Iterator[Desk]:
    made = Desk(browser, explored)
    yield made
    assert (made.elsewhere, made.said) == ([], [])
    made.page.context.close()


def asked(explored: Explored, sql: str) -> tuple[Any, ...]:
    reader = Reader(explored.home / "dateline.duckdb", timeout_s=60)
    try:
        return reader.query(sql).rows[0]
    finally:
        reader.close()


def test_from_a_search_to_an_article_its_difference_its_story_and_its_source(desk: Desk, explored: Explored) -> None:
    _, headline, _ = asked(explored, REVISED_AT_SEVERAL)
    words = " ".join(re.findall(r"\w+", headline)[:4])
    page = desk.open("/")
    page.get_by_label("Search for").fill(f'headline:"{words}"')
    page.keyboard.press("Enter")
    page.get_by_role("link", name=headline, exact=True).first.click()
    page.get_by_role("heading", level=1, name=headline, exact=True).wait_for()
    page.get_by_role("link", name="What changed, sentence by sentence").click()
    page.locator("ins").first.wait_for()
    page.get_by_role("navigation", name="Of this article").get_by_role("link", name="Text").click()
    page.get_by_role("link", name="on a time line").click()
    page.locator("ol.timeline > li").nth(1).wait_for()
    assert page.locator("ol.timeline > li.origin").count() == 1
    page.locator("ol.timeline a[href^='/source']").first.click()
    page.get_by_role("heading", name="Newest articles").wait_for()
    page.get_by_role("heading", name="Last polls").wait_for()


def has_loaded(image: "Locator") -> bool:
    """Whether a picture comes within 20 s. (wait_for_function runs a script in the page, which may run none.)"""
    for _ in range(200):
        if image.evaluate("image => image.naturalWidth") > 100:
            return True
        image.page.wait_for_timeout(100)
    return False


def test_facets_narrow_a_search_and_can_be_taken_out(desk: Desk) -> None:
    page = desk.open("/search?q=council")
    before = int(page.get_by_role("status").first.inner_text().split()[0])
    row = page.locator("section", has=page.get_by_role("heading", name="Source", exact=True)).locator("li").first
    name, count = row.get_by_role("link").inner_text(), int(row.locator(".n").inner_text())
    row.get_by_role("link").click()
    page.get_by_role("link", name=f"source: {name}").wait_for()
    assert int(page.get_by_role("status").first.inner_text().split()[0]) == count < before
    page.get_by_role("link", name=f"source: {name}").click()
    page.get_by_text(f"{before} articles").wait_for()
    chart = page.locator(".chart img")
    chart.scroll_into_view_if_needed()
    assert has_loaded(chart)


def test_watch_this_keeps_the_search(desk: Desk, explored: Explored) -> None:
    page = desk.open("/search?q=harbour+OR+harbor&source=harbor-ledger")
    page.get_by_label("Name").fill("harbours")
    page.get_by_role("button", name="Keep this watch").click()
    page.get_by_text("The watch “harbours” is kept").wait_for()
    with open_writer(Home(explored.home).work) as connection:
        found = connection.execute("select query from watches where name = 'harbours'").fetchall()
    assert found == [('(harbour OR harbor) source:"harbor-ledger"',)]


def test_as_of_a_run_is_a_link_that_stays_with_the_reader(desk: Desk, explored: Explored, done: Done) -> None:
    (article,) = asked(explored, CORRECTED)
    page = desk.open(f"/article/{article}")
    page.get_by_role("link", name="2: correction").wait_for()
    page.get_by_label("As of a run or a time").fill(str(done.first.run_id))
    page.get_by_role("button", name="Show").click()
    page.get_by_text("As of").first.wait_for()
    assert page.get_by_role("link", name="2: correction").count() == 0
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_role("link", name="Show today’s").click()
    assert "run=" not in page.url


def test_csv_json_and_sql_stand_beside_the_rows(desk: Desk, explored: Explored) -> None:
    page = desk.open("/runs")
    page.get_by_text("SQL").first.click()
    assert page.locator("pre").inner_text().startswith("-- One row per run")
    address = page.get_by_role("link", name="CSV of runs").get_attribute("href")
    answer = page.request.get(f"{explored.origin}{address}")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text().startswith("run_id,flow,state")


def test_an_archived_page_is_framed_and_does_nothing(desk: Desk, explored: Explored) -> None:
    (article,) = asked(explored, CORRECTED)
    page = desk.open(f"/article/{article}/capture")
    frame = page.frame_locator("iframe")
    page.locator("iframe").scroll_into_view_if_needed()
    frame.locator("body").wait_for()
    assert frame.locator("h1, h2, title").count() > 0
    assert frame.locator("script, link, img, iframe").count() == 0


def test_the_keyboard_reaches_the_content(desk: Desk) -> None:
    page = desk.open("/search?q=council")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_page_can_be_read_by_everybody(browser: "Browser", explored: Explored, width: int, scheme: str) -> None:
    """axe-core finds nothing serious, and no page scrolls sideways."""
    script = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    # The script comes in as a debugger's: the pages' policy forbids it.
    desk = Desk(browser, explored, viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    article, _, story = asked(explored, REVISED_AT_SEVERAL)
    (run,) = asked(explored, "select run_id from runs order by ended_at desc limit 1")
    (name,) = asked(explored, "select name from mentions where kind = 'person' limit 1")
    tabs = [f"/article/{article}{tab}" for tab in ("", "/changes", "/provenance", "/names", "/links", "/capture")]
    others = (
        "/search?q=council",
        "/stories?days=30",
        "/source?name=harbor-ledger",
        "/sources",
        "/runs",
        "/alarms",
        "/none",
    )
    for path in (*tabs, *others, f"/story/{story}", f"/run/{run}", f"/name?kind=person&name={name}"):
        page = desk.open(path)
        page.evaluate(script)
        violations = page.evaluate("axe.run(document, {iframes: false})")["violations"]
        found = [(path, each["id"], each["nodes"][0]["html"]) for each in violations]
        assert [each for each in found if _is_serious(violations, each[1])] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
    desk.page.context.close()


def _is_serious(violations: list[dict[str, Any]], ident: str) -> bool:
    return any(each["id"] == ident and each["impact"] in ("serious", "critical") for each in violations)


def test_printed_it_is_the_text(desk: Desk, explored: Explored) -> None:
    (article,) = asked(explored, CORRECTED)
    page = desk.open(f"/article/{article}")
    page.emulate_media(media="print")
    assert not page.locator("header.top").is_visible()
    assert page.locator("article p").first.is_visible()
