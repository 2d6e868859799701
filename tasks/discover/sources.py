"""What one source announces: its feeds and sitemaps polled, and the links in them."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tasks.base.articles import guid_id
from tasks.base.urls import InvalidUrl, article_id, normalise, requestable
from tasks.discover.announcers import ANNOUNCERS, Announcer
from tasks.discover.pace import FEED_BOUNDS, Feed, Poll, PollBounds, after, has_gap, has_lied, is_due
from tasks.discover.poll import FeedPoll
from tasks.fetch.client import Client
from warehouse.records import Link

POLL_SECONDS = 90.0  # for all feeds and sitemaps of a source: every other source's pages wait for them
MAX_GUID = 1000  # characters: longer ones are somebody's whole text
_MAX_WORDS, _MAX_DATE = 1000, 100  # characters of a title, of a date: what is longer is none
_MIN_TEXT = 300  # characters of HTML: less is no story
_PATIENCE = 5.0  # seconds; an ordinary rest between two requests is never too long
log = logging.getLogger(__name__)
Validators = Mapping[str, tuple[str | None, str | None]]
Places = Mapping[str, Sequence[str]]  # addresses by the kind of announcer


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What earlier polls left: by URL of the feed or sitemap."""

    feeds: Mapping[str, Feed] = field(default_factory=dict)
    validators: Validators = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """One poll with what follows from it."""

    poll: FeedPoll
    feed: Feed  # as it is to be remembered
    gap: bool
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What polling one source came to."""

    source: str
    polled: tuple[Polled, ...] = ()

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for each in self.polled for link in each.links)

    @property
    def polls(self) -> tuple[FeedPoll, ...]:
        return tuple(each.poll for each in self.polled)

    @property
    def gaps(self) -> tuple[Polled, ...]:
        return tuple(each for each in self.polled if each.gap)

    @property
    def failed(self) -> tuple[FeedPoll, ...]:
        """Polls that answered with anything but news or "nothing new"; those of a slow outlet that wait are none."""
        return tuple(p for p in self.polls if p.outcome not in {"ok", "not_modified"} and p.error != "slow_domain")


def has_due(places: Places, memory: Memory, at: datetime) -> bool:
    """Whether any feed or sitemap of a source is due."""
    return any(is_due(memory.feeds.get(requestable(url)), at) for urls in places.values() for url in urls)


def discover(
    source: str,
    places: Places,
    client: Client,
    memory: Memory,
    *,
    due_at: datetime | None = None,
    bounds: PollBounds = FEED_BOUNDS,
) -> Discovery:
    """Poll the feeds, then the sitemaps, of one source: kind by kind, in the order of ANNOUNCERS.

    A gap in a feed sends us to what refills it, whether that is due or not.

    Args:
        source: its name.
        places: addresses by the kind of announcer.
        client: asks for them.
        memory: what earlier polls left.
        due_at: when given, only those that are due then are polled; otherwise all.
        bounds: of the interval between two polls of a feed.
    """

    def wanted(url: str) -> bool:
        return due_at is None or is_due(memory.feeds.get(requestable(url)), due_at)

    until = time.monotonic() + POLL_SECONDS
    found: list[Polled] = []
    for kind in ANNOUNCERS:
        refill = kind.refills and any(each.gap for each in found)
        found += [
            _polled(source, kind, url, client, memory, kind.bounds or bounds, until)
            for url in _longest_ago_first(places.get(kind.kind, ()), memory)
            if refill or wanted(url)
        ]
    return Discovery(source=source, polled=tuple(found))


def _longest_ago_first(urls: Sequence[str], memory: Memory) -> list[str]:
    """Of a slow outlet's many feeds not all are polled in one run: those that were left out come first next time."""
    never = datetime.min.replace(tzinfo=UTC)
    polled = {url: known.last_polled for url in urls if (known := memory.feeds.get(requestable(url)))}
    return sorted(urls, key=lambda url: polled.get(url, never))


def _polled(
    source: str,
    announcer: Announcer,
    url: str,
    client: Client,
    memory: Memory,
    bounds: PollBounds,
    until: float,
) -> Polled:
    address = requestable(url)
    known = memory.feeds.get(address)
    if (wait := client.wait_for(address)) > _PATIENCE and time.monotonic() + wait > until:
        poll = _left_out(address)
    else:
        poll = _ask(announcer, client, address, known, memory.validators.get(address, (None, None)), until)
    links = tuple(_links(source, announcer.kind, poll))
    said = Poll(
        feed_url=address,
        source=source,
        kind=announcer.kind,
        outcome=poll.outcome,
        polled_at=poll.polled_at,
        is_window=announcer.is_window,
        entries=tuple(dict.fromkeys(names_of(link) for link in links)),
        retry_after_s=poll.retry_after_s,
        moved_to=poll.moved_to,
        parts_read=poll.parts_read,
        has_same_validators=(poll.etag, poll.last_modified) == memory.validators.get(address),
    )
    warnings = [
        name for name, given in (("moved", poll.moved_to), ("validators_stale", has_lied(known, said))) if given
    ]
    poll = replace(poll, warnings=(*poll.warnings, *warnings))
    return Polled(poll=poll, feed=after(known, said, bounds), gap=has_gap(known, said), links=links)


def _ask(
    announcer: Announcer,
    client: Client,
    address: str,
    known: Feed | None,
    validators: tuple[str | None, str | None],
    until: float,
) -> FeedPoll:
    """One poll, where the feed has moved to if it has; what the client or a parser should not raise is its failure."""
    given: dict[str, Any] = {"seconds": until - time.monotonic()} if announcer.has_parts else {}
    given |= {"parts_read": known.parts_read} if known and known.parts_read else {}
    sent = validators if known is None or known.is_believed else (None, None)
    try:
        if known and known.moved_to:
            poll = announcer.poll(client, address, sent, at=known.moved_to, **given)
            if poll.outcome in ("ok", "not_modified"):
                return replace(poll, moved_to=poll.moved_to or known.moved_to)
        return announcer.poll(client, address, sent, **given)
    except Exception:
        log.exception("polling %s failed in a way that it should not", address)
        return _unasked(address, "failed", "internal_error")


def _left_out(address: str) -> FeedPoll:
    """A feed of an outlet that wants a minute between two requests, when it has had its time in this run."""
    return _unasked(address, "pending", "slow_domain")


def _unasked(address: str, outcome: str, error: str) -> FeedPoll:
    now = datetime.now(UTC)
    return FeedPoll(feed_url=address, polled_at=now, status=None, entries=(), outcome=outcome, error=error)


def names_of(link: Link) -> tuple[str, ...]:
    """By what an entry is known again when the feed is asked the next time: its address, and its guid."""
    return (article_id(link.url), *([guid_id(link.source, link.guid)] if link.guid else []))


def _links(source: str, kind: str, poll: FeedPoll) -> list[Link]:
    found, is_own = [], unique_guids(poll)
    for entry in poll.entries:
        try:
            url = normalise(entry.url)
        except InvalidUrl:
            continue  # an entry without a usable address is no page; feed_polls.entries counts it
        found.append(
            Link(
                source=source,
                url=url,
                via=kind,
                found_in=poll.feed_url,
                title=_short(entry.title, _MAX_WORDS),
                published_raw=_short(entry.published_raw, _MAX_DATE),
                updated_raw=_short(entry.updated_raw, _MAX_DATE),
                author=_short(entry.author, _MAX_WORDS),
                guid=entry.id if entry.id in is_own else None,
                description=entry.description,
                categories=entry.categories,
                enclosures=entry.enclosures,
                content=entry.content if len(entry.content or "") >= _MIN_TEXT else None,
            )
        )
    return found


def unique_guids(poll: FeedPoll) -> set[str]:
    """The guids that stand for one address in this poll: feeds that call every entry the same name none of them."""
    urls: dict[str, set[str]] = defaultdict(set)
    for entry in poll.entries:
        if entry.id and entry.url and len(entry.id) <= MAX_GUID:
            urls[entry.id].add(entry.url)
    return {guid for guid, named in urls.items() if len(named) == 1}


def _short(said: str | None, limit: int) -> str | None:
    return said[:limit] if said else None


def poll_row(each: Polled, run_id: str, first_seen: Mapping[str, datetime]) -> dict[str, Any]:
    """A row of `feed_polls`; `first_seen` are the addresses and guids that were known before, by url_id."""
    poll = each.poll
    entries = {names[0]: names for link in each.links for names in (names_of(link),)}
    seen = [[first_seen[name] for name in names if name in first_seen] for names in entries.values()]
    known = [min(times) for times in seen if times]
    new_entries = len(entries) - len(known)
    return {
        "run_id": run_id,
        "source": each.feed.source,
        "feed_url": poll.feed_url,
        "kind": each.feed.kind,
        "polled_at": poll.polled_at,
        "status": poll.status,
        "outcome": poll.outcome,
        "error": poll.error,
        "entries": len(poll.entries),
        "new_entries": new_entries,
        "oldest_seen": min(known, default=poll.polled_at if new_entries else None),
        "newest_seen": poll.polled_at if new_entries else max(known, default=None),
        "gap": each.gap,
        "warnings": list(poll.warnings),
        "etag": poll.etag,
        "last_modified": poll.last_modified,
        "moved_to": poll.moved_to,
    }


def poll_request_row(each: Polled, run_id: str) -> dict[str, Any]:
    """A row of `fetches`."""
    poll = each.poll
    return {
        "run_id": run_id,
        "source": each.feed.source,
        "url": poll.feed_url,
        "kind": each.feed.kind,
        "started_at": poll.polled_at,
        "status": poll.status,
        "outcome": poll.outcome,
        "error": poll.error,
    }
