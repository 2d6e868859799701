"""The published snapshot, opened once for every publication; each request gets a connection of its own.

A run that publishes waits for nobody here: it puts the next snapshot in place, requests that are at work end on the
one they began with, and the next request opens the new one. The one before is closed with its last request.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from flows.explore.questions import Part, question
from flows.reading.sql import Reader, moment
from warehouse.connection import another, open_reader
from warehouse.errors import NoIndex
from warehouse.home import Home
from warehouse.publication import publication_of
from warehouse.searching.session import SearchSession

T = TypeVar("T")
_TIMEOUT_S = 20.0  # of one query of a page
_ROW_NUMBER = re.compile(r"\browid\b")
_KEPT = 256  # answers of a publication that are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A snapshot as one request sees it.

    Attributes:
        reader: its connection.
        publication: what all requests share.
        said: the run or time in the address, None for today.
        when: the time that it means.
        run: the newest run of that time: run_id, flow, state, started_at, ended_at, flow_run_id.
    """

    reader: Reader
    publication: Publication
    said: str | None = None
    when: datetime | None = None
    run: Mapping[str, Any] | None = None

    def ask(self, name: str, /, part: str | None = None, **values: Any) -> Part:
        """The answer to queries/NAME.sql; `$when` is the time of the view.

        As of another time `articles` is a view: it has no row numbers, by which alone DuckDB reads few texts of many.

        Raises:
            QueryFailed: it ran into a limit.
        """
        sql = question(name, {"when": self.when} | values)
        return self.answer(part or name, _ROW_NUMBER.sub("article_id", sql) if self.when else sql)

    def answer(self, part: str, sql: str) -> Part:
        """The answer to a query."""
        return Part(part, self.reader.query(sql), sql)


class Publication:
    """One published snapshot, open; what is worked out of it is remembered, since it never changes."""

    def __init__(self, home: Home, where: object, configured: Mapping[str, Sequence[str]]) -> None:
        self.where, self.path, self.users = where, home.snapshot, 0
        self.connection = open_reader(home.snapshot)
        self.searches = SearchSession(self.connection, home.snapshot)
        self.searches.configured = configured
        said = publication_of(home.snapshot)
        self.published_at = datetime.fromisoformat(said.published_at) if said else None
        self._lock, self._known = threading.Lock(), dict[object, Any]()
        self._prepare()

    def _prepare(self) -> None:
        """Open the index before requests do it side by side; without one only searches fail."""
        try:
            self.reader().refuse_other_schema()
            _ = self.searches.names
        except NoIndex:
            return
        except BaseException:
            self.connection.close()
            raise

    def reader(self) -> Reader:
        """A connection for one request."""
        reader = Reader(self.path, timeout_s=_TIMEOUT_S, connection=another(self.connection))
        reader.searches = self.searches
        return reader

    def remembered(self, key: object, work_out: Callable[[], T]) -> T:
        """What `work_out` gives; the oldest answer is forgotten when there are too many."""
        with self._lock:
            if key in self._known:
                found: T = self._known[key]
                return found
        made = work_out()
        with self._lock:
            self._known[key] = made
            if len(self._known) > _KEPT:
                self._known.pop(next(iter(self._known)))
        return made


@dataclass(slots=True)
class Snapshots:
    """What is published in a home.

    Args:
        home: the owner's folder.
        configured: collections of dateline.toml, which a run may not have written down yet.
    """

    home: Home
    configured: Mapping[str, Sequence[str]] = field(default_factory=dict)
    _current: Publication | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def view(self, said: str | None = None) -> Iterator[View]:
        """The newest snapshot, for the time of a request.

        Args:
            said: a run's id or a time: `articles` as they were then.

        Raises:
            NoWarehouse, SnapshotChanged, SnapshotTooOld, TooNew: it cannot be opened.
            BadUsage: no such run, and no time.
        """
        publication = self._take()
        try:
            reader = publication.reader()
            try:
                yield _view(reader, publication, said)
            finally:
                reader.close()
        finally:
            self._give_back(publication)

    def _take(self) -> Publication:
        with self._lock:
            where = _identity(self.home)
            if self._current is None or self._current.where != where:
                opened = Publication(self.home, where, self.configured)
                before, self._current = self._current, opened
                if before and not before.users:
                    before.connection.close()
            self._current.users += 1
            return self._current

    def _give_back(self, publication: Publication) -> None:
        with self._lock:
            publication.users -= 1
            if not publication.users and publication is not self._current:
                publication.connection.close()

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._current and not self._current.users:
                self._current.connection.close()
            self._current = None


def _identity(home: Home) -> object:
    """What is different when another snapshot has been published."""
    try:
        file = home.snapshot.resolve()
        found = file.stat()
        return file, found.st_ino, found.st_mtime_ns
    except OSError:
        return None


def _view(reader: Reader, publication: Publication, said: str | None) -> View:
    when = moment(reader, said) if said else None
    view = View(reader=reader, publication=publication, said=said, when=when)
    newest = publication.remembered(("newest run", when), lambda: view.ask("newest_run").row)
    if when:
        reader.show_as_of(when)
    return View(reader=reader, publication=publication, said=said, when=when, run=newest)
