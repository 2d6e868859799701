"""The judgement at the end of a run: its requests, its sources, and the warehouse, before anything is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from expectations import drift, requests
from expectations import warehouse_rules as kept
from expectations.alarms import Wrong
from expectations.data_docs import RUNS, write_site
from expectations.drift import Limits, Sample, column, suite_of
from expectations.rules import Check, Rule, Verdict
from flows.base.errors import RunFailed
from flows.run.context import RunContext
from tasks.decide.lookups import examples, faults, judged_sources, recent_quality, run_requests, source_samples

_RUN = 0  # quality_checks.batch of what is judged once a run
Row = dict[str, Any]


def judge_run(run: RunContext) -> list[Check]:
    """Judge what the run leaves behind; write every result, and add what drifted to the run's alarms.

    For a run that loaded nothing Great Expectations is not imported: the faults of the warehouse are looked for alone.

    Raises:
        RunFailed: the requests or the warehouse are not what they must be; nothing may be published.
        EngineError: an expectation could not be evaluated.
    """
    if not run.has_judged:
        refuse_unsound(run.connection, run.run_id)
        return []
    verdicts = [_requests(run), _warehouse(run), *_sources(run)]
    run.load({"quality_checks": [row for verdict in verdicts for row in _rows(run, verdict)]})
    if failed := [check for verdict in verdicts[:2] for check in verdict.failed]:
        raise _unsound([f"{c.expectation}: {c.observed}" for c in failed])
    return [check for verdict in verdicts for check in verdict.checks]


def refuse_unsound(connection: duckdb.DuckDBPyConnection, run_id: str | None) -> None:
    """Before anything is published: all texts are looked at, or those of one run.

    Raises:
        RunFailed: the warehouse is not what it must be.
    """
    first = {f["kind"]: f for f in reversed(faults(connection, run_id=run_id))}
    if first:
        raise _unsound([f"{kind}: {f['subject']}: {f['detail']}" for kind, f in first.items()])


def _unsound(not_met: list[str]) -> RunFailed:
    count = f"{len(not_met)} critical expectations are" if len(not_met) > 1 else "1 critical expectation is"
    return RunFailed(
        f"{count} not met: {'; '.join(not_met[:5])}. Nothing was published, readers keep the last good snapshot. "
        "`dateline verify` names every fault, `dateline rebuild` makes the warehouse anew."
    )


def write_docs(run: RunContext) -> Path | None:
    """Write the Data Docs anew when the run has judged something; their first page."""
    if not run.has_judged:
        return None
    return write_site(recent_quality(run.connection, RUNS), run.home.quality)


def news(run: RunContext) -> list[str]:
    """What the run's judgement has that the one before had not, a line each."""
    checks = [c for c in recent_quality(run.connection, 2) if c["run_id"] == run.run_id]
    return [_news(c) for c in checks if c["change"] in ("newly not met", "met again")]


def _news(check: Row) -> str:
    count = f" ({check['unexpected_count']:.0f} of {check['element_count']:.0f})" if check["unexpected_count"] else ""
    return f"{check['change']}: {check['suite']} · {check['expectation']}{count}"


def _requests(run: RunContext) -> Verdict:
    asked = requests.request_facts(run_requests(run.connection, run.run_id))
    if not asked:  # pages out of WARC files, or named in quarantine: nothing was requested
        return Verdict(suite=requests.SUITE, checks=(), findings=())
    return run.judge.validate(asked, requests.COLUMNS, requests.RULES, requests.SUITE)


def _warehouse(run: RunContext) -> Verdict:
    found = faults(run.connection, run_id=run.run_id)
    articles = run.connection.execute("select count(*) from articles").fetchone()
    verdict = run.judge.validate(
        kept.warehouse_facts(found, articles[0] if articles else 0), kept.COLUMNS, kept.RULES, kept.SUITE
    )
    named = {f["kind"]: f"{f['subject']}: {f['detail']}" for f in reversed(found)}
    return _observed(verdict, named)


def _observed(verdict: Verdict, named: Mapping[str, str]) -> Verdict:
    checks = tuple(
        Check(**asdict(c) | {"observed": f"{c.observed or ''} {named[c.expectation]}".strip()[:500]})
        if c.expectation in named
        else c
        for c in verdict.checks
    )
    return Verdict(suite=verdict.suite, checks=checks, findings=verdict.findings)


# -- drift -----------------------------------------------------------------------------------------------------------


def _sources(run: RunContext) -> list[Verdict]:
    """One verdict per source of this run that has a baseline and articles to hold against it."""
    sources = judged_sources(run.connection, run.run_id)
    samples = source_samples(run.connection, sources, run_id=run.run_id, now=run.now())
    suites: dict[str, list[Limits]] = {}
    for source, days in samples.items():
        current, history = days.get(None), {day: s for day, s in days.items() if day is not None}
        if current and (found := drift.limits(history, run.now(), current)):
            suites[source] = found
    if not suites:
        return []
    return _judged(run, suites, {source: samples[source][None] for source in suites})


def _judged(run: RunContext, suites: Mapping[str, list[Limits]], current: Mapping[str, Sample]) -> list[Verdict]:
    """All suites of sources in one go: a data frame of one row, a column per source and measure."""
    row = {column(s, each.measure): current[s].values[each.measure] for s, found in suites.items() for each in found}
    rules = {source: drift.rules(source, found) for source, found in suites.items()}
    together = run.judge.validate([row], list(row), _apart(rules), "sources")
    checks = {check.column: check for check in together.checks}
    verdicts = []
    for source, its in rules.items():
        verdicts.append(
            Verdict(suite=suite_of(source), checks=tuple(_check(checks, row, rule) for rule in its), findings=())
        )
        run.drift_judged |= {(source, each.measure) for each in suites[source]}
        _alarm(run, source, [each for each in suites[source] if not checks[column(source, each.measure)].success], row)
    return verdicts


def _apart(rules: Mapping[str, list[Rule]]) -> list[Rule]:
    """The rules of all sources under names that differ, to be told apart in one verdict."""
    return [
        Rule(name=str(r.column), expectation=r.expectation, severity=r.severity, arguments=r.arguments, why=r.why)
        for its in rules.values()
        for r in its
    ]


def _check(checks: Mapping[str | None, Check], row: Row, rule: Rule) -> Check:
    measured = f"{row[str(rule.column)]:.3g}, expected {_range(rule)}"
    return Check(**asdict(checks[rule.column]) | {"expectation": rule.name, "column": rule.name, "observed": measured})


def _range(rule: Rule) -> str:
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    return f"at least {low:.3g}" if high is None else f"at most {high:.3g}"


def _alarm(run: RunContext, source: str, moved: Sequence[Limits], row: Row) -> None:
    shown = examples(run.connection, source, run.run_id) if moved else []
    for each in moved:
        if each.measure == "new_articles":  # the alarm of a silent source says it
            continue
        said = f"was {each.usual:.3g} (median of {each.days} days) and is {row[column(source, each.measure)]:.3g}"
        run.alarms.append(f"{source}: {each.measure} {said}; for example {' '.join(shown)}")
        run.drifted.append(Wrong(source=source, kind=each.measure, detail=said, examples=tuple(shown)))


def _rows(run: RunContext, verdict: Verdict) -> list[Row]:
    base = {"run_id": run.run_id, "batch": _RUN, "suite": verdict.suite, "checked_at": run.now()}
    return [base | asdict(check) for check in verdict.checks]
