"""The plan of a run: which links are fetched, which need no request, and what was adopted from an earlier run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time

from flows.base.sites import sites
from flows.run.context import RunContext
from flows.run.request import RunRequest
from flows.run.sources import note_gaps
from tasks.base.items import FrontierEntry, TrackedLink
from tasks.base.urls import article_id, normalise, source_of
from tasks.decide.known_articles import known_guids
from tasks.decide.lookups import frontier, with_captures
from tasks.decide.plan import Plan, plan, said_at
from tasks.discover.sources import Discovery, names_of, poll_request_row, poll_row
from tasks.load.rows import Tables
from warehouse.records import Link


@dataclass(slots=True, kw_only=True)
class RunPlan:
    """What a run has to do, and what it has learned on the way to knowing that."""

    links: Plan
    found: list[Discovery] = field(default_factory=list)
    adopted: list[TrackedLink] = field(default_factory=list)
    warcs: tuple[str, ...] = ()
    polls: Tables = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was polled and there is nothing to do: a schedule that came by too early."""
        polled = any(each.polled for each in self.found)
        return not (polled or self.links.items or self.adopted or self.warcs)

    @property
    def expected(self) -> int:
        """Pages to deal with, as far as it is known; a WARC file counts as one until it is read."""
        return len(self.links.items) + len(self.adopted) + len(self.warcs)


def plan_run(run: RunContext, request: RunRequest, found: list[Discovery]) -> RunPlan:
    """What to do with what the sources announced, was asked for by hand, or reached the archive only.

    Nothing is written yet.
    """
    adopted = run.recovery.adopt(sites(run.settings.all_sources), run.now())
    budget = _least(run.settings.fetch.max_pages_per_source, request.limit)
    if request.days:
        links = _plan_range(run, found, request.days, budget)
        found, polls = [], Tables()
    else:
        links, polls = _plan_links(run, request, found, budget)
    _leave_out(run, links, {item.url_id for item in adopted})
    return RunPlan(links=links, found=found, adopted=adopted, warcs=request.warcs, polls=polls)


def record_plan(run: RunContext, planned: RunPlan) -> None:
    """Write into the ledger what this run has to account for, before any of it is worked on."""
    run.record_discoveries(planned.links.items, planned.polls)
    note_gaps(run, planned.found)
    run.record_discoveries(planned.adopted)
    run.save_pauses()


def _plan_links(
    run: RunContext, request: RunRequest, found: list[Discovery], budget: int | None
) -> tuple[Plan, Tables]:
    links = [*_by_hand(run, request.urls), *(link for each in found for link in each.links)]
    idents = [article_id(link.url) for link in links]
    seen = frontier(run.connection, idents, [each.source for each in found], now=run.now())
    since = _midnight(request.since) if request.since else None
    planned = plan(links, seen, now=run.now(), budget=budget, since=since)
    return planned, _poll_rows(run, found, seen)


def _plan_range(run: RunContext, found: list[Discovery], days: tuple[date, date], budget: int | None) -> Plan:
    """The pages that a sitemap dates within the range, and that are not known yet.

    A page that a sitemap does not date is not taken on: nobody can say that it is of these days.
    """
    first, end = _midnight(days[0]), _midnight(days[1])
    links = [link for each in found for link in each.links if first <= (said_at(link) or end) < end]
    seen = frontier(run.connection, [article_id(link.url) for link in links], [], now=run.now())
    pending = {ident: known for ident, known in seen.items() if known.state == "pending"}
    unread = [link for link in links if (ident := article_id(link.url)) not in seen or ident in pending]
    return plan(unread, pending, now=run.now(), budget=budget)


def _poll_rows(run: RunContext, found: list[Discovery], seen: Mapping[str, FrontierEntry]) -> Tables:
    """What is to be written of the polls themselves."""
    polled = [each for discovery in found for each in discovery.polled]
    guids = {name for each in polled for link in each.links if link.guid for name in names_of(link)[1:]}
    first_seen = known_guids(run.connection, guids)
    first_seen |= {ident: known.first_seen for ident, known in seen.items() if known.first_seen}
    return {
        "feed_polls": [poll_row(each, run.run_id, first_seen) for each in polled],
        "feeds": [asdict(each.feed) for each in polled],
        "fetches": [poll_request_row(each, run.run_id) for each in polled],
    }


def _midnight(day: date) -> datetime:
    """The beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)


def _by_hand(run: RunContext, urls: tuple[str, ...]) -> list[Link]:
    known, addresses = sites(run.settings.all_sources), [normalise(url) for url in urls]
    return [Link(source=source_of(address, known), url=address, via="url") for address in addresses]


def _least(*limits: int | None) -> int | None:
    """The smallest of the limits that are set; None where none is."""
    return min((each for each in limits if each is not None), default=None)


def _leave_out(run: RunContext, links: Plan, adopted: set[str]) -> None:
    """What an earlier run had fetched, and this one has adopted from the archive, is not asked for again."""
    links.fetch = with_captures(run.connection, [item for item in links.fetch if item.url_id not in adopted])
    links.decided = [item for item in links.decided if item.url_id not in adopted]
