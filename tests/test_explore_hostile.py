"""The pages of `dateline explore` with attacks in place of every text: all of it is shown, and none of it is markup."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import duckdb
import pytest
from lxml import html

from flows.explore.capture import rendering
from tests.exploring import Explored, exploring
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.searching.making import prepare_index
from warehouse.snapshot import publish

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "strings-hostile"
INVENTED = [
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title><script>alert(2)</script>", "{{ 7*7 }}"),
    *("' onmouseover='alert(3)", "javascript:alert(4)", "</textarea></pre><svg onload=alert(5)>", "$article_id"),
    *("{% include '/etc/passwd' %}", "'; drop table articles; --", "\u202eelbisivni", "\x1b[31mred", "a\x00b"),
    '=HYPERLINK("http://evil.example")',
]
NOW = datetime(2026, 3, 4, 13, tzinfo=UTC)
RUN, STORY, CAPTURE = uuid.uuid4(), uuid.UUID(int=1 << 100), uuid.uuid4()
ALLOWED = {"", "http", "https"}


def attacks() -> list[str]:
    """Invented ones, and those of the corpus where it is there; what DuckDB cannot hold is left out."""
    found = list(INVENTED)
    if CORPUS.exists():
        found += json.loads((CORPUS / "blns.json").read_text(encoding="utf-8"))
        found += [each["payload"] for each in json.loads((CORPUS / "dompurify-xss.json").read_text(encoding="utf-8"))]
    return [text for text in dict.fromkeys(found) if text and not any(0xD800 <= ord(sign) < 0xE000 for sign in text)]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explored]:
    """A warehouse in which every text is an attack: an article each, all of them in the tables of the first."""
    home = Home(tmp_path_factory.mktemp("hostile")).prepare()
    with open_writer(home.work) as connection:
        fill(connection, attacks())
        prepare_index(connection, home)
        publish(connection, home)
    with exploring(home.root) as found:
        yield found


def fill(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    """Rows of all tables that the pages show."""
    given = {"now": NOW, "run": RUN, "story": STORY, "capture": CAPTURE, "first": ident(0)}
    connection.execute("create temp table attack (t varchar, i integer)")
    connection.executemany("insert into attack values (?, ?)", [[text, i] for i, text in enumerate(texts)])
    for statement in duckdb.extract_statements(Path(__file__).with_name("hostile.sql").read_text(encoding="utf-8")):
        connection.execute(statement, {name: given[name] for name in statement.named_parameters})


def ident(number: int) -> uuid.UUID:
    return uuid.UUID(int=number + 1)


def test_all_of_it_is_shown_and_none_of_it_is_markup(hostile: Explored) -> None:
    texts = attacks()
    tabs = [f"/article/{ident(0)}{tab}" for tab in ("", "/changes", "/provenance", "/names", "/links")]
    some = [
        f"{kind}={quote(text)}"
        for text in texts[:14]
        for kind in ("/source?name", "/name?kind=person&name", "/search?q")
    ]
    some = [path for path in some if "%00" not in path]
    pages = [*tabs, "/search?rows=1000", f"/story/{STORY}", "/stories", "/sources", f"/run/{RUN}", "/runs", "/alarms"]
    for path in pages:
        assert_inert(path, hostile.page(path))
    for path in some:
        assert_inert(path, hostile.client.get(path).text)
    listed: Any = html.fromstring(hostile.page("/search?rows=1000")).xpath("//ol[@class='results']//h2")
    assert len(listed) == len(texts)


def assert_inert(path: str, page: str) -> None:
    """Elements and attributes are those of the templates, and links lead to web pages."""
    tree = html.fromstring(page)
    assert not tree.xpath(
        "//script | //object | //embed | //iframe | //svg | //style | //base | //meta[@http-equiv]"
    ), path
    for element in tree.iter():
        for name, value in ((str(name), str(value)) for name, value in element.attrib.items()):
            assert not name.startswith("on"), (path, name)
            assert name not in ("style", "srcdoc"), (path, name)
            if name in ("href", "src", "action"):
                assert urlsplit(value).scheme in ALLOWED, (path, value)
            if name == "src":
                assert value.startswith("/"), (path, value)
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_csv_has_no_formula(hostile: Explored) -> None:
    text = hostile.client.get("/sources.csv").text
    assert "'=HYPERLINK" in text
    assert "\x1b" not in text


def test_a_hostile_address_is_an_answer_and_no_error(hostile: Explored) -> None:
    for text in attacks()[: len(INVENTED) + 20]:
        for path in (f"/search?q={quote(text)}", f"/search?run={quote(text)}", f"/source?name={quote(text)}"):
            assert hostile.client.get(path).status_code in (200, 400, 404, 503), path


MARKUP = (
    "<meta http-equiv=refresh content='0;url=http://evil.example'><p>story</p>",
    "<link rel=preconnect href=//evil.example><p>story",
    "<p onclick=alert(1)>story</p>",
    "<a href='http://evil.example'>story</a>",
    "<p>story<base href=//evil.example>",
    "<svg><script>alert(1)</script></svg>story",
    "<math><mt></form><form><mglyph><style></math><img src onerror=alert(1)>",  # the parser takes it all for a style
    "<p>story<iframe srcdoc='<script>1</script>'></iframe>",
    "<form action=//evil.example><input name=x>story</form>",
    "<p background=//evil.example ping=//evil.example>story",
    *("story", "", "<", "\x00text"),
)


@pytest.mark.parametrize("markup", MARKUP)
def test_a_rendering_asks_for_nothing(markup: str) -> None:
    shown = rendering(markup)
    tree = html.fromstring(shown)
    names = {str(name) for element in tree.iter() for name in element.attrib}
    assert "evil.example" not in shown
    assert not tree.xpath("//script | //img | //iframe | //link | //meta | //base | //input | //svg | //math")
    assert not [name for name in names if name.startswith("on") or name in ("href", "src", "action", "ping")]
    assert "story" in shown or "story" not in markup
