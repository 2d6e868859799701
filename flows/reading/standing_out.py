"""What stands out in the articles that a search finds, against all others: words, names, sources, authors.

By the log-likelihood ratio G2 of Dunning (Accurate Methods for the Statistics of Surprise and Coincidence, 1993) in the
form of Rayson and Garside (Comparing Corpora using Frequency Profiling, 2000). Counted are articles and not words, so
that one long article does not decide; 3.84 is 5 % of chance for one word, 15.13 is 0.01 %.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable
from importlib import resources

from flows.base.errors import BadUsage
from flows.reading.searching import SearchRequest, hits_of
from flows.reading.sql import Reader, Result
from warehouse.rowids import selects
from warehouse.searching.analysis import stems, words
from warehouse.searching.grammar import parse
from warehouse.searching.query_tree import terms
from warehouse.searching.reading import Hit

KINDS = ("word", "person", "place", "organization", "source", "author")
COLUMNS = ("kind", "name", "articles", "share", "share_elsewhere", "g2")
_ASKED = "\0top"
_SAMPLE = 2_000  # articles whose words are counted: 1 s of CPU
_CHANCE = 3.84  # of G2, below which nothing stands out
Row = tuple[str, str, int, float, float, float]


def log_likelihood(within: float, elsewhere: float, size: int, rest: int) -> float:
    """G2 of something that stands in `within` of `size` articles, and in `elsewhere` of `rest` others; 0 if not more.

    Args:
        within, elsewhere: articles that have it.
        size, rest: articles.
    """
    if not size or not rest or within / size <= elsewhere / rest:
        return 0.0
    both = (within + elsewhere) / (size + rest)
    parts = ((within, size * both), (elsewhere, rest * both))
    return 2 * sum(seen * math.log(seen / expected) for seen, expected in parts if seen > 0)


def standing_out(reader: Reader, asked: SearchRequest, *, kinds: Iterable[str] = KINDS, rows: int = 10) -> Result:
    """What stands out, by kind: columns COLUMNS; the first stand out most.

    Args:
        reader: of the snapshot.
        asked: the search.
        kinds: some of KINDS.
        rows: at most so many of each kind.

    Raises:
        BadUsage: a kind is none of these.
        BadSearch, NoIndex, QueryFailed: as `searching.search`.
    """
    wanted = list(kinds)
    if unknown := [kind for kind in wanted if kind not in KINDS]:
        raise BadUsage(f"{unknown[0]!r} is no kind of what can stand out; it is one of {', '.join(KINDS)}")
    hits, total = hits_of(reader, asked), reader.searches.index.articles
    least = 2 if len(hits) < 200 else 3  # what one article has says nothing of the others
    found = _named(reader, hits, [kind for kind in wanted if kind != "word"], total, least)
    if "word" in wanted:
        found += _words(reader, hits, asked, total, least)
    ranked = sorted(found, key=lambda row: (wanted.index(row[0]), -row[5], -row[2], row[1]))
    return Result(list(COLUMNS), [row for kind in wanted for row in [r for r in ranked if r[0] == kind][:rows]])


def _row(kind: str, name: str, within: int, elsewhere: float, size: int, rest: int) -> Row:
    share, other = within / max(size, 1), elsewhere / max(rest, 1)
    return kind, name, within, round(share, 4), round(other, 4), round(log_likelihood(within, elsewhere, size, rest), 2)


def _named(reader: Reader, hits: list[Hit], kinds: list[str], total: int, least: int) -> list[Row]:
    reader.put_hits(_ASKED, hits)
    sql = resources.files("warehouse").joinpath("attention", "named.sql").read_text(encoding="utf-8")
    counted = reader.query(sql, {"asked": _ASKED, "kinds": kinds, "least": least}).rows
    size, rest = len(hits), total - len(hits)
    found = [_row(kind, name, within, everywhere - within, size, rest) for kind, name, within, everywhere in counted]
    return [row for row in found if row[5] >= _CHANCE or row[0] in {"source", "author"}]


def _words(reader: Reader, hits: list[Hit], asked: SearchRequest, total: int, least: int) -> list[Row]:
    """Of a sample where there are many; the search's own words are left out."""
    sample = hits if len(hits) <= _SAMPLE else random.Random(0).sample(hits, _SAMPLE)
    counted: Counter[str] = Counter()
    for text in _texts(reader, sample):
        counted.update(set(words(text)))
    own, index = _own_words(asked.text), reader.searches.index
    scale, rest = len(hits) / max(len(sample), 1), total - len(hits)
    found = [
        _row("word", word, within, max(index.frequency(word) - within * scale, 0), len(sample), rest)
        for word, within in counted.items()
        if within >= least and len(word) > 1 and not word.isdigit() and not _is_own(word, own, index.languages)
    ]
    return [row for row in found if row[5] >= _CHANCE]


def _texts(reader: Reader, hits: list[Hit]) -> Iterable[str]:
    ids = {"ids": [hit.article_id for hit in hits]}
    places = reader.query("select rowid from articles where article_id in (select unnest($ids::uuid[]))", ids).rows
    parts = selects("text", [place for (place,) in places])
    for start in range(0, len(parts), 50):
        yield from (text or "" for (text,) in reader.query(" union all ".join(parts[start : start + 50])).rows)


def _own_words(text: str) -> set[str]:
    wanted = (term for term in terms(parse(text), wanted_only=True) if term.field in (None, "headline", "text"))
    return {word for term in wanted for word in words(term.text)}


def _is_own(word: str, own: set[str], languages: Iterable[str]) -> bool:
    if word in own:
        return True
    return any(stems(language, word) == stems(language, each) for language in languages for each in own)
