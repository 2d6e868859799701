"""What the stages hand to one another, named by the moment of an article's life.

    Link          somebody (feed, sitemap, owner, WARC) says that there is a page
    Capture       the page's response stands in the archive
    Page          the extractor has read the capture
    Outcome       the run has decided what became of the link

All of them are frozen values made of plain types, so that they cross process borders and are cheap to test. Field names
follow schema.org NewsArticle where it has one, in snake_case; times are aware datetimes in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One URL that a run has to account for, and what was said of it where it was found."""

    source: str
    url: str  # normalised (tasks.base.urls.normalise)
    via: str  # feed, sitemap, url, warc, pending, refetch
    found_in: str | None = None  # URL of the feed or sitemap, or the WARC file
    title: str | None = None
    published_raw: str | None = None  # as the feed or news sitemap wrote it
    updated_raw: str | None = None
    author: str | None = None  # with semicolons between several
    guid: str | None = None  # what the feed calls the entry, where no other entry of that poll is called so
    description: str | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    content: str | None = None  # the story's whole text as HTML, of a feed that gives it

    @property
    def brings_own_page(self) -> bool:
        """Whether the page came with it, so that nothing is requested, now or later."""
        return self.via == "warc"

    @property
    def is_named_by_owner(self) -> bool:
        """Whether somebody typed it: it is fetched whatever is known of it, and its source is a guess."""
        return self.via == "url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One archived response: enough to read it back in one seek."""

    capture_id: str  # UUID of the WARC record
    url: str  # after redirects: what the body is the body of
    requested_url: str
    source: str
    fetched_at: datetime
    status: int
    content_type: str | None
    etag: str | None
    last_modified: str | None
    digest: str  # "sha256:<hex>" of the decoded payload
    body_bytes: int
    warc_file: str  # relative to the archive folder
    warc_offset: int
    warc_length: int

    @property
    def is_error(self) -> bool:
        """Whether the server said that there is no page: kept where the story's feed has its text."""
        return self.status >= 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the pipe knows of a page before it is read."""

    fetched_at: datetime  # the clock against which a date is "in the future"
    outlet: str | None = None  # the source's display name, "KVRN News 6"
    feed_title: str | None = None
    feed_published: str | None = None  # raw
    feed_updated: str | None = None  # raw
    feed_author: str | None = None
    feed_guid: str | None = None
    feed_description: str | None = None
    feed_categories: tuple[str, ...] = ()
    feed_enclosures: tuple[str, ...] = ()
    feed_content: str | None = None  # HTML
    is_gone: bool = False  # the server says that there is no such page: what the feed said is all there is
    http_last_modified: str | None = None  # raw


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSignal:
    """One thing on or about a page that claims a date."""

    role: str  # published, modified
    signal: str  # jsonld, og, meta, microdata, time, url, feed, sitemap, http, text, htmldate
    raw: str
    instant: datetime | None  # UTC; None when it could not be read or is impossible
    zone_known: bool
    precision: str  # instant (time and zone), local (time, zone assumed), day, month, year, none
    chosen: bool = False
    conflict: bool = False  # differs from the chosen one by more than a day


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSignal:
    """One claim about a field that is not a date: headline, author, section …"""

    field: str
    signal: str
    raw: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    position: int
    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLink:
    position: int
    url: str
    anchor: str
    kind: str  # body, related, sponsored, navigation


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the extractor read: an article's fields with their provenance, or a page that is no article (page_kind)."""

    page_kind: (
        str  # article, opinion, live_blog, media, section_front, paywall_teaser, consent_wall, bot_wall, error_page
    )
    canonical_url: str | None = None  # as the page claims it, absolute; None when absent or not believable
    headline: str | None = None
    alternative_headline: str | None = None
    description: str | None = None
    authors: tuple[str, ...] = ()
    agency: str | None = None
    dateline: str | None = None
    date_published: datetime | None = None
    date_published_source: str | None = None
    date_published_precision: str | None = None
    published_day: date | None = None  # as the outlet dates it
    date_modified: datetime | None = None
    language: str | None = None
    section: str | None = None
    keywords: tuple[str, ...] = ()
    text: str = ""  # paragraphs separated by one blank line
    image_url: str | None = None
    is_accessible_for_free: bool | None = None
    flags: tuple[str, ...] = ()  # text_repaired, date_suspect, …
    dates: tuple[DateSignal, ...] = ()
    signals: tuple[FieldSignal, ...] = ()
    images: tuple[Image, ...] = ()
    links: tuple[PageLink, ...] = ()
    utc_offset: int | None = None  # minutes that its outlet's clock is ahead of UTC, as far as the page reveals it
    is_day_in_utc: bool = False  # published_day is that of an instant in UTC, for want of any other
    navigation_links: int | None = None  # how many there were, once they are counted and put aside


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePage:
    """A page that could not be read whole: it is rejected, never silently shortened."""

    rule: str  # extraction_incomplete, extraction_timeout, extraction_crashed, not_html, undecodable
    observed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the warehouse knows of an article before this run's page is decided on."""

    article_id: str
    version: int
    content_hash: str
    extractor: str
    capture_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one URL in one run: exactly one per run, source and URL."""

    source: str
    url: str
    outcome: str
    reason: str | None = None
    article_id: str | None = None


OUTCOMES = ("loaded", "revised", "unchanged", "duplicate", "rejected", "skipped", "failed", "pending")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one request, or the decision not to make one, came to. `body` is decoded content, never on disk as such."""

    url: str
    started_at: datetime
    elapsed_ms: int
    outcome: str  # ok, not_modified, skipped, failed, pending
    status: int | None = None
    error: str | None = None  # too_large, deadline, truncated, blocked_address, dns, connect, tls, http_404, robots, …
    robots_rule: str | None = None
    final_url: str | None = None
    headers: tuple[tuple[str, str], ...] = ()  # of the final response, as received
    body: bytes | None = None
    retry_after_s: float | None = None
    hops: tuple[str, ...] = field(default=())  # URLs redirected through, without the final one
    moved_to: str | None = None  # as far as redirects said "for good" (301, 308)
    tdm: tuple[str, ...] = ()  # reservations against text and data mining, "header: tdm-reservation" (tasks.fetch.tdm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One stretch of direct speech between quotation marks; text[char_start:char_end] == quote."""

    position: int  # from 0, in the order of the text
    char_start: int  # code points from the start of the text, behind the opening mark
    char_end: int
    quote: str
    speaker: str | None = None  # the fullest name that stood before; None when nobody is named or two are possible
    verb: str | None = None  # as written, lower case: "said", "told", "according to"
    speaker_description: str | None = None  # of a speaker without a name: "a spokesman for the ministry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place in a text that names somebody or something."""

    kind: str  # person, organization, place
    entity: str  # who or what is meant, in one spelling throughout the text: its fullest name, as written first
    name: str  # the fullest form that stood in the text before; text[char_start:char_end] is what stands here
    char_start: int
    char_end: int
