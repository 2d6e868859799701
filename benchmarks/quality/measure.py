"""docs/quality.md: every suite, what the seeded faults showed, and what is rejected and flagged on real pages.

    python -m benchmarks.quality [--home HOME] [--write]

HOME is the folder of a warehouse that `dateline ingest --home HOME --warc PAGES.warc.gz` has filled; its rejected pages
are listed with the verdicts of benchmarks/quality/judged.toml, which a person wrote after looking at each.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import duckdb

from benchmarks.base.page import grid
from benchmarks.quality.seeded_damages import DAMAGES
from benchmarks.quality.seeded_faults import (
    DRIFTS,
    MISSING,
    ROWS,
    as_facts,
    columns_of,
    drifted,
    good_articles,
    good_requests,
)
from expectations import drift
from expectations import warehouse_rules as kept
from expectations.engine import judge
from expectations.rules import Verdict
from expectations.suites import ABOUT, SUITES
from tasks.decide.lookups import faults

PAGE = Path(__file__).resolve().parents[2] / "docs" / "quality.md"
_JUDGED = Path(__file__).with_name("judged.toml")
_GOOD = {"articles": good_articles, "requests": good_requests}
_HEAD = """# Quality

What Dateline expects of articles, requests, the warehouse and sources, and what shows that it notices. Written by
`python -m benchmarks.quality --write`; what follows from a failed expectation says expectations/, where the suites are
code. The history of every expectation is in the view `quality_history`, its newest changes in `quality_news`.
"""
_OF_SOURCES = """### source:NAME

A suite per source, generated from its own last four weeks (expectations/drift.py): median and MAD of the days before,
weekdays and weekends apart, at least five days. What is not met is an alarm of the run.
"""
_FLAGS = """
    select flag, count(*) from (select unnest(quality_flags) as flag from articles) group by flag order by 2 desc, 1
"""


def suites() -> list[str]:
    """Every expectation with its sentence."""
    lines = ["## Suites", ""]
    for name, rules in SUITES.items():
        lines += [f"### {name}", "", ABOUT[name], ""]
        table = [(f"`{r.name}`", r.severity, r.why) for r in rules]
        lines += [*grid(("expectation", "severity", "what goes wrong when it is not met"), table), ""]
    measures = [(f"`{m}`", drift.why(m)) for m in drift.MEASURES]
    return [*lines, _OF_SOURCES, *grid(("expectation", "what goes wrong when it is not met"), measures), ""]


def _met(verdict: Verdict) -> set[str]:
    return {check.expectation for check in verdict.checks if not check.success}


def seeded(work: Path) -> Iterator[tuple[str, str, tuple[str, ...], set[str]]]:
    """For every fault: suite, what is wrong, the rules that must notice, and those that did.

    Args:
        work: a sound writer's file; it is changed and rolled back.
    """
    for fault in ROWS:
        rows = as_facts(fault.suite, fault.put(_GOOD[fault.suite]()))
        yield (
            fault.suite,
            fault.what,
            fault.rules,
            _met(judge(rows, columns_of(fault.suite), SUITES[fault.suite], fault.suite)),
        )
    for suite, column, expected in MISSING:
        rows = [{k: v for k, v in row.items() if k != column} for row in as_facts(suite, _GOOD[suite]())]
        yield (
            suite,
            f"a column that is gone: {column}",
            expected,
            _met(judge(rows, columns_of(suite), SUITES[suite], suite)),
        )
    with duckdb.connect(str(work)) as connection:
        for what, statement, expected in DAMAGES:
            connection.execute("begin")
            connection.execute(statement)
            facts = kept.warehouse_facts(faults(connection), 100)
            connection.execute("rollback")
            yield kept.SUITE, what, expected, _met(judge(facts, kept.COLUMNS, kept.RULES, kept.SUITE))
    for what, current, expected in DRIFTS:
        row, found = drifted(current)
        yield "source:NAME", what, expected, _met(judge([row], list(row), drift.rules("harbour", found), "source"))


def fault_lines(work: Path) -> tuple[list[str], bool]:
    """The table of the seeded faults, and whether all of them came out as they should."""
    found = list(seeded(work))
    clean = {
        suite: _met(judge(as_facts(suite, good()), columns_of(suite), SUITES[suite], suite))
        for suite, good in _GOOD.items()
    }
    bad = [each for each in found if each[2]]
    caught = [each for each in bad if set(each[2]) == each[3]]
    false = sum(map(len, clean.values())) + sum(len(each[3]) for each in found if not each[2])
    said = (
        f"{len(bad)} things that are wrong, each put into clean data by itself. Caught by exactly the rules named: "
        f"{len(caught)} of {len(bad)}. Alarms on clean data and ordinary days: {false}."
    )
    table = grid(("suite", "what is wrong", "expectations not met", "exactly these"), map(_cells, found))
    return ["## Seeded faults", "", said, "", *table, ""], len(caught) == len(bad) and not false


def _cells(each: tuple[str, str, tuple[str, ...], set[str]]) -> tuple[str, str, str, str]:
    suite, what, expected, got = each
    names = ", ".join(f"`{rule}`" for rule in expected) or "none"
    return suite, what, names, "yes" if set(expected) == got else f"**no**: {', '.join(sorted(got))}"


def cost_lines() -> list[str]:
    """What validating 10,000 staged rows takes, beyond the import."""
    rows = as_facts("articles", good_articles(10_000))
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        judge(rows, columns_of("articles"), SUITES["articles"], "articles")
        seconds.append(time.perf_counter() - started)
    said = (
        f"Validating 10,000 staged rows by the {len(SUITES['articles'])} expectations of the suite of articles: "
        f"{min(seconds):.1f} s beyond the import (mark: 3 s). The import happens in a process of its own, beside the "
        "fetching; a run that loads nothing does not import Great Expectations."
    )
    return ["## Cost", "", said, ""]


def real_lines(home: Path) -> list[str]:
    """What is rejected and flagged on real pages."""
    judged: dict[str, Any] = tomllib.loads(_JUDGED.read_text(encoding="utf-8"))
    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as connection:
        rejected = connection.execute("select url, rule, observed from quarantine order by url").fetchall()
        pages = connection.execute("select count(*) from outcomes where outcome in ('loaded', 'rejected')").fetchone()
        flags = connection.execute(_FLAGS).fetchall()
    cells = [_judgement(url, rule, judged) for url, rule, _ in rejected]
    false, count = sum(cell[2] != "right" for cell in cells), pages[0] if pages else 0
    said = (
        f"`dateline ingest --warc` with news-dev.warc.gz: {count} pages, {len(cells)} rejected, {false} wrongly: "
        f"{100 * false / max(count, 1):.1f} % of the real articles (mark: 1 %). Each was looked at."
    )
    table = grid(("site", "rule", "verdict", "why"), cells)
    flagged = grid(("flag", "articles"), [(f"`{flag}`", str(n)) for flag, n in flags])
    return ["## Real pages", "", said, "", *table, "", "Flags on what was loaded:", "", *flagged, ""]


def _judgement(url: str, rule: str, judged: dict[str, Any]) -> tuple[str, str, str, str]:
    said = judged.get(_key(url))
    if said is None:
        return urlsplit(url).hostname or "", f"`{rule}`", "?", "**not looked at**"
    return urlsplit(url).hostname or "", f"`{rule}`", "right" if said["right"] else "wrong", said["why"]


def _key(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}/{parts.path.rstrip('/').rsplit('/', 1)[-1]}"


def sound_warehouse(folder: Path) -> Path:
    """A writer's file after the demo."""
    from flows.commands.demo import demo

    demo(folder)
    return Path(shutil.copy(folder / "state" / "work.duckdb", folder / "seeded.duckdb"))


def main() -> int:
    """Print or write the page; 1 when a seeded fault was not caught as it should be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a warehouse of real pages")
    parser.add_argument("--write", action="store_true", help="write docs/quality.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table, sound = fault_lines(sound_warehouse(Path(folder) / "demo"))
    real = real_lines(options.home) if options.home else []
    text = "\n".join([_HEAD, *suites(), *table, *cost_lines(), *real]).rstrip() + "\n"
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        print(text)
    return int(not sound)
