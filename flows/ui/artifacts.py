"""What a run leaves in the Prefect UI besides its logs: artifacts. All text of pages goes through base.escape.

Prefect keeps artifacts by key; `ledger`, `sources`, `arrivals`, `quality` and `report` each have a history there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from expectations.data_docs import page_of
from flows.base.escape import for_markdown
from flows.base.observer import Report
from flows.reading.report import charts
from flows.reading.report.page import NAME, answer, of_connection
from flows.run.context import RunContext
from tasks.decide.differences import Tally
from warehouse.records import OUTCOMES

_MOST = 40  # rows of a table
_FINDINGS = 200  # rows
_LONGEST = 300  # characters of a cell
_CHARTS = 50  # that are kept
_PAGES = "DATELINE_PAGES_URL"  # where `dateline up` serves quality/


def leave_artifacts(run: RunContext, report: Report) -> None:
    """The ledger, a table of sources, a chart of arrivals, and links to the pages."""
    create_markdown_artifact(ledger(report), key="ledger", description=for_markdown(report.message))
    if report.by_source:
        create_table_artifact(by_source(report), key="sources", description="What became of each source's links.")
    if report.totals["loaded"]:
        _show_arrivals(run)
    for key, page, what in (
        ("quality", _own_page(run, report), "What the run was judged by"),
        ("report", run.home.quality / NAME, "The newsroom at a glance"),
    ):
        if page is not None and page.exists():
            create_link_artifact(key=key, link=address(page), link_text=what, description=what)


def leave_maintenance(said: Mapping[str, str], findings: list[dict[str, Any]]) -> None:
    """What each step of maintenance did, and what `dateline verify` finds wrong."""
    rows = [[name, for_markdown(text)] for name, text in said.items()]
    create_markdown_artifact("\n".join(_table(["step", "what it did"], rows)), key="maintenance")
    if findings:
        shown = [{k: for_markdown(_short(v)) for k, v in each.items()} for each in findings[:_FINDINGS]]
        create_table_artifact(shown, key="findings", description="What `dateline verify` finds wrong.")


def leave_differences(tally: Tally) -> None:
    """What today's extractor would read otherwise: by field, with examples."""
    rows = [
        {
            "field": name,
            "articles": count,
            "for example": for_markdown(change.url),
            "stored": for_markdown(_short(change.before)),
            "today": for_markdown(_short(change.after)),
        }
        for name, count in tally.counts.most_common()
        for change in tally.examples[name]
    ]
    if rows:
        create_table_artifact(rows, key="differences", description="Articles that would differ, by field.")


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _own_page(run: RunContext, report: Report) -> Path | None:
    """What this run was judged by: the first page is that of the newest."""
    return report.quality.with_name(page_of(run.run_id)) if report.quality else None


def address(page: Path) -> str:
    """Where a page of quality/ can be opened: under the address where `dateline up` serves it, else the file."""
    served = os.environ.get(_PAGES)
    return f"{served.rstrip('/')}/{page.name}" if served else page.resolve().as_uri()


def by_source(report: Report) -> list[dict[str, Any]]:
    """Rows for a table artifact: one per source; an outcome that none has is left out, or the page cuts the last."""
    shown = [name for name in ("discovered", *OUTCOMES) if any(counts[name] for _, counts in report.by_source)]
    return [
        {"source": for_markdown(name)} | {key: counts[key] for key in (*shown, "remainder")}
        for name, counts in report.by_source[:_MOST]
    ]


def ledger(report: Report) -> str:
    """The run as Markdown: its ledger, what was rejected and why, what failed, the slowest hosts, alarms and notes."""
    names = [name for name in ("discovered", *OUTCOMES, "remainder") if report.totals[name] or name == "remainder"]
    parts = ["## " + for_markdown(report.message), "", *_table(["", "pages"], [[n, report.totals[n]] for n in names])]
    parts += _section("Alarms", report.alarms)
    parts += _counted("Rejected, by rule", report.rejected)
    parts += _counted("Failed, by reason", report.failures)
    if report.slowest:
        rows = [[for_markdown(h), n, median, longest] for h, n, median, longest in report.slowest]
        parts += ["", "### Slowest hosts", "", *_table(["host", "requests", "median ms", "longest ms"], rows)]
    parts += _section("Quality, new since the run before", report.news)
    parts += _section("Notes", report.notes)
    return "\n".join(parts)


def _section(title: str, lines: tuple[str, ...]) -> list[str]:
    return ["", f"### {title}", "", *(f"- {for_markdown(text)}" for text in lines[:_MOST])] if lines else []


def _counted(title: str, rows: list[tuple[str, str, int]]) -> list[str]:
    if not rows:
        return []
    cells = [[for_markdown(str(reason)), for_markdown(source), count] for reason, source, count in rows[:_MOST]]
    return ["", f"### {title}", "", *_table(["reason", "source", "pages"], cells)]


def _table(heads: list[str], rows: list[list[Any]]) -> list[str]:
    lines = [heads, ["---"] + ["---:" if isinstance(cell, int) else "---" for cell in (rows or [heads])[0][1:]], *rows]
    return ["| " + " | ".join(str(cell) for cell in line) + " |" for line in lines]


def _show_arrivals(run: RunContext) -> None:
    """A chart, when its file is served: the page of an image artifact shows the whole address, a data: URL too."""
    rows = answer(of_connection(run.connection), "hours", run.now()) if os.environ.get(_PAGES) else []
    if not rows:
        return
    chart = run.home.quality / f"arrivals-{run.run_id}.svg"
    chart.write_text(charts.plain(charts.by_hour(rows, run.now(), legend=True)), encoding="utf-8")
    for old in sorted(run.home.quality.glob("arrivals-*.svg"), key=lambda path: path.stat().st_mtime)[:-_CHARTS]:
        old.unlink(missing_ok=True)
    create_image_artifact(address(chart), key="arrivals", description="Articles by the hour they came in, by outlet.")
