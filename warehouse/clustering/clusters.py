"""Story clusters, kept up incrementally: the articles of one package against the index of all, in its transaction.

    signatures | seeds | candidates (agree in a band) | exact Jaccard of the texts | components | story_clusters

Clusters are the connected components of "at least 0.8 Jaccard similarity of 5-word shingles", so they depend on what is
in the warehouse and not on the order in which it came. Shingles are not kept: 2.4 KB an article would add half its
text's size again; the few texts to compare are read from `articles`, always in today's version, at a third of a
millisecond each. What is kept is 113 bytes an article.

A text that only contains another (an outlet runs the first 60 % of a wire story) has a Jaccard similarity of 0.6 and is
not clustered.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from importlib import resources

import duckdb
import pyarrow as pa

from warehouse.clustering.compare import Comparison, Edges, components
from warehouse.clustering.shingles import Hashes, shingles
from warehouse.rowids import selects
from warehouse.seals import seal_rows

# What a package's table `signatures` holds; `bands` is empty for a text that is too short to be compared.
SIGNATURES = pa.schema([("article_id", pa.string()), ("bands", pa.list_(pa.uint32()))])
_TEXTS_AT_ONCE = 512
_RANGES_AT_ONCE = 64
_CACHED_LENGTH = 20_000  # characters; with the size of the cache it bounds its memory to some 100 MB, 20 MB in practice


@functools.cache
def _sql(name: str) -> str:
    return resources.files("warehouse").joinpath("clustering", f"{name}.sql").read_text(encoding="utf-8")


# One package after another compares with the same members of the day's stories.
_remembered = functools.lru_cache(maxsize=2048)(shingles)


def update_clusters(connection: duckdb.DuckDBPyConnection, signatures: pa.Table) -> int:
    """Find the clusters of a package's articles anew, and return how many near-duplicate pairs were found.

    Call it within the load transaction, when `articles` holds the package's rows. Doing it twice changes nothing.

    Args:
        connection: the writer's, in a transaction.
        signatures: article_id and bands (SIGNATURES) of every article that is new or whose text, publication time or
            agency changed; other columns are ignored.
    """
    if not signatures.num_rows:
        return 0
    connection.register("incoming_signatures", signatures.select(SIGNATURES.names))
    connection.execute(_sql("seeds"))
    connection.unregister("incoming_signatures")
    connection.execute(_sql("candidates"))
    edges = _edges(connection)
    if len(edges.one):
        _write(connection, edges)
    return len(edges.one)


def unsigned_articles(connection: duckdb.DuckDBPyConnection, limit: int = 500) -> list[tuple[str, str]]:
    """(article_id, text) of up to `limit` articles that were loaded before there were signatures."""
    found: list[tuple[str, str]] = connection.execute(_sql("unsigned"), {"limit": limit}).fetchall()
    return found


def _edges(connection: duckdb.DuckDBPyConnection) -> Edges:
    pairs = connection.execute(_sql("pairs")).fetchnumpy()
    comparison = Comparison(dict(_shingles(connection, seeds=True)))
    for number, hashes in _shingles(connection, seeds=False):
        comparison.add(number, hashes)
    return comparison.edges(pairs["seed"], pairs["candidate"])


def _shingles(connection: duckdb.DuckDBPyConnection, *, seeds: bool) -> Iterator[tuple[int, Hashes]]:
    """Of every article that is in a pair; of `_TEXTS_AT_ONCE` texts at a time, for the memory's sake."""
    numbers: dict[int, int] = dict(connection.execute(_sql("texts"), {"seeds": seeds}).fetchall())
    ranges = selects("rowid, coalesce(text, '')", numbers)
    for first in range(0, len(ranges), _RANGES_AT_ONCE):
        connection.execute(" union all ".join(ranges[first : first + _RANGES_AT_ONCE]))
        while batch := connection.fetchmany(_TEXTS_AT_ONCE):
            for place, text in batch:
                yield numbers[place], _remembered(text) if len(text) <= _CACHED_LENGTH else shingles(text)


def _write(connection: duckdb.DuckDBPyConnection, edges: Edges) -> None:
    similarity = edges.closest()
    direct = zip(edges.one.tolist(), edges.other.tolist(), strict=True)
    group = components([*direct, *_through_clusters(connection, list(similarity))])
    linked = {
        "number": list(similarity),
        "group": [group[number] for number in similarity],
        "similarity": list(similarity.values()),
    }
    connection.register("linked", pa.table(linked))
    connection.execute(_sql("write"))
    connection.unregister("linked")
    seal_rows(connection, "story_clusters", "article_id in (select article_id from grown)")


def _through_clusters(connection: duckdb.DuckDBPyConnection, numbers: list[int]) -> list[tuple[int, int]]:
    """Links between near-duplicates that stand in one cluster already, each to the first of them."""
    rows = connection.execute(_sql("joined"), {"numbers": numbers}).fetchall()
    first: dict[object, int] = {}
    return [(first.setdefault(cluster, number), number) for number, cluster in rows]
