"""Searching the index that belongs to a snapshot: `open_index`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import duckdb
from tantivy import DocAddress, FieldType, Index, Query

from warehouse.errors import NoIndex
from warehouse.searching import generations
from warehouse.searching.compiling import Compiler, Names, both, has_rank
from warehouse.searching.fields import register, whole
from warehouse.searching.making import index_lock, make, recorded
from warehouse.searching.query_tree import Node

_SIGN = 1 << 63
_DAY_S, _EPOCH = 86_400, date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What else has to be so.

    Attributes:
        since, until: seconds since 1970 of publication: from the first on, before the second.
        sources: one of these; None for all.
        among: one of these articles; None for all.
    """

    since: int | None = None
    until: int | None = None
    sources: frozenset[str] | None = None
    among: tuple[UUID, ...] | None = None


ALL = Limits()


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found, and how well it fits: 0 where relevance says nothing."""

    article_id: UUID
    score: float


class SearchIndex:
    """One generation, open: its files may be removed meanwhile, and it still answers as before."""

    def __init__(self, folder: Path, languages: tuple[str, ...]) -> None:
        with generations.lockable(folder) as place:
            index = register(Index.open(str(place)))
            index.config_reader("manual", 0)
        self.folder, self.languages, self.articles = folder, languages, index.searcher().num_docs
        self._schema, self._searcher = index.schema, index.searcher()

    def sources(self) -> frozenset[str]:
        """All sources with an article."""
        return frozenset(name for name, _ in self._searcher.terms_with_prefix("source", ""))

    def search(
        self, node: Node, names: Names, *, limits: Limits = ALL, rows: int | None = None, newest: bool = False
    ) -> list[Hit]:
        """The articles that match, the best first.

        Args:
            node: what is searched for.
            names: of sources and collections.
            limits: what else has to be so.
            rows: at most so many; None for all.
            newest: the newest first instead; so too where relevance says nothing.

        Raises:
            BadSearch: the search names what is not there.
        """
        query = self._query(node, names, limits)
        by = "published" if newest or not has_rank(node) else None
        found = self._searcher.search(query, limit=max(rows or self.articles, 1), count=False, order_by_field=by)
        scores = [0.0 if by else float(score) for score, _ in found.hits]
        return list(map(Hit, self._ids([address for _, address in found.hits]), scores))

    def count(self, node: Node, names: Names, *, limits: Limits = ALL) -> int:
        """How many articles match."""
        return int(self._searcher.search(self._query(node, names, limits), limit=1).count)  # type: ignore[attr-defined]

    def by_day(self, node: Node, names: Names, *, limits: Limits = ALL) -> dict[date, int]:
        """How many articles match, by day (UTC) of publication or else of first sight; no day without one."""
        wanted = {"days": {"histogram": {"field": "published", "interval": _DAY_S, "min_doc_count": 1}}}
        found = self._searcher.aggregate(self._query(node, names, limits), wanted)
        counts = {int(each["key"]) // _DAY_S: int(each["doc_count"]) for each in found["days"]["buckets"]}
        return {_EPOCH + timedelta(days=day): count for day, count in sorted(counts.items())}

    def frequency(self, word: str) -> int:
        """In how many articles a word stands, as the index has words (`analysis.words`)."""
        return self._searcher.doc_freq("text", word)

    def marks(self) -> Iterator[tuple[UUID, int]]:
        """Id and mark of every article, for `verify`."""
        found = self._searcher.search(Query.all_query(), limit=max(self.articles, 1), count=False)
        addresses = [address for _, address in found.hits]
        marks = self._searcher.fast_field_values("mark", addresses)
        yield from zip(self._ids(addresses), (int(mark or 0) + _SIGN for mark in marks), strict=True)

    def _ids(self, addresses: list[DocAddress]) -> Iterable[UUID]:
        high = self._searcher.fast_field_values("id_high", addresses)
        low = self._searcher.fast_field_values("id_low", addresses)
        return [whole(int(a or 0), int(b or 0)) for a, b in zip(high, low, strict=True)]

    def _query(self, node: Node, names: Names, limits: Limits) -> Query:
        compiler = Compiler(self._schema, self.languages, names)
        wanted = [compiler.query(node)]
        if limits.sources is not None:
            wanted.append(compiler.of_sources(limits.sources))
        if limits.since is not None or limits.until is not None:
            wanted.append(self._published(limits.since, limits.until))
        if limits.among is not None:
            chosen = Query.term_set_query(self._schema, "id", list(map(str, limits.among)))
            wanted.append(Query.const_score_query(chosen, 0.0))
        return both(wanted)

    def _published(self, since: int | None, until: int | None) -> Query:
        last = None if until is None else until - 1
        within = Query.range_query(self._schema, "published", FieldType.Integer, since, last)
        return Query.const_score_query(within, 0.0)


def open_index(connection: duckdb.DuckDBPyConnection, root: Path) -> SearchIndex:
    """The index of the snapshot (or writer's file) that `connection` has open; made anew when it is lost or damaged.

    Args:
        connection: of the reader, or the writer.
        root: the folder with the generations: a home's `index/`.

    Raises:
        NoIndex: it is not there, and cannot be made.
    """
    name = recorded(connection)
    if name is None:
        raise NoIndex("this warehouse has no search index yet; the next `dateline ingest` makes it")
    try:
        return open_generation(root / name) or _open_again(connection, root, name)
    except (OSError, ValueError) as error:
        raise NoIndex(
            f"cannot open the search index {root / name}: {error}. The next run makes it anew; "
            "`dateline verify` tells what is wrong with it."
        ) from None


def open_generation(folder: Path) -> SearchIndex | None:
    """One generation; None when it is lost or damaged."""
    found = generations.manifest(folder)
    if found is None:
        return None
    try:
        return SearchIndex(folder, found.languages)
    except (OSError, ValueError):  # what the engine raises for a damaged file
        return None


def _open_again(connection: duckdb.DuckDBPyConnection, root: Path, name: str) -> SearchIndex:
    with index_lock(root):
        if (there := open_generation(root / name)) is not None:
            return there
        make(connection, root, name, None, [])
    found = generations.manifest(root / name)
    return SearchIndex(root / name, found.languages if found else ())
