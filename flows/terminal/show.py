"""What a person sees in the terminal: progress while a run works, and the summary at its end (rich)."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from flows.base.escape import for_terminal
from flows.base.observer import Report
from flows.terminal.broken_pipe import end_quietly
from warehouse.records import OUTCOMES

UNWRAPPED = 1_000_000  # a line of a pipe or a file is as long as it is: what reads it takes lines, not columns


class _Console(Console):
    def on_broken_pipe(self) -> None:
        end_quietly()


console = _Console(width=None if sys.stdout.isatty() else UNWRAPPED)
errors = Console(stderr=True)
_STAGES = {
    "discover": "discover  sources polled",
    "fetch": "fetch     pages asked for",
    "import": "import    records taken in",
    "read": "extract   pages read",
    "load": "load      outcomes in the ledger",
    "export": "export    files written",
    "backup": "backup    segments copied",
}
_SHOWN_SOURCES = 25
_COLOURS = {"loaded": "green", "revised": "cyan", "rejected": "yellow", "failed": "red", "pending": "magenta"}


class Watching:
    """A live display of one run's stages; an Observer."""

    def __init__(self, title: str) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._title, self._rows, self._mutex = title, dict[str, TaskID](), threading.Lock()

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:
        with self._mutex:
            if name not in self._rows:
                self._rows[name] = self._progress.add_task(_STAGES.get(name, name), total=None)
            row = self._rows[name]
            if total is not None:
                before = self._progress.tasks[self._progress.task_ids.index(row)].total or 0
                self._progress.update(row, total=before + total)
            self._progress.advance(row, done)

    def note(self, text: str) -> None:
        self._progress.console.print(Text(for_terminal(text), style="dim"))

    def __enter__(self) -> Watching:
        console.print(Text(self._title, style="bold"))
        self._progress.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._progress.stop()


def show_report(report: Report) -> None:
    """The summary of a run: its ledger by source, what was rejected and why, and the alarms."""
    for source, url in report.pages:
        console.print(Text(f"{source}  {for_terminal(url)}"), soft_wrap=True)
    console.print(_ledger(report))
    for title, rows in (("rejected", report.rejected), ("failed", report.failures)):
        if rows:
            console.print(_reasons(title, rows))
    for note in report.notes:
        console.print(Text(f"note: {for_terminal(note)}", style="dim"))
    for alarm in report.alarms:
        console.print(Text(f"alarm: {for_terminal(alarm)}", style="yellow"))
    _show_quality(report)
    balance = "balanced" if report.totals["remainder"] == 0 else f"NOT BALANCED: {report.totals['remainder']}"
    console.print(Text(f"{report.message} · ledger {balance} · {report.seconds:.1f} s", style="bold"))


def _show_quality(report: Report) -> None:
    for line in report.news[:_SHOWN_SOURCES]:
        console.print(Text(f"quality, {for_terminal(line)}", style="dim"))
    if report.quality:
        console.print(Text(f"quality: {report.quality}", style="dim"), soft_wrap=True)


def _ledger(report: Report) -> Table:
    table = Table(title="ledger", title_justify="left", box=None, header_style="dim", pad_edge=False)
    table.add_column("source", no_wrap=True, overflow="ellipsis", max_width=32)
    # Outcomes that did not occur are left out: eleven columns do not fit an ordinary terminal.
    names = ["discovered", *(n for n in OUTCOMES if report.totals[n]), "remainder"]
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    rows = sorted(report.by_source, key=lambda row: -row[1]["discovered"])
    for source, counts in rows[:_SHOWN_SOURCES]:
        table.add_row(Text(for_terminal(source)), *(_count(name, counts[name]) for name in names))
    if len(rows) > _SHOWN_SOURCES:
        table.add_row(Text(f"… and {len(rows) - _SHOWN_SOURCES} more sources", style="dim"))
    table.add_section()
    table.add_row(Text("all", style="bold"), *(_count(name, report.totals[name]) for name in names))
    return table


def _count(name: str, count: int) -> Text:
    return Text(str(count) if count else "·", style=_COLOURS.get(name, "") if count else "dim")


def _reasons(title: str, rows: list[tuple[str, str, int]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, header_style="dim", pad_edge=False)
    table.add_column("pages", justify="right")
    table.add_column("reason")
    table.add_column("source")
    for reason, source, count in rows[:_SHOWN_SOURCES]:
        table.add_row(str(count), Text(for_terminal(reason or "")), Text(for_terminal(source)))
    return table


def show_error(message: str) -> None:
    """One error, in plain words, on standard error."""
    errors.print(Text("error: ", style="bold red") + Text(for_terminal(message)))
