"""Known articles as they are read today: like is compared with like, whatever extractor or selectors read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tasks.base.content import content_hash
from tasks.base.items import TrackedLink
from tasks.decide.known import KnownArticle
from tasks.extract.feedtext import TEXT_FROM_FEED
from warehouse.records import Page, UnreadablePage

# Reads the captures of articles again, each as the pages of a source are read.
Reread = Callable[[Sequence[tuple[KnownArticle, str]]], Sequence[Page | UnreadablePage]]


def as_read_today(
    known: Sequence[KnownArticle | None], items: Sequence[TrackedLink], extractors: Sequence[str], reread: Reread
) -> list[KnownArticle | None]:
    """The known article of each page, as that page was read.

    Args:
        known: the article that each page may be a version of.
        items: where the pages come from.
        extractors: what read each page (`tasks.extract.page.extractor_of`).
        reread: reads captures again.
    """
    stale = {
        (article.article_id, extractor): (article, item.link.source)
        for article, item, extractor in zip(known, items, extractors, strict=True)
        if article and _is_read_otherwise(article, extractor, item)
    }
    pages = zip(stale, reread(list(stale.values())), strict=True)
    fresh = {
        which: with_content(stale[which][0], page.headline, page.text)
        for which, page in pages
        if isinstance(page, Page)
    }
    return [
        fresh.get((article.article_id, extractor), article) if article else None
        for article, extractor in zip(known, extractors, strict=True)
    ]


def _is_read_otherwise(known: KnownArticle, extractor: str, item: TrackedLink) -> bool:
    """Whether an article was read by another extractor than a page of other bytes, and can be read again."""
    same_bytes = item.capture is not None and known.digest == item.capture.digest
    is_readable = bool(known.warc_file) and TEXT_FROM_FEED not in known.flags
    return known.extractor != extractor and is_readable and not same_bytes


def with_content(known: KnownArticle, headline: str | None, text: str) -> KnownArticle:
    """The article with its content read otherwise: so it is with its current version."""
    digest = content_hash(headline, text)
    versions = tuple(replace(v, content_hash=digest) if v.valid_to is None else v for v in known.versions)
    return replace(known, headline=headline, text=text, content_hash=digest, versions=versions)
