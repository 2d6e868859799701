"""Seeded faults: good data with one thing wrong, and which rules must notice. Used by tests and for docs/quality.md.

    python -m benchmarks.quality.seeded_faults [--write]

Every fault is put into clean data by itself. It is caught when exactly the rules that are named for it are not met.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from expectations import articles, drift, requests
from expectations.drift import Limits, Sample
from expectations.facts import COLUMNS, facts

NOW = datetime(2026, 3, 4, 13, tzinfo=UTC)
Row = dict[str, Any]
Rows = list[Row]
_SENTENCES = (
    "The council of {place} voted {n} to 3 on Tuesday to repair the harbour wall before the winter.",
    "Engineers had warned since {n} that the stones under the east pier were moving.",
    "“We cannot wait for another storm,” said Ada Quill, who leads the harbour board.",
    "The work will cost {n} million and begin when the last ferry of the season has left.",
    "Shopkeepers on Lantern Street asked for a footbridge, and were promised an answer within {n} days.",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the rules that must say so."""

    suite: str
    what: str
    rules: tuple[str, ...]
    put: Callable[[Rows], Rows]


def article(n: int, **values: Any) -> Row:
    """A good row of `articles`, the n-th of them."""
    url = f"https://www.harbour-{n % 4}.example/news/story-{n}"
    return {
        "article_id": f"00000000-0000-0000-0000-{n:012d}",
        "source": f"harbour-{n % 4}",
        "outlet": f"Harbour {n % 4}",
        "url": url,
        "canonical_url": url,
        "domain": f"harbour-{n % 4}.example",
        "headline": f"Harbour wall number {n} to be repaired",
        "page_kind": "article",
        "text": good_text(n),
        "language": "en",
        "section": "Local",
        "authors": ["Ada Quill"],
        "date_published": NOW - timedelta(hours=n % 48 + 1),
        "date_published_precision": "instant",
        "date_modified": None,
        "content_hash": f"{n:064x}",
        "version": 1,
        "capture_id": f"11111111-0000-0000-0000-{n:012d}",
        "image_url": "https://img.example/a.jpg",
        "keywords": ["harbour"],
    } | values


def good_text(n: int) -> str:
    """A story of some hundred words that is like no other."""
    paragraphs = ([s.format(place=f"Port {n}-{part}", n=n * 7 + part) for s in _SENTENCES] for part in range(3))
    return "\n\n".join(" ".join(sentences) for sentences in paragraphs)


def request(n: int, **values: Any) -> Row:
    """A good row of run_requests.sql."""
    return {
        "source": "harbour",
        "url": f"https://www.harbour.example/news/story-{n}",
        "kind": "article",
        "outcome": "ok",
        "error": None,
        "status": 200,
        "elapsed_ms": 120 + n,
        "body_bytes": 20_000 + n,
        "digest": f"sha256:{n:064x}",
    } | values


def good_articles(count: int = 40) -> Rows:
    """A clean batch."""
    return [article(n) for n in range(count)]


def good_requests(count: int = 40) -> Rows:
    """A clean run's requests: pages, and one feed that has not changed."""
    feed = {"kind": "feed", "outcome": "not_modified", "status": 304}
    return [*map(request, range(count)), request(count) | feed | dict.fromkeys(("body_bytes", "digest", "elapsed_ms"))]


def as_facts(suite: str, rows: Rows) -> Rows:
    """What the suite looks at."""
    if suite == requests.SUITE:
        return requests.request_facts(rows)
    return [facts(row, now=NOW, same_text=row.get("same_text", 0)) for row in rows]


def columns_of(suite: str) -> Sequence[str]:
    """The columns that the suite looks at."""
    return requests.COLUMNS if suite == requests.SUITE else COLUMNS


def one(**values: Any) -> Callable[[Rows], Rows]:
    """The third row has these values."""
    return lambda rows: [*rows[:2], rows[2] | values, *rows[3:]]


def of_all(**values: Any) -> Callable[[Rows], Rows]:
    """Every row has these values."""
    return lambda rows: [row | values for row in rows]


def _twice(rows: Rows) -> Rows:
    return [*rows, rows[0] | {"content_hash": "f" * 64}]


def _A(what: str, put: Callable[[Rows], Rows], *rules: str) -> Fault:
    return Fault(articles.SUITE, what, rules, put)


def _R(what: str, put: Callable[[Rows], Rows], *rules: str) -> Fault:
    return Fault(requests.SUITE, what, rules, put)


_WALL = "We value your privacy. Accept all cookies to continue. " * 4
_LINKS = "\n\n".join(f"More on story number {n} of the day" for n in range(40))

ROWS: tuple[Fault, ...] = (
    _A("no rows at all", lambda _: [], "batch_not_empty"),
    _A("no identity", one(article_id=None), "article_id_present"),
    _A("one article twice", _twice, "article_id_unique"),
    _A("no source", one(source=None), "source_present"),
    _A("every source NULL", of_all(source=None), "source_present"),
    _A("no capture", one(capture_id=None), "capture_id_present"),
    _A("no address", one(url=None), "url_is_http"),
    _A("a script as address", one(url="javascript:alert(1)"), "url_is_http"),
    _A("a file as canonical address", one(canonical_url="file:///etc/passwd"), "canonical_url_is_http"),
    _A("no domain", one(domain=None), "domain_present"),
    _A("no content hash", one(content_hash=None), "content_hash_is_sha256"),
    _A("a content hash cut short", one(content_hash="abc123"), "content_hash_is_sha256"),
    _A("version 0", one(version=0), "version_counts_from_one"),
    _A("content at two addresses", one(content_hash=f"{0:064x}"), "content_hash_unique"),
    _A("an address with a session in it", one(url="https://a.example/?s=" + "x" * 2100), "url_short"),
    _A("no kind", one(page_kind=None), "page_kind_present"),
    _A("a consent wall", one(page_kind="consent_wall"), "page_is_article"),
    _A("a bot check", one(page_kind="bot_wall"), "page_is_article"),
    _A("a section front", one(page_kind="section_front"), "page_is_article"),
    _A("an error page with status 200", one(page_kind="error_page"), "page_is_article"),
    _A("a kind that nobody knows", one(page_kind="quiz"), "page_is_article", "page_kind_known"),
    _A("the same short text at five addresses", one(text=good_text(2)[:600], same_text=4),
       "text_not_a_wall", "text_unique_on_host"),
    _A("the same long text at five addresses", one(text=good_text(2) + good_text(99), same_text=4),
       "text_unique_on_host"),
    _A("a text that begins with a cookie notice", one(text=_WALL + good_text(2)), "text_not_a_notice"),
    _A("a German consent text", one(text="Wir verwenden Cookies und bitten um Zustimmung. " + good_text(2)),
       "text_not_a_notice"),
    _A("the text of another address of the host", one(same_text=1), "text_unique_on_host"),
    _A("no headline", one(headline=None), "headline_present"),
    _A("every headline NULL", of_all(headline=None), "headline_present"),
    _A("a headline of two letters", one(headline="Hm"), "headline_length"),
    _A("a paragraph as headline", one(headline="The council voted. " * 20), "headline_length"),
    _A("the outlet's name as headline", one(headline="Harbour 2"), "headline_not_outlet"),
    _A("markup in the headline", one(headline="<b>Harbour wall</b> repaired"), "headline_plain"),
    _A("a terminal escape in the headline", one(headline="Harbour wall \x1b[2J repaired"), "headline_plain"),
    _A("an empty text", one(text=""), "text_present", "text_long_enough", "text_not_short"),
    _A("no text", one(text=None), "text_present", "text_long_enough", "text_not_short"),
    _A("a caption as text", one(text="The harbour wall on Tuesday."), "text_long_enough", "text_not_short"),
    _A("a teaser as text", one(text=" ".join(good_text(2).split()[:40]) + "."), "text_not_short"),
    _A("a whole site as text", one(text="\n\n".join(good_text(n) for n in range(200, 480))), "text_not_huge"),
    _A("a body that says its blocks twice", one(text=good_text(2) + "\n\n" + good_text(2)), "text_not_repeating"),
    _A("UTF-8 read as Windows-1252",
       one(text=good_text(2).replace("harbour", "h\u00fcbscher F\u00e4hrhafen").encode().decode("cp1252", "replace")),
       "text_encoding_whole"),
    _A("replacement characters", one(text=good_text(2).replace("e", "\ufffd")), "text_encoding_whole"),
    _A("a list of links as text", one(text=_LINKS), "text_is_prose"),
    _A("no date", one(date_published=None), "date_present"),
    _A("every date NULL", of_all(date_published=None), "date_present"),
    _A("a date of 2099", one(date_published=datetime(2099, 1, 1, tzinfo=UTC)), "date_not_in_future"),
    _A("a date of 1970", one(date_published=datetime(1970, 1, 1, tzinfo=UTC)), "date_not_before_web"),
    _A("changed a week before it was published", one(date_modified=NOW - timedelta(days=9)),
       "modified_not_before_published"),
    _A("no authors", one(authors=[]), "authors_present"),
    _A("an e-mail address as author", one(authors=["desk@harbour.example"]), "authors_are_names"),
    _A("no language", one(language=None), "language_present"),
    _A("a language in words", one(language="English"), "language_code"),
    _A("a data address as image", one(image_url="data:image/gif;base64,R0lGOD"), "image_url_is_http"),
    _A("a hundred and fifty keywords", one(keywords=[f"k{n}" for n in range(150)]), "keywords_few"),
    _A("a number where the language should be", one(language=49), "types_are_right", "language_present"),
    _A("a number where the headline should be", one(headline=12), "types_are_right", "headline_present"),
    _A("a list of 3,000 good rows and one bad", lambda _: [*good_articles(3000), article(3001, headline=None)],
       "headline_present"),
    _R("no requests at all", lambda _: [], "batch_not_empty", "bodies_differ", "few_failures"),
    _R("a request of no source", one(source=None), "source_present"),
    _R("a request for a script", one(url="javascript:alert(1)"), "url_is_http"),
    _R("a kind that nobody knows", one(kind="image"), "kind_known"),
    _R("an outcome that nobody knows", one(outcome="maybe"), "outcome_known"),
    _R("an answer without status", one(status=None), "answers_have_a_status"),
    _R("a failure without reason", one(outcome="failed", status=None), "failures_say_why"),
    _R("a page that was not archived", one(body_bytes=None), "pages_are_archived"),
    _R("a page taken from an error answer", one(status=503), "status_fits_outcome"),
    _R("a request of an hour", one(elapsed_ms=3_600_000), "elapsed_plausible"),
    _R("an empty page", one(body_bytes=0), "bodies_not_empty"),
    _R("three quarters of the requests fail",
       lambda rows: [r | {"outcome": "failed", "error": "connect", "status": None} if n % 4 else r
                     for n, r in enumerate(rows)], "few_failures"),
    _R("the same bytes under every address", of_all(digest="sha256:" + "0" * 64), "bodies_differ"),
)  # fmt: skip

# What a column that is missing looks like: the rows of the suite without it.
MISSING: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (articles.SUITE, "section", ("columns_are_there",)),
    (requests.SUITE, "error", ("columns_are_there",)),
)


def sample(n: int = 20, **values: float | None) -> Sample:
    """A source's articles of a day, as they use to be."""
    usual: dict[str, float | None] = {
        **dict.fromkeys(drift.SHARES, 0.95),
        "share_rejected": 0.02,
        "median_words": 420.0,
        "new_articles": float(n),
    }
    return Sample(articles=n, values=usual | values, spread=0.5)


def history(days: int = 14) -> dict[date, Sample]:
    """Days as they use to be, none like the other."""
    return {
        NOW.date() - timedelta(days=d): sample(
            20 + d % 3, median_words=420.0 + 15 * (d % 4), share_with_author=0.95 - 0.02 * (d % 2)
        )
        for d in range(1, days + 1)
    }


DRIFTS: tuple[tuple[str, Sample, tuple[str, ...]], ...] = (
    ("a day as any other", sample(), ()),
    ("a weekend: a third of the articles, a few without author", sample(7, share_with_author=0.85), ()),
    ("a day of breaking news: five times the articles", sample(100), ()),
    ("no authors after a redesign", sample(share_with_author=0.0), ("share_with_author",)),
    ("half of the authors after a redesign", sample(share_with_author=0.45), ("share_with_author",)),
    ("no dates", sample(share_with_date=0.0), ("share_with_date",)),
    ("dates without zone", sample(share_with_zone=0.0), ("share_with_zone",)),
    ("no sections", sample(share_with_section=0.0), ("share_with_section",)),
    ("no images", sample(share_with_image=0.1), ("share_with_image",)),
    ("dates from another signal", sample(share_of_main_date_signal=0.0), ("share_of_main_date_signal",)),
    ("bodies cut to teasers", sample(median_words=60.0), ("median_words",)),
    ("bodies halved", sample(40, median_words=205.0), ("median_words",)),
    ("half of the pages rejected", sample(share_rejected=0.5), ("share_rejected",)),
    ("a tenth of the articles", sample(2), ("new_articles",)),
)


def drifted(current: Sample) -> tuple[Row, list[Limits]]:
    """The one row that the suites of sources look at, and the limits of its measures."""
    found = drift.limits(history(), NOW.replace(hour=20), current)
    return {drift.column("harbour", each.measure): current.values[each.measure] for each in found}, found
