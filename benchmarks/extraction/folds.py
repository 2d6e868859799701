"""The same figures by five folds over registrable domains: how far they would be from here on hosts of other names.

A fold is the pages of a fifth of the domains. The spread of the folds is what a figure of another sample of that size
may differ by; a rule that wins less than that has not shown itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from tasks.base.urls import registrable_domain

FOLDS = 5
NAMES = ("body_f1", "headline", "authors", "day_right")


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure of one set: its mean over the folds, the lowest and the highest; shares of 1."""

    set: str
    name: str
    mean: float
    low: float
    high: float


def fold_of(url: str) -> int:
    """The fold of a page: the same for all pages of a domain."""
    domain = registrable_domain(url) or url
    return sha256(domain.encode()).digest()[0] % FOLDS


def spreads(pages: Iterable[tuple[str, str, dict[str, float]]]) -> list[Spread]:
    """The spread of each figure of each set.

    Args:
        pages: set, URL and marks (`measure.score`) of one system's reading of each page.
    """
    folds: dict[tuple[str, int], list[dict[str, float]]] = defaultdict(list)
    for group, url, marks in pages:
        folds[group, fold_of(url)].append(marks)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (group, _), marks_ in sorted(folds.items()):
        for name in NAMES:
            if (value := figure(name, marks_)) is not None:
                found[group, name].append(value)
    return [Spread(group, name, sum(v) / len(v), min(v), max(v)) for (group, name), v in found.items()]


def figure(name: str, marks: list[dict[str, float]]) -> float | None:
    """One figure of some pages, a share of 1; None where no truth has it."""
    if name != "body_f1":
        values = [each[name] for each in marks if name in each]
        return sum(values) / len(values) if values else None
    told = [(each["precision"], each["recall"]) for each in marks if "precision" in each]
    if not told:
        return None
    precision, recall = (sum(pair[n] for pair in told) / len(told) for n in (0, 1))
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
