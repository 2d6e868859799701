"""What a run asks the warehouse before it decides: the frontier, the known articles, the validators of the feeds."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

import duckdb
import numpy as np

from expectations.drift import MEASURES, Sample
from tasks.base.items import DecidedPage, FrontierEntry, TrackedLink
from tasks.base.urls import registrable_domain
from tasks.discover.pace import Feed
from warehouse.article_columns import filled_in
from warehouse.prose import words
from warehouse.records import Capture
from warehouse.seals import seal_rows

HISTORY_DAYS = 28  # four of each day of the week


@cache
def _sql(name: str) -> str:
    return filled_in(resources.files("warehouse").joinpath("lookups", f"{name}.sql").read_text(encoding="utf-8"))


def frontier(
    connection: duckdb.DuckDBPyConnection, url_ids: Sequence[str], sources: Sequence[str], *, now: datetime
) -> dict[str, FrontierEntry]:
    """What is known of these URLs, and of all URLs of these sources that are due; by url_id."""
    rows = _dicts(
        connection.execute(_sql("frontier"), {"url_ids": list(url_ids), "sources": list(sources), "now": now})
    )
    return {row["url_id"]: FrontierEntry(**row) for row in rows}


def with_captures(connection: duckdb.DuckDBPyConnection, items: Sequence[TrackedLink]) -> list[TrackedLink]:
    """The items with their pages' last captures, so that an unchanged body need not be archived twice."""
    idents = [item.seen.capture_id for item in items if item.seen and item.seen.capture_id]
    rows = _dicts(connection.execute(_sql("captures"), {"capture_ids": idents})) if idents else []
    captures = {row["capture_id"]: Capture(**row) for row in rows}
    return [
        replace(item, seen=replace(item.seen, capture=captures.get(item.seen.capture_id or ""))) if item.seen else item
        for item in items
    ]


def all_captures(connection: duckdb.DuckDBPyConnection) -> list[Capture]:
    """Every capture that stands in the archive."""
    idents = [ident for (ident,) in connection.execute("select cast(capture_id as varchar) from captures").fetchall()]
    return [Capture(**row) for row in _dicts(connection.execute(_sql("captures"), {"capture_ids": idents}))]


def expired_captures(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Ids of the captures whose bytes were removed because of their age."""
    rows = connection.execute(
        "select cast(capture_id as varchar) from captures where expired_at is not null"
    ).fetchall()
    return {ident for (ident,) in rows}


def faults(connection: duckdb.DuckDBPyConnection, *, run_id: str | None = None) -> list[dict[str, Any]]:
    """What is wrong within the warehouse: kind, subject and detail of each fault.

    With `run_id`, what would read every text is asked of that run's articles only.
    """
    return _dicts(connection.execute(_sql("faults"), {"run_id": run_id}))


def segments(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The segments of the archive that captures name, and up to which byte they need them."""
    return {name: int(ends or 0) for name, ends in connection.execute(_sql("segments")).fetchall()}


def whole_segments(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The segments of the archive in which no run can have left a capture that is not loaded."""
    return {name for (name,) in connection.execute(_sql("whole_segments")).fetchall()}


def ask(connection: duckdb.DuckDBPyConnection, name: str, **given: Any) -> list[dict[str, Any]]:
    """The rows of a question of warehouse/lookups, as dicts."""
    return _dicts(connection.execute(_sql(name), given))


def same_text(connection: duckdb.DuckDBPyConnection, candidates: Sequence[DecidedPage]) -> list[int]:
    """For each page to be loaded, at how many other addresses of its host the very same text stands.

    In the warehouse and among these pages; other articles only, so that a new version is not compared with itself.
    """
    given = {
        "idents": [c.article_id for c in candidates],
        "domains": [registrable_domain(c.item.capture.url) if c.item.capture else "" for c in candidates],
        "words": [words(c.page.text) for c in candidates],
        "texts": [c.page.text for c in candidates],
    }
    counts: dict[str, int] = dict(connection.execute(_sql("same_text"), given).fetchall())
    return [counts.get(c.article_id, 0) for c in candidates]


def loaded_captures(connection: duckdb.DuckDBPyConnection, capture_ids: Sequence[str]) -> set[str]:
    """Which of these captures the warehouse has already."""
    rows = connection.execute(_sql("loaded_captures"), {"capture_ids": list(capture_ids)}).fetchall()
    return {row[0] for row in rows}


def capture_lookup(connection: duckdb.DuckDBPyConnection) -> Callable[[str], bool]:
    """What tells of a capture id whether the warehouse had it when this was called: to ask of every record of a file.

    `captures` has no index, and reading its ids for each record took 1 ms at 450 captures and 5 ms at a million. So the
    second halves of all ids are kept (8 bytes each), and the table is asked only when one of them is there.
    """
    tails = np.sort(connection.execute(_sql("capture_tails")).fetchnumpy()["tail"])

    def is_loaded(ident: str) -> bool:
        tail = np.uint64(uuid.UUID(ident).int & 0xFFFF_FFFF_FFFF_FFFF)
        place = np.searchsorted(tails, tail)
        return bool(place < len(tails) and tails[place] == tail and loaded_captures(connection, [ident]))

    return is_loaded


def feeds(connection: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[str, Feed]:
    """What is remembered of the feeds and sitemaps of these sources, by URL."""
    rows = _dicts(connection.execute(_sql("feeds"), {"sources": list(sources)}))
    return {
        row["feed_url"]: Feed(
            **row | {"entry_ids": tuple(row["entry_ids"] or ()), "parts_read": tuple(row["parts_read"] or ())}
        )
        for row in rows
    }


def domain_pauses(connection: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, datetime]:
    """The sites that are not to be asked yet, and until when."""
    return dict(connection.execute(_sql("domain_pauses"), {"now": now}).fetchall())


def articles_to_reread(connection: duckdb.DuckDBPyConnection, source: str | None) -> list[dict[str, Any]]:
    """All articles, or those of a source or a collection, with the capture that each was read from."""
    return _dicts(connection.execute(_sql("articles_to_reread"), {"source": source}))


def quarantined(
    connection: duckdb.DuckDBPyConnection, *, rule: str | None, source: str | None, idents: Sequence[str]
) -> list[dict[str, Any]]:
    """What is in quarantine, with its captures; `idents` are beginnings of capture ids, none for all."""
    given = {"rule": rule, "source": source, "idents": list(idents)}
    return _dicts(connection.execute(_sql("quarantined"), given))


def histories(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], *, now: datetime
) -> dict[str, dict[date, int]]:
    """New articles of each full day of the last four weeks on which the source was polled, by source."""
    given = {"sources": list(sources), "now": now, "since": now - timedelta(days=HISTORY_DAYS)}
    found: dict[str, dict[date, int]] = {}
    for source, day, articles in connection.execute(_sql("source_days"), given).fetchall():
        found.setdefault(source, {})[day] = articles
    return found


def new_articles(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], *, now: datetime
) -> dict[str, tuple[int, datetime]]:
    """New articles of the last 24 hours, and when the first one ever was seen, by source."""
    given = {"sources": list(sources), "since": now - timedelta(days=1)}
    return {s: (n, since) for s, n, since in connection.execute(_sql("new_articles"), given).fetchall()}


def run_requests(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[dict[str, Any]]:
    """Every request of a run."""
    return _dicts(connection.execute(_sql("run_requests"), {"run_id": run_id}))


def refusing(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, str]:
    """The sources of which a run got none of three or more pages, and why; pages that are gone say nothing of it."""
    rows = connection.execute(
        "select source, count(*), mode(error) from fetches "
        "where run_id = ? and kind = 'article' and outcome not in ('skipped', 'pending') "
        "and coalesce(error, '') not in ('http_404', 'http_410') "
        "group by source having count(*) >= 3 and bool_and(outcome = 'failed') order by source",
        [run_id],
    ).fetchall()
    return {name: f"all {count} pages that were asked for failed, most with {error}" for name, count, error in rows}


def gone_entries(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, str]:
    """The sources whose feeds and sitemaps announced pages that are not there, every one of them; and in words.

    Their polls get the warning `entries_gone`. One page that is gone among others, or an article that was taken down
    since, says nothing.
    """
    rows = connection.execute(_sql("gone_entries"), {"run_id": run_id}).fetchall()
    connection.execute(
        "update feed_polls set warnings = list_append(coalesce(warnings, []), 'entries_gone') "
        "where run_id = ? and outcome = 'ok' and list_contains(?, source)",
        [run_id, [source for source, _, _ in rows]],
    )
    seal_rows(connection, "feed_polls", f"run_id = '{uuid.UUID(run_id)}' and list_contains(warnings, 'entries_gone')")
    return {source: f"all {count} pages that it announced are gone ({error})" for source, count, error in rows}


def unmatched_selects(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, int, int]]:
    """Sources with pages of this run on which none of their `select` found words: how many articles, of how many."""
    rows: list[tuple[str, int, int]] = connection.execute(_sql("unmatched_selects"), {"run_id": run_id}).fetchall()
    return rows


def rejecting(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, str]:
    """The sources of which two or more pages were read in this run, all were rejected, and none was ever loaded."""
    rows = connection.execute(_sql("rejecting"), {"run_id": run_id}).fetchall()
    return {source: f"all {count} pages that were read were rejected, most by {why}" for source, count, why in rows}


def judged_sources(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """The sources of which this run has judged pages."""
    rows = connection.execute(
        "select distinct source from outcomes where run_id = ? and outcome in ('loaded', 'revised', 'rejected') "
        "order by source",
        [run_id],
    ).fetchall()
    return [source for (source,) in rows]


def source_samples(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], *, run_id: str, now: datetime
) -> dict[str, dict[date | None, Sample]]:
    """By source, what its articles look like: those of each day of the last four weeks, and under None the newest."""
    since = datetime.combine(now.date() - timedelta(days=HISTORY_DAYS), time(), tzinfo=now.tzinfo)
    given = {"sources": list(sources), "now": now, "since": since, "run_id": run_id}
    found: dict[str, dict[date | None, Sample]] = {}
    for row in _dicts(connection.execute(_sql("source_samples"), given)):
        values = {name: row[name] for name in MEASURES}
        sample = Sample(articles=row["articles"], values=values, spread=row["spread"])
        found.setdefault(row["source"], {})[row["day"]] = sample
    return found


def recent_quality(connection: duckdb.DuckDBPyConnection, runs: int) -> list[dict[str, Any]]:
    """What became of each expectation in the newest judged runs, oldest first."""
    return _dicts(connection.execute(_sql("recent_quality"), {"runs": runs}))


def examples(connection: duckdb.DuckDBPyConnection, source: str, run_id: str) -> list[str]:
    """Three of a source's newest articles, those of the run first."""
    rows = connection.execute(
        "select url from articles where source = ? order by run_id = ? desc, first_seen desc, url limit 3",
        [source, run_id],
    ).fetchall()
    return [url for (url,) in rows]


def loaded_by_source(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """New articles of a run, by source."""
    asked = "select source, count(*) from outcomes where run_id = ? and outcome = 'loaded' group by source"
    return dict(connection.execute(asked, [run_id]).fetchall())


def since_last_run(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str], *, now: datetime
) -> dict[str, timedelta]:
    """How long ago these sources were polled before this run."""
    rows = connection.execute(
        "select source, last_run from sources where list_contains(?, source) and last_run is not null", [list(sources)]
    ).fetchall()
    return {source: now - last for source, last in rows}


def feed_validators(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str]
) -> dict[str, tuple[str | None, str | None]]:
    """ETag and Last-Modified of the last good poll of each feed and sitemap, by its URL."""
    rows = connection.execute(_sql("feed_validators"), {"sources": list(sources)}).fetchall()
    return {url: (etag, last_modified) for url, etag, last_modified in rows}


def _dicts(cursor: Any) -> list[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
