"""What the judgement leads to: nothing unsound is published, drift is an alarm, and the Data Docs are inert."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
import tomlkit

from expectations.data_docs import breakable, write_site
from flows.base.errors import RunFailed
from tests.conftest import UNBALANCED, Run, rows
from tests.looking import troubles
from tests.webserver import WebServer

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOSTILE = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert('x')>",
    "javascript:alert(1)",
    "=HYPERLINK(\"http://a.example\")",
    "{{ 7*7 }} {% raw %}",
    "\x1b[2J\x07 bell",
    "</td></table><h1>owned",
    "&lt;script&gt;",
]  # fmt: skip
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "strings-hostile"


def check(n: int, **values: Any) -> dict[str, Any]:
    return {
        "run_id": f"00000000-0000-0000-0000-{n:012d}",
        "suite": "articles",
        "expectation": "headline_plain",
        "severity": "warning",
        "judged_at": NOW + timedelta(hours=n),
        "checked_at": NOW + timedelta(hours=n),
        "success": True,
        "element_count": 10,
        "unexpected_count": 0,
        "observed": None,
        "change": None,
    } | values


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_no_payload_stands_in_a_page(tmp_path: Path) -> None:
    payloads = list(HOSTILE)
    if CORPUS.exists():
        for file in CORPUS.glob("*.json"):
            payloads += [s for s in json.loads(file.read_text(encoding="utf-8")) if isinstance(s, str)]
    failing = [check(n, success=False, observed=p, change="newly not met") for n, p in enumerate(payloads)]
    sources = [check(n, suite=f"source:{p}", success=False, observed=p) for n, p in enumerate(HOSTILE)]
    write_site([*failing, *sources], tmp_path)
    markup = {p for p in payloads if any(c in p for c in "<>\"'`(=") and len(p) > 8}
    for page in tmp_path.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not [p for p in markup if p in text]
        tags = Tags()
        tags.feed(text)
        assert not tags.seen & {"script", "img", "iframe", "svg", "object", "form", "h3"}
        assert not [name for name in tags.attributes if name.startswith("on")]


def test_text_stays_readable() -> None:
    assert str(breakable("a<b & c")).replace("<wbr>", "") == "a&lt;b &amp; c"
    assert "\ufffd" in breakable("a\x1bb")
    assert str(breakable("x" * 1000)).removesuffix("…<wbr>") == "x" * 299


def test_old_runs_are_pruned_and_the_newest_is_first(tmp_path: Path) -> None:
    index = write_site([check(n) for n in range(5)], tmp_path)
    write_site([check(n, success=n != 8, change="newly not met" if n == 8 else None) for n in range(4, 9)], tmp_path)
    runs = sorted(p.name for p in tmp_path.glob("run-*.html"))
    assert runs == [f"run-{check(n)['run_id']}.html" for n in range(4, 9)]
    text = index.read_text(encoding="utf-8")
    assert text.index("2026-03-04 20:00") < text.index("2026-03-04 19:00")
    assert "headline_plain" in text[: text.index("Suites")]


@pytest.mark.skipif(BROWSER is None, reason="needs a Chromium on the PATH")
@pytest.mark.parametrize("width", [360, 1100])
def test_in_a_browser_nothing_runs_and_nothing_is_cut(tmp_path: Path, width: int) -> None:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    failing = [check(n, success=False, observed=p, change="newly not met") for n, p in enumerate(HOSTILE)]
    write_site([*failing, *(check(9, suite=f"source:{p}", success=False) for p in HOSTILE)], tmp_path)
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        said: list[str] = []
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.on("console", lambda message: said.append(message.text))
        for file in sorted(tmp_path.glob("*.html")):
            page.goto(file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), file.name
            assert page.locator("h1").count() == 1
        browser.close()
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_can_be_read_in_either_light(tmp_path: Path, scheme: str) -> None:
    bad, odd = check(1, success=False), check(1, success=False, severity="warning", expectation="mild")
    index = write_site([bad, odd, check(2)], tmp_path)
    for page in (index, *tmp_path.glob("run-*.html")):
        assert troubles(page, width=1100, scheme=scheme) == []


def test_links_of_the_site_lead_somewhere(tmp_path: Path) -> None:
    write_site([check(1), check(2, suite="source:a/b"), check(2, suite="source:a b")], tmp_path)
    for page in tmp_path.glob("*.html"):
        for part in page.read_text(encoding="utf-8").split('href="')[1:]:
            assert (tmp_path / part.split('"')[0]).exists()


# -- through the pipe --------------------------------------------------------------------------------------------------


class Outlet:
    """One outlet whose articles are what the test says, by a clock of its own."""

    def __init__(self, web: WebServer, home: Path) -> None:
        self.web, self.home, self.config = web, home, home / "dateline.toml"
        self.number, self.entries = 0, list[str]()
        source = {"name": "harbour", "url": "http://harbour.example/", "feeds": ["http://harbour.example/feed"]}
        self.config.write_text(
            tomlkit.dumps({
                "fetch": {"delay": "0s", "connect_to": web.as_hosts("harbour.example")},
                "refetch": {"after": ["30d"]},
                "source": [source],
            })
        )  # fmt: skip

    def publish(self, count: int, *, now: datetime, author: bool = True) -> None:
        for _ in range(count):
            self.number += 1
            self.web.add(f"/story-{self.number}", self._page(now, author), headers={"Content-Type": "text/html"})
            self.entries.append(f"<item><link>http://harbour.example/story-{self.number}</link></item>")
        feed = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{"".join(self.entries)}</channel></rss>'
        )
        self.web.add("/feed", feed.encode(), headers={"Content-Type": "application/rss+xml"})

    def _page(self, now: datetime, author: bool) -> bytes:
        byline = '<meta name="author" content="Ada Quill">' if author else ""
        words = " ".join(f"Pier {self.number * n} was repaired by the crew of boat {n}." for n in range(1, 30))
        return (
            f'<!doctype html><html lang="en"><head><title>Pier {self.number} of the harbour repaired</title>{byline}'
            f'<meta property="article:published_time" content="{now.isoformat()}"></head>'
            f"<body><article><h1>Pier {self.number} of the harbour repaired</h1><p>{words}</p></article></body></html>"
        ).encode()

    @property
    def parameters(self) -> dict[str, str]:
        return {"config": str(self.config), "home": str(self.home)}


@pytest.fixture
def outlet(tmp_path: Path) -> Iterator[Outlet]:
    with WebServer() as web:
        yield Outlet(web, tmp_path)


@pytest.mark.heavy
def test_a_redesign_is_an_alarm_on_the_next_run_and_a_weekend_is_none(outlet: Outlet, run: Run) -> None:
    def at(now: datetime) -> Callable[[], datetime]:
        return lambda: now

    for day in range(9):  # Wednesday to Thursday of the next week
        now = NOW + timedelta(days=day)
        outlet.publish(4 if now.weekday() >= 5 else 10, now=now)
        report = run(now=at(now), **outlet.parameters)
        assert report.alarms == (), now
    now = NOW + timedelta(days=9)
    outlet.publish(10, now=now, author=False)
    report = run(now=at(now), **outlet.parameters)
    assert len(report.alarms) == 1
    assert report.alarms[0].startswith("harbour: share_with_author was 1 (median of 6 days) and is 0; for example http")
    assert report.alarms[0].count("http://harbour.example/story-") == 3
    assert report.exit_status == 3
    snapshot = outlet.home / "dateline.duckdb"
    found = rows(snapshot, "select change, observed from quality_news where suite = 'source:harbour'")
    assert [change for change, _ in found] == ["newly not met"]
    assert found[0][1].startswith("0, expected at least 0.")
    assert rows(snapshot, UNBALANCED) == []
    text = (outlet.home / "quality" / "index.html").read_text(encoding="utf-8")
    assert "share_with_author" in text


def test_a_warehouse_that_is_not_sound_is_not_published(outlet: Outlet, run: Run) -> None:
    outlet.publish(3, now=NOW)
    run(now=lambda: NOW, **outlet.parameters)
    before = (outlet.home / "dateline.duckdb").stat()
    with duckdb.connect(str(outlet.home / "state" / "work.duckdb")) as connection:
        connection.execute("insert into articles select * from articles limit 1")
    outlet.publish(1, now=NOW)
    with pytest.raises(RunFailed, match="article_twice"):
        run(now=lambda: NOW + timedelta(hours=1), **outlet.parameters)
    after = (outlet.home / "dateline.duckdb").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    with duckdb.connect(str(outlet.home / "state" / "work.duckdb")) as connection:
        states = connection.execute("select state from runs order by started_at").fetchall()
        assert states == [("completed",), ("failed",)]
        assert connection.execute(UNBALANCED).fetchall() == []
        assert connection.execute(
            "select count(*) from quality_checks where expectation = 'article_twice'"
        ).fetchall() == [(2,)]
    assert "article_twice" in (outlet.home / "quality" / "index.html").read_text(encoding="utf-8")


def test_a_run_with_nothing_new_judges_nothing(outlet: Outlet, run: Run) -> None:
    outlet.publish(3, now=NOW)
    assert run(now=lambda: NOW, **outlet.parameters).quality is not None
    again = run(now=lambda: NOW + timedelta(minutes=5), **outlet.parameters)
    assert again.quality is None
    assert again.news == ()


def test_the_same_short_text_at_many_addresses_is_a_wall(outlet: Outlet, run: Run) -> None:
    outlet.publish(2, now=NOW)
    wall = "<p>" + "Our readers make this newspaper possible, and we are glad that you are one of them. " * 3 + "</p>"
    for n in range(5):
        outlet.entries.append(f"<item><link>http://harbour.example/held-{n}</link></item>")
        said = f"<meta property='article:published_time' content='2026-03-04T0{n}:00:00Z'>"
        head = f"<html><head><title>Readers' story {n}</title>{said}</head>"
        page = f"{head}<body><article><h1>Readers' story {n}</h1>{wall}"
        outlet.web.add(f"/held-{n}", page.encode(), headers={"Content-Type": "text/html"})
    outlet.publish(0, now=NOW)
    report = run(now=lambda: NOW, **outlet.parameters)
    assert report.totals["loaded"] == 2
    assert report.rejected == [("text_not_a_wall", "harbour", 5)]
