"""Titles that a page gives itself: where they stand, and what is left of them without outlet, section and kicker."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml.html import HtmlElement

from tasks.base.strings import key, squeeze
from tasks.extract.fields.outlet import OutletNames
from tasks.extract.signals.jsonld import as_list
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import SEPARATOR, Sources, value_of
from tasks.extract.tree.index import PageTree
from tasks.extract.tree.vocabulary import KICKER

_TIGHT = re.compile(r"\s*[:：\-–—]\s*")  # separates an outlet's name only
_NO_TITLE = re.compile(r"^(?:by|von) \S+|^\d{1,2}[./]\d{1,2}[./]\d{4}$", re.IGNORECASE)  # a byline, a date
_ARCHIVED = re.compile(r"\s*\(Published \d{4}\)$")
_META_TITLES = (
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "cxenseparse:title",
    "title",
)
_MAX_CHARS = 500  # of a title whose parts are compared; a longer one is none
_MIN_WORDS = 3  # of what a headline keeps without its kicker
Claims = list[tuple[str, str]]


def claims(sources: Sources) -> Iterator[tuple[str, str]]:
    """Every title with the signal that gives it, raw; some are empty."""
    article, meta = sources.article, sources.meta
    yield "jsonld", _json_headline(sources)
    yield "og", next(iter(meta.get("og:title", ())), "")
    others = {key(title) for title in (*meta.get("og:title", ()), _json_headline(sources)) if title}
    yield "h1", heading_text(sources.page, sources.heading, others) if sources.heading is not None else ""
    for element in sources.items.get("headline", ())[:1]:
        yield "microdata", value_of(sources.page, element)
    yield "twitter", next(iter(meta.get("twitter:title", ())), "")
    yield "title", sources.title
    for name in _META_TITLES:
        yield "meta", next(iter(meta.get(name, ())), "")
    yield "feed", sources.hints.feed_title or ""
    if not article.get("headline") and isinstance(article.get("name"), str):
        yield "jsonld", json_text(article["name"]) or ""


def heading_text(page: PageTree, heading: HtmlElement, others: Collection[str] = ()) -> str:
    """An h1's words without the kicker that stands in it as an element of its own.

    Args:
        others: keys of the page's other titles; what stands before one of them is a kicker without a label.
    """
    whole = page.text(heading)
    kickers = [text for child in heading if (text := page.text(child)) and (page.means(child, KICKER)
               or (whole.startswith(text) and key(whole[len(text) :]) in others))]  # fmt: skip
    rest = whole
    for kicker in kickers:
        rest = squeeze(rest.replace(kicker, " ", 1))
    return rest.strip(" :|-–—") if kickers and len(rest.split()) >= _MIN_WORDS else whole


def clean(title: str, outlet: OutletNames, sections: set[str], claimed: Claims | None = None) -> str:
    """The title without the outlet's name and section at its ends.

    Args:
        sections: keys of the sections the page states.
        claimed: the page's titles; a part that makes the rest one of them may go whatever it says, unless JSON-LD's
            headline has the part too.
    """
    others = {key(raw) for _, raw in claimed or () if raw != title}
    if any(signal == "jsonld" and key(raw) == key(title) for signal, raw in claimed or ()):
        others = set()
    text = _ARCHIVED.sub("", squeeze(title))
    for _ in range(3):
        shorter = _shorter(text, outlet, sections, others)
        if shorter == text:
            break
        text = shorter
    return text


def sections(sources: Sources) -> set[str]:
    """Keys of the sections that the page states, its address included."""
    found = [json_text(item) for item in as_list(sources.article.get("articleSection"))]
    found += sources.meta.get("article:section", [])
    parts = [part for part in sources.url.split("/")[3:-1] if part.isalpha()]
    return {key(section) for section in (*found, *parts) if section}


def _shorter(text: str, outlet: OutletNames, sections_: set[str], others: set[str]) -> str:
    cuts = list(SEPARATOR.finditer(text))
    if not cuts:
        return _tight(text, outlet, others)
    head, tail = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
    if _is_foreign(tail, head, outlet, sections_, others):
        return head
    front, rest = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
    if (outlet.is_named(front) and len(rest) > len(front)) or key(rest) in others:
        return rest
    return _tight(text, outlet, others) if key(text) not in others else text


def _tight(text: str, outlet: OutletNames, others: set[str]) -> str:
    """The title without what a colon or dash without spaces sets off: an outlet's name, or all that others lack."""
    if len(text) > _MAX_CHARS:
        return text
    for cut in reversed(list(_TIGHT.finditer(text))):
        if cut.start() >= 4 and (outlet.is_named(text[cut.end() :]) or key(text[: cut.start()]) in others):
            return text[: cut.start()].strip()
    return text


def _is_foreign(part: str, rest: str, outlet: OutletNames, sections_: set[str], others: set[str]) -> bool:
    if len(rest) < 4 or len(part) > 60:
        return False
    if outlet.is_named(part) or _NO_TITLE.match(part) or (outlet.begins(part) and len(part.split()) <= 5):
        return True
    section = re.sub(r" (?:news|nachrichten|noticias|notizie|actualités)$", "", key(part))
    return key(rest) in others or (section in sections_ and len(rest.split()) >= 3)


def _json_headline(sources: Sources) -> str:
    return json_text(sources.article.get("headline")) or ""
