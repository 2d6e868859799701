"""What passes between the stages of a run, besides the records that the warehouse keeps. Frozen, plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tasks.base.articles import Address, Version
from tasks.base.columns import Row
from warehouse.records import Capture, Fetched, Link, Outcome, Page, UnreadablePage


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierEntry:
    """What the frontier knows of a URL."""

    url_id: str
    source: str
    url: str
    state: str
    article_id: str | None = None
    next_check: datetime | None = None
    attempts: int = 0
    first_seen: datetime | None = None
    published: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    updated_raw: str | None = None
    title: str | None = None
    gone_since: datetime | None = None
    gone_times: int = 0
    capture_id: str | None = None
    announced: Mapping[str, Any] | None = None  # what a feed or sitemap last said of it: fields of Link
    capture: Capture | None = None  # the last one, when the page is about to be asked for again


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedLink:
    """One link with what came of asking for it: an archived capture, or none."""

    link: Link
    url_id: str
    fetched: Fetched | None = None  # without its body; None for a page out of a WARC
    capture: Capture | None = None
    outcome: Outcome | None = None  # decided already: not modified, failed, skipped, pending
    seen: FrontierEntry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Items that are read, judged and loaded together; their captures stand in closed segments."""

    number: int
    items: tuple[TrackedLink, ...]

    @property
    def captured(self) -> list[TrackedLink]:
        return [item for item in self.items if item.capture is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadPage(Page):
    """A page as a worker hands it back: what decides on it as values, what is only stored of it as Arrow rows.

    Its links, images, dates and signals are empty: they stand in `rows`.
    """

    rows: Row  # columns.READ
    as_read: str  # its text, boilerplate and all
    blocks: tuple[int, ...]  # the keys of that text's paragraphs (boilerplate.block_keys)
    settled: str  # that text without what was known of its outlet's boilerplate when it was read
    content_hash: str  # of the headline and `settled`
    derived: Row | None = None  # columns.DERIVED, of `settled`


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedPage:
    """A page with its identity, and what the decider makes of it before the suite has judged it."""

    item: TrackedLink
    page: Page
    article_id: str
    canonical_url: str
    content_hash: str
    outcome: str  # loaded, revised, unchanged, duplicate, rejected
    reason: str | None = None
    version: int = 1
    change_kind: str = "new"
    is_known: bool = False  # the warehouse has the article
    is_current: bool = True  # or a version of the past, which an older capture brings
    is_new_version: bool = True  # or a content that was there before, and came back
    valid_to: datetime | None = None
    placed: tuple[Version, ...] = ()  # versions of the warehouse whose place in time changes
    addresses: tuple[Address, ...] = ()  # by which the article is known after this page
    forms: tuple[str, ...] = ()  # url_ids of addresses that its own may be another form of
    removed: tuple[str, ...] = ()  # boilerplate that was taken out of the page's text
    shows: tuple[tuple[str, str], ...] = ()  # of its outlet's habits, as it was read (tasks.base.habits)

    @property
    def derived(self) -> Row | None:
        """What its worker has derived of its text; None when that was to be done, or was another text."""
        page = self.page
        return page.derived if isinstance(page, ReadPage) and page.text == page.settled else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableItem:
    """A page that could not be read whole."""

    item: TrackedLink
    refusal: UnreadablePage


def without_body(fetched: Fetched) -> Fetched:
    """The same, with the body left out: it stands in the archive."""
    return replace(fetched, body=None)
