"""Which known article a page belongs to: one function of all the evidence, none of which is believed alone. Pure.

What a page brings, strongest first:

    address     it came from where the article was first found, or where its current content was read: always the same
                article, however much of it was rewritten
    guid        its feed gives the entry the article's guid, which stood once in that poll
    redirect    the address that was asked for is the article's, and led to another one
    fetched     it came from another address that the article was once found at
    canonical   the page names an address of the article as its own (rel=canonical, og:url), or the article's page named
                this one
    twin        its address is a form of the article's (print, AMP, phone, all on one page), or the other way round, and
                the texts are the same
    text        the same long text at another address of the same source and site

A claim (guid to canonical) is believed where headline or text agree with the article's: a page with another headline
and another text is another story, whatever its outlet says. A translation is another article though it kept the
headline. A guid is believed on less, and together with a second claim on nothing more, because an outlet that rewrites
a story and moves it still says both.

A page that belongs to no known article is a new one. Its identity is the canonical address, unless other pages with
another headline and another text claim it too, in this run or an earlier one: then its own address, and the flag
`canonical_suspect`. So every claim is remembered (`article_addresses`), believed or not.
"""

from __future__ import annotations

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from tasks.base.articles import Address, guid_id
from tasks.base.boilerplate import STRIPPED
from tasks.base.items import TrackedLink
from tasks.base.urls import InvalidUrl, article_id, identity, registrable_domain
from tasks.decide.known import KnownArticle
from tasks.decide.resemblance import ALIKE, TWINS, same_headline, same_language, shared
from tasks.decide.twins import related
from warehouse.prose import words
from warehouse.records import Page

STORIES = (*STRIPPED, "paywall_teaser")
LONG_TEXT = 250  # words: shorter texts at several addresses may be what stands before the stories (expectations.facts)
_ORDER = ("address", "guid", "redirect", "fetched", "canonical", "twin", "text")
_GUID_ALIKE = 0.25
_SAME_TEXT = 0.95
_EVERY_KIND = ("fetched", "canonical", "redirect")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a page brings: its content, and url_ids of all that it is called."""

    url: str  # identity of the address that answered
    fetched_url: str  # the address itself
    own: str
    asked_url: str
    asked: str  # of the address that was requested
    canonical_url: str | None
    canonical: str | None  # None too where the page names its own address
    guid_text: str | None
    guid: str | None
    related: frozenset[str]
    source: str
    domain: str
    headline: str | None
    text: str
    language: str | None
    is_story: bool

    @property
    def names(self) -> set[str]:
        """All url_ids by which an article may be known that the page belongs to."""
        return {self.own, self.asked, *self.related, *filter(None, (self.canonical, self.guid))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose page it is."""

    article_id: str
    canonical_url: str
    known: KnownArticle | None = None
    why: str = "new"  # or what showed it: address, guid, redirect, fetched, canonical, twin, text
    is_suspect: bool = False  # it names an address that is not believed to be its own


def evidence(item: TrackedLink, page: Page) -> Evidence:
    """What a page brings.

    Raises:
        InvalidUrl: neither the address that answered nor the one that was asked for is usable.
    """
    assert item.capture is not None  # noqa: S101 - only captured items are read
    url = _first_usable(item.capture.url, item.link.url)
    own, claimed = article_id(url), _usable(page.canonical_url)
    canonical = article_id(claimed) if claimed else None
    return Evidence(
        url=identity(url),
        fetched_url=url,
        own=own,
        asked_url=item.link.url,
        asked=article_id(item.link.url) if _usable(item.link.url) else own,
        canonical_url=identity(claimed) if claimed and canonical != own else None,
        canonical=canonical if canonical != own else None,
        guid_text=item.link.guid,
        guid=guid_id(item.link.source, item.link.guid) if item.link.guid else None,
        related=related(url),
        source=item.link.source,
        domain=registrable_domain(url),
        headline=page.headline,
        text=page.text,
        language=page.language,
        is_story=page.page_kind in STORIES,
    )


def identify(page: Evidence, known: Iterable[KnownArticle], *, disputed: Collection[str] = ()) -> Identity:
    """Decide which article a page belongs to.

    Args:
        page: what it brings.
        known: articles that some of its names, or its text, lead to.
        disputed: url_ids that different stories of this batch name as their canonical address.

    Returns:
        The known article with what showed it, or the identity of a new one.
    """
    there = list(known)
    found = [(why, article) for article in there if (why := bond(page, article))]
    claimants = [article for article in there if article.is_called(page.canonical, *_EVERY_KIND)]
    if found:
        why, article = _strongest(page, found)
        is_suspect = bool(claimants) and article not in claimants
        return Identity(
            article_id=article.article_id, canonical_url=article.canonical_url, known=article, why=why,
            is_suspect=is_suspect,
        )  # fmt: skip
    is_suspect = page.is_story and (bool(claimants) or page.canonical in disputed)
    return _new(page, taken={article.article_id for article in there}, is_believed=page.is_story and not is_suspect)


def _strongest(page: Evidence, found: Sequence[tuple[str, KnownArticle]]) -> tuple[str, KnownArticle]:
    if len(found) == 1:
        return found[0]
    return min(found, key=lambda pair: (_ORDER.index(pair[0]), -shared(page.text, pair[1].text), pair[1].article_id))


def bond(page: Evidence, article: KnownArticle) -> str | None:
    """What shows that a page belongs to an article; None when nothing does, or headline and text speak against it."""
    if page.own in _homes(article):
        return "address"
    if not page.is_story:
        return None  # a wall or front page: what it claims is said of the page behind it
    claims = _claims(page, article)
    if "guid" in claims and (len(claims) > 1 or shared(page.text, article.text) >= _GUID_ALIKE):
        return "guid"
    if claims and tell_one_story(page, article):
        return claims[0]
    if _are_related(page, article) and shared(page.text, article.text) >= TWINS:
        return "twin"
    return "text" if _share_long_text(page, article) else None


def tell_one_story(one: Evidence, other: Evidence | KnownArticle) -> bool:
    """Whether headline or text agree; of a text in another language the headline says nothing."""
    if same_headline(one.headline, other.headline) and same_language(one.language, other.language):
        return True
    return shared(one.text, other.text) >= ALIKE


def disputed(pages: Sequence[Evidence]) -> set[str]:
    """url_ids that pages of different stories name as canonical, or one names that is another story's own."""
    claims: dict[str, list[Evidence]] = defaultdict(list)
    for page in pages:
        if page.is_story and page.canonical:
            claims[page.canonical].append(page)
    by_own = {page.own: page for page in pages if page.is_story}
    for canonical, group in claims.items():
        group += [by_own[canonical]] if canonical in by_own else []
    return {
        canonical
        for canonical, group in claims.items()
        if any(not tell_one_story(group[0], each) for each in group[1:])
    }


def as_known(page: Evidence, found: Identity, like: KnownArticle) -> KnownArticle:
    """The new article that a page of this batch is about to become, for the pages after it to be compared with.

    Args:
        page: what it brings.
        found: its identity.
        like: its content and times.
    """
    kinds: dict[str, set[str]] = defaultdict(set)
    for address in addresses_of(page, found):
        kinds[address.url_id].add(address.kind)
    for url_id in page.related:
        kinds[url_id].add("related")
    addresses = {url_id: frozenset(names) for url_id, names in kinds.items()}
    return replace(like, article_id=found.article_id, canonical_url=found.canonical_url, addresses=addresses)


def addresses_of(page: Evidence, found: Identity) -> list[Address]:
    """By what names an article is known after a page of it was met."""
    names = [
        ("fetched", page.fetched_url, page.own),
        ("redirect", page.asked_url, page.asked if page.asked != page.own else None),
        ("canonical", page.canonical_url, page.canonical),
        ("canonical", found.canonical_url, found.article_id),
        ("guid", page.guid_text, page.guid),
    ]
    each = {(kind, url_id): url for kind, url, url_id in names if url and url_id}
    return [Address(url=url, kind=kind, url_id=url_id) for (kind, url_id), url in each.items()]


def _claims(page: Evidence, article: KnownArticle) -> list[str]:
    claims = {
        "guid": article.is_called(page.guid, "guid"),
        "redirect": page.asked != page.own and article.is_called(page.asked, *_EVERY_KIND),
        "fetched": article.is_called(page.own, "fetched", "redirect"),
        "canonical": article.is_called(page.canonical, *_EVERY_KIND) or article.is_called(page.own, "canonical"),
    }
    return [name for name, is_made in claims.items() if is_made]


def _homes(article: KnownArticle) -> set[str]:
    return {article_id(url) for url in (article.url, article.capture_url) if url and _usable(url)}


def _are_related(page: Evidence, article: KnownArticle) -> bool:
    ours = any(article.is_called(url_id, *_EVERY_KIND) for url_id in page.related)
    return page.source == article.source and (ours or article.is_called(page.own, "related"))


def _share_long_text(page: Evidence, article: KnownArticle) -> bool:
    if (page.source, page.domain) != (article.source, article.domain) or words(page.text) < LONG_TEXT:
        return False
    lengths = sorted((len(page.text), len(article.text)))
    return lengths[0] >= TWINS * lengths[1] and shared(page.text, article.text) >= _SAME_TEXT


def _new(page: Evidence, *, taken: Collection[str], is_believed: bool) -> Identity:
    believed = is_believed and page.canonical_url is not None
    url = page.canonical_url if believed and page.canonical_url else page.url
    is_suspect = page.is_story and page.canonical_url is not None and not believed
    if not page.is_story and page.asked != page.own:
        url = _marked(page.url, page.asked)  # links that all lead to one wall are rejected one by one
    elif article_id(url) in taken:
        url = _marked(page.url, f"{page.headline}\n{page.text}")
    return Identity(article_id=_id_of(url), canonical_url=url, is_suspect=is_suspect)


def _marked(url: str, mark: str) -> str:
    """An address whose own name another story has: an article_id is the hash of canonical_url, so that differs too."""
    return f"{url}#{hashlib.sha256(mark.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _id_of(canonical_url: str) -> str:
    return str(uuid.UUID(bytes=hashlib.sha256(canonical_url.encode()).digest()[:16]))


def _first_usable(*urls: str) -> str:
    for url in urls:
        if _usable(url):
            return url
    raise InvalidUrl(urls[-1], "neither the page nor the link has a usable address")


def _usable(url: str | None) -> str | None:
    try:
        return url if url and identity(url) else None
    except InvalidUrl:
        return None
