"""Making the index of a snapshot that is to be published: `prepare_index`, and `tidy_index` when it has been.

What has to be indexed stands in `internal.search_pending`, written in the transactions that loaded it. A generation is
made beside the others, gets its name by a rename, and is recorded in one transaction that empties the list. A run
that is killed in between leaves a generation that nobody names, and the list as it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock
from tantivy import Document, Index, IndexWriter

from warehouse.home import Home
from warehouse.searching import generations
from warehouse.searching.analysis import folded, prepared, stemmed_as, to_stem, unaccented
from warehouse.searching.fields import halves, register, schema
from warehouse.transactions import transaction

_AT_ONCE = 20_000  # articles: their rows are 10 KB each until the engine has them
_FETCHED = 1_000
_WHOLE_HEAP, _UPDATE_HEAP = 400_000_000, 60_000_000  # bytes: of a whole index and of an update
_THREADS = 2
_SIGN = 1 << 63


def prepare_index(
    connection: duckdb.DuckDBPyConnection, home: Home, *, also: Callable[[str], None] | None = None
) -> str:
    """Make the index of what the writer's file holds, and record its name there; returns the name.

    Only what has been loaded since the last time is indexed, unless the index was lost or damaged.

    Args:
        connection: the writer's, between transactions.
        home: whose `index/` it is.
        also: is called in the transaction that records the name, with the name.

    Raises:
        OSError: no space, or no right to write; what was there stands.
    """
    with index_lock(home.index):
        before = recorded(connection)
        base = before if before and generations.manifest(home.index / before) else None
        pending = connection.execute("select distinct article_id from internal.search_pending").fetchall()
        if base and not pending:
            return base
        name = make(connection, home.index, generations.new_name(home.index), base, [ident for (ident,) in pending])
    _record(connection, name, also)
    return name


def tidy_index(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Remove generations that no reader can want any more, once the snapshot is published."""
    if (name := recorded(connection)) is not None:
        with index_lock(home.index):
            generations.tidy(home.index, name)


def recorded(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The generation that belongs to a warehouse file; None when it has had none yet, or is older than that."""
    try:
        row = connection.execute("select generation from internal.search_index").fetchone()
    except duckdb.CatalogException:
        return None
    return str(row[0]) if row else None


@contextmanager
def index_lock(root: Path) -> Iterator[None]:
    """Be the only one to make or remove generations.

    Raises:
        OSError: there is no right to write there.
    """
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / "lock"):
        yield


def _record(connection: duckdb.DuckDBPyConnection, name: str, also: Callable[[str], None] | None) -> None:
    with transaction(connection):
        if also:
            also(name)
        connection.execute("delete from internal.search_pending")
        connection.execute("delete from internal.search_index")
        connection.execute("insert into internal.search_index values (?, now())", [name])


def make(connection: duckdb.DuckDBPyConnection, root: Path, name: str, base: str | None, changed: list[Any]) -> str:
    """Make one generation and return its name: `base` with what has changed, or a whole one without a base."""
    before = generations.manifest(root / base) if base else None
    folder = generations.begin(root, name, base)
    index = register(Index(schema(), str(folder)))
    writer = _writer(index, is_whole=base is None)
    for ident in changed if base else ():
        writer.delete_documents_by_term("id", str(ident))
    languages = set(before.languages if before else ())
    for part in _parts(connection, None if base is None else changed):
        languages |= _add(connection, writer, part)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    generations.finish(folder, articles=searcher.num_docs, languages=tuple(sorted(languages)), before=before)
    return name


def _writer(index: Index, *, is_whole: bool) -> IndexWriter:
    if not is_whole:
        return index.writer(_UPDATE_HEAP, 1)
    return index.writer(_WHOLE_HEAP, min(_THREADS, os.cpu_count() or 1))


def _parts(connection: duckdb.DuckDBPyConnection, changed: list[Any] | None) -> Iterable[tuple[str, list[Any]]]:
    """Queries for the ids of some thousand articles each, with their values; all articles for None."""
    if changed is not None:
        for start in range(0, len(changed), _AT_ONCE):
            yield "select unnest(?::uuid[])", [changed[start : start + _AT_ONCE]]
        return
    ((last,),) = connection.execute("select coalesce(max(rowid), -1) from articles").fetchall()
    for start in range(0, last + 1, _AT_ONCE):
        yield "select article_id from articles where rowid between ? and ?", [start, start + _AT_ONCE - 1]


def _add(connection: duckdb.DuckDBPyConnection, writer: IndexWriter, part: tuple[str, list[Any]]) -> set[str]:
    """Index the articles of one part; the languages among them that have stems."""
    connection.execute(f"create or replace temp table to_index as select * from ({part[0]}) as t(article_id)", part[1])  # noqa: S608
    cursor = connection.execute(documents_query())
    names = [column[0] for column in cursor.description or ()]
    found: set[str] = set()
    while rows := cursor.fetchmany(_FETCHED):
        for row in rows:
            article = dict(zip(names, row, strict=True))
            language = stemmed_as(article["language"])
            writer.add_document(_document(article, language))
            found.add(language)
    connection.execute("drop table to_index")
    return found


def documents_query() -> str:
    """What is indexed of the articles in the temporary table to_index."""
    return resources.files("warehouse").joinpath("searching", "documents.sql").read_text(encoding="utf-8")


def _document(article: dict[str, Any], language: str) -> Document:
    document = Document()
    high, low = halves(article["article_id"])
    for name, value in (("id_high", high), ("id_low", low), ("published", article["published"])):
        document.add_integer(name, value)
    document.add_integer("mark", article["mark"] - _SIGN)
    document.add_text("id", str(article["article_id"]))
    for name in ("source", "language"):
        document.add_text(name, article[name] or "")
    for name in ("headline", "text"):
        body = prepared(article[name] or "")
        document.add_text(name, folded(body))
        document.add_text(f"{name}_{language}", to_stem(language, body))
        if plain := unaccented(body):
            document.add_text(f"{name}_{language}", plain)
    for name, values in _named(article):
        for value in values:
            document.add_text(name, folded(prepared(value)))
    return document


def _named(article: dict[str, Any]) -> Iterable[tuple[str, list[str]]]:
    yield "author", article["authors"] or []
    yield "keyword", article["keywords"] or []
    yield "speaker", article["speakers"] or []
    yield "place", article["places"] or []
    yield from ((name, [article[name]]) for name in ("agency", "section") if article[name])
