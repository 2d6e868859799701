"""A published warehouse, opened to read."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

import duckdb

from dateline.results import Table
from flows.reading.attention import trend
from flows.reading.searching import SearchRequest, search
from flows.reading.sql import Reader, Result
from flows.reading.standing_out import standing_out
from warehouse.connection import open_reader
from warehouse.errors import NoWarehouse, QueryFailed
from warehouse.home import Home
from warehouse.sql_guard import check

_TIMEOUT_S = 600.0  # of a search or a trend; `sql` has no limit
_ARTICLE = """
select * exclude (seal) from articles
where url = $which or canonical_url = $which or cast(article_id as varchar) = lower($which)
order by url = $which desc, article_id limit 1
"""
_VERSIONS = f"""
select * exclude (seal) from article_versions
where article_id = (select article_id from ({_ARTICLE})) order by version
"""  # noqa: S608 - our own


class Warehouse:
    """A published warehouse, read-only: what it holds does not change while it is open, whatever is loaded meanwhile.

    Queries read the warehouse and nothing else: no files, no network, no settings. Use it in a `with` block, or close
    it. A thread of yours needs a Warehouse of its own.

    Args:
        path: the owner's folder, a DuckDB file, or the dateline.lake of a lake.

    Raises:
        NoWarehouse: nothing has been published there, or the file is no warehouse.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        given = Path(path).expanduser()
        self.path = Home.published_in(given) if given.is_dir() else given
        try:
            self._connection: duckdb.DuckDBPyConnection = open_reader(self.path)
        except (duckdb.IOException, duckdb.SerializationException) as error:
            raise NoWarehouse(f"cannot open {self.path} as a warehouse: {error}") from None
        self._reader = Reader(self.path, timeout_s=_TIMEOUT_S, connection=self._connection)

    def sql(self, query: str, **params: Any) -> duckdb.DuckDBPyRelation:
        """Ask one query.

        Args:
            query: a statement that reads: SELECT, FROM, WITH, DESCRIBE, PIVOT … Times are in UTC.
            params: values of its `$name` parameters.

        Returns:
            A DuckDB relation, which runs when its rows are asked for: `.fetchall()`, `.df()`, `.arrow()`, `.pl()`,
            `.filter(…)`. What goes wrong only then is a `duckdb.Error`.

        Raises:
            QueryFailed: the query does more than read, is wrong, or a parameter is missing; or this is closed.
            BadSearch: what a `search('…')` in it asks for cannot be meant.
        """
        try:
            check(self._connection, query)
            self._reader.searches.provide(self._connection, query)
            found = self._connection.sql(query, params=params or None)
        except (duckdb.Error, UnicodeEncodeError) as error:
            raise QueryFailed(f"cannot run the query on {self.path}: {error}") from None
        if found is None:
            raise QueryFailed(f"cannot run the query on {self.path}: it has no rows. Ask with SELECT or FROM.")
        return found

    def search(
        self,
        text: str,
        *,
        since: str | None = None,
        until: str | None = None,
        source: str | Sequence[str] = (),
        collection: str | Sequence[str] = (),
        rows: int | None = 20,
        newest: bool = False,
    ) -> Table:
        """Articles that match, the best first: score, published_at, source, headline, excerpt, url, article_id.

        Args:
            text: what is searched for; docs/search.md has the language.
            since, until: days or times of publication (ISO 8601): from the first on, before the second.
            source, collection: names, one or several.
            rows: at most so many; None for all.
            newest: the newest first.

        Raises:
            BadSearch: the search cannot be meant; the message says what to try.
            BadUsage: a time cannot be read.
            NoIndex: the snapshot has no search index, and none can be made.
            QueryFailed: this is closed.
        """
        asked = _request(text, since, until, source, collection)
        return self._asked(lambda: search(self._reader, replace(asked, rows=rows, newest=newest)))

    def trend(
        self,
        text: str,
        *,
        every: str = "day",
        by: str | None = None,
        since: str | None = None,
        until: str | None = None,
        source: str | Sequence[str] = (),
        collection: str | Sequence[str] = (),
    ) -> Table:
        """Attention over time: period, articles, all_articles, share; with `by` a row for each of its names.

        Args:
            text: what is searched for.
            every: day, week or month.
            by: source or collection.
            since, until, source, collection: as for `search`.

        Raises:
            BadSearch, BadUsage, NoIndex, QueryFailed: as `search`.
        """
        asked = _request(text, since, until, source, collection)
        return self._asked(lambda: trend(self._reader, asked, unit=every, by=by))

    def top(self, text: str, *, kind: str | Sequence[str] = (), rows: int = 10) -> Table:
        """What stands out in what is found: kind, name, articles, share, share_elsewhere, g2 (log-likelihood).

        Args:
            text: what is searched for.
            kind: word, person, place, organization, source, author; all without one.
            rows: at most so many of each kind.

        Raises:
            BadSearch, BadUsage, NoIndex, QueryFailed: as `search`.
        """
        kinds = {"kinds": _several(kind)} if kind else {}
        asked = SearchRequest(text=text)
        return self._asked(lambda: standing_out(self._reader, asked, rows=rows, **kinds))

    def article(self, which: str | UUID) -> dict[str, Any] | None:
        """The current version of an article, by column; None when there is none.

        Args:
            which: its address, or its article_id.

        Raises:
            QueryFailed: this is closed.
        """
        rows = list(self._asked(lambda: self._reader.query(_ARTICLE, {"which": str(which)})))
        return rows[0] if rows else None

    def versions(self, which: str | UUID) -> Table:
        """All versions of an article, the oldest first, as in `article_versions`.

        Args:
            which: its address, or its article_id.

        Raises:
            QueryFailed: this is closed.
        """
        return self._asked(lambda: self._reader.query(_VERSIONS, {"which": str(which)}))

    def _asked(self, ask: Callable[[], Result]) -> Table:
        try:
            found = ask()
        except duckdb.Error as error:
            raise QueryFailed(f"cannot ask {self.path}: {error}") from None
        return Table(tuple(found.columns), tuple(found.rows))

    def close(self) -> None:
        """Let go of the file; relations that were not read yet can no longer be."""
        self._reader.close()
        self._connection.close()  # the reader's own, unless a query of it was stopped

    def __enter__(self) -> Warehouse:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<dateline.Warehouse {self.path}>"


def _request(
    text: str, since: str | None, until: str | None, source: str | Sequence[str], collection: str | Sequence[str]
) -> SearchRequest:
    return SearchRequest(
        text=text, since=since, until=until, sources=_several(source), collections=_several(collection)
    )


def _several(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)
