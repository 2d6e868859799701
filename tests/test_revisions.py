"""What kind of change a reader would name: golden pairs of versions, and the diff in SQL."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tasks.base.content import content_hash
from tasks.decide.revisions import change_kind
from warehouse.connection import open_writer

DATA = tomllib.loads((Path(__file__).parent / "revisions" / "pairs.toml").read_text(encoding="utf-8"))
PAIRS = {pair["name"]: pair for pair in DATA["pair"]}


def versions(pair: dict[str, Any]) -> tuple[str, str, str, str]:
    """Headline and text before and after."""
    base = DATA["base"][pair["base"]]
    return (
        pair.get("headline_before", base["headline"]),
        replaced(base["text"], pair.get("before", [])),
        pair.get("headline", base["headline"]),
        replaced(base["text"], pair.get("replace", [])),
    )


def replaced(text: str, changes: list[list[str]]) -> str:
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("name", PAIRS)
def test_the_kind_of_change(name: str) -> None:
    old_headline, old_text, headline, text = versions(PAIRS[name])
    assert change_kind(old_headline, old_text, headline, text) == PAIRS[name]["kind"]


@pytest.mark.parametrize("name", PAIRS)
def test_noise_alone_keeps_the_hash_or_is_called_noise(name: str) -> None:
    old_headline, old_text, headline, text = versions(PAIRS[name])
    if content_hash(old_headline, old_text) == content_hash(headline, text):
        assert PAIRS[name]["kind"] == "noise"


def test_there_are_enough_of_each_kind() -> None:
    kinds = [pair["kind"] for pair in PAIRS.values()]
    assert len(kinds) >= 30
    assert all(kinds.count(kind) >= 5 for kind in ("noise", "headline", "lede", "body", "correction"))


def test_the_diff_of_two_versions_in_sql(writer: duckdb.DuckDBPyConnection) -> None:
    old = 'The ship ran aground. Nobody was hurt.\n\n"It was slow," said Ida Krogh. Tugs came.'
    new = 'The ship ran aground. One man was hurt.\n\n"It was slow," said Ida Krogh. Tugs came. It floats.'
    ident, other = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"
    writer.execute(
        "insert into articles by name select ?::uuid as article_id, 's' as source, 'u' as url, 'u' as canonical_url, "
        "'d' as domain, 2 as version, 'h' as content_hash, now() as first_seen, now() as last_seen, "
        "'x' as extractor, ?::uuid as run_id",
        [ident, other],
    )
    for version, headline, text in ((1, "Ship aground", old), (2, "Ship floats", new)):
        writer.execute(
            "insert into article_versions by name select ?::uuid as article_id, ? as version, now() as valid_from, "
            "? as headline, ? as text, 'h' as content_hash, 'headline' as change_kind, 'x' as extractor, "
            "?::uuid as run_id",
            [ident, version, headline, text, other],
        )
    found = writer.execute("select position, edit, sentence from revision_diffs").fetchall()
    assert found == [
        (0, "removed", "Ship aground"),
        (0, "added", "Ship floats"),
        (2, "removed", "Nobody was hurt."),
        (2, "added", "One man was hurt."),
        (5, "added", "It floats."),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The rate is 3.75 percent. It rose.", ["The rate is 3.75 percent.", "It rose."]),
        ("It opened at 4 a.m., with cots. Sen. Orr came.", ["It opened at 4 a.m., with cots.", "Sen. Orr came."]),
        ("The U.S. Army left. J. K. Orr stayed.", ["The U.S. Army left.", "J. K. Orr stayed."]),
        ("“No.” “Yes!” she said… 12 heard it.", ["“No.”", "“Yes!” she said…", "12 heard it."]),
        ("Am 3. März kam er.\n\nUnd ging", ["Am 3. März kam er.", "Und ging"]),
        (None, []),
    ],
)  # fmt: skip
def test_sentences_end_where_they_end(writer: duckdb.DuckDBPyConnection, text: str | None, expected: list[str]) -> None:
    assert writer.execute("select sentences(?::varchar)", [text]).fetchone() == (expected,)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_writer(tmp_path / "work.duckdb") as connection:
        yield connection
