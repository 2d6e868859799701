"""What to do with a page that was read: a pure function of what was known, what came, and what this run has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tasks.base.items import Candidate, Item
from tasks.base.urls import InvalidUrl, article_id, identity
from tasks.decide.revisions import change_kind, content_hash
from warehouse.records import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """What the warehouse holds of an article before this page is decided on."""

    article_id: str
    url: str
    version: int
    content_hash: str
    headline: str | None
    text: str
    extractor: str
    digest: str | None  # of the capture it was read from
    capture_id: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    capture_url: str | None = None
    fetched_at: datetime | None = None


def identify(item: Item, page: Page) -> tuple[str, str]:
    """The canonical URL of a page and its article_id: what the page says, where believable, else where it was found.

    The canonical URL is the identity itself, so that the article_id is the hash of the column that stands beside it.
    """
    assert item.capture is not None  # noqa: S101 - only captured items are read
    for claim in (page.canonical_url, item.capture.url, item.link.url):
        try:
            if claim:
                return identity(claim), article_id(claim)
        except InvalidUrl:
            continue
    raise InvalidUrl(item.link.url, "neither the page nor the link has a usable address")


def decide(item: Item, page: Page, *, known: KnownArticle | None, in_run: Mapping[str, str]) -> Candidate:
    """Decide on one page.

    Args:
        item: the link and its capture.
        page: what was read.
        known: the article as the warehouse has it, if it has it.
        in_run: article_id to URL of the articles that this run has decided on already.

    Returns:
        outcome `loaded` (new), `revised` (with version and change_kind), `unchanged` or `duplicate`.
    """
    canonical, ident = identify(item, page)
    digest = content_hash(page.headline, page.text)
    outcome, reason, version, change = _verdict(item, page, digest, known, in_run.get(ident))
    return Candidate(
        item=item,
        page=page,
        article_id=ident,
        canonical_url=canonical,
        content_hash=digest,
        outcome=outcome,
        reason=reason,
        version=version,
        change_kind=change,
    )


def _verdict(
    item: Item, page: Page, digest: str, known: KnownArticle | None, first_url: str | None
) -> tuple[str, str | None, int, str]:
    if first_url is not None and first_url != item.link.url:
        return "duplicate", f"same article as {first_url}", 0, "new"
    if known is None:
        return "loaded", None, 1, "new"
    if known.content_hash == digest:
        return "unchanged", "same_content", known.version, "noise"
    if item.capture is not None and item.capture.digest == known.digest:
        # The same bytes read differently: our extractor changed, not the article.
        return "unchanged", "same_bytes", known.version, "noise"
    if not _same_address(item, known):
        return "duplicate", f"another address of {known.url}", known.version, "new"
    change = change_kind(known.headline, known.text, page.headline, page.text)
    if change == "noise":
        return "unchanged", "noise", known.version, "noise"
    return "revised", change, known.version + 1, change


def _same_address(item: Item, known: KnownArticle) -> bool:
    assert item.capture is not None  # noqa: S101 - only captured items are read
    return identity(known.url) in {identity(item.capture.url), identity(item.link.url)}
