"""The suite of staged articles: what each row must be (critical) and ought to be (warning).

Some rules are about a fact that no built-in says well; the fact is worked out as a column of its own in `facts` and the
expectation says which values are right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from expectations.rules import Rule

SUITE = "articles"
KINDS = ("article", "opinion", "live_blog", "media", "paywall_teaser")
_KNOWN_KINDS = (*KINDS, "section_front", "consent_wall", "bot_wall", "error_page")
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # Thai, Japanese, Chinese: no blanks between words
_COOKIE = re.compile(
    r"^(?:we (?:and our partners )?(?:use|value|care about your privacy)|this (?:web)?site uses cookies|your privacy"
    r"|before you continue|wir (?:und unsere partner )?(?:verwenden|nutzen|benötigen)"
    r"|diese (?:web)?seite (?:verwendet|nutzt)"
    r"|nous (?:et nos partenaires )?(?:utilisons|respectons)|utilizamos cookies|usiamo i cookie|utilizziamo)"
    r"(?=.{0,300}(?:cookie|consent|privacy|datenschutz|privac|zustimm))",
    re.IGNORECASE | re.DOTALL,
)

# What the suite looks at. A missing column is an error of the pipe, caught by `columns_are_there`.
COLUMNS = (
    "article_id", "url", "canonical_url", "headline", "page_kind", "text", "word_count", "language", "section",
    "domain", "author_count", "date_published", "content_hash", "text_length", "begins_with_notice",
    "headline_is_outlet", "repeated_share", "date_in_future", "headline_has_markup", "is_short",
)  # fmt: skip

RULES = (
    Rule(
        name="batch_not_empty",
        expectation="expect_table_row_count_to_be_between",
        severity="critical",
        arguments={"min_value": 1},
        why="An empty batch passes every other check, so silence would look like quality.",
    ),
    Rule(
        name="columns_are_there",
        expectation="expect_table_columns_to_match_set",
        severity="critical",
        arguments={"column_set": list(COLUMNS), "exact_match": False},
        why="A field that the extractor no longer delivers would be NULL for ever and nobody would know.",
    ),
    Rule(
        name="article_id_present",
        expectation="expect_column_values_to_not_be_null",
        severity="critical",
        arguments={"column": "article_id"},
        why="A row without identity can neither be found nor revised.",
    ),
    Rule(
        name="article_id_unique",
        expectation="expect_column_values_to_be_unique",
        severity="critical",
        arguments={"column": "article_id"},
        why="Two rows of one article in a batch would count it twice.",
        shows="url",
    ),
    Rule(
        name="url_is_http",
        expectation="expect_column_values_to_match_regex",
        severity="critical",
        arguments={"column": "url", "regex": r"^https?://[^\s/]+"},
        why="A row that cannot be traced to a page is worth nothing.",
    ),
    Rule(
        name="page_is_article",
        expectation="expect_column_values_to_be_in_set",
        severity="critical",
        arguments={"column": "page_kind", "value_set": list(KINDS)},
        why="A consent wall, bot check or section front stored as an article is counted, quoted and clustered.",
    ),
    Rule(
        name="page_kind_known",
        expectation="expect_column_values_to_be_in_set",
        severity="warning",
        arguments={"column": "page_kind", "value_set": list(_KNOWN_KINDS)},
        why="A kind that the documentation does not name cannot be filtered on.",
    ),
    Rule(
        name="headline_present",
        expectation="expect_column_values_to_not_be_null",
        severity="critical",
        arguments={"column": "headline"},
        why="An article without a headline cannot be listed or compared.",
        shows="url",
    ),
    Rule(
        name="headline_length",
        expectation="expect_column_value_lengths_to_be_between",
        severity="warning",
        arguments={"column": "headline", "min_value": 8, "max_value": 300},
        why="A headline of a few letters or of a paragraph is usually something else on the page.",
    ),
    Rule(
        name="headline_not_outlet",
        expectation="expect_column_values_to_be_in_set",
        severity="critical",
        arguments={"column": "headline_is_outlet", "value_set": [False]},
        why="The outlet's name as headline means that the page has no story, or that it was misread.",
        shows="headline",
    ),
    Rule(
        name="headline_plain",
        expectation="expect_column_values_to_be_in_set",
        severity="warning",
        arguments={"column": "headline_has_markup", "value_set": [False]},
        why="Markup or control characters in a headline are a mistake of the outlet, or an attack.",
        shows="headline",
    ),
    Rule(
        name="text_present",
        expectation="expect_column_value_lengths_to_be_between",
        severity="critical",
        arguments={"column": "text", "min_value": 1},
        why="A row without text looks like an article and says nothing.",
        shows="page_kind",
    ),
    Rule(
        name="text_long_enough",
        expectation="expect_column_values_to_be_between",
        severity="critical",
        arguments={"column": "word_count", "min_value": 20},
        why="Under twenty words there is no story: a caption, a teaser or a failed extraction.",
        shows="text",
    ),
    Rule(
        name="text_not_short",
        expectation="expect_column_values_to_be_in_set",
        severity="warning",
        arguments={"column": "is_short", "value_set": [False]},
        why="Under sixty words it may be a teaser; word counts over time would drop.",
        shows="word_count",
    ),
    Rule(
        name="text_not_a_notice",
        expectation="expect_column_values_to_be_in_set",
        severity="critical",
        arguments={"column": "begins_with_notice", "value_set": [False]},
        why="A text that begins with a cookie notice is the wall, not the story behind it.",
        shows="text",
    ),
    Rule(
        name="text_not_repeating",
        expectation="expect_column_values_to_be_between",
        severity="warning",
        arguments={"column": "repeated_share", "max_value": 0.34},
        why="A body that says its blocks twice doubles word counts and quotations.",
    ),
    Rule(
        name="content_hash_unique",
        expectation="expect_column_values_to_be_unique",
        severity="warning",
        arguments={"column": "content_hash"},
        why="The same headline and text at several URLs: a wall, or an article whose canonical link is missing.",
        shows="url",
    ),
    Rule(
        name="date_present",
        expectation="expect_column_values_to_not_be_null",
        severity="warning",
        arguments={"column": "date_published"},
        why="An undated article falls out of every time series.",
        shows="url",
    ),
    Rule(
        name="date_not_in_future",
        expectation="expect_column_values_to_be_in_set",
        severity="warning",
        arguments={"column": "date_in_future", "value_set": [False]},
        why="A date more than a day ahead is a mistake of the page or of its reading.",
        shows="date_published",
    ),
    Rule(
        name="authors_present",
        expectation="expect_column_values_to_be_between",
        severity="warning",
        arguments={"column": "author_count", "min_value": 1},
        why="Bylines are how syndication and beats are told apart; many go missing after a redesign.",
        shows="url",
    ),
    Rule(
        name="language_code",
        expectation="expect_column_values_to_match_regex",
        severity="warning",
        arguments={"column": "language", "regex": r"^[a-z]{2,3}$"},
        why="Anything but an ISO 639 code splits a language into several groups.",
    ),
)  # fmt: skip


def facts(row: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """The columns that the suite looks at, from a row of `articles`.

    Args:
        row: the staged row, with the source's display name as `outlet`.
        now: the clock against which a date is in the future.
    """
    text, headline = row.get("text") or "", row.get("headline") or ""
    published = row.get("date_published")
    outlet = (row.get("outlet") or "").casefold()
    found = {name: row.get(name) for name in COLUMNS}
    return found | {
        "word_count": words(text),
        "author_count": len(row.get("authors") or ()),
        "text_length": len(text),
        "begins_with_notice": bool(_COOKIE.match(text[:600])),
        "headline_is_outlet": headline.strip().casefold() in {outlet, row.get("domain")},
        "headline_has_markup": re.search(r"<[a-zA-Z/!]|[\x00-\x1f\x7f]", headline) is not None,
        "repeated_share": repeated_share(text.split("\n\n")),
        "date_in_future": published is not None and published > now.astimezone(UTC) + timedelta(days=1),
        "is_short": words(text) < 60,
    }


def words(text: str) -> int:
    """How many words a text has; two characters count as one word in scripts that put no blanks between words."""
    unspaced = len(_UNSPACED.findall(text))
    return len(text.split()) if unspaced * 5 < len(text) else unspaced // 2


def repeated_share(blocks: Iterable[str]) -> float:
    """The share of characters that stand in blocks (of 40 characters and more) that were there before, 0 to 1."""
    counts = Counter(b.strip() for b in blocks if len(b.strip()) >= 40)
    total = sum(len(b) * n for b, n in counts.items())
    return sum(len(b) * (n - 1) for b, n in counts.items()) / total if total else 0.0
