"""The suite of a run's requests: what the fetching of articles, feeds and sitemaps must leave behind.

A request cannot be rejected like a row, so a critical rule that fails here fails the run before it is published.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from expectations.rules import BETWEEN, MATCH, MEAN, ONE_OF, PRESENT, always, critical, warning

SUITE = "requests"
OUTCOMES = ("ok", "not_modified", "skipped", "failed", "pending")
COLUMNS = (
    "source", "url", "kind", "outcome", "error", "status", "elapsed_ms", "body_bytes", "digest", "ok_without_status",
    "failed_without_reason", "article_without_capture", "status_contradicts", "is_failure", "is_repeated_body",
)  # fmt: skip
_NO = {"value_set": [False]}
_WORKED = ("ok", "not_modified")

RULES = (
    *always(COLUMNS, "requests"),
    critical("source_present", PRESENT, "A request of no source is in nobody's ledger.", column="source"),
    critical("url_is_http", MATCH, "Only addresses of the web are asked for.", column="url", regex=r"^https?://[^\s/]+"),
    critical("kind_known", ONE_OF, "A request that is of no known kind is missing from every count.",
             column="kind", value_set=["article", "feed", "sitemap"]),
    critical("outcome_known", ONE_OF, "An outcome that nobody knows cannot be accounted for.",
             column="outcome", value_set=list(OUTCOMES)),
    critical("answers_have_a_status", ONE_OF, "A page without an HTTP status was never answered: its text is invented.",
             column="ok_without_status", shows="url", **_NO),
    critical("failures_say_why", ONE_OF, "A failure without a reason can be neither counted nor mended.",
             column="failed_without_reason", shows="url", **_NO),
    critical("pages_are_archived", ONE_OF, "A page that was received and not archived is lost, and cannot be replayed.",
             column="article_without_capture", shows="url", **_NO),
    warning("status_fits_outcome", ONE_OF, "A page taken from an error answer is the outlet's error page.",
            column="status_contradicts", shows="status", **_NO),
    warning("elapsed_plausible", BETWEEN, "A request of over ten minutes outlived its own deadline.",
            column="elapsed_ms", min_value=0, max_value=600_000),
    warning("bodies_not_empty", BETWEEN, "An empty page has no story; many of them are a block.",
            column="body_bytes", min_value=1),
    warning("few_failures", MEAN, "When half of the requests fail, the day's figures are of half the outlets.",
            column="is_failure", max_value=0.5),
    warning("bodies_differ", MEAN, "The same bytes under many addresses: a wall answers instead of the outlet.",
            column="is_repeated_body", max_value=0.2),
)  # fmt: skip


def request_facts(requests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The columns that the suite looks at, one row per row of `fetches` (with the capture's `digest`)."""
    bodies = Counter(r["digest"] for r in requests if r.get("digest"))
    return [{name: each.get(name) for name in COLUMNS} | _of(each, bodies) for each in requests]


def _of(request: Mapping[str, Any], bodies: Mapping[str, int]) -> dict[str, Any]:
    outcome, status, article = request.get("outcome"), request.get("status"), request.get("kind") == "article"
    return {
        "ok_without_status": outcome in _WORKED and status is None,
        "failed_without_reason": outcome == "failed" and not request.get("error"),
        "article_without_capture": article and outcome == "ok" and request.get("body_bytes") is None,
        "status_contradicts": outcome == "ok" and status is not None and status >= 400,
        "is_failure": int(outcome == "failed"),
        "is_repeated_body": int(bodies.get(request.get("digest") or "", 0) > 1),
    }
