"""What discovery hands on: feeds, sitemaps, their entries, and the record of one poll."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from tasks.base.strings import repair
from tasks.base.urls import InvalidUrl, host_of, join, normalise

_ESCAPED_TWICE = re.compile(r"&(?:amp|#0{0,3}38|#x0{0,3}26);", re.IGNORECASE)
_UNSEEN = "\ufeff\u200b\u2060"  # what editors leave around an address
_SITE_FIRST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?=[/:?#]|$)", re.IGNORECASE)
_MAX_ESCAPES = 4  # how often an ampersand was escaped by one program after another


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One item of a feed or sitemap; `url` is normalised, empty when the item has no usable one."""

    url: str
    title: str | None = None
    published_raw: str | None = None  # as written
    updated_raw: str | None = None  # as written; of a sitemap: lastmod
    authors: tuple[str, ...] = ()
    id: str | None = None
    description: str | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()  # absolute addresses
    content: str | None = None  # the whole text, as HTML, of a feed that has it

    @property
    def author(self) -> str | None:
        """The authors in one string."""
        return "; ".join(self.authors) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed feed; `kind` is rss, rdf, atom, cdf or json."""

    title: str | None
    kind: str
    entries: tuple[FeedEntry, ...]
    warnings: tuple[str, ...] = ()
    home: str | None = None  # the outlet's page, as the feed says
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapEntry:
    """One <url> or <sitemap>, or one line of a text sitemap."""

    url: str
    lastmod_raw: str | None = None
    news_title: str | None = None
    news_published_raw: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """A parsed sitemap; `kind` is index, urlset, text or feed."""

    kind: str
    entries: tuple[SitemapEntry, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPoll:
    """One poll of a feed or sitemap: a row of feed_polls, and what the pipeline does with it.

    `outcome` is ok, not_modified, failed, pending or skipped. `etag` and `last_modified` are what to send next time;
    None when this poll gives nothing to save (failed, cut): the caller then keeps those of the last good poll.
    """

    feed_url: str
    polled_at: datetime
    status: int | None
    entries: tuple[FeedEntry, ...]
    outcome: str
    etag: str | None = None
    last_modified: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    title: str | None = None
    retry_after_s: float | None = None
    moved_to: str | None = None  # where it moved for good
    parts_read: tuple[str, ...] | None = None  # of a sitemap index: keys of the parts read so far; None: it is none


def absolute(reference: object, base: str) -> str | None:
    """A reference as normalised http(s) address, None when it is not one."""
    written = _one_line(reference) if isinstance(reference, str) else ""
    if not written:
        return None
    try:
        if (site := _SITE_FIRST.match(written[:300])) and _is_site(site[0].lower(), base):
            written = f"//{written}"
        return normalise(written) if written.startswith(("https://", "http://")) else join(base, written)
    except InvalidUrl:
        return None


def _is_site(name: str, base: str) -> bool:
    """Whether an address without a scheme begins with a host: the outlet's own, or one that is called www."""
    return name.startswith("www.") or name.removeprefix("www.") == host_of(base).removeprefix("www.")


def joined(url: str, bases: Iterable[str]) -> str:
    """What references refer to: each base in turn, as xml:base attributes stand within one another (XML Base)."""
    for base in bases:
        url = absolute(base, url) or url
    return url


def _one_line(reference: str) -> str:
    """An address without the line breaks and the second escaping that feeds and sitemaps put into it."""
    written = "".join(line.strip() for line in reference.strip(_UNSEEN).splitlines()).strip(_UNSEEN)
    for _ in range(_MAX_ESCAPES if "&" in written else 0):
        before, written = written, _ESCAPED_TWICE.sub("&", written)
        if written == before:
            break
    return written


def text_of(value: object) -> str | None:
    """A non-empty string without surrounding white space, NUL and lone surrogates, else None."""
    return (repair(value)[0].strip() or None) if isinstance(value, str) else None
