"""What a run tells the world: events in Prefect's feed, for automations and for other programs that listen.

dateline.run.finished      dateline.run.RUN            totals, alarms, the run in a line
dateline.source.silent     dateline.source.NAME        its state, why and since when
dateline.quality.failed    dateline.source.NAME        what is far from usual with its pages, examples, since when
dateline.alarm.over        dateline.source.NAME        what of these is over
dateline.article.revised   dateline.article.ID         url, headline, version, what changed
dateline.watch.hit         dateline.watch.NAME         headline, source, url, excerpt
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from prefect.events import emit_event

from expectations.alarms import Alarm
from flows.base.escape import for_terminal
from flows.base.home_identity import known_id
from flows.base.observer import Report
from flows.run.context import RunContext

_MOST = 100  # revised articles of one run: an event each
_EXAMPLES = 5
_LONGEST = 300  # characters of a text of the world


def emit_events(run: RunContext, report: Report) -> None:
    """Emit the events of a finished run; they are on their way when this returns."""
    with contextlib.suppress(Exception):  # the window, not the work
        for each in events(run, report):
            emit_event(**each)


def emit_watch_hits(run: RunContext, name: str, articles: Sequence[Mapping[str, Any]]) -> None:
    """Emit an event for each article that a watch found, under the article's own id: Prefect keeps one of each."""
    for article in articles:
        payload = {key: value for key, value in article.items() if key != "id"}
        event = _event(run, "watch.hit", f"watch.{name}", name, {"watch": name, **payload})
        emit_event(**event, id=UUID(str(article["id"])))


def events(run: RunContext, report: Report) -> list[dict[str, Any]]:
    """The events of a run, as `prefect.events.emit_event` takes them."""
    finished = _event(
        run, "run.finished", f"run.{run.run_id}", report.message,
        {"state": report.state, "message": report.message, **report.totals, "alarms": list(report.alarms)},
    )  # fmt: skip
    return [*_told(run), *_revised(run), finished]


def _told(run: RunContext) -> Iterator[dict[str, Any]]:
    """One event a source for what is raised or stands for another day, and one for what is over."""
    for source, states, rest in _by_source(run.telling.told):
        if states:
            yield _alarm_event(run, "source.silent", source, states, {"state": states[0].kind})
        if rest:
            yield _alarm_event(run, "quality.failed", source, rest, {})
    for source, states, rest in _by_source(run.telling.over):
        yield _alarm_event(run, "alarm.over", source, [*states, *rest], {"over_at": run.now().isoformat()})


def _by_source(alarms: Sequence[Alarm]) -> Iterator[tuple[str, list[Alarm], list[Alarm]]]:
    """Sources, their alarms that are states of the source, and the others."""
    for source in sorted({each.source for each in alarms}):
        mine = [each for each in alarms if each.source == source]
        states = [each for each in mine if each.kind in ("silent", "failing")]
        yield source, states, [each for each in mine if each not in states]


def _alarm_event(
    run: RunContext, name: str, source: str, alarms: Sequence[Alarm], more: dict[str, Any]
) -> dict[str, Any]:
    first = min(alarms, key=lambda each: each.since)
    payload: dict[str, Any] = {
        "source": source, "kinds": [each.kind for each in alarms], "reason": "; ".join(map(_in_words, alarms)),
        "since": first.since.isoformat(), "run": run.run_id, "first_run": first.run_id,
        "times_told": max(each.times_told for each in alarms),
        "examples": [url for each in alarms for url in each.examples][:_EXAMPLES],
    }  # fmt: skip
    text = "\n".join([_headline(name, payload), *(f"  {url}" for url in payload["examples"]), f"run {run.run_id}"])
    return _event(run, name, f"source.{source}", source, payload | {"text": text} | more)


def _in_words(alarm: Alarm) -> str:
    return alarm.detail if alarm.kind in alarm.detail or alarm.kind == "requests" else f"{alarm.kind}: {alarm.detail}"


def _headline(name: str, payload: Mapping[str, Any]) -> str:
    since = f"since {payload['since'][:16].replace('T', ' ')} UTC"
    if name == "alarm.over":
        return f"{payload['source']} is well again; it was not {since}: {payload['reason']}"
    again = f", told {payload['times_told']} times" if payload["times_told"] > 1 else ""
    return f"{payload['source']}, {since}{again}: {payload['reason']}"


def _revised(run: RunContext) -> list[dict[str, Any]]:
    rows = _rows(
        run,
        "select cast(a.article_id as varchar) as article_id, a.source, a.url, headline, version, o.reason as change "
        "from outcomes as o join articles as a using (article_id) "
        "where o.run_id = $run and o.outcome = 'revised' order by a.url",
    )[:_MOST]
    return [_event(run, "article.revised", f"article.{r['article_id']}", r["headline"] or r["url"], r) for r in rows]


def _rows(run: RunContext, sql: str) -> list[dict[str, Any]]:
    cursor = run.connection.execute(sql, {"run": run.run_id} if "$run" in sql else {})
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _event(run: RunContext, name: str, resource: str, title: str, payload: dict[str, Any]) -> dict[str, Any]:
    shown = {k: _plain(v, _LONGEST * 5 if k == "text" else _LONGEST) for k, v in payload.items()}
    return {
        "event": f"dateline.{name}",
        "resource": {
            "prefect.resource.id": f"dateline.{resource}",
            "prefect.resource.name": for_terminal(title)[:_LONGEST],
            "dateline.home": known_id(run.home),
        },
        "payload": shown,
    }


def _plain(value: Any, longest: int) -> Any:
    """Texts of the world without what a terminal or a mail program would act on; lines stay lines."""
    if isinstance(value, str):
        return "\n".join(map(for_terminal, value.split("\n")))[:longest]
    return [_plain(each, longest) for each in value] if isinstance(value, list) else value
