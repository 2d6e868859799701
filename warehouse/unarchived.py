"""What a rebuild takes over from the file before, because it is in no archive: polls, sources, what brought no page.

the file before | is every article and capture of it there again? | rows that are not in the new file | runs' totals
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.inventory import count_rows
from warehouse.places import place_of
from warehouse.runs import finish_run
from warehouse.transactions import transaction

# By table: what makes a row the same one. What the redone runs have written of it stands.
_KEYS = {
    "sources": ("source",),
    "feeds": ("feed_url",),
    "feed_polls": ("run_id", "feed_url"),
    "fetches": ("run_id", "source", "url"),
    "outcomes": ("run_id", "source", "url"),
    "discoveries": ("run_id", "source", "url"),
    "frontier": ("url_id",),
    "article_addresses": ("article_id", "kind", "url_id"),
    "address_forms": ("article_id", "url_id"),
    "feed_texts": ("capture_id",),
    "quality_checks": ("run_id", "suite", "expectation"),
    "alarms": ("source", "kind", "since"),
    "runs": ("run_id",),
    "source_collections": ("source", "collection"),
    "watches": ("name",),
    "watch_hits": ("name", "article_id"),
}
# An outcome that rests on a capture which is gone is not taken over; nor is a discovery without an outcome.
_ONLY = {
    "outcomes": "and (capture_id is null or capture_id in (select capture_id from captures))",
    "discoveries": "and (run_id, source, url) in (select (run_id, source, url) from outcomes)",
    "frontier": "and (article_id is null or article_id in (select article_id from articles))",
    "article_addresses": "and article_id in (select article_id from articles)",
    "address_forms": "and article_id in (select article_id from articles)",
    "feed_texts": "and capture_id in (select capture_id from captures)",
    "runs": "and state <> 'running'",
}
_LOST = """
    select 'article', url from before.articles anti join articles using (article_id)
    union all
    select 'capture', url from before.captures anti join captures using (capture_id)
    where warc_file is not null
        and capture_id not in (select capture_id from before.articles where capture_id is not null)
    order by all
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """What the file before had and the archive has not: URLs."""

    articles: tuple[str, ...] = ()
    captures: tuple[str, ...] = ()  # of no article's current version

    def __bool__(self) -> bool:
        return bool(self.articles or self.captures)

    def __str__(self) -> str:
        shown = ", ".join((self.articles or self.captures)[:3])
        return f"{len(self.articles)} articles and {len(self.captures)} further captures, such as {shown}"


def attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Have the file before at hand, as `before`."""
    name = str(path.absolute()).replace("'", "''")
    connection.execute(f"attach '{name}' as before (read_only)")


def detach(connection: duckdb.DuckDBPyConnection) -> None:
    """Let it go."""
    connection.execute("detach before")


def lost(connection: duckdb.DuckDBPyConnection) -> Lost:
    """What did not come out of the archive again."""
    rows = connection.execute(_LOST).fetchall()
    return Lost(*(tuple(url for kind, url in rows if kind == wanted) for wanted in ("article", "capture")))


def carry_over(connection: duckdb.DuckDBPyConnection) -> None:
    """Take over the rows that are in no archive, and give the redone runs their old hours, states and full totals."""
    with transaction(connection):
        _carry_over(connection)
        count_rows(connection)


def _carry_over(connection: duckdb.DuckDBPyConnection) -> None:
    redone = connection.execute(
        "select cast(run_id as varchar), old.state, coalesce(old.message, ''), old.ended_at "
        "from runs join before.runs as old using (run_id) where old.ended_at is not null"
    ).fetchall()
    for table, keys in _KEYS.items():
        same = " and ".join(f"new.{key} = old.{key}" for key in keys)
        connection.execute(
            f"insert into {place_of(table)} by name select * from before.{place_of(table)} as old "  # noqa: S608 - our own names
            f"where not exists (from {place_of(table)} as new where {same}) {_ONLY.get(table, '')}"
        )
    connection.execute(
        "update articles set last_seen = greatest(articles.last_seen, old.last_seen), removed_at = old.removed_at "
        "from before.articles as old where old.article_id = articles.article_id"
    )
    # What was there before is no news for a watch.
    connection.execute(
        "delete from internal.search_pending where article_id in (select article_id from before.articles)"
    )
    connection.execute(
        "update runs set flow = old.flow, flow_run_id = old.flow_run_id, started_at = old.started_at, "
        "owner = old.owner from before.runs as old where old.run_id = runs.run_id"
    )
    for run_id, state, message, ended_at in redone:
        finish_run(connection, run_id, state=state, message=message, now=ended_at)
