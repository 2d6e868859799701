"""Searching beside SQL: what `search('…')` in a query finds, and the names that a search may use."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.home import Home
from warehouse.lake.pointer import SUFFIX
from warehouse.searching.calls import searches
from warehouse.searching.compiling import Names, chosen
from warehouse.searching.grammar import parse
from warehouse.searching.reading import ALL, Hit, Limits, SearchIndex, open_index

_TABLE = """
create temp table if not exists search_hits (asked varchar, article_id uuid, score double, rank bigint);
create temp macro if not exists search(query) as table
select article_id, score, rank from search_hits where asked = query order by rank;
"""


class SearchSession:
    """Searches on one snapshot; its index is opened when it is first needed.

    Args:
        connection: has the snapshot open.
        path: the snapshot's file: the index of a home's stands beside it, for any other file it is made in a
            temporary folder.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._index: SearchIndex | None = None
        self._names: Names | None = None
        self.configured: Mapping[str, Sequence[str]] = {}  # collections that a run has not written down yet
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def index(self) -> SearchIndex:
        """The snapshot's index.

        Raises:
            NoIndex: it is not there, and cannot be made.
        """
        if self._index is None:
            self._index = open_index(self._connection, self._root())
        return self._index

    def _root(self) -> Path:
        home = Home(self._path.parent)
        if self._path in (home.snapshot, home.snapshot.with_suffix(SUFFIX)):
            return home.index
        self._folder = tempfile.TemporaryDirectory(prefix="dateline-index-", ignore_cleanup_errors=True)
        return Path(self._folder.name)

    def close(self) -> None:
        """Remove an index that was made for this session alone."""
        if self._folder is not None:
            self._folder.cleanup()

    @property
    def names(self) -> Names:
        """The sources and collections that a search may name."""
        if self._names is None:
            there = read_names(self._connection, self.index.sources())
            newer = {name: frozenset(members) for name, members in self.configured.items()}
            sources = there.sources.union(*newer.values())
            self._names = Names(sources, {**there.collections, **newer})
        return self._names

    def hits(self, text: str, *, limits: Limits = ALL, rows: int | None = None, newest: bool = False) -> list[Hit]:
        """What a search finds; see `SearchIndex.search`.

        Raises:
            BadSearch: it cannot be meant.
            NoIndex: there is no index, and none can be made.
        """
        return self.index.search(parse(text), self.names, limits=limits, rows=rows, newest=newest)

    def sources_of(self, sources: list[str], collections: list[str]) -> frozenset[str] | None:
        """The sources that are meant by their names and those of collections; None when none is named.

        Raises:
            BadSearch: one is not there.
        """
        if not sources and not collections:
            return None
        named = {each for said in sources for each in chosen(said, self.names.sources, what="source")}
        known = self.names.collections
        found = {each for said in collections for each in chosen(said, known, what="collection")}
        return frozenset(named).union(*(known[each] for each in found))

    def provide(self, connection: duckdb.DuckDBPyConnection, sql: str) -> None:
        """Search for what a query's `search('…')` ask for, so that DuckDB finds it when the query runs.

        Args:
            connection: the one that the query will run on.
            sql: the query.

        Raises:
            BadSearch: one cannot be meant, or its text does not stand in the query.
            NoIndex: there is no index, and none can be made.
        """
        for text in dict.fromkeys(searches(sql)):
            connection.execute(_TABLE)
            if not connection.execute("select 1 from search_hits where asked = ? limit 1", [text]).fetchone():
                put_hits(connection, text, self.hits(text))


def put_hits(connection: duckdb.DuckDBPyConnection, asked: str, hits: list[Hit]) -> None:
    """Put what was found where `search(asked)` looks for it, in the place of what stood there."""
    connection.execute(_TABLE)
    connection.execute("delete from search_hits where asked = ?", [asked])
    found = pa.table(
        {
            "ident": [hit.article_id.hex for hit in hits],
            "score": pa.array([hit.score for hit in hits], pa.float64()),
            "rank": pa.array(range(1, len(hits) + 1), pa.int64()),
        }
    )
    connection.register("found_articles", found)
    try:
        connection.execute(
            "insert into search_hits select ?, cast(ident as uuid), score, rank from found_articles", [asked]
        )
    finally:
        connection.unregister("found_articles")


def read_names(connection: duckdb.DuckDBPyConnection, in_index: frozenset[str] = frozenset()) -> Names:
    """The sources and collections that a warehouse file knows."""
    sources = {name for (name,) in connection.execute("select source from sources").fetchall()}
    collections: dict[str, set[str]] = {}
    for source, collection in connection.execute("select source, collection from source_collections").fetchall():
        collections.setdefault(collection, set()).add(source)
    return Names(in_index | sources, {name: frozenset(members) for name, members in collections.items()})
