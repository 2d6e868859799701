"""One look at a feed or at an outlet's sitemaps, and what to remember of it for the next one.

    client.get with validators | parse | FeedPoll

Nothing is raised for what servers do; a poll that found no feed says so and saves no validators, so that the next one
asks for everything again.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from tasks.discover.errors import DiscoverError
from tasks.discover.feedlimits import MAX_BYTES, when, without_gap
from tasks.discover.feeds import parse_feed
from tasks.discover.parts import Part, day_of, next_parts, part_key
from tasks.discover.sitemaps import parse_sitemap
from tasks.discover.values import FeedEntry, FeedPoll, Sitemap, SitemapEntry
from tasks.fetch.client import ACCEPT_FEED, Client
from warehouse.records import Fetched

MAX_SITEMAPS = 50  # of one outlet and poll; named limit sitemap_count
MAX_ENTRIES = 50_000  # of one poll; named limit sitemap_urls
_MAX_REMEMBERED = 5000  # parts of one index
__all__ = ["FeedEntry", "FeedPoll", "Validators", "poll_feed", "poll_sitemap"]

_ACCEPT_SITEMAP = "application/xml,text/xml,text/plain;q=0.9,*/*;q=0.5"


class Validators(NamedTuple):
    """What the last good poll of an address left: sent back so that an unchanged feed costs a 304."""

    etag: str | None = None
    last_modified: str | None = None


_NONE = Validators()
Given = tuple[str | None, str | None] | None  # Validators, or a plain pair


def poll_feed(client: Client, feed_url: str, validators: Given = None, *, at: str | None = None) -> FeedPoll:
    """Asks for the feed and reads it. Errors: those of Client.get, not_a_feed, entities, too_complex.

    Args:
        client: asks.
        feed_url: the feed's address, by which it is known.
        validators: of its last good poll.
        at: where it is asked for, when it has moved.
    """
    known = Validators(*(validators or _NONE))
    fetched = client.get(
        at or feed_url,
        etag=known.etag,
        last_modified=known.last_modified,
        accept=ACCEPT_FEED,
        keep=MAX_BYTES,
        both_ends=True,
    )
    if fetched.outcome != "ok":
        return _unread(feed_url, fetched, known)
    body, is_whole = without_gap(fetched.body or b"")
    try:
        feed = parse_feed(body, url=fetched.final_url or feed_url, content_type=header(fetched, "content-type"))
    except DiscoverError as error:
        return _failed(feed_url, fetched, error.reason if is_whole else "too_large")
    limits = () if is_whole or "feed_bytes" in feed.warnings else ("feed_bytes",)
    return _read(feed_url, fetched, feed.entries, (*feed.warnings, *limits), feed.title)


def poll_sitemap(
    client: Client,
    sitemap_url: str,
    validators: Given = None,
    *,
    at: str | None = None,
    since: datetime | None = None,
    max_sitemaps: int = MAX_SITEMAPS,
    parts_read: Collection[str] = (),
    seconds: float = math.inf,
) -> FeedPoll:
    """Asks for a sitemap and, when it is an index, for the sitemaps that it names, breadth first and each once.

    With `since` (aware), sitemaps and addresses whose lastmod is before that day are left out; those without lastmod
    stay. Of an index with more parts than are asked for, half of the requests go to the newest, half to those that
    earlier polls (`parts_read`) have not read, as far as `seconds` reach. Validators are kept for a plain sitemap only:
    an index that did not change says nothing about its parts. Warnings, besides those of parse_sitemap: sitemap_count,
    sitemap_urls, sitemap_failed (parts that could not be read).
    """
    known = Validators(*(validators or _NONE))
    fetched = client.get(at or sitemap_url, etag=known.etag, last_modified=known.last_modified, accept=_ACCEPT_SITEMAP)
    if fetched.outcome != "ok":
        return _unread(sitemap_url, fetched, known)
    try:
        sitemap = parse_sitemap(fetched.body or b"", url=fetched.final_url or sitemap_url)
    except DiscoverError as error:
        return _failed(sitemap_url, fetched, error.reason)
    walk = _Walk(client, since, max_sitemaps, frozenset(parts_read), time.monotonic() + seconds)
    walk.start(sitemap_url, fetched, sitemap)
    is_index = sitemap.kind == "index"
    whole = not is_index and "cut" not in sitemap.warnings
    poll = _read(sitemap_url, fetched, tuple(walk.entries), tuple(sorted(walk.warnings)), keep=whole)
    return replace(poll, parts_read=walk.remembered()) if is_index else poll


def header(fetched: Fetched, name: str) -> str | None:
    """The first value of a response header, by its lower-case name."""
    return next((value for key, value in fetched.headers if key.lower() == name), None)


@dataclass(slots=True)
class _Walk:
    """Through the sitemaps of one outlet."""

    client: Client
    since: datetime | None
    max_sitemaps: int
    read_before: frozenset[str]
    until: float  # of the monotonic clock
    entries: list[FeedEntry] = field(default_factory=list)
    warnings: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _read: list[str] = field(default_factory=list)
    _todo: list[Part] = field(default_factory=list)

    def start(self, url: str, fetched: Fetched, sitemap: Sitemap) -> None:
        self._seen |= {url, fetched.final_url or url}
        self._take(sitemap, depth=0)
        left = self.max_sitemaps - 1
        while left > 0 and self._todo and len(self.entries) < MAX_ENTRIES:
            depth = min(part.depth for part in self._todo)
            level = [part for part in self._todo if part.depth == depth]
            chosen = next_parts(level, self.read_before, left)
            self._todo = [part for part in self._todo if part not in chosen] if chosen else []
            for at, part in enumerate(chosen):
                is_late = time.monotonic() + self.client.wait_for(part.url) > self.until
                if is_late or len(self.entries) >= MAX_ENTRIES:
                    self._todo += chosen[at:]
                    left = 0
                    break
                self._visit(part)
            left -= len(chosen)
        if self._todo:
            self.warnings.add("sitemap_urls" if len(self.entries) >= MAX_ENTRIES else "sitemap_count")

    def remembered(self) -> tuple[str, ...]:
        """Keys of the parts that were read by now, in this poll or before; none once all were: then it begins anew."""
        if not any(part_key(part.url) not in self.read_before for part in self._todo):
            return ()
        return tuple(dict.fromkeys([*self._read, *sorted(self.read_before)]))[:_MAX_REMEMBERED]

    def _visit(self, part: Part) -> None:
        fetched = self.client.get(part.url, accept=_ACCEPT_SITEMAP)
        if fetched.outcome != "ok":
            self.warnings.add("sitemap_failed")
            return
        self._read.append(part_key(part.url))
        self._seen.add(fetched.final_url or part.url)
        try:
            self._take(parse_sitemap(fetched.body or b"", url=fetched.final_url or part.url), part.depth)
        except DiscoverError:
            self.warnings.add("sitemap_failed")

    def _take(self, sitemap: Sitemap, depth: int) -> None:
        self.warnings.update(sitemap.warnings)
        wanted = [item for item in sitemap.entries if self._is_wanted(item)]
        if sitemap.kind == "index":
            self._plan(wanted, depth + 1)
            return
        room = MAX_ENTRIES - len(self.entries)
        self.entries += [_as_entry(item) for item in wanted[:room]]
        if len(wanted) > room:
            self.warnings.add("sitemap_urls")

    def _plan(self, items: list[SitemapEntry], depth: int) -> None:
        for item in items:
            if item.url not in self._seen:
                self._seen.add(item.url)
                self._todo.append(Part(url=item.url, lastmod=item.lastmod_raw, depth=depth))

    def _is_wanted(self, item: SitemapEntry) -> bool:
        day = day_of(item.lastmod_raw)
        return self.since is None or day is None or day >= self.since.date()


def _as_entry(item: SitemapEntry) -> FeedEntry:
    return FeedEntry(
        url=item.url, title=item.news_title, published_raw=item.news_published_raw, updated_raw=item.lastmod_raw
    )


def _unread(url: str, fetched: Fetched, validators: Validators) -> FeedPoll:
    """A poll without a body: 304 keeps the validators, everything else saves none."""
    same = fetched.outcome == "not_modified"
    return FeedPoll(
        feed_url=url,
        polled_at=fetched.started_at,
        status=fetched.status,
        entries=(),
        outcome=fetched.outcome,
        etag=(header(fetched, "etag") or validators.etag) if same else None,
        last_modified=(header(fetched, "last-modified") or validators.last_modified) if same else None,
        error=fetched.error,
        retry_after_s=fetched.retry_after_s,
        moved_to=fetched.moved_to,
    )


def _failed(url: str, fetched: Fetched, reason: str) -> FeedPoll:
    return FeedPoll(
        feed_url=url,
        polled_at=fetched.started_at,
        status=fetched.status,
        entries=(),
        outcome="failed",
        error=reason,
    )


def _read(
    url: str,
    fetched: Fetched,
    entries: tuple[FeedEntry, ...],
    warnings: tuple[str, ...],
    title: str | None = None,
    *,
    keep: bool = True,
) -> FeedPoll:
    keep = keep and "cut" not in warnings
    at, is_future = _last_modified(fetched)
    return FeedPoll(
        feed_url=url,
        polled_at=fetched.started_at,
        status=fetched.status,
        entries=entries,
        outcome="ok",
        etag=header(fetched, "etag") if keep else None,
        last_modified=at if keep else None,
        warnings=(*warnings, *(("validators_future",) if is_future else ())),
        title=title,
        moved_to=fetched.moved_to,
    )


def _last_modified(fetched: Fetched) -> tuple[str | None, bool]:
    """The validator, unless it lies in the future of the answer (RFC 9110 section 8.8.2.1); whether it does."""
    written = header(fetched, "last-modified")
    at, now = _time(written), _time(header(fetched, "date")) or fetched.started_at.timestamp()
    if at is not None and at > now:
        return None, True
    return written, False


def _time(written: str | None) -> float | None:
    """Epoch seconds of a date in a header, in HTTP's form or in that of RFC 3339; None where it is none."""
    return when((written or "")[:60]) or None
