"""The kinds of places where an outlet announces pages: one registry.

A new kind is a module with its poll and a line here; its addresses come from `Source.places` (flows/base/source.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tasks.discover.pace import SITEMAP_BOUNDS, PollBounds
from tasks.discover.poll import FeedPoll, poll_feed, poll_sitemap


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcer:
    """One kind of place."""

    kind: str  # as Link.via and feed_polls.kind have it
    poll: Callable[..., FeedPoll]
    bounds: PollBounds | None = None  # of the interval between two polls; None: those that are configured
    is_window: bool = False  # it shows its newest entries only: what came between two polls can be lost
    refills: bool = False  # asked when another place of the source lost entries, due or not
    has_parts: bool = False  # one poll is many requests: it is told how many seconds there are


# What is said of a page in a feed (title, time, author) is richer than a sitemap's entry of it: feeds come first.
ANNOUNCERS = (
    Announcer(kind="feed", poll=poll_feed, is_window=True),
    Announcer(kind="sitemap", poll=poll_sitemap, bounds=SITEMAP_BOUNDS, refills=True, has_parts=True),
)
