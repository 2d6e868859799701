"""What to do with a page that was read: a pure function of what was known, what came, and what this run has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from expectations.alarms import SUSPECT
from tasks.base.articles import Version
from tasks.base.content import content_hash
from tasks.base.items import DecidedPage, ReadPage, TrackedLink
from tasks.decide.history import changed, place
from tasks.decide.identity import STORIES, Evidence, Identity, addresses_of
from tasks.decide.known import KnownArticle
from tasks.decide.resemblance import same_headline, shared
from tasks.decide.revisions import change_kind
from tasks.decide.twins import is_twin_form
from tasks.extract.feedtext import FEED_ONLY, TEXT_FROM_FEED
from warehouse.prose import words
from warehouse.records import Page

_BARE = ("section_front", "error_page")  # what a page with hardly any text may be taken for
_TELLING = 100  # words of a text that a notice or teaser could stand in the place of
_NOTICE_WORDS, _NOTICE_SHARE = 120, 0.25
_CUT_SHARE = 0.6
_OF_THE_OLD = 0.9


def decide(
    item: TrackedLink, page: Page, found: Identity, brought: Evidence, *, in_run: Mapping[str, str]
) -> DecidedPage:
    """Decide on one page.

    Args:
        item: the link and its capture.
        page: what was read.
        found: whose page it is.
        brought: what showed it.
        in_run: article_id to URL of the articles that this run has decided on already.

    Returns:
        outcome `loaded` (new), `revised` (with version and change_kind; `is_current` is false for a version of the
        past), `unchanged`, `duplicate`, or `rejected` for what stands in the place of a known article: a notice.
    """
    page = replace(page, flags=(*page.flags, SUSPECT)) if found.is_suspect else page
    candidate = DecidedPage(
        item=item,
        page=page,
        article_id=found.article_id,
        canonical_url=found.canonical_url,
        content_hash=_hash_of(page),
        outcome="loaded",
        addresses=tuple(addresses_of(brought, found)),
    )
    if found.known is None:
        return replace(candidate, forms=tuple(sorted(brought.related))) if is_twin_form(brought.url) else candidate
    candidate = replace(candidate, is_known=True, version=found.known.version, change_kind="noise")
    return _of_a_known_article(candidate, found, found.known, in_run.get(found.article_id))


def _of_a_known_article(
    candidate: DecidedPage, found: Identity, known: KnownArticle, first_url: str | None
) -> DecidedPage:
    item, page = candidate.item, candidate.page
    assert item.capture is not None  # noqa: S101 - only captured items are read
    elsewhere = first_url is not None and first_url != item.link.url
    if known.content_hash == candidate.content_hash:
        again = ("duplicate", f"same article as {first_url}") if elsewhere else ("unchanged", "same_content")
        return _settled(candidate, *again) if _is_new_sight(candidate, known) else _in_time(candidate, known)
    if item.capture.digest == known.digest:
        return _settled(
            candidate, "unchanged", "same_bytes"
        )  # read differently: our extractor changed, not the article
    if TEXT_FROM_FEED in page.flags and TEXT_FROM_FEED not in known.flags:
        return _settled(candidate, "unchanged", "became_a_wall" if FEED_ONLY in page.flags else "became_a_teaser")
    is_other_form = elsewhere and not _is_whole_of(page, known)
    if found.why != "address" and (
        is_other_form or _is_another_place(found, page, known) or is_twin_form(brought_url(item))
    ):
        return _settled(candidate, "duplicate", f"another address of {known.url}")
    if change_kind(known.headline, known.text, page.headline, page.text) == "noise":
        return _settled(candidate, "unchanged", "noise")
    if page.page_kind in (*STORIES, *_BARE) and (instead := stands_instead(known, page)):
        return _settled(candidate, *instead)
    return _in_time(candidate, known)


def _hash_of(page: Page) -> str:
    """The hash of its content; its worker has worked it out for the text that it took for settled."""
    if isinstance(page, ReadPage) and page.text == page.settled:
        return page.content_hash
    return content_hash(page.headline, page.text)


def brought_url(item: TrackedLink) -> str:
    """The address that answered."""
    return item.capture.url if item.capture else item.link.url


def stands_instead(known: KnownArticle, page: Page) -> tuple[str, str] | None:
    """Outcome and reason of a page that is no new version but stands where the article stood; None for a version.

    A teaser (the page says so, or it is nothing but the beginning of the text) leaves the article as it is; a notice
    (a few words that are not of the article, "no longer available") is rejected, whatever kind of page so little text
    was taken for. Walls are none of this function's business: the suite rejects them by their kind.
    """
    before, now = words(known.text), words(page.text)
    if before < _TELLING or now >= before or page.page_kind == "live_blog":
        return None
    is_part = page.text.strip() in known.text or shared(page.text, known.text) >= _OF_THE_OLD
    if page.page_kind == "paywall_teaser" and known.page_kind != "paywall_teaser":
        return "unchanged", "became_a_teaser"
    if is_part and now <= _CUT_SHARE * before and known.text.startswith(page.text[:_TELLING]):
        return "unchanged", "became_a_teaser"
    if now <= min(_NOTICE_WORDS, _NOTICE_SHARE * before) and not is_part:
        return "rejected", "became_a_notice"
    return None


def _is_another_place(found: Identity, page: Page, known: KnownArticle) -> bool:
    """Whether nothing but the text shows whose page it is; under a new headline it is a story that was renamed."""
    return found.why == "twin" or (found.why == "text" and same_headline(page.headline, known.headline))


def _is_whole_of(page: Page, known: KnownArticle) -> bool:
    """Whether a page has the text of which an earlier one had nothing but the beginning."""
    is_teaser = (page.page_kind == "paywall_teaser", known.page_kind == "paywall_teaser")
    return is_teaser == (False, True) and words(page.text) > words(known.text)


def _settled(candidate: DecidedPage, outcome: str, reason: str) -> DecidedPage:
    return replace(candidate, outcome=outcome, reason=reason)


def _is_new_sight(candidate: DecidedPage, known: KnownArticle) -> bool:
    return _at(candidate) >= known.last_seen or not known.versions


def _in_time(candidate: DecidedPage, known: KnownArticle) -> DecidedPage:
    """The content in its place among the versions of the article."""
    at, capture = _at(candidate), candidate.item.capture
    as_hash = _known_hash(candidate, known)
    placed = place(
        known.versions,
        content_hash=as_hash,
        at=at,
        last_seen=known.last_seen,
        capture_id=capture.capture_id if capture else None,
    )
    if placed is None:
        return _settled(candidate, "unchanged", "older_capture" if at < known.last_seen else "same_moment")
    own = next(v for v in placed if v.content_hash == as_hash)
    if own.was is not None and at < known.last_seen:
        return replace(
            candidate, outcome="unchanged", reason="older_capture", placed=tuple(changed(placed, known.versions))
        )
    return _revised(candidate, known, own, placed)


def _revised(candidate: DecidedPage, known: KnownArticle, own: Version, placed: Sequence[Version]) -> DecidedPage:
    page, is_current = candidate.page, own.valid_to is None
    change = change_kind(known.headline, known.text, page.headline, page.text)
    if not is_current:
        placed = _with_kinds(placed, {None: (page.headline, page.text), **known.contents})
        own = next(v for v in placed if v.was is None)
        reason = f"older: {own.change_kind}"
    else:
        reason = change if own.was is None else f"{change}, back to version {own.version}"
    return replace(
        candidate,
        outcome="revised",
        reason=reason,
        version=own.version,
        valid_to=own.valid_to,
        change_kind=change if is_current else own.change_kind,
        is_current=is_current,
        is_new_version=own.was is None,
        placed=tuple(changed(placed, known.versions)),
    )


def _known_hash(candidate: DecidedPage, known: KnownArticle) -> str:
    """The hash of the version that says the same but for noise, where the contents of all are at hand; else its own."""
    page = candidate.page
    for version in known.versions:
        headline, text = known.contents.get(version.version, (None, ""))
        if text and change_kind(headline, text, page.headline, page.text) == "noise":
            return version.content_hash
    return candidate.content_hash


def _with_kinds(
    placed: Sequence[Version], contents: Mapping[int | None, tuple[str | None, str]]
) -> tuple[Version, ...]:
    """What kind of change each version is beside the one before, where a version came in between."""
    kinds = ["new", *(change_kind(*contents[a.was], *contents[b.was]) for a, b in pairwise(placed))]
    return tuple(
        replace(v, change_kind=kind if kind != "noise" else v.change_kind)
        for v, kind in zip(placed, kinds, strict=True)
    )


def _at(candidate: DecidedPage) -> datetime:
    assert candidate.item.capture is not None  # noqa: S101 - only captured items are read
    return candidate.item.capture.fetched_at
