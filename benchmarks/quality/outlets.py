"""Eight invented outlets for weeks of small batches: what is usual there, what goes really wrong and when.

Rows as a run writes them; nothing is fetched or read.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pyarrow as pa

START = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
EVERY = timedelta(minutes=15)
Row = dict[str, Any]
OUTLETS = ("daily", "courier", "broadcast", "gazette", "weekly", "desk", "observer", "wire")
_RULES = {  # chance that a page fails it
    "headline_length": 0.03, "text_is_prose": 0.02, "text_not_repeating": 0.01, "content_hash_unique": 0.01,
    "language_present": 0.005, "image_url_is_http": 0.005, "text_encoding_whole": 0.005,
}  # fmt: skip
_REJECTED, _REQUEST_FAILS, _POLL_FAILS = 0.01, 0.02, 0.005
_BURST = 0.4  # of the pages on an afternoon of short posts


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at an outlet, from a day to another (both may be fractions)."""

    outlet: str
    what: str
    first: float
    last: float

    def is_on(self, day: float) -> bool:
        return self.first <= day < self.last


FAULTS = (  # an outlet's own usual is known after some days
    Fault("gazette", "the feed fails", 6.3, 9.3),
    Fault("daily", "a template loses the authors", 7.4, 9.4),
    Fault("courier", "a wall answers instead of stories", 8.5, 9.5),
    Fault("broadcast", "the feed goes silent", 9.2, 10.7),
    Fault("weekly", "texts are decoded wrongly", 10.6, 11.6),
    Fault("desk", "bodies are cut to teasers", 11.4, 12.6),
    Fault("observer", "most requests fail", 12.3, 12.9),
    Fault("wire", "the feed fails", 16.4, 16.9),
    Fault("courier", "the feed goes silent", 19.1, 21.1),
    Fault("broadcast", "a template loses the authors", 23.5, 27.5),
    Fault("daily", "texts are decoded wrongly", 29.2, 29.8),
    Fault("gazette", "most requests fail", 33.6, 34.0),
    Fault("observer", "a wall answers instead of stories", 37.3, 40.3),
    Fault("weekly", "bodies are cut to teasers", 43.4, 46.4),
    Fault("desk", "the feed fails", 48.2, 48.4),
    Fault("wire", "most requests fail", 51.5, 52.5),
    Fault("daily", "most requests fail", 51.5, 52.5),
    Fault("courier", "a template loses the authors", 54.4, 56.4),
    Fault("gazette", "the feed goes silent", 57.0, 58.6),
)


class World:
    """The rows that the runs of all outlets write."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection, self.rng = connection, random.Random(15)
        self._bursts = {(o, d) for d in range(200) for o in OUTLETS if self.rng.random() < 0.05}
        self._failed: set[str] = set()

    def run(self, now: datetime, run_id: str) -> tuple[dict[str, str], int]:
        """One batch; outlets whose poll failed, and how many rules are newly not met, batch by batch."""
        day = (now - START) / timedelta(days=1)
        failing = {o: "timeout" for o in OUTLETS if self._has(o, "the feed fails", day) or self._chance(_POLL_FAILS)}
        pages: list[Row] = []
        fetches: list[Row] = []
        quarantined: list[Row] = []
        for _ in range(self.rng.randint(5, 20)):
            outlet = self.rng.choice(OUTLETS)
            if outlet in failing or self._has(outlet, "the feed goes silent", day):
                continue
            url = f"http://{outlet}.example/{uuid.UUID(int=self.rng.getrandbits(128))}"
            lost = self._chance(0.7 if self._has(outlet, "most requests fail", day) else _REQUEST_FAILS)
            asked: Row = {"run_id": run_id, "source": outlet, "url": url}
            fetched = {"kind": "article", "started_at": now, "outcome": "failed" if lost else "ok"}
            fetches.append(asked | fetched)
            if lost:
                continue
            wall = self._has(outlet, "a wall answers instead of stories", day)
            if wall or self._chance(_REJECTED):
                why = {"rule": "page_is_article", "severity": "critical", "quarantined_at": now, "attempts": 1}
                quarantined.append(asked | why)
            else:
                pages.append(self._page(outlet, url, now, run_id, day))
        self._write(pages, fetches, quarantined, now, run_id, failing)
        rules = {rule for page in pages for rule in page["quality_flags"]} | {
            "page_is_article" for _ in quarantined[:1]
        }
        new, self._failed = len(rules - self._failed), rules
        return failing, new

    def _page(self, outlet: str, url: str, now: datetime, run_id: str, day: float) -> dict[str, Any]:
        flags = [rule for rule, chance in _RULES.items() if self._chance(chance)]
        if (outlet, int(day)) in self._bursts and 14 <= now.hour < 17 and self._chance(_BURST):
            flags.append("headline_length")
        if self._has(outlet, "texts are decoded wrongly", day) and self._chance(0.8):
            flags.append("text_encoding_whole")
        anonymous = self._has(outlet, "a template loses the authors", day) or self._chance(0.08)
        teaser = self._has(outlet, "bodies are cut to teasers", day)
        ident = str(uuid.UUID(int=self.rng.getrandbits(128)))
        return {
            "article_id": ident, "source": outlet, "url": url, "canonical_url": url, "domain": f"{outlet}.example",
            "headline": "h", "authors": [] if anonymous else ["Ada Quill"], "date_published": now,
            "date_published_source": "json_ld", "date_published_precision": "instant", "section": "Local",
            "image_url": "http://x.example/i", "page_kind": "article", "version": 1, "content_hash": ident,
            "word_count": self.rng.randint(45, 90) if teaser else max(20, int(self.rng.lognormvariate(6, 0.45))),
            "first_seen": now, "last_seen": now, "extractor": "e", "run_id": run_id,
            "quality_flags": sorted(set(flags)),
        }  # fmt: skip

    def _write(
        self, pages: list[Row], fetches: list[Row], quarantined: list[Row], now: datetime, run_id: str,
        failing: dict[str, str],
    ) -> None:  # fmt: skip
        done = [(page, "loaded") for page in pages] + [(row, "rejected") for row in quarantined]
        self._insert("articles", pages)
        self._insert("fetches", fetches)
        self._insert("quarantine", quarantined)
        self._insert("outcomes", [
            {"run_id": run_id, "source": row["source"], "url": row["url"], "outcome": outcome, "decided_at": now}
            for row, outcome in done
        ])  # fmt: skip
        polls = {o: "failed" if o in failing else "ok" for o in OUTLETS}
        self._insert("feed_polls", [
            {"run_id": run_id, "source": o, "feed_url": o, "polled_at": now, "outcome": outcome}
            for o, outcome in polls.items()
        ])  # fmt: skip

    def _insert(self, table: str, rows: list[dict[str, Any]]) -> None:
        if rows:
            found = pa.Table.from_pylist(rows)  # noqa: F841 - DuckDB reads it by its name
            self.connection.execute(f"insert into {table} by name select * from found")

    def _has(self, outlet: str, what: str, day: float) -> bool:
        return any(f.outlet == outlet and f.what == what and f.is_on(day) for f in FAULTS)

    def _chance(self, chance: float) -> bool:
        return self.rng.random() < chance
