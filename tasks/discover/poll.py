"""One look at a feed or at an outlet's sitemaps, and what to remember of it for the next one.

    client.get with validators | parse | FeedPoll

Nothing is raised for what servers do; a poll that found no feed says so and saves no validators, so that the next one
asks for everything again.
"""

import heapq
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tasks.discover.errors import DiscoverError
from tasks.discover.feeds import parse_feed
from tasks.discover.sitemaps import parse_sitemap
from tasks.discover.values import Entry, FeedPoll, Sitemap, SitemapEntry
from tasks.fetch.client import ACCEPT_FEED, Client
from warehouse.records import Fetched

MAX_SITEMAPS = 50  # of one outlet and poll; named limit sitemap_count
MAX_ENTRIES = 50_000  # of one poll; named limit sitemap_urls
__all__ = ["Entry", "FeedPoll", "Validators", "poll_feed", "poll_sitemap"]

_ACCEPT_SITEMAP = "application/xml,text/xml,text/plain;q=0.9,*/*;q=0.5"


class Validators(NamedTuple):
    """What the last good poll of an address left: sent back so that an unchanged feed costs a 304."""

    etag: str | None = None
    last_modified: str | None = None


_NONE = Validators()
Given = tuple[str | None, str | None] | None  # Validators, or a plain pair


def poll_feed(client: Client, feed_url: str, validators: Given = None) -> FeedPoll:
    """Asks for the feed and reads it. Errors: those of Client.get, not_a_feed, entities."""
    known = Validators(*(validators or _NONE))
    fetched = client.get(feed_url, etag=known.etag, last_modified=known.last_modified, accept=ACCEPT_FEED)
    if fetched.outcome != "ok":
        return _unread(feed_url, fetched, known)
    try:
        feed = parse_feed(
            fetched.body or b"", url=fetched.final_url or feed_url, content_type=header(fetched, "content-type")
        )
    except DiscoverError as error:
        return _failed(feed_url, fetched, error)
    return _read(feed_url, fetched, feed.entries, feed.warnings, feed.title)


def poll_sitemap(
    client: Client,
    sitemap_url: str,
    validators: Given = None,
    *,
    since: datetime | None = None,
    max_sitemaps: int = MAX_SITEMAPS,
) -> FeedPoll:
    """Asks for a sitemap and, when it is an index, for the sitemaps that it names, breadth first and each once.

    With `since` (aware), sitemaps and addresses whose lastmod is before that day are left out; those without lastmod
    stay. Validators are kept for a plain sitemap only: an index that did not change says nothing about its parts.
    Warnings, besides those of parse_sitemap: sitemap_count, sitemap_urls, sitemap_failed (parts that could not be
    read).
    """
    known = Validators(*(validators or _NONE))
    fetched = client.get(sitemap_url, etag=known.etag, last_modified=known.last_modified, accept=_ACCEPT_SITEMAP)
    if fetched.outcome != "ok":
        return _unread(sitemap_url, fetched, known)
    try:
        sitemap = parse_sitemap(fetched.body or b"", url=fetched.final_url or sitemap_url)
    except DiscoverError as error:
        return _failed(sitemap_url, fetched, error)
    walk = _Walk(client, since, max_sitemaps)
    walk.start(sitemap_url, fetched, sitemap)
    whole = sitemap.kind != "index" and "cut" not in sitemap.warnings
    return _read(sitemap_url, fetched, tuple(walk.entries), tuple(sorted(walk.warnings)), keep=whole)


def header(fetched: Fetched, name: str) -> str | None:
    """The first value of a response header, by its lower-case name."""
    return next((value for key, value in fetched.headers if key.lower() == name), None)


@dataclass(slots=True)
class _Walk:
    """Through the sitemaps of one outlet; the newest first, so that a cap cuts the oldest."""

    client: Client
    since: datetime | None
    max_sitemaps: int
    entries: list[Entry] = field(default_factory=list)
    warnings: set[str] = field(default_factory=set)
    _seen: set[str] = field(default_factory=set)
    _todo: list[tuple[int, str, int, str]] = field(default_factory=list)

    def start(self, url: str, fetched: Fetched, sitemap: Sitemap) -> None:
        self._seen |= {url, fetched.final_url or url}
        self._take(sitemap, depth=0)
        for _ in range(self.max_sitemaps - 1):
            if not self._todo or len(self.entries) >= MAX_ENTRIES:
                break
            depth, _, _, address = heapq.heappop(self._todo)
            self._visit(address, depth)
        if self._todo:
            self.warnings.add("sitemap_urls" if len(self.entries) >= MAX_ENTRIES else "sitemap_count")

    def _visit(self, address: str, depth: int) -> None:
        fetched = self.client.get(address, accept=_ACCEPT_SITEMAP)
        if fetched.outcome != "ok":
            self.warnings.add("sitemap_failed")
            return
        self._seen.add(fetched.final_url or address)
        try:
            self._take(parse_sitemap(fetched.body or b"", url=fetched.final_url or address), depth)
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
                heapq.heappush(self._todo, (depth, _newest_first(item), len(self._seen), item.url))

    def _is_wanted(self, item: SitemapEntry) -> bool:
        day = _day(item.lastmod_raw)
        return self.since is None or day is None or day >= self.since.date().isoformat()


def _day(raw: str | None) -> str | None:
    """The date of a W3C datetime, None when it is of another form."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", raw or "")
    return found[0] if found else None


def _newest_first(item: SitemapEntry) -> str:
    """A key that sorts later days first and unknown ones last (every digit is turned to its complement)."""
    day = (item.lastmod_raw or "") if _day(item.lastmod_raw) else ""
    return day.translate(str.maketrans("0123456789", "9876543210")) or "~"


def _as_entry(item: SitemapEntry) -> Entry:
    return Entry(
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
    )


def _failed(url: str, fetched: Fetched, error: DiscoverError) -> FeedPoll:
    return FeedPoll(
        feed_url=url,
        polled_at=fetched.started_at,
        status=fetched.status,
        entries=(),
        outcome="failed",
        error=error.reason,
    )


def _read(
    url: str,
    fetched: Fetched,
    entries: tuple[Entry, ...],
    warnings: tuple[str, ...],
    title: str | None = None,
    *,
    keep: bool = True,
) -> FeedPoll:
    keep = keep and "cut" not in warnings
    return FeedPoll(
        feed_url=url,
        polled_at=fetched.started_at,
        status=fetched.status,
        entries=entries,
        outcome="ok",
        etag=header(fetched, "etag") if keep else None,
        last_modified=header(fetched, "last-modified") if keep else None,
        warnings=warnings,
        title=title,
    )
