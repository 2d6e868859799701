"""The plainer fields: description, section, keywords, canonical URL, free access; each claim a signal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tasks.base.strings import key, plain, without_tags
from tasks.base.urls import registrable_domain
from tasks.extract.signals.jsonld import as_list, types
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources, absolute, value_of
from tasks.extract.tree.index import CHROME
from warehouse.records import FieldSignal

MAX_KEYWORDS = 50
MAX_SIGNAL_CHARS = 500
_KEYWORD_METAS = ("news_keywords", "keywords", "article:tag", "og:article:tag", "parsely-tags", "sailthru.tags", "tags")
_SECTION_METAS = ("article:section", "og:article:section", "parsely-section", "og:section", "section", "articlesection")
_HOMES = re.compile(
    r"/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.\w{3,5}|home/?|default\.aspx?)?", re.IGNORECASE
)  # /en/ too
_NOT_FOUND = re.compile(r"/(?:404|not[-_]?found|error)(?:\.\w{3,5})?/?$", re.IGNORECASE)
_TWO_ADDRESSES = re.compile(r".https?:/", re.IGNORECASE)  # "https://a.example/1,https://a.example/2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What was chosen and everything that was claimed."""

    description: str | None
    section: str | None
    keywords: tuple[str, ...]
    canonical_url: str | None
    is_accessible_for_free: bool | None
    signals: tuple[FieldSignal, ...]


def weigh(sources: Sources) -> Fields:
    """Read and rank the plain fields: JSON-LD, then Open Graph, then the other meta elements."""
    description, described = _ranked("description", _descriptions(sources))
    section, sectioned = _ranked("section", _sections(sources))
    canonical, canonicals = _canonical(sources)
    keywords, keyed = _keywords(sources)
    return Fields(
        description=description,
        section=section,
        keywords=keywords,
        canonical_url=canonical,
        is_accessible_for_free=free(sources),
        signals=(*described, *sectioned, *canonicals, *keyed, *_of_feed(sources)),
    )


def free(sources: Sources) -> bool | None:
    """isAccessibleForFree as the page states it; None when it does not."""
    stated = sources.article.get("isAccessibleForFree")
    if stated is None:
        tier = (sources.first("article:content_tier", "og:article:content_tier") or "").lower()
        return {"free": True, "locked": False, "metered": False}.get(tier)
    return _truth(stated)


def _truth(stated: Any) -> bool | None:
    word = str(stated).rsplit("/", 1)[-1].strip().lower()
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(word)


def _ranked(name: str, claims: Iterable[tuple[str, str | None]]) -> tuple[str | None, list[FieldSignal]]:
    said = [(signal, raw) for signal, raw in claims if raw]
    signals = [
        FieldSignal(field=name, signal=signal, raw=raw[:MAX_SIGNAL_CHARS], chosen=position == 0)
        for position, (signal, raw) in enumerate(said)
    ]
    return (said[0][1] if said else None), signals


def _descriptions(sources: Sources) -> Iterator[tuple[str, str | None]]:
    yield "jsonld", json_text(sources.article.get("description"))
    for signal, name in (("og", "og:description"), ("meta", "description"), ("twitter", "twitter:description")):
        yield signal, sources.first(name)
    yield "feed", without_tags(plain(sources.hints.feed_description)) or None


def _sections(sources: Sources) -> Iterator[tuple[str, str | None]]:
    yield "jsonld", json_text(sources.article.get("articleSection"))
    for name in _SECTION_METAS:
        yield ("og" if "article:" in name or name.startswith("og:") else "meta"), sources.first(name)
    for element in sources.items.get("articleSection", ())[:1]:
        yield "microdata", value_of(sources.page, element)
    yield "breadcrumb", _breadcrumb(sources)
    yield "rel", _category(sources)


def _breadcrumb(sources: Sources) -> str | None:
    """The last step of the way to the page (schema.org BreadcrumbList) that is neither the home page nor the story."""
    trail = next((node for node in sources.nodes if "BreadcrumbList" in types(node)), {})
    steps = [step for step in as_list(trail.get("itemListElement")) if isinstance(step, dict)]
    names = [name for step in steps[1:] if (name := json_text(step.get("name")) or json_text(step.get("item")))]
    own = {key(title) for title in (sources.title, *sources.meta.get("og:title", ())) if title}
    own |= {key(sources.page.text(heading)) for heading in sources.page.of("h1")[:3]}
    return next((name for name in reversed(names) if key(name) not in own and len(name.split()) <= 4), None)


def _category(sources: Sources) -> str | None:
    """The first link that WordPress marks as the story's category, outside of navigation."""
    page = sources.page
    for anchor in page.of("a"):
        if "category" in (anchor.get("rel") or "").split() and not page.stands_in(anchor, CHROME):
            return page.text(anchor) or None
    return None


def _keywords(sources: Sources) -> tuple[tuple[str, ...], list[FieldSignal]]:
    claims = [("jsonld", [text for item in as_list(sources.article.get("keywords")) if (text := json_text(item))])]
    claims += [("meta", sources.meta.get(name, [])) for name in _KEYWORD_METAS]
    claims += [("feed", [plain(name).replace(",", " ").replace(";", " ") for name in sources.hints.feed_categories])]
    lists = [(signal, _split(values)) for signal, values in claims if values]
    best = max(lists, key=lambda p: (p[0] != "feed", len(p[1]) > 1, p[0] == "jsonld"), default=("", ()))
    signals = [
        FieldSignal(field="keywords", signal=signal, raw=", ".join(words)[:MAX_SIGNAL_CHARS], chosen=words is best[1])
        for signal, words in lists
    ]
    return best[1], signals


def _of_feed(sources: Sources) -> Iterator[FieldSignal]:
    """What a feed says that no field of an article holds."""
    said = [("guid", guid) for guid in (sources.hints.feed_guid,) if guid]
    said += [("enclosure", address) for address in sources.hints.feed_enclosures]
    yield from (FieldSignal(field=name, signal="feed", raw=raw[:MAX_SIGNAL_CHARS]) for name, raw in said)


def _split(values: list[str]) -> tuple[str, ...]:
    separator = ";" if any(";" in value for value in values) else ","
    words = [word.strip() for value in values for word in value.split(separator)]
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_KEYWORDS]


def _canonical(sources: Sources) -> tuple[str | None, list[FieldSignal]]:
    claims = [("rel", href) for href in sources.rels.get("canonical", ()) if href]
    claims += [("og", href) for href in sources.meta.get("og:url", ())[:1]]
    chosen: str | None = None
    signals = []
    for signal, href in claims:
        url = _believable(sources.url, href) if chosen is None else None
        signals.append(
            FieldSignal(field="canonical_url", signal=signal, raw=href[:MAX_SIGNAL_CHARS], chosen=url is not None)
        )
        chosen = chosen or url
    return chosen, signals


def _believable(page: str, href: str) -> str | None:
    """The absolute URL, when it is one address on the page's own registrable domain, no home page and no error page."""
    url = absolute(page, href)
    if url is None or registrable_domain(url) != registrable_domain(page) or _TWO_ADDRESSES.search(href.strip()):
        return None
    path, own = urlsplit(url), urlsplit(page)
    if _HOMES.fullmatch(path.path) and not path.query and not _HOMES.fullmatch(own.path):
        return None
    return None if _NOT_FOUND.search(path.path) and not _NOT_FOUND.search(own.path) else url
