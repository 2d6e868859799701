"""From a page's text to what it says: one parse, every claim read and ranked, the body last.

    html | parse once, bounded | claims (JSON-LD, meta, microdata, time, URL, feed) | ranking per field
         | images, links | trafilatura for the body | wire, language, kind | Page
"""

from __future__ import annotations

from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from importlib.metadata import version
from typing import Any

from lxml.html import HtmlElement

from tasks.extract import authors, body, dates, fields, headline, images, kind, language, limits, links, wire
from tasks.extract.outlet import Outlet
from tasks.extract.signals import Sources, gather
from tasks.extract.strings import REPAIRED, repair
from warehouse.records import Hints, Page, PageLink, Refusal

EXTRACTOR = f"dateline-1/trafilatura-{version('trafilatura')}"


def read_page(html: str, *, url: str, hints: Hints) -> Page | Refusal:
    """Read one page.

    Args:
        html: the decoded page (`charset.decode`).
        url: what it was fetched from, after redirects.
        hints: what the pipe knows of it.

    Returns:
        The page, with text "" where it has none; a refusal when it could not be read whole.
    """
    html, repaired = repair(html)
    tree = limits.parse(html)
    if isinstance(tree, Refusal):
        return tree
    page = Page(page_kind="error_page") if tree is None else _read(tree, url, hints)
    page, cleaned = _clean(page)
    return replace(page, flags=(*page.flags, REPAIRED)) if repaired or cleaned else page


def _read(tree: HtmlElement, url: str, hints: Hints) -> Page:
    sources = gather(tree, url=url, hints=hints)
    outlet = Outlet(sources)
    title = headline.decide(sources, outlet)
    people = authors.decide(sources, outlet)
    when = dates.decide(sources)
    plain = fields.decide(sources)
    pictures = images.find(sources)
    text = _body(sources, title.headline, people.people, pictures)
    found_links = links.find(tree, url, text)
    credit = _wire(text, people.agency)
    code, language_flags = language.decide(sources, text)
    return Page(
        page_kind=kind.decide(sources, text, links=_teasers(found_links), free=plain.is_accessible_for_free),
        canonical_url=plain.canonical_url,
        headline=title.headline,
        alternative_headline=title.alternative,
        description=plain.description,
        authors=people.people,
        agency=credit.agency,
        dateline=credit.dateline,
        date_published=when.published.instant if when.published else None,
        date_published_source=when.published.signal if when.published else None,
        date_published_precision=when.published.precision if when.published else None,
        date_modified=when.modified.instant if when.modified else None,
        language=code,
        section=plain.section,
        keywords=plain.keywords,
        text=text,
        image_url=images.lead_image(sources),
        is_accessible_for_free=plain.is_accessible_for_free,
        flags=(*when.flags, *language_flags),
        dates=when.signals,
        signals=(*title.signals, *people.signals, *plain.signals),
        images=pictures,
        links=found_links,
    )


def _body(sources: Sources, title: str | None, people: tuple[str, ...], pictures: tuple[images.Image, ...]) -> str:
    captions = [text for picture in pictures for text in (picture.caption, picture.credit) if text]
    return body.read(sources.tree, url=sources.url, headline=title, captions=captions, authors=people)


def _wire(text: str, byline: str | None) -> wire.Wire:
    paragraphs = text.split("\n\n")
    start = next((found for p in paragraphs[:3] if (found := wire.read_dateline(p)) != wire.Wire()), wire.Wire())
    agency = start.agency or byline or wire.agency_in(paragraphs[-3:])
    return wire.Wire(dateline=start.dateline, agency=agency)


def _teasers(found: tuple[PageLink, ...]) -> int:
    return sum(link.kind != "body" and len(link.anchor.split()) >= 4 for link in found)


def _clean(page: Page) -> tuple[Page, bool]:
    """The page with every string free of NUL and lone surrogates, which JSON escapes can bring in."""
    fixed, changed = _repaired(page)
    return fixed, changed


def _repaired(value: Any) -> tuple[Any, bool]:
    if isinstance(value, str):
        return repair(value)
    if isinstance(value, tuple):
        pairs = [_repaired(item) for item in value]
        changed = any(flag for _, flag in pairs)
        return (tuple(item for item, _ in pairs) if changed else value), changed
    if is_dataclass(value) and not isinstance(value, type):
        pairs = {name.name: _repaired(getattr(value, name.name)) for name in fields_of(value)}  # type: ignore[assignment]
        found = {name: pair[0] for name, pair in pairs.items() if pair[1]}  # type: ignore[attr-defined]
        return (replace(value, **found) if found else value), bool(found)
    return value, False
