"""What an outlet is called, and in which language it writes: from its home page, else from its feed. Pure.

og:site_name | JSON-LD organisation, website, publisher | application-name | title without slogan | feed | host
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml.html import HtmlElement

from tasks.base.strings import key, squeeze
from tasks.base.urls import host_of, registrable_domain
from tasks.extract.fields import language as texts
from tasks.extract.signals.jsonld import as_list, text_of, types
from tasks.extract.signals.page_signals import Sources, gather
from warehouse.records import Hints

MAX_NAME = 60  # characters; longer ones are slogans
_SAMPLE = 4000  # characters of a front page, whose first ones are its menu
_ORGANISATIONS = frozenset(("newsmediaorganization", "organization", "website"))
_BETWEEN = re.compile(r"\s+[|–—·•:»/-]+\s+|\s*[|»•]\s*|:\s+")
_GENERIC = frozenset(("home", "homepage", "startseite", "accueil", "inicio", "news", "nachrichten", "index", "rss"))
_ARTICLES = re.compile(r"^(?:the|der|die|das|le|la|les|el|il)(?=.{4})")
_LANGUAGE = re.compile(r"([a-z]{2})(?:[-_]|$)", re.IGNORECASE)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # of a hint that no field here depends on


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """Name for people, and two-letter language (ISO 639-1) where it is declared."""

    title: str
    language: str | None = None


def masthead(
    tree: HtmlElement | None, url: str, *, feed_title: str | None = None, feed_language: str | None = None
) -> Masthead:
    """The outlet of the home page at `url`; takes scripts out of the tree, so that links must be read before.

    Args:
        tree: the parsed page; None when there is none.
        url: its address.
        feed_title, feed_language: as the outlet's best feed says.
    """
    sources = gather(tree, url=url, hints=Hints(fetched_at=_NEVER)) if tree is not None else None
    title = next(_names(sources, url, feed_title), None) or registrable_domain(url)
    claims = [*(_languages(sources) if sources else ()), feed_language]
    declared = next((found[1].lower() for claim in claims if (found := _LANGUAGE.match(claim or ""))), None)
    return Masthead(title=title, language=declared or (_guessed(sources) if sources else None))


def _names(sources: Sources | None, url: str, feed_title: str | None) -> Iterator[str]:
    told = [*_claims(sources)] if sources else []
    parts = _parts(sources.title if sources else "") + _parts(feed_title or "")
    usable = [name for name in told if _is_name(name)]
    yield from (name for name in usable if not _is_host(name, url))
    named = [part for part in parts if _is_name(part)]
    # Of "Front page | The Harbor Ledger – since 1884" the part is right that the domain repeats.
    near = [part for part in named if _resembles(part, url) and not _is_host(part, url)]
    yield from sorted(near, key=lambda part: (not _repeats(part, url), len(part)))
    yield from usable
    yield from (part for part in _parts(feed_title or "") if _is_name(part))
    yield from named


def _claims(sources: Sources) -> Iterator[str]:
    yield from filter(None, [sources.first("og:site_name")])
    for kind in ("newsmediaorganization", "website", "organization"):
        for node in sources.nodes:
            if kind in {each.lower() for each in types(node)} & _ORGANISATIONS:
                yield from filter(None, [text_of(node.get("name"))])
    for node in sources.nodes:
        yield from filter(None, [text_of([each for each in as_list(node.get("publisher")) if isinstance(each, dict)])])
    yield from filter(None, [sources.first("application-name", "apple-mobile-web-app-title")])


def _languages(sources: Sources) -> Iterator[str | None]:
    yield sources.lang
    yield sources.first("og:locale", "content-language", "dc.language", "language")
    yield from (text_of(node.get("inLanguage")) for node in sources.nodes)


def _guessed(sources: Sources) -> str | None:
    """The language of the page's words, where nobody says."""
    code, _ = texts.weigh(sources, squeeze(sources.page.root.text_content())[:_SAMPLE])
    return code


def _parts(title: str) -> list[str]:
    """What stands between dashes and bars."""
    return [squeeze(part) for part in _BETWEEN.split(squeeze(title)) if part and part.strip()]


def _is_name(text: str) -> bool:
    return 1 < len(text) <= MAX_NAME and key(text) not in _GENERIC and any(c.isalpha() for c in text)


def _is_host(text: str, url: str) -> bool:
    """Whether the name is only the address again: "harborledger.example"."""
    return text.lower().removeprefix("www.") in (host_of(url).removeprefix("www."), registrable_domain(url))


def _resembles(text: str, url: str) -> bool:
    """Whether the name has to do with the first label of the domain."""
    label, (whole, bare, _) = _label(url), _forms(text)
    return _repeats(text, url) or (len(bare) > 3 and bare in label) or (len(label) > 2 and label in whole)


def _repeats(text: str, url: str) -> bool:
    """Whether that label is the name: its letters, "The" set aside or not, or its initials."""
    return bool(label := _label(url)) and label in _forms(text)


def _label(url: str) -> str:
    return re.sub(r"[^\w]", "", registrable_domain(url).partition(".")[0])


def _forms(text: str) -> tuple[str, str, str]:
    words = key(text).split()
    whole = "".join(words)
    return whole, _ARTICLES.sub("", whole), "".join(word[0] for word in words)
