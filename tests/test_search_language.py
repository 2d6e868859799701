"""The language of searches: trees, errors, excerpts, and the examples of docs/search.md on the demo's articles."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.reading.searching import SearchRequest, search
from flows.reading.sql import Reader
from tests.conftest import Done
from warehouse.errors import BadSearch
from warehouse.searching.excerpts import Marker
from warehouse.searching.grammar import parse
from warehouse.searching.query_tree import written

PAGE = Path(__file__).resolve().parents[1] / "docs" / "search.md"
FOUND = re.findall(r"^\| `(.+?)` \| .+ \| (\d+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
REFUSED = re.findall(r"^\| `(.+?)` \| ([^|]+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.fixture(scope="module")
def reader(done: Done) -> Iterator[Reader]:
    found = Reader(done.warehouse, timeout_s=60)
    yield found
    found.close()


def test_the_page_has_its_examples() -> None:
    assert len(FOUND) >= 40
    assert len(REFUSED) >= 10


@pytest.mark.parametrize(("text", "count"), FOUND)
def test_an_example_finds_what_the_page_says(reader: Reader, text: str, count: str) -> None:
    assert len(reader.searches.hits(text)) == int(count)


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_cannot_be_meant(reader: Reader, text: str, said: str) -> None:
    with pytest.raises(BadSearch) as raised:
        reader.searches.hits(text)
    assert said in str(raised.value)


def test_sql_joins_what_was_found(reader: Reader) -> None:
    found = "from search('ferry -council') join articles using (article_id)"
    assert reader.query(f"select count(*), min(rank), max(rank) {found}").rows == [(12, 1, 12)]
    texts = reader.query(f"select headline || text {found}").rows
    assert not any(re.search(r"\bcouncil", text, re.IGNORECASE) for (text,) in texts)
    assert reader.query("select count(*) from search('it''s OR ferry'), search('ferry')").rows[0][0] > 0
    for wrong in ("from search('source:kvnr')", "from search(headline)", "from search('a', 'b')", "from search()"):
        with pytest.raises(BadSearch):
            reader.query(wrong)


def test_queries_that_ship_are_asked_of_what_matches(done: Done) -> None:
    found = Reader(done.warehouse, timeout_s=60)
    try:
        before = found.query("select count(*) from quotes").rows[0][0]
        named = found.show_matching("ferry -council")
        assert {"articles", "quotes", "mentions", "revisions"} <= named
        assert found.query("select count(*) from articles").rows == [(12,)]
        assert 0 < found.query("select count(*) from quotes").rows[0][0] < before
        assert found.query("select count(*) from quotes anti join articles using (article_id)").rows == [(0,)]
    finally:
        found.close()


def test_rows_have_marked_excerpts(reader: Reader) -> None:
    found = search(reader, SearchRequest(text="ferry terminal", sources=("harbor-ledger",), marks=("[", "]")))
    assert [row[2] for row in found.rows] == ["harbor-ledger"]
    assert "[ferry]" in str(found.rows[0][4])
    assert search(reader, SearchRequest(text="ferry", until="2020-01-01")).rows == []


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a b OR c", "(a b) OR c"),
        ("a (b OR -c)", "a (b OR -c)"),
        ("a NOT NOT b", "a b"),
        ("headline:(a b*)", "headline:a headline:b*".replace("b*", "bb*")),
        ("„a b“ «c d» ”e f”", '"a b" "c d" "e f"'),
        ("10:30 covid-19 u.s.", "10:30 covid-19 u.s."),
        ("a – b", "a b"),
        ('"a b"~3', '"a b"~3'),
    ],
)
def test_trees(text: str, tree: str) -> None:
    assert written(parse(text.replace("b*", "bb*"))) == tree


@given(st.text(alphabet='ab "()*:-+~1“”\nORNTD', max_size=30) | st.text(max_size=30))
def test_any_text_is_a_tree_or_a_clear_error(text: str) -> None:
    try:
        tree = parse(text)
    except BadSearch as error:
        assert str(error).startswith("cannot search for")  # noqa: PT017 - most texts are none
        return
    assert parse(written(tree)) == tree


def test_long_and_deep_searches_end_in_time() -> None:
    parse(" OR ".join(["word"] * 1000))
    parse("-" * 9000 + "a")
    for text in ("(" * 5000 + "a", "((a) " * 1500, "a" * 20_000):
        with pytest.raises(BadSearch):
            parse(text)


@pytest.mark.parametrize(
    ("query", "language", "text", "marked"),
    [
        ("bridge", "en", "Two bridges, one Bridge.", "Two [bridges], one [Bridge]."),
        ("cafe", "fr", "Le café.", "Le [café]."),
        ('"town council"', "en", "The town. Town council of the council.", "The town. [Town council] of the council."),
        ("coun*", "en", "Council", "[Council]"),
        ("a -council source:x", "en", "council a", "council [a]"),
        ("headline:council", "en", "council", "council"),
        ("首相", "ja", "首相は東京", "[首相]は東京"),
        ("mayor's", "en", "The mayor said", "The [mayor] said"),
    ],
)
def test_words_are_marked(query: str, language: str, text: str, marked: str) -> None:
    assert Marker(parse(query)).excerpt(text, language).marked("[", "]") == marked


def test_an_excerpt_is_where_most_of_it_stands() -> None:
    text = (
        "Nothing here. " * 50 + "A ferry came. " + "Nothing there. " * 50 + "The ferry met the council. " + "End. " * 50
    )
    excerpt = Marker(parse("ferry council")).excerpt(text, "en")
    assert "met the council" in excerpt.text
    assert len(excerpt.text) <= 225
    assert Marker(parse("ferry")).excerpt("", None).text == ""
