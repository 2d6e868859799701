"""Runs and alarms: the ledgers, what was judged, and where the Prefect UI has the run."""

from __future__ import annotations

from flows.explore.pages import Asked, Page, found
from flows.explore.snapshots import View


def runs_page(view: View, asked: Asked) -> Page:
    """The newest runs with their ledgers."""
    runs = view.ask("runs", rows=asked.number("rows", 50, most=1000))
    return Page("runs.html", "Runs", (runs,), {"runs": runs.rows})


def run_page(view: View, asked: Asked) -> Page:
    """One run: its ledger by source, what it was judged by, what it did not load.

    Raises:
        NotThere: there is no such run.
    """
    ident, rows = asked.named["id"], asked.number("rows", 200, most=10_000)
    run = view.ask("run", run_id=ident)
    row = found(run, "run")
    ledger, judged = view.ask("run_ledger", "ledger", run_id=ident), view.ask("run_judged", "judged", run_id=ident)
    lost = view.ask("run_lost", "lost", run_id=ident, rows=rows)
    articles = view.ask("run_articles", "articles", run_id=ident, rows=rows)
    parts = (ledger, run, judged, lost, articles)
    shown = {part.name: part.rows for part in parts} | {"row": row, "rows": rows}
    return Page("run.html", f"Run of {row['flow']}, {row['started_at']:%Y-%m-%d %H:%M}", parts, shown)


def alarms_page(view: View, asked: Asked) -> Page:
    """What is wrong, and what was."""
    alarms = view.ask("alarms", rows=asked.number("rows", 100, most=1000))
    news = view.ask("quality_news", "news")
    return Page("alarms.html", "Alarms", (alarms, news), {"alarms": alarms.rows, "news": news.rows})
