"""What a run takes on: its sources are polled, and the links planned, before any of it is worked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time

from flows.base.settings import Source, domains
from flows.run.context import IngestRun
from flows.run.opaque import Parcel
from flows.run.stages import discover_task
from tasks.base.items import Item, Seen
from tasks.base.urls import article_id, normalise, registrable_domain
from tasks.decide.lookups import feed_validators, feeds, frontier, with_captures
from tasks.decide.plan import Plan, plan
from tasks.discover.sources import Discovery, Memory, has_due, poll_request_row, poll_row
from tasks.load.rows import Tables
from warehouse.records import Link


@dataclass(slots=True, kw_only=True)
class Taken:
    """What a run has to do, and what it has learned on the way to knowing that."""

    plan: Plan
    found: list[Discovery] = field(default_factory=list)
    adopted: list[Item] = field(default_factory=list)
    warcs: list[str] = field(default_factory=list)
    polls: Tables = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was polled and there is nothing to do: a schedule that came by too early."""
        polled = any(each.polled for each in self.found)
        return not (polled or self.plan.items or self.adopted or self.warcs)


def take(
    run: IngestRun,
    chosen: list[Source],
    *,
    urls: list[str],
    warcs: list[str],
    due_only: bool,
    since: date | None,
    limit: int | None,
) -> Taken:
    """Poll the sources, adopt what an earlier run had fetched, and plan; nothing is written yet.

    Args:
        run: the run.
        chosen: the sources.
        urls: pages asked for by hand.
        warcs: files to take in.
        due_only: poll only the feeds whose own pace says that it is time.
        since: leave for later what a feed or sitemap dates before this day (UTC).
        limit: pages per source; the rest is left for later.
    """
    found = discover_all(run, chosen, due_only=due_only)
    adopted = run.adopt(domains(run.settings.source))
    links = [*_by_hand(run, urls), *(link for each in found for link in each.links)]
    idents = [article_id(link.url) for link in links]
    seen = frontier(run.connection, idents, [each.source for each in found], now=run.now())
    todo = plan(
        links,
        seen,
        now=run.now(),
        budget=least(run.settings.fetch.max_pages_per_source, limit),
        since=midnight(since),
    )
    leave_out(run, todo, {item.url_id for item in adopted})
    return Taken(plan=todo, found=found, adopted=adopted, warcs=warcs, polls=poll_rows(run, found, seen))


def discover_all(run: IngestRun, chosen: list[Source], *, due_only: bool) -> list[Discovery]:
    """Poll the sources side by side; a poll that failed is an alarm of the run."""
    if not chosen:
        return []
    run.observer.stage("discover", total=len(chosen))
    run.alarms += [
        f"{s.name} has neither feeds nor sitemaps in dateline.toml, so it can bring nothing; `dateline add` finds them"
        for s in chosen
        if not s.feeds and not s.sitemaps
    ]
    names = [s.name for s in chosen]
    memory = Parcel(Memory(feeds=feeds(run.connection, names), validators=feed_validators(run.connection, names)))
    due_at = run.now() if due_only else None
    polled = [s for s in chosen if due_at is None or has_due(s.feeds, s.sitemaps, memory.content, due_at)]
    futures = [discover_task.submit(source, run, memory, due_at) for source in polled]
    found = [future.result().content for future in futures]
    found += [Discovery(source=source.name) for source in chosen if source not in polled]
    for each in found:
        run.alarms += [f"{each.source}: {p.feed_url} failed: {p.error or p.outcome}" for p in each.failed]
    return found


def poll_rows(run: IngestRun, found: list[Discovery], seen: Mapping[str, Seen]) -> Tables:
    """What is to be written of the polls themselves."""
    first_seen = {ident: known.first_seen for ident, known in seen.items() if known.first_seen}
    polled = [each for discovery in found for each in discovery.polled]
    return {
        "feed_polls": [poll_row(each, run.run_id, first_seen) for each in polled],
        "feeds": [asdict(each.feed) for each in polled],
        "fetches": [poll_request_row(each, run.run_id) for each in polled],
    }


def midnight(day: date | None) -> datetime | None:
    """The beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC) if day else None


def _by_hand(run: IngestRun, urls: list[str]) -> list[Link]:
    by_domain, named = domains(run.settings.source), []
    for url in urls:
        address = normalise(url)
        domain = registrable_domain(address)
        named.append(Link(source=by_domain.get(domain, domain), url=address, via="url"))
    return named


def least(*limits: int | None) -> int | None:
    """The smallest of the limits that are set; None where none is."""
    return min((each for each in limits if each is not None), default=None)


def leave_out(run: IngestRun, todo: Plan, adopted: set[str]) -> None:
    """What an earlier run had fetched, and this one has adopted from the archive, is not asked for again."""
    todo.fetch = with_captures(run.connection, [item for item in todo.fetch if item.url_id not in adopted])
    todo.decided = [item for item in todo.decided if item.url_id not in adopted]
