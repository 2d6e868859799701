"""Great Expectations at work: rules in, verdict out. Imported only in the judge's own process (7 s, 300 MB)."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

from expectations.errors import EngineError
from expectations.rules import Check, Finding, Rule, Verdict

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # deprecations inside its dependencies, which nobody here can act on
    import great_expectations as gx
    import pandas as pd
    from great_expectations.expectations.registry import get_expectation_impl

_ROW = "row"
_SHOWN = 500  # characters of an observed value that are kept
_EXAMPLES, _EACH = 3, 140  # of a check that rows fail


def judge(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], rules: Sequence[Rule], suite: str) -> Verdict:
    """Validate a batch of rows.

    Args:
        rows: one mapping per row.
        columns: the columns that the rows are to have; one that no row has is left out, so that a rule can notice.
        rules: the suite.
        suite: its name.

    Raises:
        EngineError: an expectation could not be evaluated, which says nothing about the data.
    """
    there = [c for c in columns if not rows or any(c in row for row in rows)]
    frame = pd.DataFrame({c: pd.Series([row.get(c) for row in rows], dtype=object) for c in there})
    frame[_ROW] = range(len(frame))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas("staged")
        .add_dataframe_asset("batch")
        .add_batch_definition_whole_dataframe("all")
    ).get_batch({"dataframe": frame})
    expectations = gx.ExpectationSuite(name=suite, expectations=[_expectation(rule) for rule in rules])
    report = batch.validate(
        expectations, result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [_ROW]}
    )
    by_name = {result.expectation_config.meta["rule"]: result for result in report.results}
    checks = tuple(_check(rule, by_name[rule.name], rows) for rule in rules)
    found = tuple(f for rule in rules for f in _findings(rule, by_name[rule.name], rows))
    return Verdict(suite=suite, checks=checks, findings=found)


def _expectation(rule: Rule) -> Any:
    kind = get_expectation_impl(rule.expectation)
    return kind(**rule.arguments, meta={"rule": rule.name, "why": rule.why, "severity": rule.severity})


def _check(rule: Rule, result: Any, rows: Sequence[Mapping[str, Any]]) -> Check:
    trouble = _exception(result.exception_info)
    if trouble:
        raise EngineError(
            f"the expectation {rule.name} could not be evaluated: {trouble}. This says nothing of the data."
        )
    found = result.result
    return Check(
        expectation=rule.name,
        column=rule.column,
        severity=rule.severity,
        success=bool(result.success),
        element_count=found.get("element_count"),
        unexpected_count=found.get("unexpected_count"),
        observed=_shown(found.get("observed_value")) or _first(_findings(rule, result, rows)),
    )


def _first(findings: Sequence[Finding]) -> str | None:
    """What was observed in the first rows that fail, each value once."""
    values = list(dict.fromkeys(finding.observed for finding in findings))
    more = f" and {len(values) - _EXAMPLES} more" if len(values) > _EXAMPLES else ""
    return _shown("; ".join(v[:_EACH] for v in values[:_EXAMPLES]) + more) if values else None


def _exception(info: Any) -> str | None:
    """The message of an engine error; for a missing column it sits one level down (great_expectations#10849)."""
    nested = [info, *(v for v in (info or {}).values() if isinstance(v, dict))]
    return next((str(i.get("exception_message")) for i in nested if i and i.get("raised_exception")), None)


def _findings(rule: Rule, result: Any, rows: Sequence[Mapping[str, Any]]) -> list[Finding]:
    if result.success or rule.column is None:
        return []
    numbers = [int(entry[_ROW]) for entry in result.result.get("unexpected_index_list") or ()]
    return [
        Finding(
            row=number,
            rule=rule.name,
            severity=rule.severity,
            observed=_shown(rows[number].get(rule.observed_column or "")) or "NULL",
        )
        for number in numbers
    ]


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)[:_SHOWN]
