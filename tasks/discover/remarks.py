"""What a poll's warnings mean, in sentences: what was left out is an alarm, the rest is a note. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tasks.discover.values import FeedPoll

# Named limits: what is beyond them is not seen by anybody.
_LIMITS = {
    "feed_bytes": "is longer than 20 MiB",
    "feed_tags": "has more elements than are read at once",
    "feed_references": "has more character references than are read at once",
    "feed_entries": "has more entries than are read at once",
    "sitemap_tags": "has more elements than are read at once",
    "sitemap_urls": "lists more addresses than the protocol allows",
}


def limits_met(poll: FeedPoll) -> Iterator[str]:
    """A sentence for each limit that made the poll leave something out."""
    for name, what in _LIMITS.items():
        if name in poll.warnings:
            yield f"{poll.feed_url} {what}: {_read(poll)} ({name})"


def remarks(poll: FeedPoll) -> Iterator[str]:
    """A sentence for each other thing that the owner should know."""
    if "no_address" in poll.warnings:
        homeless = sum(not entry.url for entry in poll.entries)
        yield f"{poll.feed_url}: {homeless} of {len(poll.entries)} entries have no usable address (no_address)"
    if poll.moved_to:
        yield f"{poll.feed_url} has moved for good to {poll.moved_to}; write that into dateline.toml (moved)"
    if "validators_stale" in poll.warnings:
        yield f'{poll.feed_url} says "not modified" when it is: it is asked for whole from now on (validators_stale)'
    if "sitemap_count" in poll.warnings:
        yield f"{poll.feed_url} names more parts than are read at once; the others come next time (sitemap_count)"


def _read(poll: FeedPoll) -> str:
    return f"{len(poll.entries)} entries were read, the newest where they are dated"
