"""Standing queries, and what they find: `watches` and `watch_hits`.

What is new for a watch is matched in the transaction that records the search index of a snapshot: the articles that
were loaded since the one before. So each is found once, whatever is killed when; telling it (flows/run/telling.py) is
another step, and a row says what has been told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import duckdb

from warehouse.errors import BadSearch
from warehouse.inventory import keeping_stock
from warehouse.searching.grammar import parse
from warehouse.searching.reading import Limits, SearchIndex, open_generation
from warehouse.searching.session import read_names
from warehouse.transactions import transaction

CHANNELS = ("event", "webhook", "mail", "feed")
_AT_ONCE = 10_000  # articles that a watch is matched against with one query
# What an extractor reads otherwise in an old page is no news.
_NEW = """
select article_id, any_value(run_id) from internal.search_pending
left join runs using (run_id) where flow is distinct from 'reextract' group by article_id
"""
_HIT = """
insert into watch_hits (name, article_id, run_id, matched_at, told)
select $1, $2, $3, $4, []
where not exists (from watch_hits as old where old.name = $1 and old.article_id = $2)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A standing query; channels are some of CHANNELS."""

    name: str
    query: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit:
    """An article that a watch found, and the channels that have told it."""

    article_id: UUID
    source: str
    headline: str
    url: str
    text: str
    language: str | None
    published_at: datetime
    matched_at: datetime
    told: tuple[str, ...]


def watches(connection: duckdb.DuckDBPyConnection) -> list[Watch]:
    """All of them, by name."""
    rows = connection.execute("select name, query, channels from watches order by name").fetchall()
    return [Watch(name=name, query=query, channels=tuple(channels)) for name, query, channels in rows]


def add_watch(connection: duckdb.DuckDBPyConnection, watch: Watch, *, now: datetime) -> None:
    """Keep a watch; what is loaded from now on is told.

    Raises:
        BadSearch: there is one of that name already.
    """
    if connection.execute("select 1 from watches where name = ?", [watch.name]).fetchone():
        raise BadSearch(f"there is a watch {watch.name!r} already; remove it first, or give another name")
    with transaction(connection), keeping_stock(connection, "watches"):
        connection.execute(
            "insert into watches (name, query, channels, created_at) values (?, ?, ?, ?)",
            [watch.name, watch.query, list(watch.channels), now],
        )


def remove_watch(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Forget a watch and what it found; False when there is none of that name."""
    with transaction(connection), keeping_stock(connection, "watches", "watch_hits"):
        found = connection.execute("select 1 from watches where name = ?", [name]).fetchall()
        connection.execute("delete from watches where name = ?", [name])
        connection.execute("delete from watch_hits where name = ?", [name])
    return bool(found)


def match_watches(connection: duckdb.DuckDBPyConnection, root: Path, generation: str, *, now: datetime) -> None:
    """Write down what is new for each watch; within the transaction that records the generation.

    A watch whose search cannot be meant any more, because a source is gone, finds nothing: `wrong_watches` names it.

    Args:
        connection: the writer's.
        root: the folder of the index.
        generation: the one that is recorded.
        now: the clock.
    """
    all_watches = watches(connection)
    new = connection.execute(_NEW).fetchall() if all_watches else []
    index = open_generation(root / generation) if new else None
    runs = dict(new)
    with keeping_stock(connection, "watches", "watch_hits"):
        for watch in all_watches if new else ():
            found = _found(connection, index, watch, list(runs))
            if found:
                connection.executemany(_HIT, [[watch.name, article, runs[article], now] for article in found])
        connection.execute("update watches set last_run = ?", [now])


def _found(
    connection: duckdb.DuckDBPyConnection, index: SearchIndex | None, watch: Watch, new: Sequence[UUID]
) -> list[UUID]:
    if index is None:
        return []
    names = read_names(connection, index.sources())
    try:
        node = parse(watch.query)
        parts = [tuple(new[at : at + _AT_ONCE]) for at in range(0, len(new), _AT_ONCE)]
        return [hit.article_id for part in parts for hit in index.search(node, names, limits=Limits(among=part))]
    except BadSearch:
        return []


def wrong_watches(connection: duckdb.DuckDBPyConnection, index: SearchIndex) -> dict[str, str]:
    """What is wrong with the searches of watches, by name."""
    names, wrong = read_names(connection, index.sources()), {}
    for watch in watches(connection):
        try:
            index.count(parse(watch.query), names)
        except BadSearch as error:
            wrong[watch.name] = str(error)
    return wrong


def untold(connection: duckdb.DuckDBPyConnection, watch: Watch) -> list[WatchHit]:
    """What a watch found and has not told through all of its channels, the oldest first."""
    return _hits(connection, watch.name, "told_at is null", "order by matched_at, published_at, article_id")


def latest(connection: duckdb.DuckDBPyConnection, name: str, count: int) -> list[WatchHit]:
    """What a watch found last, the newest first."""
    return _hits(
        connection, name, "true", f"order by matched_at desc, published_at desc, article_id limit {int(count)}"
    )


def _hits(connection: duckdb.DuckDBPyConnection, name: str, which: str, order: str) -> list[WatchHit]:
    rows = connection.execute(
        "select article_id, source, coalesce(headline, url), url, coalesce(text, ''), language, "  # noqa: S608 - our own
        "coalesce(date_published, first_seen) as published_at, matched_at, told "
        f"from watch_hits join articles using (article_id) where name = ? and {which} {order}",
        [name],
    ).fetchall()
    names = ("article_id", "source", "headline", "url", "text", "language", "published_at", "matched_at")
    return [WatchHit(**dict(zip(names, row, strict=False)), told=tuple(row[-1])) for row in rows]


def mark_told(
    connection: duckdb.DuckDBPyConnection, watch: Watch, articles: Sequence[UUID], channel: str, *, now: datetime
) -> None:
    """Write down that a channel has told these articles."""
    with transaction(connection), keeping_stock(connection, "watch_hits"):
        connection.execute(
            "update watch_hits set told = list_distinct(list_append(told, $channel)), "
            "told_at = if(list_has_all(list_append(told, $channel), $channels), $now, null) "
            "where name = $name and list_contains($articles::uuid[], article_id)",
            {
                "channel": channel,
                "channels": list(watch.channels),
                "now": now,
                "name": watch.name,
                "articles": list(articles),
            },
        )
