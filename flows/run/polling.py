"""The first step of a run: its sources are polled side by side, and what they announce is kept for the plan."""

from __future__ import annotations

from collections.abc import Sequence

from flows.base.source import Source
from flows.run.context import RunContext
from flows.run.opaque import Opaque
from flows.run.request import RunRequest
from flows.run.stages import discover_task
from tasks.decide.lookups import feed_validators, feeds
from tasks.discover.remarks import limits_met, remarks
from tasks.discover.sources import Discovery, Memory, has_due


def poll_sources(run: RunContext, request: RunRequest) -> list[Discovery]:
    """Poll the sources of a run; what failed, or can bring nothing, is an alarm of the run."""
    found = _sitemaps(run, request) if request.days else _feeds_and_sitemaps(run, request)
    for each in found:
        run.alarms += [f"{each.source}: {p.feed_url} failed: {p.error or p.outcome}" for p in each.failed]
        run.alarms += [f"{each.source}: {said}" for poll in each.polls for said in limits_met(poll)]
        run.notes += [f"{each.source}: {said}" for poll in each.polls for said in remarks(poll)]
    return found


def _feeds_and_sitemaps(run: RunContext, request: RunRequest) -> list[Discovery]:
    """Every source that is due, with what is remembered of its last polls."""
    chosen = request.sources
    run.alarms += [
        f"{name} is scheduled, and not in dateline.toml any more: restart `dateline up`" for name in request.gone
    ]
    run.alarms += [
        f"{s.name} has neither feeds nor sitemaps in dateline.toml, so it can bring nothing; `dateline add` finds them"
        for s in chosen
        if not any(s.places.values())
    ]
    names = [s.name for s in chosen]
    memory = Memory(feeds=feeds(run.connection, names), validators=feed_validators(run.connection, names))
    due_at = run.now() if request.due_only else None
    polled = [s for s in chosen if due_at is None or has_due(s.places, memory, due_at)]
    if chosen:
        run.observer.stage("discover", total=len(chosen))
    futures = [discover_task.submit(source, run, Opaque(memory), due_at) for source in polled]
    found = [future.result().content for future in futures]
    return found + [Discovery(source=source.name) for source in chosen if source not in polled]


def _sitemaps(run: RunContext, request: RunRequest) -> list[Discovery]:
    """The sitemaps of a backfill, read whole: what their regular polls remember is neither used nor changed."""
    chosen = [source for source in request.sources if source.sitemaps]
    bare = [f"{s.name} has no sitemap in dateline.toml: nothing to fill from" for s in _without(request.sources)]
    is_alarm = request.are_named or len(bare) == len(request.sources)
    (run.alarms if is_alarm else run.notes).extend(bare)
    run.observer.stage("discover", total=len(chosen))
    alone = [each.model_copy(update={"feeds": ()}) for each in chosen]
    futures = [discover_task.submit(each, run, Opaque(Memory()), None) for each in alone]
    return [future.result().content for future in futures]


def _without(sources: Sequence[Source]) -> list[Source]:
    return [source for source in sources if not source.sitemaps]
