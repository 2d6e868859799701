"""`dateline add`: what it says, writes and refuses."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit
import typer
from typer.testing import CliRunner

from flows.base.errors import EdgeError
from flows.base.settings import load
from flows.cli.app import app
from flows.commands import add as command
from flows.commands.add_many import add_all
from newsroom.server import Newsroom
from tasks.extract.selectors import Selectors
from tests.conftest import ANCHOR, Run, rows
from tests.outlet_pages import HOME, link, page, rss, urlset
from tests.webserver import WebServer


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def config_of(folder: Path, newsroom: Newsroom, text: str = "") -> Path:
    path = folder / "dateline.toml"
    path.write_text(tomlkit.dumps({"fetch": {"delay": "0s", "connect_to": newsroom.connect_to}}) + text)
    return path


def add(url: str, config: Path | None, **changes: object) -> int:
    given_ = {"name": None, "yes": False, "dry_run": False, "as_json": False} | changes
    return command.add_command(url, config=config, **given_)  # type: ignore[arg-type]


def test_what_was_added_can_be_ingested(tmp_path: Path, newsroom: Newsroom, run: Run) -> None:
    config = config_of(tmp_path, newsroom)
    assert add("http://www.uplandgazette.example", config, name="upland") == 0
    assert add("http://thejunction.example", config) == 0
    report = run(now=lambda: ANCHOR, sources=["junction", "upland"], config=str(config), home=str(tmp_path))
    assert report.exit_status == 0
    loaded = rows(tmp_path / "dateline.duckdb", "select source, count(*) from articles group by all order by all")
    due = [row["outlet"] for row in newsroom.truth() if row["expected"][1] == "loaded"]
    assert loaded == [("junction", due.count("the-junction")), ("upland", due.count("upland-gazette"))]


def test_add_appends_a_source_that_settings_read(
    tmp_path: Path, newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(tmp_path, newsroom, "# mine\n[schedule]\ningest = '1h' # often\n")
    before = config.read_bytes()
    assert add("http://www.harborledger.example/", config) == 0
    assert config.read_bytes().startswith(before)
    source = load(config).all_sources[0]
    assert source.name == "harbor-ledger"
    assert source.title == "The Harbor Ledger"
    assert source.feeds == ("http://www.harborledger.example/feed/",)
    assert source.sitemaps == ("http://www.harborledger.example/sitemap_index.xml",)
    assert f"dateline ingest harbor-ledger --config {config}" in capsys.readouterr().out


def test_dry_run_and_json_write_and_print_what_they_say(
    tmp_path: Path, newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(tmp_path, newsroom)
    before = config.read_bytes()
    assert add("http://www.closedcircle.example/", config, dry_run=True, as_json=True) == 0
    said = json.loads(capsys.readouterr().out)
    assert (config.read_bytes(), said["written"]) == (before, False)
    assert [(f["url"], f["reason"]) for f in said["found"] if not f["chosen"]] == [
        ("http://www.closedcircle.example/feed/", "not_a_feed")
    ]
    assert add("http://www.closedcircle.example/", config, dry_run=True) == 0
    shown = capsys.readouterr().out
    assert 'name = "closed-circle"' in shown
    assert "not_a_feed" in shown
    assert config.read_bytes() == before


def test_a_second_source_of_the_same_site_or_name_is_refused_before_anything_is_asked(
    tmp_path: Path, newsroom: Newsroom
) -> None:
    config = config_of(tmp_path, newsroom)
    assert add("www.kvrn.example/rss/news.xml", config, name="six") == 0
    before, asked = config.read_bytes(), len(newsroom.requests)
    with pytest.raises(EdgeError, match="has this site already, as source 'six'"):
        add("kvrn.example", config)
    with pytest.raises(EdgeError, match="is called 'six' already"):
        add("http://thejunction.example/", config, name="six")
    assert (config.read_bytes(), len(newsroom.requests)) == (before, asked)


@pytest.mark.parametrize("changes", [{"url": "ftp://a.test/"}, {"url": "mailto:x"}, {"name": "B C"}, {"name": "-x"}])
def test_what_cannot_be_meant_is_a_usage_error(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(typer.BadParameter):
        add(**({"url": "http://a.test/", "config": tmp_path / "none.toml"} | changes))  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_private_address_is_refused_unless_the_configuration_names_it(
    tmp_path: Path, web: WebServer, capsys: pytest.CaptureFixture[str]
) -> None:
    web.add("/", page(link("/news.xml")))
    web.add("/news.xml", rss("/1", "/2"))
    config = tmp_path / "dateline.toml"
    assert add(f"http://{web.address}/", config) == 1
    assert 'allow_private = ["127.0.0.1"]' in " ".join(capsys.readouterr().err.split())
    assert (web.requests, config.exists()) == ([], False)
    config.write_text('[fetch]\ndelay = "0s"\nallow_private = ["127.0.0.1"]\n')
    assert add(f"http://{web.address}/", config) == 0
    assert load(config).all_sources[0].feeds == (f"http://{web.address}/news.xml",)


def test_nothing_to_poll_says_what_was_tried_and_what_to_try(
    tmp_path: Path, web: WebServer, capsys: pytest.CaptureFixture[str]
) -> None:
    web.add("/", page())
    web.add("/sitemap.xml", urlset(*(f"/{n}" for n in range(3000)), day="2019-01-01"))
    config = tmp_path / "dateline.toml"
    config.write_text(tomlkit.dumps({"fetch": {"delay": "0s", "connect_to": web.as_hosts("a.test")}}))
    before = config.read_bytes()
    assert add(HOME, config) == 1
    shown = capsys.readouterr()
    said = " ".join(shown.err.split())
    assert "no feed and no sitemap that can be used was found" in said
    assert "with --yes it is taken all the same (http://a.test/sitemap.xml)" in said
    assert "/rss.xml" in shown.out
    assert config.read_bytes() == before
    assert add(HOME, config, yes=True) == 0
    assert load(config).all_sources[0].sitemaps == ("http://a.test/sitemap.xml",)


def test_several_addresses_are_added_and_one_that_fails_costs_no_other(
    tmp_path: Path, newsroom: Newsroom, capsys: pytest.CaptureFixture[str]
) -> None:
    config = config_of(tmp_path, newsroom)
    urls = ["http://www.uplandgazette.example", "http://nobody.invalid", "http://thejunction.example"]
    given_ = {"config": config, "yes": True, "dry_run": False, "as_json": False}
    assert add_all(urls, name=None, **given_) == 1  # type: ignore[arg-type]
    assert len(load(config).all_sources) == 2
    shown = capsys.readouterr()
    assert [line.split()[0] for line in shown.out.splitlines() if line.startswith("http")] == [urls[0], urls[2]]
    assert "2 of 3 sources were added to" in shown.out
    assert "http://nobody.invalid" in shown.err
    given_ |= {"as_json": True, "dry_run": True}
    assert add_all(["http://www.kvrn.example", urls[0]], name=None, **given_) == 1  # type: ignore[arg-type]
    told = json.loads(capsys.readouterr().out)
    assert [(each["source"] and each["source"]["name"], each["written"]) for each in told] == [
        ("kvrn-news-6", False),
        (None, False),
    ]
    assert len(load(config).all_sources) == 2


STORY = [
    f"The council of Brackwater weighed item {n} and put it off until the {n}th hour of the day." for n in range(9)
]
STORY_PAGE = (
    "<html lang=en><head><title>Council sits late</title><meta name=author content='Ann Lee'>"
    "<meta property='article:published_time' content='2026-03-04T09:00:00Z'></head><body><article>"
    f"<h1>Council sits late</h1>{''.join(f'<p>{each}</p>' for each in STORY)}"
    "<div class=q7><p>Take part in our great prize puzzle of the week and win a hamper.</p></div></article>"
).encode()


def trying(web: WebServer, folder: Path, *arguments: str, source: dict[str, object] | None = None) -> Any:
    """`dateline add --try` with a configuration for one server; its result."""
    web.add("/story", STORY_PAGE)
    fetch = {"delay": "0s", "connect_to": web.as_hosts("a.test")}
    (folder / "dateline.toml").write_text(tomlkit.dumps({"fetch": fetch, "source": [source] if source else []}))
    config = ("--config", str(folder / "dateline.toml"))
    return CliRunner().invoke(app, ["add", "--try", *arguments, *config])


def test_try_shows_what_is_read_of_a_page_and_writes_nothing(tmp_path: Path, web: WebServer) -> None:
    result = trying(web, tmp_path, "http://a.test/story")
    assert result.exit_code == 0, result.output
    for said in ("Council sits late", "2026-03-04 09:00 UTC", "Ann Lee", "10 paragraphs", STORY[0], "no source that"):
        assert said in result.output
    assert "without selectors" not in result.output
    assert [each.name for each in tmp_path.iterdir()] == ["dateline.toml"]
    assert "[[source]]" not in (tmp_path / "dateline.toml").read_text()


def test_try_shows_what_selectors_change(tmp_path: Path, web: WebServer) -> None:
    result = trying(web, tmp_path, "http://a.test/story", "--remove", ".q7", "--remove", ".q8")
    assert "- Take part in our great prize puzzle" in result.output
    assert "0 paragraphs gained, 1 lost" in result.output
    assert ".q8  not on this page" in result.output
    assert 'remove = [".q7"]\n' in result.output  # what finds nothing is not advised
    assert load(tmp_path / "dateline.toml").all_sources == ()


def test_try_goes_by_the_settings_of_the_source_unless_told_otherwise(tmp_path: Path, web: WebServer) -> None:
    source: dict[str, object] = {
        "name": "a",
        "feeds": ["http://a.test/feed"],
        "remove": [".q7"],
        "user_agent": "Ferry/1.0",
    }
    said = json.loads(trying(web, tmp_path, "http://a.test/story", "--json", source=source).output)
    assert (said["source"], len(said["lost"]), said["gained"], said["flags"]) == ("a", 1, [], [])
    assert said["text"].split("\n\n") == STORY
    assert said["selectors"] == [{"kind": "remove", "selector": ".q7", "found": True}]
    assert {each.headers["User-Agent"] for each in web.requests if each.path == "/story"} == {"Ferry/1.0"}
    asked = trying(web, tmp_path, "http://a.test/story", "--json", "--select", ".none", "--remove", "b", source=source)
    other = json.loads(asked.output)
    assert (other["flags"], other["lost"], len(other["text"].split("\n\n"))) == (["select_unmatched"], [], 10)


def test_try_says_what_went_wrong(tmp_path: Path, web: WebServer) -> None:
    assert "it answers 404" in " ".join(trying(web, tmp_path, "http://a.test/none").output.split())
    for arguments in (["--select", "p >"], ["--remove", ""], ["--name", "nobody"]):
        result = trying(web, tmp_path, "http://a.test/story", *arguments)
        assert result.exit_code == 2
        assert arguments[0] in result.output


def test_selectors_are_written_into_a_source_that_is_added(tmp_path: Path, newsroom: Newsroom) -> None:
    config = config_of(tmp_path, newsroom)
    given_ = Selectors(select=("article .body",), remove=('[data-x="1"]', ".q"))
    assert add("http://thejunction.example", config, selectors=given_) == 0
    assert load(config).selectors == {"junction": given_}
