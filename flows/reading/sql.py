"""SQL for people: queries on the published snapshot, locked down and limited in time and memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import duckdb

from flows.base.errors import BadUsage
from flows.base.times import parse_time
from flows.reading.limits import LeftBehind, Stopped, limited
from warehouse.connection import another, open_reader, refuse_other_schema
from warehouse.errors import QueryFailed
from warehouse.searching.reading import Hit
from warehouse.searching.session import SearchSession, put_hits
from warehouse.sql_guard import check

if TYPE_CHECKING:
    import pyarrow as pa

_AS_OF = """
    create or replace temp view articles as
    select
        now.* replace (
            was.headline as headline, was.text as text, was.version as version, was.content_hash as content_hash,
            was.capture_id as capture_id, was.extractor as extractor
        )
    from $here.main.articles as now
    join $here.main.article_versions as was using (article_id)
    where was.valid_from <= $when and (was.valid_to is null or was.valid_to > $when)
"""
_MATCHING = "--match"  # no search is written so: it would be NOT NOT match
_OF_ARTICLES = """
    select database_name, table_name from duckdb_columns()
    where column_name = 'article_id' and schema_name = 'main' and not internal and database_name = current_database()
"""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Result:
    """Names and rows of a query."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


class Reader:
    """A locked-down connection to the snapshot with limits per query: time, DuckDB's memory, the process's growth."""

    def __init__(
        self,
        path: Path,
        *,
        timeout_s: float,
        memory_limit: str = "2GB",
        growth_limit_mb: int = 4096,
        connection: duckdb.DuckDBPyConnection | None = None,  # one that has the file open already, as open_reader does
    ) -> None:
        self._connection, self._path = connection or open_reader(path, memory_limit=memory_limit), path
        self._timeout = timeout_s
        self._growth_limit_mb = growth_limit_mb
        self._when: datetime | None = None
        self.searches = SearchSession(self._connection, path)

    def query(self, sql: str, given: Mapping[str, Any] | None = None) -> Result:
        """Run one or more statements and return the last one's rows.

        Args:
            sql: the statements.
            given: values of its `$name` parameters.

        Raises:
            QueryFailed: it is not allowed, DuckDB refuses it, or it ran into a limit.
            BadSearch: what a `search('…')` in it asks for cannot be meant.
        """
        return self._run(sql, given, _rows)

    def arrow(self, sql: str, given: Mapping[str, Any] | None = None) -> pa.Table:
        """As `query`, as an Arrow table with DuckDB's types.

        Raises:
            QueryFailed: as for `query`.
        """
        return self._run(sql, given, lambda cursor: cursor.to_arrow_table())

    def _run(self, sql: str, given: Mapping[str, Any] | None, fetch: Callable[[Any], T]) -> T:
        connection = self._connection

        def call() -> T:
            check(connection, sql)
            self.searches.provide(connection, sql)
            return fetch(connection.execute(sql, given) if given else connection.execute(sql))

        try:
            return limited(call, connection.interrupt, seconds=self._timeout, megabytes=self._growth_limit_mb)
        except (Stopped, LeftBehind, KeyboardInterrupt) as stopped:
            self._renew()
            if isinstance(stopped, KeyboardInterrupt):
                raise
            raise QueryFailed(_why(stopped)) from None
        except duckdb.PermissionException as error:
            raise QueryFailed(f"not allowed here: {error}. This connection only reads the warehouse.") from None
        except (duckdb.OutOfMemoryException, MemoryError) as error:
            raise QueryFailed(f"{str(error).partition(chr(10))[0]}. {_LESS}") from None
        except (duckdb.Error, ValueError, OverflowError, RuntimeError) as error:
            raise QueryFailed(str(error)) from None

    def _renew(self) -> None:
        """Another connection, because the last query may still hold this one."""
        self._connection = another(self._connection)
        if self._when:
            self.show_as_of(self._when)

    def show_as_of(self, when: datetime) -> None:
        """From here on `articles` are those of that time: the headline, text and version that were current then.

        Other columns are today's; they have no history. The view is temporary and of this connection only.
        """
        self._when = when
        moment = when.astimezone(UTC).isoformat()
        row = self._connection.execute("select current_database()").fetchone()
        here = '"' + str(row[0] if row else "").replace('"', '""') + '"'
        self._connection.execute(_AS_OF.replace("$when", f"timestamptz '{moment}'").replace("$here", here))

    def show_matching(self, text: str) -> set[str]:
        """From here on tables and views with a column article_id have rows of the articles only that a search finds.

        Returns:
            The names of these tables and views.

        Raises:
            BadSearch, NoIndex: as `searching.search`.
        """
        self.put_hits(_MATCHING, self.searches.hits(text))
        found = self._connection.execute(_OF_ARTICLES).fetchall()
        for database, name in found:
            self._connection.execute(
                f'create or replace temp view "{name}" as select * from "{database}".main."{name}" '  # noqa: S608
                f"where article_id in (select article_id from search_hits where asked = '{_MATCHING}')"
            )
        return {str(name) for _, name in found}

    def run_ended(self, ident: str) -> datetime | None:
        """When the run whose id begins so ended; None when there is none, or several."""
        rows = self._connection.execute(
            "select coalesce(ended_at, started_at) from runs where starts_with(cast(run_id as varchar), ?)", [ident]
        ).fetchall()
        return rows[0][0] if len(rows) == 1 else None

    def refuse_other_schema(self) -> None:
        """Before questions that know the tables.

        Raises:
            SnapshotTooOld: an older release has published the file.
            TooNew: a newer one has.
        """
        refuse_other_schema(self._connection, self._path)

    def put_hits(self, name: str, hits: list[Hit]) -> None:
        """Put what a search found where queries find it: in `search_hits`, with `asked` as named here."""
        put_hits(self._connection, name, hits)

    def names(self) -> list[str]:
        """Tables, views and columns, for completion."""
        found = self._connection.execute(
            "select table_name from information_schema.tables union select column_name from information_schema.columns"
        ).fetchall()
        return sorted(str(row[0]) for row in found)

    def close(self) -> None:
        self.searches.close()
        self._connection.close()


def moment(reader: Reader, said: str) -> datetime:
    """The time that a person means: ISO 8601 (UTC without an offset), or the end of the run with that id.

    Raises:
        BadUsage: it is neither.
    """
    try:
        return parse_time(said)
    except ValueError:
        ended = reader.run_ended(said)
        if ended is None:
            raise BadUsage(
                f"--as-of {said!r} is neither a time (2026-11-23, 2026-11-23T09:00+01:00; years 1 to 9999) nor the id "
                "of a run; `dateline query ledger` and the table runs have their ids"
            ) from None
        return ended


def _rows(cursor: Any) -> Result:
    columns = [column[0] for column in cursor.description or ()]
    return Result(columns, cursor.fetchall() if columns else [])


_MORE_TIME = "Narrow it (WHERE, LIMIT, a shorter period), or give it more time with --timeout SECONDS."
_LESS = "Narrow it (WHERE, LIMIT, fewer columns), or take the tables as files with `dateline export`."
_BEHIND = " What it was doing cannot be interrupted and goes on until this program ends."


def _why(stopped: Exception) -> str:
    advice = _LESS if "memory" in str(stopped) else _MORE_TIME
    return f"the query was stopped after {stopped}. {advice}{_BEHIND if isinstance(stopped, LeftBehind) else ''}"
