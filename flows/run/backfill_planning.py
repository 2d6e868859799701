"""What a backfill takes on: pages that the outlets' sitemaps date within a range of days."""

from __future__ import annotations

from datetime import date

from flows.base.settings import Source, domains
from flows.run.context import IngestRun
from flows.run.opaque import Parcel
from flows.run.planning import Taken, least, leave_out, midnight
from flows.run.stages import discover_task
from tasks.base.urls import article_id
from tasks.decide.lookups import frontier
from tasks.decide.plan import Plan, plan, said_at
from tasks.discover.sources import Discovery, Memory
from warehouse.records import Link


def take_range(
    run: IngestRun,
    chosen: list[Source],
    days: tuple[date, date],
    *,
    warcs: list[str],
    limit: int | None,
    are_named: bool = True,
) -> Taken:
    """Read the sitemaps whole, and plan the pages that are dated within the range and not known yet.

    What the sitemaps' regular polls remember (validators, pace) is neither used nor changed. A page that a sitemap
    does not date is not taken on: nobody can say that it is of these days.

    Args:
        run: the run.
        chosen: the sources; those without a sitemap have nothing to give.
        days: from the first day up to, and without, the second (UTC).
        warcs: files to take in as well.
        limit: pages per source; the rest is left for later.
        are_named: whether somebody asked for just these sources, so that one without a sitemap is an alarm and no note.
    """
    found = _sitemaps(run, [source for source in chosen if source.sitemaps])
    bare = [f"{s.name} has no sitemap in dateline.toml: nothing to fill from" for s in chosen if not s.sitemaps]
    said = run.alarms if are_named or len(bare) == len(chosen) else run.notes
    said += bare
    first, end = midnight(days[0]), midnight(days[1])
    assert first is not None  # noqa: S101 - both days are given
    assert end is not None  # noqa: S101
    links = [link for each in found for link in each.links if (at := said_at(link)) is not None and first <= at < end]
    adopted = run.adopt(domains(run.settings.source))
    todo = _fresh(run, links, least(run.settings.fetch.max_pages_per_source, limit))
    leave_out(run, todo, {item.url_id for item in adopted})
    return Taken(plan=todo, adopted=adopted, warcs=warcs)


def _sitemaps(run: IngestRun, chosen: list[Source]) -> list[Discovery]:
    run.observer.stage("discover", total=len(chosen))
    futures = [
        discover_task.submit(each.model_copy(update={"feeds": ()}), run, Parcel(Memory()), None) for each in chosen
    ]
    found = [future.result().content for future in futures]
    for each in found:
        run.alarms += [f"{each.source}: {p.feed_url} failed: {p.error or p.outcome}" for p in each.failed]
    return found


def _fresh(run: IngestRun, links: list[Link], budget: int | None) -> Plan:
    seen = frontier(run.connection, [article_id(link.url) for link in links], [], now=run.now())
    unread = [link for link in links if (known := seen.get(article_id(link.url))) is None or known.state == "pending"]
    return plan(
        unread,
        {ident: known for ident, known in seen.items() if known.state == "pending"},
        now=run.now(),
        budget=budget,
    )
