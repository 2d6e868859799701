"""Seeded faults: each is caught by the rules that should, nothing else is flagged, and clean data raises no alarm."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from benchmarks.quality.seeded_damages import DAMAGES
from benchmarks.quality.seeded_faults import (
    DRIFTS,
    MISSING,
    ROWS,
    Fault,
    as_facts,
    columns_of,
    drifted,
    good_articles,
    good_requests,
)
from expectations import drift, requests
from expectations import warehouse_rules as kept
from expectations.drift import Sample
from expectations.errors import EngineError
from expectations.judge import Judge
from expectations.rules import BETWEEN, Verdict, warning
from expectations.suites import SUITES, sentence
from tasks.decide.lookups import faults
from tests.conftest import ANCHOR, Done, copied

GOOD = {"articles": good_articles, "requests": good_requests}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with Judge() as process:
        yield process


@pytest.fixture(scope="module")
def warehouse(done: Done, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The writer's file after two editions of the newsroom."""
    home = copied(done, tmp_path_factory.mktemp("faults"))
    with duckdb.connect(str(home / "state" / "work.duckdb")) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


def not_met(verdict: Verdict) -> set[str]:
    return {check.expectation for check in verdict.checks if not check.success}


@pytest.mark.parametrize("suite", GOOD)
def test_clean_data_raises_no_alarm(judge: Judge, suite: str) -> None:
    verdict = judge.validate(as_facts(suite, GOOD[suite]()), columns_of(suite), SUITES[suite], suite)
    assert not not_met(verdict)
    assert not verdict.findings


@pytest.mark.parametrize("fault", ROWS, ids=lambda fault: f"{fault.suite}: {fault.what}")
def test_a_fault_in_a_row_or_batch_is_caught_by_its_rules_alone(judge: Judge, fault: Fault) -> None:
    rows = as_facts(fault.suite, fault.put(GOOD[fault.suite]()))
    verdict = judge.validate(rows, columns_of(fault.suite), SUITES[fault.suite], fault.suite)
    assert not_met(verdict) == set(fault.rules)


@pytest.mark.parametrize(("suite", "column", "rules"), MISSING)
def test_a_column_that_nobody_delivers_is_caught(judge: Judge, suite: str, column: str, rules: tuple[str, ...]) -> None:
    rows = [{k: v for k, v in row.items() if k != column} for row in as_facts(suite, GOOD[suite]())]
    verdict = judge.validate(rows, columns_of(suite), SUITES[suite], suite)
    assert not_met(verdict) == set(rules)
    assert [check.expectation for check in verdict.failed_batch] == list(rules)


def test_a_column_that_a_rule_needs_is_an_error_and_no_verdict(judge: Judge) -> None:
    rows = [{"there": 1}]
    with pytest.raises(EngineError, match="could not be evaluated"):
        judge.validate(rows, ["there"], [warning("gone", BETWEEN, "why", column="gone", min_value=0)], "broken")


@pytest.mark.parametrize(("what", "statement", "rules"), DAMAGES, ids=[what for what, *_ in DAMAGES])
def test_a_damage_to_the_warehouse_is_caught(
    judge: Judge, warehouse: duckdb.DuckDBPyConnection, what: str, statement: str, rules: tuple[str, ...]
) -> None:
    warehouse.execute("begin")
    try:
        warehouse.execute(statement)
        facts = kept.warehouse_facts(faults(warehouse), 100)
    finally:
        warehouse.execute("rollback")
    verdict = judge.validate(facts, kept.COLUMNS, kept.RULES, kept.SUITE)
    assert not_met(verdict) == set(rules), what


def test_a_sound_warehouse_has_no_faults(judge: Judge, warehouse: duckdb.DuckDBPyConnection) -> None:
    facts = kept.warehouse_facts(faults(warehouse), 100)
    assert not not_met(judge.validate(facts, kept.COLUMNS, kept.RULES, kept.SUITE))


@pytest.mark.parametrize(("what", "current", "rules"), DRIFTS, ids=[what for what, *_ in DRIFTS])
def test_a_source_that_drifts_is_caught(judge: Judge, what: str, current: Sample, rules: tuple[str, ...]) -> None:
    row, found = drifted(current)
    verdict = judge.validate([row], list(row), drift.rules("harbour", found), "source:harbour")
    assert not_met(verdict) == set(rules), what


def test_every_expectation_is_broken_by_some_fault() -> None:
    broken = {(fault.suite, rule) for fault in ROWS for rule in fault.rules}
    broken |= {(suite, rule) for suite, _, rules in MISSING for rule in rules}
    broken |= {(kept.SUITE, rule) for _, _, rules in DAMAGES for rule in rules}
    structural = {(kept.SUITE, "batch_not_empty"), (kept.SUITE, "columns_are_there")}  # of one row made by ourselves
    assert {(suite, rule.name) for suite, rules in SUITES.items() for rule in rules} - structural == broken
    assert {rule for _, _, rules in DRIFTS for rule in rules} == set(drift.MEASURES)
    assert len(broken) >= 40


def test_every_expectation_says_what_goes_wrong() -> None:
    for suite, rules in SUITES.items():
        assert len({rule.name for rule in rules}) == len(rules)
        assert all(sentence(suite, rule.name).endswith(".") for rule in rules)
    assert all(sentence("source:x", measure).endswith(".") for measure in drift.MEASURES)


def test_every_kind_of_fault_has_its_rule() -> None:
    text = (Path(kept.__file__).parents[1] / "warehouse" / "lookups" / "faults.sql").read_text(encoding="utf-8")
    named = {line.split("'")[1] for line in text.splitlines() if line.startswith("select '")}
    assert named == set(kept.KINDS)
    with pytest.raises(ValueError, match="no rule"):
        kept.warehouse_facts([{"kind": "unheard_of"}], 0)


def test_too_little_history_is_judged_by_nothing() -> None:
    _, found = drifted(Sample(articles=20, values=dict.fromkeys(drift.MEASURES, 0.0)))
    assert found
    assert not drift.limits({}, ANCHOR, Sample(articles=20, values=dict.fromkeys(drift.MEASURES, 0.0)))


def test_a_request_suite_knows_repeated_bodies_by_digest() -> None:
    rows = requests.request_facts([{"digest": "a"}, {"digest": "a"}, {"digest": None}, {"digest": None}])
    assert [row["is_repeated_body"] for row in rows] == [1, 1, 0, 0]
