"""What a rule is: an expectation with a weight and a sentence. Plain data, importable without Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One expectation of a suite.

    Args:
        name: what stands in quarantine.rule and articles.quality_flags.
        expectation: Great Expectations' name of it, such as `expect_column_values_to_not_be_null`.
        severity: `critical` rejects the row (or fails the batch, when the expectation is about the batch); `warning` is
            a flag on the row and a count.
        arguments: what the expectation takes.
        why: a sentence: what goes wrong for an analyst when it fails.
        shows: the column whose value is kept as what was observed; default the column it is about.
    """

    name: str
    expectation: str
    severity: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    why: str
    shows: str | None = None

    @property
    def column(self) -> str | None:
        """The column it is about, or None for a rule about the whole batch."""
        column: str | None = self.arguments.get("column")
        return column

    @property
    def observed_column(self) -> str | None:
        return self.shows or self.column


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How one expectation came out on one batch: a row of quality_checks."""

    expectation: str
    column: str | None
    severity: str
    success: bool
    element_count: int | None
    unexpected_count: int | None
    observed: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One row that fails one rule; `row` is its position in the batch."""

    row: int
    rule: str
    severity: str
    observed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a suite says of a batch."""

    suite: str
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def failed_batch(self) -> tuple[Check, ...]:
        """Critical expectations about the batch as a whole that failed: the batch must not be loaded."""
        return tuple(c for c in self.checks if not c.success and c.severity == "critical" and c.column is None)
