"""The search index: what is found, in which order, and that it is always that of the published snapshot."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest

from warehouse.connection import open_reader, open_writer
from warehouse.errors import BadSearch, NoIndex
from warehouse.home import Home
from warehouse.searching import generations
from warehouse.searching.checking import faults_of_index
from warehouse.searching.compiling import Names
from warehouse.searching.grammar import parse
from warehouse.searching.making import prepare_index, recorded, tidy_index
from warehouse.searching.reading import Limits, SearchIndex, open_index
from warehouse.snapshot import publish

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
FILLER = "The council met on Tuesday and talked about the budget of the town for a long time. "
NAMES = Names(
    frozenset({"paper-0", "paper-1"}), {"coast": frozenset({"paper-1"}), "all": frozenset({"paper-0", "paper-1"})}
)
ARTICLES: dict[int, dict[str, Any]] = {
    1: {
        "headline": "Ferry terminal approved", "text": "Work on the new terminal begins in spring. " + FILLER,
        "authors": ["Jane Doe", "José Núñez"], "agency": "AP", "section": "Local News", "keywords": ["harbour works"],
    },
    2: {"headline": "Budget talks", "text": FILLER * 3 + "A ferry was mentioned once, and so was its terminal."},
    3: {
        "headline": "Café in Århus öffnet", "language": "de",
        "text": "Die Bürgermeisterin kam zur Eröffnung der Brücken. Covid-19 kam nicht zur Sprache.",
    },
    4: {"headline": "首相が会見", "text": "首相は東京で会見した。経済について語った。", "language": "ja"},
    5: {"headline": "Council meets", "text": FILLER + "Two bridges need repair."},
    6: {"headline": "Élections régionales", "text": "Les élus ont voté hier soir à Lyon.", "language": "fr"},
    7: {"headline": "Паром", "text": "Новые мосты и ёлки на берегу.", "language": "ru"},
}  # fmt: skip

QUOTE = (
    "insert into quotes (article_id, position, char_start, char_end, quote, speaker, verb) "
    "values (?, 0, 0, 4, 'Work', 'Ada Marsh', 'said')"
)


def put(connection: duckdb.DuckDBPyConnection, number: int, **given: Any) -> None:
    """An article, as loading leaves it: in `articles`, and on the list of what is to be indexed."""
    row = ARTICLES.get(number, {}) | given
    ident = UUID(int=number)
    connection.execute("delete from articles where article_id = ?", [ident])
    connection.execute(
        "insert into articles (article_id, source, url, canonical_url, domain, headline, text, version, content_hash, "
        "first_seen, last_seen, extractor, run_id, date_published, language, authors, agency, section, keywords) "
        "values (?, ?, ?, ?, 'a.example', ?, ?, 1, ?, ?, ?, 'e', ?, ?, ?, ?, ?, ?, ?)",
        [
            ident, f"paper-{number % 2}", f"https://a.example/{number}", f"https://a.example/{number}", row["headline"],
            row["text"], str(row), NOW, NOW, UUID(int=99), NOW - timedelta(days=number), row.get("language", "en"),
            row.get("authors"), row.get("agency"), row.get("section"), row.get("keywords"),
        ],
    )  # fmt: skip
    connection.execute("insert into internal.search_pending values (?, ?)", [ident, UUID(int=99)])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path).prepare()


@pytest.fixture
def writer(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(home.work) as connection:
        for number in ARTICLES:
            put(connection, number)
        connection.execute(QUOTE, [UUID(int=1)])
        connection.execute("insert into mentions values (?, 'place', 'Gull Point', 0, 4, 'Gull Point')", [UUID(int=1)])
        yield connection


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    """The seven articles, indexed once for all questions."""
    home = Home(tmp_path_factory.mktemp("index")).prepare()
    with open_writer(home.work) as connection:
        for number in ARTICLES:
            put(connection, number)
        connection.execute(QUOTE, [UUID(int=1)])
        connection.execute("insert into mentions values (?, 'place', 'Gull Point', 0, 4, 'Gull Point')", [UUID(int=1)])
        prepare_index(connection, home)
        return open_index(connection, home.index)


def found(index: SearchIndex, text: str, **given: Any) -> list[int]:
    return [hit.article_id.int for hit in index.search(parse(text), NAMES, **given)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ferry terminal", {1, 2}),
        ("ferry nowhere", set()),
        ("ferry OR bridges", {1, 2, 5}),
        ("bridge", {5}),  # the stem of "bridges"
        ("bridges -ferry", {5}),
        ("council NOT ferry", {5}),
        ("council -(ferry OR bridges)", set()),
        ("-council", {3, 4, 6, 7}),
        ("(ferry OR bridges) budget", {1, 2, 5}),
        ('"ferry terminal"', {1}),
        ('"met on tuesday"', {1, 2, 5}),
        ('"ferry mentioned"', set()),
        ('"ferry mentioned"~1', {2}),
        ("cafe", {3}),
        ("CAFÉ", {3}),
        ("arhus", {3}),
        ("Brücke", {3}),
        ("brucken", {3}),
        ("burger*", {3}),
        ('"new term*"', {1}),
        ("covid-19", {3}),
        ("首相", {4}),
        ("相首", set()),
        ("election", {6}),
        ("voté", {6}),
        ("мост", {7}),
        ("елки", {7}),
        ("headline:council", {5}),
        ("text:council", {1, 2, 5}),
        ("headline:(ferry OR meets)", {1, 5}),
        ('author:"jane doe"', {1}),
        ("author:nunez", {1}),
        ("agency:ap", {1}),
        ("section:local", {1}),
        ('keyword:"harbour works"', {1}),
        ("speaker:marsh", {1}),
        ('place:"gull point"', {1}),
        ("language:de", {3}),
        ("language:de-AT", {3}),
        ("source:paper-0", {2, 4, 6}),
        ("source:PAPER-0 council", {2}),
        ("source:paper*", {1, 2, 3, 4, 5, 6, 7}),
        ("collection:coast council", {1, 5}),
        ("council -collection:coast", {2}),
        ("mayor's OR council's", {1, 2, 5}),
    ],
)
def test_what_is_found(index: SearchIndex, text: str, numbers: set[int]) -> None:
    assert set(found(index, text)) == numbers
    assert index.count(parse(text), NAMES) == len(numbers)


def test_the_headline_counts_most_and_what_has_no_rank_comes_by_age(index: SearchIndex) -> None:
    assert found(index, "ferry") == [1, 2]
    assert found(index, "council")[0] == 5
    assert found(index, "source:paper-0") == [2, 4, 6]
    assert found(index, "-council") == [3, 4, 6, 7]
    assert found(index, "council", newest=True) == [1, 2, 5]
    assert found(index, "council", rows=2, newest=True) == [1, 2]


def test_limits(index: SearchIndex) -> None:
    def at(days: int) -> int:
        return int((NOW - timedelta(days=days)).timestamp())

    assert found(index, "council", limits=Limits(since=at(2)), newest=True) == [1, 2]
    assert found(index, "council", limits=Limits(until=at(2))) == [5]
    assert found(index, "council", limits=Limits(sources=frozenset({"paper-0"}))) == [2]
    assert found(index, "council", limits=Limits(among=(UUID(int=5), UUID(int=6)))) == [5]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source:papre-0", "did you mean 'paper-0'"),
        ("collection:cost", "did you mean 'coast'"),
        ("language:german", "language:de"),
    ],
)
def test_names_that_are_not_there(index: SearchIndex, text: str, said: str) -> None:
    with pytest.raises(BadSearch, match=said):
        found(index, text)


def test_only_what_was_loaded_is_indexed_again(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    first = prepare_index(writer, home)
    assert prepare_index(writer, home) == first  # nothing new
    put(writer, 1, text="A bridge instead, says the town.")
    put(writer, 8, headline="Another ferry", text=FILLER)
    second = prepare_index(writer, home)
    assert second > first
    index = open_index(writer, home.index)
    assert found(index, "terminal spring") == []
    assert set(found(index, "bridge")) == {1, 5}
    assert set(found(index, "ferry")) == {1, 2, 8}
    assert index.articles == 8


def test_a_reader_of_an_older_snapshot_searches_what_it_sees(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    publish(writer, home)
    with open_reader(home.snapshot) as old:
        before = open_index(old, home.index)
        for number in range(10, 16):
            put(writer, number, headline="Another ferry", text=FILLER)
            publish(writer, home)
        assert set(found(before, "ferry")) == {1, 2}  # its files are removed by now
        assert not before.folder.exists()
        assert set(found(open_index(old, home.index), "ferry")) == {1, 2}  # made anew, of what this snapshot has
    with duckdb.connect(str(home.snapshot), read_only=True) as new:
        assert len(found(open_index(new, home.index), "ferry")) == 8
    assert len([folder for folder in home.index.iterdir() if folder.is_dir()]) <= 5


@pytest.mark.parametrize("damage", ["lost", "file lost", "cut", "manifest", "everything"])
def test_a_lost_or_damaged_index_is_made_anew(writer: duckdb.DuckDBPyConnection, home: Home, damage: str) -> None:
    publish(writer, home)
    hurt(home, damage)
    with open_reader(home.snapshot) as reader:
        assert set(found(open_index(reader, home.index), "ferry")) == {1, 2}
    hurt(home, damage)
    put(writer, 8, headline="Another ferry", text=FILLER)
    publish(writer, home)
    assert set(found(open_index(writer, home.index), "ferry")) == {1, 2, 8}


def hurt(home: Home, damage: str) -> None:
    folder = max(folder for folder in home.index.iterdir() if folder.is_dir())
    part = next(folder.glob("*.term"))
    if damage == "lost":
        shutil.rmtree(folder)
    elif damage == "everything":
        shutil.rmtree(home.index)
    elif damage == "file lost":
        part.unlink()
    elif damage == "cut":
        content = part.read_bytes()
        part.unlink()
        part.write_bytes(content[:-20])
    else:
        (folder / "generation.json").write_text("{")


def test_flipped_bits_are_named(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    publish(writer, home)
    folder = home.index / str(recorded(writer))
    assert list(generations.damages(folder)) == []
    part = next(folder.glob("*.store"))
    part.write_bytes(part.read_bytes()[:-1] + b"\xff")
    assert [name for name, _ in generations.damages(folder)] == [str(part)]


def test_verify_names_what_is_wrong_and_the_next_makes_it_anew(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    publish(writer, home)
    assert faults_of_index(writer, home.index) == []
    put(writer, 8, headline="Another ferry", text=FILLER)
    assert faults_of_index(writer, home.index) == []  # still to be indexed
    writer.execute("delete from internal.search_pending")
    writer.execute("delete from articles where article_id = ?", [UUID(int=5)])
    writer.execute("update articles set content_hash = 'another' where article_id = ?", [UUID(int=1)])
    found = {(fault["kind"], UUID(fault["subject"]).int) for fault in faults_of_index(writer, home.index)}
    assert found == {("search_index_missing", 8), ("search_index_left", 5), ("search_index_stale", 1)}
    assert found_kinds(writer, home) == {"search_index_damaged"}  # put aside
    publish(writer, home)
    assert faults_of_index(writer, home.index) == []
    part = next((home.index / str(recorded(writer))).glob("*.pos"))
    part.write_bytes(b"\xff" + part.read_bytes()[1:])
    assert found_kinds(writer, home) == {"search_index_damaged"}


def found_kinds(connection: duckdb.DuckDBPyConnection, home: Home) -> set[str]:
    return {fault["kind"] for fault in faults_of_index(connection, home.index)}


def test_what_a_killed_run_leaves_is_passed_over(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Killed while a generation was made; after its rename; recorded, and the snapshot not published."""
    publish(writer, home)
    good = str(recorded(writer))
    (home.index / "00000002-aaaaaaaa.new").mkdir()
    shutil.copytree(home.index / good, home.index / "00000002-bbbbbbbb")
    put(writer, 8, headline="Another ferry", text=FILLER)
    prepare_index(writer, home)
    with open_reader(home.snapshot) as reader:  # the snapshot of before
        assert set(found(open_index(reader, home.index), "ferry")) == {1, 2}
    put(writer, 9, headline="A third ferry", text=FILLER)
    publish(writer, home)
    assert set(found(open_index(writer, home.index), "ferry")) == {1, 2, 8, 9}
    assert not list(home.index.glob("*.new"))


def test_what_goes_wrong_with_the_record_leaves_the_list(writer: duckdb.DuckDBPyConnection, home: Home) -> None:
    def fails(_: str) -> None:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        prepare_index(writer, home, also=fails)
    assert recorded(writer) is None
    prepare_index(writer, home)
    assert set(found(open_index(writer, home.index), "ferry")) == {1, 2}


def test_a_warehouse_without_an_index_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path).prepare()
    with open_writer(home.work) as connection:
        with pytest.raises(NoIndex, match="next `dateline ingest`"):
            open_index(connection, home.index)
        prepare_index(connection, home)
        tidy_index(connection, home)
        assert found(open_index(connection, home.index), "ferry") == []
