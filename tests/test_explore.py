"""`dateline explore`: what the pages say is what the warehouse says, and only its owner is told."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from flows.base.escape import for_json
from flows.explore.questions import literal
from flows.reading.searching import SearchRequest, search
from flows.reading.sql import Reader, moment
from newsroom.server import Newsroom
from tests.conftest import Done, Run, copied, write_config
from tests.exploring import Explored, exploring
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.snapshot import publish

CORRECTED = "select article_id from article_versions where change_kind = 'correction' order by article_id limit 1"


@pytest.fixture(scope="module")
def explored(done: Done, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explored]:
    home = copied(done, tmp_path_factory.mktemp("explore"))
    with exploring(home, home / "dateline.toml") as found:
        yield found


@pytest.fixture(scope="module")
def reader(explored: Explored) -> Iterator[Reader]:
    opened = Reader(explored.home / "dateline.duckdb", timeout_s=60)
    yield opened
    opened.close()


def one(reader: Reader, sql: str) -> Any:
    """The only value of a query's first row."""
    return reader.query(sql).rows[0][0]


@pytest.fixture(scope="module")
def paths(reader: Reader) -> dict[str, str]:
    """A page of each kind."""
    article, run = one(reader, CORRECTED), one(reader, "select run_id from runs order by ended_at desc limit 1")
    story = one(reader, "select cluster_id from cluster_sizes order by articles desc, cluster_id limit 1")
    tabs = {tab: f"/article/{article}/{tab}" for tab in ("changes", "provenance", "names", "links", "capture")}
    return tabs | {
        "everything": "/search",
        "search": "/search?q=ferry+OR+bridge",
        "facets": "/search?q=council&source=kvrn&source=meridian-post&language=en&since=2026-03-01&newest=1",
        "article": f"/article/{article}",
        "story": f"/story/{story}",
        "stories": "/stories?days=30",
        "name": "/name?kind=place&name=" + one(reader, "select name from mentions where kind = 'place' limit 1"),
        "over_time": "/name/over-time?kind=place&name="
        + one(reader, "select name from mentions where kind = 'place' limit 1"),
        "source": "/source?name=harbor-ledger",
        "sources": "/sources",
        "run": f"/run/{run}",
        "runs": "/runs",
        "alarms": "/alarms",
    }


KINDS = (
    *("everything", "search", "facets", "article", "changes", "provenance", "names", "links", "capture", "story"),
    *("stories", "name", "over_time", "source", "sources", "run", "runs", "alarms"),
)


def form(path: str, ending: str, part: str = "") -> str:
    """The address of a page in another form."""
    before, _, query = path.partition("?")
    query = "&".join(filter(None, (query, f"part={part}" if part else "")))
    return f"{before}.{ending}?{query}"


@pytest.mark.parametrize("kind", KINDS)
def test_the_sql_beside_a_page_gives_its_rows(
    explored: Explored, reader: Reader, paths: dict[str, str], kind: str
) -> None:
    found = explored.json(form(paths[kind], "json"))
    asked = {name: part for name, part in found["parts"].items() if part["sql"]}
    assert asked
    for name, part in asked.items():
        result = reader.query(part["sql"])
        again = json.loads(for_json([dict(zip(result.columns, row, strict=True)) for row in result.rows]))
        shown = [{column: row[column] for column in result.columns} for row in part["rows"]]
        if "from search(" in part["sql"]:  # equally good, or of one time: in any order
            assert _without_ties(shown) == _without_ties(again)
        else:
            assert shown == again, name
        assert explored.client.get(form(paths[kind], "sql", name)).text == part["sql"]


def _without_ties(found: list[dict[str, Any]]) -> list[tuple[Any, Any]]:
    return [(row["score"], row["published_at"] if row["score"] == 0 else None) for row in found]


@pytest.mark.parametrize("kind", KINDS)
def test_csv_and_json_have_the_same_rows_and_the_page_links_to_them(
    explored: Explored, paths: dict[str, str], kind: str
) -> None:
    page, whole = explored.page(paths[kind]), explored.json(form(paths[kind], "json"))
    for name, part in whole["parts"].items():
        assert explored.json(form(paths[kind], "json", name)) == part["rows"]
        table = list(csv.reader(io.StringIO(explored.client.get(form(paths[kind], "csv", name)).text)))
        assert len(table) == len(part["rows"]) + 1
        assert not part["rows"] or f".csv?part={name}" in page
    assert whole["run_id"] in page
    assert "Shows the warehouse after the run" in page


def test_a_search_finds_what_dateline_search_finds(explored: Explored, reader: Reader) -> None:
    expected = search(reader, SearchRequest(text="ferry -council", rows=20))
    shown = explored.json("/search.json?q=ferry+-council&part=articles")
    assert [row["article_id"] for row in shown] == [str(row[-1]) for row in expected.rows]
    page = explored.page("/search?q=ferry+-council")
    assert "12 articles" in page
    assert page.count("<mark>") >= 12


def test_facets_count_what_choosing_them_leaves(explored: Explored) -> None:
    facets = explored.json("/search.json?q=council&part=facets")
    assert {row["facet"] for row in facets} >= {"source", "language", "section"}
    for row in facets:
        left = explored.json(
            f"/search.json?{httpx.QueryParams({'q': 'council', row['facet']: row['value'], 'rows': 1000})}"
        )
        assert len(left["parts"]["articles"]["rows"]) == row["articles"], row


def test_attention_adds_up_to_what_is_found(explored: Explored) -> None:
    found = explored.json("/search.json?q=council&rows=1000")["parts"]
    assert sum(row["articles"] for row in found["attention"]["rows"]) == len(found["articles"]["rows"]) > 0
    assert explored.client.get("/search.svg?q=council").text.startswith("<svg")


def test_a_search_that_cannot_be_meant_says_what_to_try(explored: Explored) -> None:
    assert "did you mean" in explored.page("/search?q=title:ferry", status=400)
    assert "is not a day or a time" in explored.page("/search?q=ferry&since=soon", status=400)
    assert "no source is called" in explored.page("/search?q=ferry&source=nobody", status=400)


def test_pages_of_results_follow_one_another(explored: Explored) -> None:
    all_of_it = [row["article_id"] for row in explored.json("/search.json?q=council&rows=28&part=articles")]
    parts = [explored.json(f"/search.json?q=council&rows=10&page={n}&part=articles") for n in (1, 2, 3)]
    assert [row["article_id"] for part in parts for row in part] == all_of_it


def test_an_article_shows_the_sentences_that_a_correction_brought(explored: Explored, paths: dict[str, str]) -> None:
    edits = explored.json(form(paths["changes"], "json", "differences"))
    page = explored.page(paths["changes"])
    added = [row["sentence"] for row in edits if row["edit"] == "added"]
    assert added
    assert page.count("<ins>") == len(added)
    assert page.count("<del>") == len(edits) - len(added)


def test_a_version_can_be_linked_to(explored: Explored, paths: dict[str, str]) -> None:
    first, now = explored.page(f"{paths['article']}?version=1"), explored.page(paths["article"])
    assert "Version 1, from" in first
    assert "Version 1, from" not in now
    assert "no version 9" in explored.page(f"{paths['article']}?version=9", status=404)


def test_as_of_a_run_pages_show_what_was_known_then(explored: Explored, reader: Reader, done: Done) -> None:
    run = str(done.first.run_id)
    article = one(reader, CORRECTED)
    then = explored.json(f"/article/{article}.json?run={run}")
    now = explored.json(f"/article/{article}.json")
    assert then["run_id"] == run != now["run_id"]
    assert [part["parts"]["article"]["rows"][0]["version"] for part in (then, now)] == [1, 2]
    assert len(then["parts"]["versions"]["rows"]) == 1
    assert "As of" in explored.page(f"/article/{article}?run={run[:8]}")
    found = explored.json(f"/search.json?q=council&rows=1000&run={run}")["parts"]["articles"]["rows"]
    today = explored.json("/search.json?q=council&rows=1000")["parts"]["articles"]["rows"]
    late = one(reader, f"select list(article_id::varchar) from articles where first_seen > '{moment(reader, run)}'")
    assert {row["article_id"] for row in found} == {row["article_id"] for row in today} - set(late)
    assert "nor the id of a run" in explored.page("/search?run=nonsense", status=400)


def test_what_is_not_there_is_said(explored: Explored) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    for path in (
        f"/article/{nobody}",
        f"/story/{nobody}",
        f"/run/{nobody}",
        "/source?name=x",
        "/name?name=Nobody",
        "/x/y",
    ):
        assert "<h1>Not there</h1>" in explored.page(path, status=404)
    assert "forms csv, json" in explored.page("/runs.exe", status=404)
    assert "has no part" in explored.page("/runs.csv?part=x", status=404)
    assert "no whole number" in explored.page("/runs?rows=-1", status=400)


def test_the_capture_is_shown_as_text_and_as_a_rendering_in_which_nothing_runs(
    explored: Explored, paths: dict[str, str]
) -> None:
    row = explored.json(form(paths["capture"], "json"))["parts"]["capture"]["rows"][0]
    text = explored.client.get(f"/capture/{row['capture_id']}/text")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "<html" in text.text
    rendering = explored.client.get(f"/capture/{row['capture_id']}/rendering")
    assert rendering.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert "x-frame-options" not in rendering.headers
    assert not re.search(r"<(script|link|img|iframe|meta|base|form\b[^>]*action)", rendering.text)


def test_only_the_owner_is_answered(explored: Explored) -> None:
    with httpx.Client(base_url=explored.origin, trust_env=False) as stranger:
        for path in ("/", "/search.json", "/static/style.css", "/capture/x/text"):
            assert stranger.get(path).status_code == 401
        assert stranger.get("/?token=guessed").status_code == 403
        assert stranger.get("/", headers={"Host": "evil.example"}).status_code == 403
    evil = explored.client.post("/watch", data={"name": "x", "query": "y"}, headers={"Origin": "http://evil.example"})
    assert evil.status_code == 403


def test_every_answer_forbids_scripts_and_other_hosts(explored: Explored, paths: dict[str, str]) -> None:
    for path in (*paths.values(), "/static/style.css", "/nothing"):
        answer = explored.client.get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "<script" not in answer.text
        assert "style=" not in answer.text


def test_watch_this_writes_what_watch_add_writes(explored: Explored) -> None:
    given = {"name": "ports", "query": "(ferry) source:kvrn", "feed": "1"}
    answer = explored.client.post("/watch?q=ferry", data=given)
    assert answer.url.path == "/search"
    assert "The watch “ports” is kept" in answer.text
    with open_writer(Home(explored.home).work) as connection:
        found = connection.execute("select query, channels from watches where name = 'ports'").fetchall()
    assert found == [("(ferry) source:kvrn", ["event", "feed"])]
    again = explored.client.post("/watch", data=given)
    assert again.status_code == 400
    assert "there is a watch" in again.text
    assert explored.client.post("/watch", data={"name": "A B", "query": "ferry"}).status_code == 400


def test_a_sources_settings_have_no_secret(explored: Explored) -> None:
    config = explored.home / "dateline.toml"
    before = config.read_text(encoding="utf-8")
    config.write_text(
        before.replace('name = "kvrn"', 'name = "kvrn"\nheaders = {X-Key = "env:SECRET_NAME"}'), encoding="utf-8"
    )
    try:
        page = explored.page("/source?name=kvrn")
    finally:
        config.write_text(before, encoding="utf-8")
    assert "X-Key (values are not shown)" in page
    assert "SECRET_NAME" not in page


def test_a_publication_waits_for_no_reader_and_the_next_page_shows_it(
    tmp_path: Path, newsroom: Newsroom, run: Run
) -> None:
    config = write_config(tmp_path, newsroom)
    with exploring(tmp_path, config) as explored:
        assert "Nothing has been published yet" in explored.page("/", status=503)
        run(config=str(config), home=str(tmp_path), sources=["kvrn"])
        first = explored.json("/search.json")
        home = Home(tmp_path)
        with open_writer(home.work) as connection:
            connection.execute("update articles set headline = 'Another one'")
            publish(connection, home)
        second = explored.json("/search.json")
    assert first["published_at"] <= second["published_at"]  # to the second: both may fall into one
    assert "Another one" not in {row["headline"] for row in first["parts"]["articles"]["rows"]}
    assert {row["headline"] for row in second["parts"]["articles"]["rows"]} == {"Another one"}


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "NULL"), ("it's", "'it''s'"), (True, "true"), (7, "7"), (["a", 1], "['a', 1]"), ("\\'; --", "'\\''; --'")],
)
def test_values_as_sql_writes_them(value: object, written: str) -> None:
    assert literal(value) == written
