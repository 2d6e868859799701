"""What a rule is: an expectation with a weight and a sentence. Plain data, importable without Great Expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def critical(name: str, expectation: str, why: str, *, shows: str | None = None, **arguments: Any) -> Rule:
    """A rule whose rows are rejected, or whose batch is not published; `arguments` are the expectation's."""
    return Rule(name=name, expectation=expectation, severity="critical", arguments=arguments, why=why, shows=shows)


def warning(name: str, expectation: str, why: str, *, shows: str | None = None, **arguments: Any) -> Rule:
    """A rule whose rows are flagged and counted; `arguments` are the expectation's."""
    return Rule(name=name, expectation=expectation, severity="warning", arguments=arguments, why=why, shows=shows)


# What every suite begins with: an empty batch passes any other expectation, an all-NULL one most of them.
ROWS, COLUMNS = "expect_table_row_count_to_be_between", "expect_table_columns_to_match_set"
PRESENT, UNIQUE = "expect_column_values_to_not_be_null", "expect_column_values_to_be_unique"
NULL = "expect_column_values_to_be_null"
MATCH, ONE_OF = "expect_column_values_to_match_regex", "expect_column_values_to_be_in_set"
BETWEEN, LENGTH = "expect_column_values_to_be_between", "expect_column_value_lengths_to_be_between"
MEAN = "expect_column_mean_to_be_between"


def always(columns: Sequence[str], what: str) -> tuple[Rule, Rule]:
    """The two rules that every suite begins with."""
    return (
        critical(
            "batch_not_empty", ROWS, "An empty batch passes every other check, so silence would look like quality.",
            min_value=1,
        ),
        critical(
            "columns_are_there", COLUMNS, f"A field of {what} that is no longer delivered would go missing unnoticed.",
            column_set=list(columns), exact_match=False,
        ),
    )  # fmt: skip


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
    def failed(self) -> tuple[Check, ...]:
        """Everything critical that failed, about rows or the batch."""
        return tuple(c for c in self.checks if not c.success and c.severity == "critical")

    @property
    def failed_batch(self) -> tuple[Check, ...]:
        """Critical expectations about the batch as a whole that failed: the batch must not be loaded."""
        return tuple(c for c in self.checks if not c.success and c.severity == "critical" and c.column is None)
