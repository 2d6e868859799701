"""All suites by name, and the sentence that says what goes wrong when an expectation is not met."""

from __future__ import annotations

from expectations import articles, drift, requests
from expectations import warehouse_rules as kept
from expectations.rules import Rule

SUITES: dict[str, tuple[Rule, ...]] = {
    articles.SUITE: articles.RULES,
    requests.SUITE: requests.RULES,
    kept.SUITE: kept.RULES,
}
ABOUT = {
    articles.SUITE: "Every article before it is loaded. Critical: the page is rejected and kept in quarantine.",
    requests.SUITE: "Every request of a run. Critical: the run fails and nothing is published.",
    kept.SUITE: "The warehouse after a load. Critical: the run fails and nothing is published.",
}
_OF_A_SOURCE = "One outlet's new articles against its own last weeks. What is not met is an alarm."


def about(suite: str) -> str:
    """What a suite looks at, and what follows when it is not met."""
    return ABOUT.get(suite, _OF_A_SOURCE)


def sentence(suite: str, expectation: str) -> str:
    """What goes wrong for an analyst when this expectation is not met; empty for one that is no longer in the suite."""
    rules = {rule.name: rule.why for rule in SUITES.get(suite, ())}
    return rules.get(expectation) or (drift.why(expectation) if suite.startswith(drift.PREFIX) else "")
