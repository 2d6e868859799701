"""What a run tells the world: events in Prefect's feed, for automations and for other programs that listen.

dateline.run.finished      dateline.run.RUN            totals, alarms, the run in a line
dateline.source.silent     dateline.source.NAME        its state and why
dateline.quality.failed    dateline.expectation.NAME   suite, severity, how many of how many
dateline.article.revised   dateline.article.ID         url, headline, version, what changed
"""

from __future__ import annotations

import contextlib
from typing import Any

from prefect.events import emit_event

from flows.base.escape import for_terminal
from flows.base.observer import Report
from flows.run.context import RunContext

_MOST = 100  # revised articles of one run: an event each
_LONGEST = 300  # characters of a text of the world


def emit_events(run: RunContext, report: Report) -> None:
    """Emit the events of a finished run; they are on their way when this returns."""
    with contextlib.suppress(Exception):  # the window, not the work
        for each in events(run, report):
            emit_event(**each)


def events(run: RunContext, report: Report) -> list[dict[str, Any]]:
    """The events of a run, as `prefect.events.emit_event` takes them."""
    finished = _event(
        "run.finished", f"run.{run.run_id}", report.message,
        {"state": report.state, "message": report.message, **report.totals, "alarms": list(report.alarms)},
    )  # fmt: skip
    return [*_silent(run), *_failed(run), *_revised(run), finished]


def _silent(run: RunContext) -> list[dict[str, Any]]:
    rows = _rows(
        run,
        "select source, state, reason from sources where state in ('silent', 'failing') "
        "and last_run >= (select started_at from runs where run_id = $run) order by source",
    )
    new = [row for row in rows if row["source"] not in run.troubled]
    return [_event("source.silent", f"source.{r['source']}", r["source"], r) for r in new]


def _failed(run: RunContext) -> list[dict[str, Any]]:
    rows = _rows(
        run,
        "select suite, expectation, severity, observed, unexpected_count as failing, element_count as of "
        "from quality_history as now where run_id = $run and change = 'newly not met' and exists ("
        "from quality_history as b where b.suite = now.suite and b.expectation = now.expectation "
        "and b.checked_at < now.checked_at) order by all",  # what nobody has judged before was never met
    )
    return [_event("quality.failed", f"expectation.{r['expectation']}", r["expectation"], r) for r in rows]


def _revised(run: RunContext) -> list[dict[str, Any]]:
    rows = _rows(
        run,
        "select cast(a.article_id as varchar) as article_id, a.source, a.url, headline, version, o.reason as change "
        "from outcomes as o join articles as a using (article_id) "
        "where o.run_id = $run and o.outcome = 'revised' order by a.url",
    )[:_MOST]
    return [_event("article.revised", f"article.{r['article_id']}", r["headline"] or r["url"], r) for r in rows]


def _rows(run: RunContext, sql: str) -> list[dict[str, Any]]:
    cursor = run.connection.execute(sql, {"run": run.run_id} if "$run" in sql else {})
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _event(name: str, resource: str, title: str, payload: dict[str, Any]) -> dict[str, Any]:
    shown = {k: for_terminal(v)[:_LONGEST] if isinstance(v, str) else v for k, v in payload.items()}
    return {
        "event": f"dateline.{name}",
        "resource": {
            "prefect.resource.id": f"dateline.{resource}",
            "prefect.resource.name": for_terminal(title)[:_LONGEST],
        },
        "payload": shown,
    }
