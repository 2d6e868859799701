"""What `dateline search` shows: the articles that a search finds, with the part of the text that it stands in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flows.base.errors import BadUsage
from flows.reading.sql import Reader, Result
from warehouse.rowids import selects
from warehouse.searching.excerpts import Marker
from warehouse.searching.grammar import parse
from warehouse.searching.reading import Hit, Limits

COLUMNS = ("score", "published_at", "source", "headline", "excerpt", "url", "article_id")
_SHOWN = "article_id, coalesce(date_published, first_seen) as published_at, source, headline, text, language, url"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchRequest:
    """What is searched for, and where.

    Attributes:
        text: in the language of docs/search.md.
        since, until: days or times of publication, as typed: from the first on, before the second.
        sources, collections: names; none for all.
        rows: at most so many articles; None for all.
        newest: the newest first, instead of the best.
        marks: what stands before and after the words that were looked for, in the excerpt.
    """

    text: str
    since: str | None = None
    until: str | None = None
    sources: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    rows: int | None = None
    newest: bool = False
    marks: tuple[str, str] = ("**", "**")


def search(reader: Reader, asked: SearchRequest) -> Result:
    """The articles that are found, the best first: columns COLUMNS.

    Raises:
        BadUsage: a time cannot be read.
        BadSearch: the search cannot be meant.
        NoIndex: there is no search index, and none can be made.
        QueryFailed: reading the articles ran into a limit.
    """
    hits = hits_of(reader, asked)
    return Result(list(COLUMNS), shown(reader, hits, asked))


def hits_of(reader: Reader, asked: SearchRequest) -> list[Hit]:
    """As `search`, ids and scores only."""
    return reader.searches.hits(asked.text, limits=limits_of(reader, asked), rows=asked.rows, newest=asked.newest)


def limits_of(reader: Reader, asked: SearchRequest) -> Limits:
    """The bounds of a search as the index takes them."""
    since, until = read_time("--since", asked.since), read_time("--until", asked.until)
    return Limits(
        since=None if since is None else int(since.timestamp()),
        until=None if until is None else int(until.timestamp()),
        sources=reader.searches.sources_of(list(asked.sources), list(asked.collections)),
    )


def shown(reader: Reader, hits: list[Hit], asked: SearchRequest) -> list[tuple[object, ...]]:
    """A row for each hit, in their order."""
    places = reader.query(
        "select rowid from articles where article_id in (select unnest($ids::uuid[]))",
        {"ids": [h.article_id for h in hits]},
    ).rows
    read = reader.query(" union all ".join(selects(_SHOWN, [place for (place,) in places]))).rows
    articles = {row[0]: row[1:] for row in read}
    marker = Marker(parse(asked.text))
    found: list[tuple[object, ...]] = []
    for hit in hits:
        published, source, headline, text, language, url = articles[hit.article_id]
        excerpt = marker.excerpt(text or "", language).marked(*asked.marks)
        found.append((round(hit.score, 2), published, source, headline, excerpt, url, hit.article_id))
    return found


def read_time(option: str, said: str | None) -> datetime | None:
    """A day or time as typed, UTC without an offset.

    Raises:
        BadUsage: it is neither.
    """
    if said is None:
        return None
    try:
        when = datetime.fromisoformat(said)
    except ValueError:
        raise BadUsage(f"{option} {said!r} is not a day or a time; such as 2026-11-23 or 2026-11-23T09:00") from None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
