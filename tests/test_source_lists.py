"""Collections, and lists of sources in and out: the shapes of feed readers' exports, with invented feeds."""

import json
from pathlib import Path
from typing import Any

import pytest

from flows.base.errors import BadConfig, BadUsage
from flows.base.settings import Settings, load
from flows.base.source import Source
from flows.commands.sources import export_command, import_command, list_command
from flows.run.choosing import choose
from tasks.discover.opml import read_list, read_opml, write_opml
from tasks.extract.selectors import Selectors
from warehouse.collections import keep_collections
from warehouse.connection import open_memory

ONE = 'xmlUrl="https://gull.example/feed" htmlUrl="https://gull.example/"'
TWO = 'xmlUrl="https://tide.example/rss?a=1&amp;b=2" htmlUrl="https://tide.example/"'
# fmt: off
EXPORTS = {
    "flat": f'<opml version="1.0"><head/><body><outline text="Gull" type="rss" {ONE}/><outline title="Tide" {TWO}/></body></opml>',  # noqa: E501
    "categories as outlines": (
        '<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>Miniature</title></head><body>'
        f'<outline text="Regional"><outline title="Gull" text="Gull" {ONE} type="rss"></outline></outline>'
        f'<outline text="TV / Radio"><outline title="Tide" text="Tide" {TWO} type="rss"></outline></outline></body></opml>'  # noqa: E501
    ),
    "own attributes and namespaces": (
        '<opml version="2.0" xmlns:frss="https://reader.example/opml"><body><outline text="Regional">'
        f'<outline text="Gull" type="rss" {ONE} description="x" frss:cssFullContent="#main"/>'
        f'<outline text="Tide" type="rss" {TWO} frss:priority="1"/></outline></body></opml>'
    ),
    "folders in folders": (
        '<opml version="2.0"><body><outline text="News" title="News"><outline text="Regional &amp; local">'
        f'<outline text="Gull" type="rss" {ONE}/></outline><outline text="Tide" type="rss" {TWO}/></outline></body></opml>'  # noqa: E501
    ),
    "one feed in two folders, a broken entity, small letters": (
        '<opml version="1.1"><body><outline text="A"><outline text="Gull" '
        'xmlurl="https://gull.example/feed" htmlurl="https://gull.example/"/></outline>'
        f'<outline text="B &nbsp;"><outline text="Gull" {ONE}/><outline text="Tide" {TWO}/></outline></body></opml>'
    ),
    "feeds within feeds": f'<opml><body><outline text="Gull" {ONE}><outline text="Tide" {TWO}/></outline></body></opml>',  # noqa: E501
}
# fmt: on
FOLDERS = {
    "flat": [(), ()],
    "categories as outlines": [("Regional",), ("TV / Radio",)],
    "own attributes and namespaces": [("Regional",), ("Regional",)],
    "folders in folders": [("News > Regional & local",), ("News",)],
    "one feed in two folders, a broken entity, small letters": [("A", "B"), ("B",)],
    "feeds within feeds": [(), ()],
}


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_readers_come_in_and_go_out_without_loss(name: str, tmp_path: Path, capsys: Any) -> None:
    listed = read_opml(EXPORTS[name].encode())
    assert [each.title for each in listed] == ["Gull", "Tide"]
    assert [each.feeds for each in listed] == [("https://gull.example/feed",), ("https://tide.example/rss?a=1&b=2",)]
    assert [each.url for each in listed] == ["https://gull.example/", "https://tide.example/"]
    assert [each.collections for each in listed] == FOLDERS[name]
    assert sorted(read_opml(write_opml(listed, title="x")), key=lambda s: s.title) == listed
    file, config, again = tmp_path / "in.opml", tmp_path / "dateline.toml", tmp_path / "again.toml"
    file.write_text(EXPORTS[name], encoding="utf-8")
    assert import_command(file, config=config, dry_run=False, as_json=False) == 0
    export_command(tmp_path / "out.opml", form=None, config=config)
    import_command(tmp_path / "out.opml", config=again, dry_run=False, as_json=False)
    first, second = load(config).all_sources, load(again).all_sources
    assert [s.collections for s in first] == FOLDERS[name]
    assert sorted(first, key=lambda s: s.name) == sorted(second, key=lambda s: s.name)


def test_what_is_there_stays_and_names_differ(tmp_path: Path, capsys: Any) -> None:
    config, file = tmp_path / "dateline.toml", tmp_path / "in.opml"
    config.write_text('# mine\n[[source]]\nname = "gull"\nfeeds = ["https://other.example/feed"]\n', encoding="utf-8")
    file.write_text(EXPORTS["flat"], encoding="utf-8")
    import_command(file, config=config, dry_run=True, as_json=False)
    assert len(load(config).all_sources) == 1
    import_command(file, config=config, dry_run=False, as_json=False)
    assert [s.name for s in load(config).all_sources] == ["gull", "gull-2", "tide"]
    assert config.read_text(encoding="utf-8").startswith("# mine\n")
    before = config.read_bytes()
    import_command(file, config=config, dry_run=False, as_json=True)
    assert config.read_bytes() == before
    assert "there already, as gull-2" in capsys.readouterr().out


def test_a_source_that_has_a_sitemap_alone_comes_once(tmp_path: Path, capsys: Any) -> None:
    config, file = tmp_path / "dateline.toml", tmp_path / "x.opml"
    config.write_text('[[source]]\nname = "tide"\nsitemaps = ["https://tide.example/s.xml"]\n', encoding="utf-8")
    export_command(file, form=None, config=config)
    import_command(file, config=config, dry_run=False, as_json=False)
    assert [s.name for s in load(config).all_sources] == ["tide"]
    assert "there already, as tide" in capsys.readouterr().out


def test_selectors_that_a_reader_keeps_with_a_feed_come_along(tmp_path: Path, capsys: Any) -> None:
    outline = '<outline text="{}" type="rss" xmlUrl="https://{}.example/f" frss:cssFullContent="{}" frss:{}="{}"/>'
    feeds = [
        outline.format("Gull", "gull", "div.main, .summary", "cssContentFilter", ".footer"),
        outline.format("Tide", "tide", "article", "cssFullContentFilter", "aside >"),
    ]
    file, config = tmp_path / "x.opml", tmp_path / "dateline.toml"
    file.write_text(
        f'<opml version="2.0" xmlns:frss="https://reader.example/opml"><body>{"".join(feeds)}</body></opml>',
        encoding="utf-8",
    )
    import_command(file, config=config, dry_run=False, as_json=True)
    assert load(config).selectors == {
        "gull": Selectors(select=("div.main, .summary",), remove=(".footer",)),
        "tide": Selectors(select=("article",)),
    }
    assert [each["what"][:38] for each in json.loads(capsys.readouterr().out)] == [
        "added", "added, without its `remove`: 'aside >'"]  # fmt: skip


def test_what_is_configured_is_listed_without_secrets(tmp_path: Path, capsys: Any) -> None:
    config = tmp_path / "dateline.toml"
    config.write_text(
        '[[source]]\nname = "tide"\nfeeds = ["https://tide.example/f"]\nheaders = { X-Key = "hush" }\n'
        'remove = [".ad"]\nenabled = false\ncollections = ["coast"]\n',
        encoding="utf-8",
    )
    list_command(config=config, as_json=True)
    said = capsys.readouterr().out
    assert list(json.loads(said)[0].values()) == ["tide", None, False, 1, 0, "coast", "headers, remove"]
    assert "hush" not in said


def test_our_own_export_has_everything(tmp_path: Path, capsys: Any) -> None:
    config, again = tmp_path / "a.toml", tmp_path / "b.toml"
    config.write_text(
        '[[source]]\nname = "gull"\ntitle = "The Gull"\nurl = "https://gull.example/"\nlanguage = "en"\n'
        'feeds = ["https://gull.example/a", "https://gull.example/b"]\nsitemaps = ["https://gull.example/map.xml"]\n'
        'collections = ["coast", "north > sea"]\nselect = ["a > b", "c, d"]\nremove = ["[x=\'1\']"]\n'
        '[[source]]\nname = "tide"\ntitle = "Tide"\nurl = "https://tide.example/"\nsitemaps = ["https://tide.example/s.xml"]\n',
        encoding="utf-8",
    )
    export_command(tmp_path / "x.opml", form=None, config=config)
    import_command(tmp_path / "x.opml", config=again, dry_run=False, as_json=False)
    assert load(again).all_sources == load(config).all_sources
    export_command(tmp_path / "x.txt", form=None, config=config)
    assert (tmp_path / "x.txt").read_text().splitlines() == [
        "https://gull.example/a", "https://gull.example/b", "https://tide.example/",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<html><body/></html>", "its root is <html>"),
        ("<opml", "no feed|no OPML|no XML"),
        ("", "there is no address"),
        ('<!DOCTYPE o [<!ENTITY a "b">]><opml><body><outline text="&a;" xmlUrl="javascript:x"/></body></opml>', None),
    ],
)
def test_what_is_no_list(tmp_path: Path, content: str, said: str | None, capsys: Any) -> None:
    file = tmp_path / "in.opml"
    file.write_text(content, encoding="utf-8")
    if said is None:
        import_command(file, config=tmp_path / "c.toml", dry_run=False, as_json=False)
        assert not (tmp_path / "c.toml").exists()
        return
    with pytest.raises(BadUsage, match=said):
        import_command(file, config=tmp_path / "c.toml", dry_run=False, as_json=False)


def test_a_plain_list() -> None:
    assert list(read_list("# mine\nhttps://a.example/ # the paper\n\n  b.example\n")) == [
        "https://a.example/",
        "b.example",
    ]


def test_collections_stand_for_their_sources(tmp_path: Path) -> None:
    settings = Settings(
        source=(
            Source(name="gull", collections=("coast > north",)),
            Source(name="tide", collections=("coast", "daily")),
            Source(name="dune"),
        )
    )
    assert settings.collections == {"coast": ("gull", "tide"), "coast > north": ("gull",), "daily": ("tide",)}
    assert [s.name for s in choose(settings.enabled_sources, ["coast", "dune", "tide"], by_hand=False)] == [
        "gull",
        "tide",
        "dune",
    ]
    with pytest.raises(BadUsage, match="no source is called 'cost'"):
        choose(settings.enabled_sources, ["cost"], by_hand=False)
    file = tmp_path / "dateline.toml"
    file.write_text('[[source]]\nname = "a"\ncollections = ["a"]\n', encoding="utf-8")
    with pytest.raises(BadConfig, match="is a source and a collection"):
        load(file)


def test_collections_are_a_table() -> None:
    with open_memory() as connection:
        for members in ({"coast": ("gull", "tide")}, {"coast": ("gull",), "daily": ("tide",)}, {}):
            keep_collections(connection, members)
            rows = connection.execute("select collection, source from source_collections order by all").fetchall()
            assert rows == [(name, source) for name, sources in members.items() for source in sources]
