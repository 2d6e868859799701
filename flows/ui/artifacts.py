"""What a run leaves in the Prefect UI besides its logs: artifacts. All text of pages goes through flows.base.escape.

Prefect keeps artifacts by key; `ledger`, `sources`, `arrivals`, `quality` and `report` each have a history there.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from expectations.data_docs import page_of
from flows.base.escape import for_markdown
from flows.base.observer import Observer, Report
from flows.reading.report import charts
from flows.reading.report.page import NAME, answer, of_connection
from flows.run.context import IngestRun
from tasks.decide.differences import Tally
from warehouse.records import OUTCOMES

_EVERY_S = 2.0  # an update is a request to the server
_SHARES = {"fetch": 0.5, "load": 0.5}  # half of a page's way is fetching it, half is all the rest
_MOST = 40  # rows of a table
_FINDINGS = 200  # rows
_LONGEST = 300  # characters of a cell
_CHARTS = 50  # that are kept
_PAGES = "DATELINE_PAGES_URL"  # where `dateline up` serves quality/


class Progress:
    """An observer that passes on what it hears, and keeps a progress artifact up to date: pages done of pages known."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._ident: UUID | None = None
        self._done, self._total = 0.0, 0
        self._shares: Mapping[str, float] = _SHARES
        self._said = 0.0
        self._mutex = threading.Lock()

    @classmethod
    def shown(cls, run: IngestRun) -> Progress:
        """The observer of the run from here on."""
        run.observer = progress = cls(run.observer)
        return progress

    def expect(self, pages: int, *, shares: Mapping[str, float] = _SHARES) -> None:
        """There are so many pages to deal with; without any there is nothing to show.

        Args:
            pages: how many.
            shares: what part of a page's way each stage is.
        """
        self._total += pages
        self._shares = shares
        if pages:
            with contextlib.suppress(Exception):  # the window, not the work
                self._ident = cast(UUID, create_progress_artifact(0.0, key="progress", description="Pages done."))

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:
        """Hear of a stage: what is imported is known only as it comes."""
        self._observer.stage(name, total=total, done=done)
        self._total += done if name == "import" else 0
        if name not in self._shares:
            return
        with self._mutex:
            self._done += done * self._shares[name]
            is_due = self._total > 0 and time.monotonic() - self._said >= _EVERY_S
            if is_due:
                self._said = time.monotonic()
        if is_due:
            self.update(min(99.0, 100 * self._done / self._total))

    def note(self, text: str) -> None:
        self._observer.note(text)

    def update(self, percent: float) -> None:
        """Show it."""
        if self._ident is not None:
            with contextlib.suppress(Exception):
                update_progress_artifact(self._ident, percent)


def leave_artifacts(run: IngestRun, report: Report) -> None:
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


def _own_page(run: IngestRun, report: Report) -> Path | None:
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


def _show_arrivals(run: IngestRun) -> None:
    """A chart, when its file is served: the page of an image artifact shows the whole address, a data: URL too."""
    rows = answer(of_connection(run.connection), "hours", run.now()) if os.environ.get(_PAGES) else []
    if not rows:
        return
    chart = run.home.quality / f"arrivals-{run.run_id}.svg"
    chart.write_text(charts.plain(charts.by_hour(rows, run.now(), legend=True)), encoding="utf-8")
    for old in sorted(run.home.quality.glob("arrivals-*.svg"), key=lambda path: path.stat().st_mtime)[:-_CHARTS]:
        old.unlink(missing_ok=True)
    create_image_artifact(address(chart), key="arrivals", description="Articles by the hour they came in, by outlet.")
