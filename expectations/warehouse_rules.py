"""The suite of the warehouse after a load: what must hold between its rows.

`warehouse/lookups/faults.sql` names every row that breaks one of these rules; the suite judges how many there are.
None may be: a failed rule fails the run before it is published, and readers keep the last good snapshot.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from expectations.rules import BETWEEN, Rule, always, critical

SUITE = "warehouse"
_WHY = {
    "article_twice": "An article that stands twice is counted twice.",
    "version_twice": "Two texts of one version: nobody knows which of them was published.",
    "versions_not_contiguous": "A missing version is a revision that was lost.",
    "no_current_version": "An article has exactly one text that is valid now.",
    "versions_overlap": "A version ends when the next one begins, or the article of that time has two texts, or none.",
    "version_inverted": "A version that ends before it begins was valid at no time.",
    "versions_not_in_order": "Versions are numbered as they were captured, or an old text passes for the newer one.",
    "content_twice": "A version is a distinct content: one that came back is no revision more.",
    "seen_before_first_seen": "An article was last seen when it was first seen, or later.",
    "article_without_version": "An article whose version does not exist has no history.",
    "article_is_not_its_version": "An article and its current version say the same, or one of the two tables is wrong.",
    "article_is_not_of_its_first_capture": "Source, address and first sight are those of captures of its versions.",
    "address_without_article": "An address of no article leads pages to what is not there.",
    "article_without_address": "An article that its own identity does not lead to is loaded a second time.",
    "address_named_twice": "An address that stands twice doubles every join with it.",
    "duplicate_of_nothing": "A duplicate is one of something that is in the warehouse, or the story is lost.",
    "wrong_article_id": "The identity is made from the canonical address; a wrong one is found by no second run.",
    "article_without_capture": "An article must lead to the archived bytes that it was read from.",
    "capture_twice": "A capture that stands twice doubles every count of pages received.",
    "capture_without_place": "A capture must say in which segment, and where, its bytes stand.",
    "image_without_article": "An image of no article is an orphan of an earlier load.",
    "link_without_article": "A link of no article is an orphan of an earlier load.",
    "date_without_article": "A date signal of no article is an orphan of an earlier load.",
    "signal_without_article": "A field signal of no article is an orphan of an earlier load.",
    "quote_without_article": "A quotation of no article is an orphan of an earlier load.",
    "mention_without_article": "A mention of no article is an orphan of an earlier load.",
    "date_chosen_twice": "Two winners for one date: its provenance is wrong.",
    "quote_not_in_text": "Offsets must give the quotation when they are cut out of the text.",
    "mention_outside_text": "Offsets must lie within the text of the same version.",
    "member_without_article": "A cluster with a member that does not exist counts one outlet too many.",
    "cluster_without_origin": "Every story has exactly one origin, or wire copies cannot be told from reports.",
    "member_twice": "An article belongs to one story.",
    "unbalanced_ledger": "What was discovered must equal what was decided, or an article has gone missing.",
    "outcome_twice": "An address has one outcome a run, or the ledger balances by accident.",
    "run_does_not_add_up": "The totals of a run must be those of its ledger.",
    "run_twice": "A run that stands twice doubles every join with it.",
    "request_without_run": "A request was made by some run; one of no run shows that a run's row is gone.",
    "run_is_not_its_ledger": "What a run says that it did must be what its ledger lists.",
    "outcome_without_article": "A URL that was loaded has an article, or the ledger promises what is not there.",
    "rejected_without_quarantine": "What was rejected must be in quarantine, or it is dropped.",
    "address_twice": "An address that stands twice in the frontier is fetched twice.",
    "source_twice": "A source that stands twice doubles every join with it.",
    "quarantined_without_capture": "What is in quarantine must lead to its capture, or it can never be replayed.",
    "stats_do_not_add_up": "The daily figures must count the articles that there are.",
}
KINDS = tuple(_WHY)
COLUMNS = (*KINDS, "articles")


def _rule(kind: str, why: str) -> Rule:
    return critical(kind, BETWEEN, why, column=kind, min_value=0, max_value=0)


RULES = (*always(COLUMNS, "the warehouse"), *(_rule(kind, why) for kind, why in _WHY.items()))


def warehouse_facts(faults: Iterable[Mapping[str, Any]], articles: int) -> list[dict[str, Any]]:
    """One row: how many faults there are of each kind.

    Args:
        faults: rows of faults.sql.
        articles: rows of `articles`.

    Raises:
        ValueError: faults.sql knows a kind that has no rule, so its faults would be passed over.
    """
    counts = dict.fromkeys(KINDS, 0)
    for fault in faults:
        if fault["kind"] not in counts:
            raise ValueError(f"faults.sql names {fault['kind']!r}, and no rule of the warehouse suite is about it")
        counts[fault["kind"]] += 1
    return [counts | {"articles": articles}]
