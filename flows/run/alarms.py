"""After a run: which alarms are raised, stand for another day, or are over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from expectations.alarms import Alarm, Rate, Review, Wrong, rate_alarm, review
from expectations.drift import MEASURES
from flows.run.context import RunContext
from warehouse.alarms import alarm_rates, last_told, save_alarms, standing_alarms

_STATES = ("failing", "silent")
# Rules that a measure of the source's own suite says better: one cause, one alarm.
_COVERED = frozenset({"authors_present", "date_present", "text_not_short"})
Key = tuple[str, str]


def update_alarms(run: RunContext) -> Review:
    """Hold what the run found against the alarms that stand; write what becomes of them."""
    standing = [_alarm(row) for row in standing_alarms(run.connection)]
    known = {each.key for each in standing}
    looked_at = _decided(run)
    wrong = [*_states(run), *run.drifted, *_rates(run, looked_at, known)]
    seen = {(each.source, each.kind) for each in wrong}
    well = {key for key in known - seen if _is_judged(run, key, looked_at)}
    reviewed = review(standing, wrong, well, told_before=last_told(run.connection), run_id=run.run_id, now=run.now())
    save_alarms(run.connection, [asdict(each) | {"examples": list(each.examples)} for each in reviewed.rows])
    return reviewed


def _is_judged(run: RunContext, key: Key, looked_at: list[str]) -> bool:
    """Whether this run has looked at what an alarm is about: by its kind, or because its source is gone."""
    source, kind = key
    if source not in {each.name for each in run.settings.enabled_sources}:
        return True
    if kind in _STATES:
        return source in {name for name, _, _, _ in _polled(run)}
    return key in run.drift_judged if kind in MEASURES else source in looked_at


def _states(run: RunContext) -> Iterator[Wrong]:
    """Sources that are silent or failing. One that has been well is given a second try: a timeout is no alarm."""
    for source, state, reason, has_been_well in _polled(run):
        if state in _STATES:
            needs = 2 if state == "failing" and has_been_well else 1
            yield Wrong(source=source, kind=state, detail=reason or state, needs=needs)


def _polled(run: RunContext) -> list[tuple[str, str, str | None, bool]]:
    rows: list[tuple[str, str, str | None, bool]] = run.connection.execute(
        "select source, state, reason, last_success is not null from sources "
        "where last_run >= (select started_at from runs where run_id = ?) order by source",
        [run.run_id],
    ).fetchall()
    return rows


def _decided(run: RunContext) -> list[str]:
    """The sources of which this run has pages."""
    rows = run.connection.execute("select distinct source from outcomes where run_id = ?", [run.run_id]).fetchall()
    return [source for (source,) in rows]


def _rates(run: RunContext, sources: list[str], known: set[Key]) -> Iterator[Wrong]:
    for row in alarm_rates(run.connection, sources, now=run.now()):
        rate = Rate(
            source=row["source"], rule=row["rule"], failing=row["new_failing"], of=row["of_new"],
            before_failing=row["before_failing"], before_of=row["of_before"], examples=tuple(row["examples"]),
        )  # fmt: skip
        found = rate_alarm(rate, is_standing=(rate.source, rate.rule) in known)
        if found and rate.rule not in _COVERED:
            yield found


def _alarm(row: dict[str, Any]) -> Alarm:
    return Alarm(**row | {"examples": tuple(row["examples"])})
