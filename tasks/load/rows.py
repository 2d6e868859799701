"""From decided items to rows of the warehouse's tables. Pure; the column names are the migrations'."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from tasks.base.boilerplate import block_key
from tasks.base.items import DecidedPage, ReadPage, TrackedLink, UnreadableItem
from tasks.base.urls import registrable_domain
from tasks.decide.schedule import Gone, next_look, next_try
from tasks.extract.feedtext import TEXT_FROM_FEED
from warehouse.article_columns import READ
from warehouse.prose import paragraphs, words
from warehouse.records import Outcome

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Table = list[Row] | pa.Table

# States of the frontier whose URL is tried again after a growing wait.
_RETRIED = ("failed", "rejected")
_ROBOTS_AGAIN = timedelta(days=7)


def discovery_row(item: TrackedLink, run_id: str, now: datetime) -> Row:
    """A row of `discoveries`."""
    lists = {"categories": list(item.link.categories), "enclosures": list(item.link.enclosures)}
    told = {name: value for name, value in _flat(item.link).items() if name != "content"}  # the archive has it
    return told | lists | {"run_id": run_id, "url_id": item.url_id, "discovered_at": now}


def capture_row(item: TrackedLink, run_id: str) -> Row:
    """A row of `captures`."""
    assert item.capture is not None  # noqa: S101 - asked for captured items only
    return _flat(item.capture) | {"run_id": run_id}


def fetch_row(item: TrackedLink, run_id: str, *, kind: str = "article") -> Row | None:
    """A row of `fetches`, or None for what came without a request."""
    fetched = item.fetched
    if fetched is None:
        return None
    return {
        "run_id": run_id,
        "source": item.link.source,
        "url": fetched.url,
        "kind": kind,
        "started_at": fetched.started_at,
        "elapsed_ms": fetched.elapsed_ms,
        "status": fetched.status,
        "outcome": fetched.outcome,
        "error": fetched.error,
        "robots_rule": fetched.robots_rule,
        "final_url": fetched.final_url,
        "body_bytes": item.capture.body_bytes if item.capture else None,
        "tdm": list(fetched.tdm),
    }


def outcome_row(item: TrackedLink, outcome: Outcome, run_id: str, now: datetime) -> Row:
    """A row of `outcomes`."""
    capture = item.capture.capture_id if item.capture else None
    return _flat(outcome) | {"run_id": run_id, "capture_id": capture, "decided_at": now}


def article_row(candidate: DecidedPage, run_id: str, *, extractor: str, flags: Iterable[str]) -> Row:
    """A row of `articles`."""
    page, capture = candidate.page, candidate.item.capture
    assert capture is not None  # noqa: S101 - a candidate was read from a capture
    return {
        **{name: _plain(getattr(page, name)) for name in READ},
        "article_id": candidate.article_id,
        "source": candidate.item.link.source,
        "url": capture.url,
        "canonical_url": candidate.canonical_url,
        "domain": registrable_domain(capture.url),
        "word_count": words(page.text),
        "version": candidate.version,
        "content_hash": candidate.content_hash,
        "first_seen": capture.fetched_at,
        "last_seen": capture.fetched_at,
        "extractor": extractor,
        "capture_id": capture.capture_id,
        "run_id": run_id,
        "quality_flags": sorted({*page.flags, *flags}),
    }


def version_row(candidate: DecidedPage, run_id: str, *, extractor: str) -> Row:
    """A row of `article_versions`."""
    capture = candidate.item.capture
    assert capture is not None  # noqa: S101 - a candidate was read from a capture
    return {
        "article_id": candidate.article_id,
        "version": candidate.version,
        "valid_from": capture.fetched_at,
        "valid_to": candidate.valid_to,
        "headline": candidate.page.headline,
        "text": candidate.page.text,
        "content_hash": candidate.content_hash,
        "change_kind": candidate.change_kind,
        "capture_id": capture.capture_id,
        "extractor": extractor,
        "run_id": run_id,
    }


def span_rows(candidate: DecidedPage) -> list[Row]:
    """Rows of `version_spans`: versions of the warehouse whose place in time changes because of a page."""
    names = ("was", "version", "valid_from", "valid_to", "change_kind", "capture_id")
    return [{"article_id": candidate.article_id} | {name: getattr(v, name) for name in names} for v in candidate.placed]


def address_rows(candidate: DecidedPage, run_id: str) -> list[Row]:
    """Rows of `article_addresses`: by what names the article is known after a page."""
    assert candidate.item.capture is not None  # noqa: S101 - a candidate was read from a capture
    base = {
        "article_id": candidate.article_id,
        "source": candidate.item.link.source,
        "first_seen": candidate.item.capture.fetched_at,
        "run_id": run_id,
    }
    return [base | _flat(address) for address in candidate.addresses]


def form_rows(candidate: DecidedPage, run_id: str) -> list[Row]:
    """Rows of `address_forms`."""
    return [{"article_id": candidate.article_id, "url_id": form, "run_id": run_id} for form in candidate.forms]


def feed_text_rows(candidate: DecidedPage, run_id: str) -> list[Row]:
    """Rows of `feed_texts`: what the page's text was taken from, so that it can be read again."""
    capture, content = candidate.item.capture, candidate.item.link.content
    if capture is None or TEXT_FROM_FEED not in candidate.page.flags:
        return []
    return [{"capture_id": capture.capture_id, "content": content, "run_id": run_id}]


def _flat(record: Any) -> Row:
    """A record of plain values as a dict; asdict copies deeply, which cost a tenth of a run over a WARC file."""
    return {name: getattr(record, name) for name in type(record).__slots__}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def block_rows(candidate: DecidedPage) -> list[Row]:
    """Rows of `outlet_blocks`: the blocks of a new article, those that were removed included."""
    assert candidate.item.capture is not None  # noqa: S101 - a candidate was read from a capture
    when = candidate.item.capture.fetched_at
    source = candidate.item.link.source
    return [
        {"source": source, "block": key, "articles": 1, "first_seen": when, "last_seen": when, "sample": block[:200]}
        for key, block in _blocks(candidate).items()
    ]


def habit_rows(candidate: DecidedPage) -> list[Row]:
    """Rows of `outlet_habits`: what a new article shows of its outlet."""
    assert candidate.item.capture is not None  # noqa: S101 - a candidate was read from a capture
    base = {"source": candidate.item.link.source, "articles": 1}
    seen = dict.fromkeys(("first_seen", "last_seen"), candidate.item.capture.fetched_at)
    return [base | seen | {"habit": habit, "value": value} for habit, value in candidate.shows]


def _blocks(candidate: DecidedPage) -> dict[int, str]:
    page = candidate.page
    if isinstance(page, ReadPage):
        return dict(zip(page.blocks, paragraphs(page.as_read), strict=True))
    return {block_key(block): block for block in (*paragraphs(page.text), *candidate.removed)}


def frontier_row(
    item: TrackedLink, outcome: Outcome, *, published: datetime | None, now: datetime, looks: Sequence[timedelta]
) -> Row:
    """A row of `frontier`: when the URL is looked at next follows from what became of it.

    Args:
        item: the link, what came of it, and what was known.
        outcome: what the run made of it.
        published: when the article was published, if that is known.
        now: the clock.
        looks: after publication, when a known article is looked at again.
    """
    seen, capture, fetched = item.seen, item.capture, item.fetched
    gone = gone_after(item, outcome, now)
    state = outcome.outcome if outcome.outcome in (*_RETRIED, "skipped", "pending") else "known"
    state = "removed" if gone.is_final(now) else state
    attempts = (seen.attempts if seen else 0) + 1 if state in _RETRIED else 0
    first_seen = seen.first_seen if seen and seen.first_seen else now
    published = published or (seen.published if seen else None) or first_seen
    return {
        "url_id": item.url_id,
        "source": item.link.source,
        "url": item.link.url,
        "article_id": outcome.article_id,
        "state": state,
        "first_seen": first_seen,
        "last_checked": fetched.started_at if fetched else now,
        "next_check": _next_check(state, attempts, published, now, looks),
        "attempts": attempts,
        "published": published,
        "capture_id": capture.capture_id if capture else None,
        "etag": capture.etag if capture else None,
        "last_modified": capture.last_modified if capture else None,
        "updated_raw": item.link.updated_raw,
        "title": item.link.title,
        "gone_since": gone.since,
        "gone_times": gone.times,
    }


def gone_after(item: TrackedLink, outcome: Outcome, now: datetime) -> Gone:
    """How long the page has been gone, after this outcome."""
    before = Gone(since=item.seen.gone_since, times=item.seen.gone_times) if item.seen else Gone()
    return before.after(outcome.outcome, outcome.reason, now)


def _next_check(
    state: str, attempts: int, published: datetime, now: datetime, looks: Sequence[timedelta]
) -> datetime | None:
    if state == "removed":
        return None
    if state == "pending":
        return now
    if state == "skipped":
        return now + _ROBOTS_AGAIN
    return next_try(attempts, now) if state in _RETRIED else next_look(published, now, looks)


def quarantine_row(item: TrackedLink, run_id: str, *, rule: str, observed: str, record: str, now: datetime) -> Row:
    """A row of `quarantine`; `record` is JSON."""
    return {
        "run_id": run_id,
        "source": item.link.source,
        "url": item.link.url,
        "capture_id": item.capture.capture_id if item.capture else None,
        "rule": rule,
        "severity": "critical",
        "observed": observed,
        "record": record,
        "quarantined_at": now,
        "attempts": 0,
        "resolved_at": None,
    }


def refused_row(refused: UnreadableItem, run_id: str, now: datetime) -> Row:
    """A row of `quarantine` for a page that could not be read whole."""
    refusal = refused.refusal
    return quarantine_row(refused.item, run_id, rule=refusal.rule, observed=refusal.observed, record="{}", now=now)
