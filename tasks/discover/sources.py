"""What one source announces: its feeds and sitemaps polled, and the links in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.discover.poll import FeedPoll, poll_feed, poll_sitemap
from tasks.fetch.client import Client
from tasks.urls import InvalidUrl, normalise
from warehouse.records import Link

Validators = Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What polling one source came to."""

    source: str
    links: tuple[Link, ...]
    polls: tuple[FeedPoll, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)  # URL of the poll: feed or sitemap

    @property
    def failed(self) -> tuple[FeedPoll, ...]:
        """Polls that answered with anything but news or "nothing new"."""
        return tuple(p for p in self.polls if p.outcome not in {"ok", "not_modified"})


def discover(
    source: str, feeds: tuple[str, ...], sitemaps: tuple[str, ...], client: Client, validators: Validators
) -> Discovery:
    """Poll the feeds, then the sitemaps, of one source.

    Feeds come first: what they say of a page (title, time, author) is richer than a sitemap's entry of the same URL.
    """
    polls = [
        *(_poll("feed", poll_feed, url, client, validators) for url in feeds),
        *(_poll("sitemap", poll_sitemap, url, client, validators) for url in sitemaps),
    ]
    links = tuple(link for kind, poll in polls for link in _links(source, kind, poll))
    return Discovery(
        source=source,
        links=links,
        polls=tuple(poll for _, poll in polls),
        kinds={poll.feed_url: kind for kind, poll in polls},
    )


def _poll(
    kind: str, poll: Callable[..., FeedPoll], url: str, client: Client, validators: Validators
) -> tuple[str, FeedPoll]:
    return kind, poll(client, normalise(url), validators.get(normalise(url), (None, None)))


def _links(source: str, kind: str, poll: FeedPoll) -> list[Link]:
    found = []
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
                title=entry.title,
                published_raw=entry.published_raw,
                updated_raw=entry.updated_raw,
                author=entry.author,
            )
        )
    return found


def poll_row(poll: FeedPoll, source: str, run_id: str, *, new_entries: int) -> dict[str, Any]:
    """A row of `feed_polls`."""
    return {
        "run_id": run_id,
        "source": source,
        "feed_url": poll.feed_url,
        "polled_at": poll.polled_at,
        "status": poll.status,
        "outcome": poll.outcome,
        "error": poll.error,
        "entries": len(poll.entries),
        "new_entries": new_entries,
        "gap": None,
        "warnings": list(poll.warnings),
        "etag": poll.etag,
        "last_modified": poll.last_modified,
    }
