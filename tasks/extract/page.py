"""From a page's text to what it says: one parse, every claim read and ranked, the body last.

html | parse once, bounded | claims (JSON-LD, meta, microdata, time, URL, feed) | ranking per field
     | images, links | trafilatura for the body | wire, language, kind | Page
"""

from __future__ import annotations

import re
from dataclasses import fields as fields_of
from dataclasses import is_dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lxml.html import HtmlElement

from tasks.base.strings import REPAIRED, has_controls, repair, strip_controls
from tasks.extract import kind, limits, paywall
from tasks.extract.fields import authors, dates, headline, images, language, links, wire
from tasks.extract.fields import plain as fields
from tasks.extract.fields.outlet import OutletNames
from tasks.extract.fingerprint import fingerprint
from tasks.extract.selectors import NONE, Marked, Selectors, mark
from tasks.extract.signals.page_signals import Sources, gather
from tasks.extract.story import body, selected
from warehouse.records import Hints, Image, Page, PageLink, UnreadablePage

# How JSON brings NUL and lone surrogates into strings that the page's own text cannot hold.
_ESCAPED = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)
# Follows from the reader's code and data: whatever changes what is read changes the name that is kept with it.
EXTRACTOR = f"dateline-{fingerprint(Path(__file__).parent)}/trafilatura-{version('trafilatura')}"


def extractor_of(selectors: Selectors) -> str:
    """The name that is kept with what was read so: a change of selectors is another reader, and no revision."""
    asked = selectors.fingerprint
    return f"{EXTRACTOR}/selectors-{asked}" if asked else EXTRACTOR


def read_page(html: str, *, url: str, hints: Hints, selectors: Selectors = NONE) -> Page | UnreadablePage:
    """Read one page.

    Args:
        html: the decoded page (`charset.decode`).
        url: what it was fetched from, after redirects.
        hints: what the pipe knows of it.
        selectors: what its source's owner says of the story; no other field is touched by them.

    Returns:
        The page, with text "" where it has none; a refusal when it could not be read whole.
    """
    html, repaired = repair(html)
    tree = limits.parse(html)
    if isinstance(tree, UnreadablePage):
        return tree
    if tree is None:
        page = Page(page_kind="error_page")
    else:
        page = _read(tree, url, hints, mark(tree, selectors), has_controls=has_controls(html))
    if _ESCAPED.search(html):
        fixed = _repaired(page)
        page, repaired = fixed, repaired or fixed != page
    return replace(page, flags=(*page.flags, REPAIRED)) if repaired else page


def _read(tree: HtmlElement, url: str, hints: Hints, marked: tuple[Marked, ...], *, has_controls: bool) -> Page:
    sources = gather(tree, url=url, hints=hints)
    outlet = OutletNames(sources)
    title = headline.weigh(sources, outlet)
    people = authors.weigh(sources, outlet)
    when = dates.weigh(sources)
    plain = fields.weigh(sources)
    pictures = images.find(sources)
    found_links = links.find(sources.page, url)
    if has_controls:
        strip_controls(tree)
    wall, asked = paywall.read(sources), selected.signals(sources.page, marked)
    story = _body(sources, title, people.people, pictures, [link.anchor for link in found_links], marked)
    text, is_cut = kind.without_offer(story.text, wall, plain.is_accessible_for_free)
    people = authors.with_first_lines(people, text, outlet)
    text = body.without_byline(text, people.people)
    placed = links.place(found_links, text)
    credit = _wire(text, people.agency, outlet)
    code, language_flags = language.weigh(sources, text)
    return Page(
        page_kind=kind.classify(
            sources,
            text,
            headline=title.headline,
            links=_teasers(placed),
            is_cut=is_cut,
            section=plain.section,
            dated_by=when.published.signal if when.published else None,
        ),
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
        is_accessible_for_free=False
        if is_cut and plain.is_accessible_for_free is None
        else plain.is_accessible_for_free,
        flags=(*when.flags, *language_flags, *story.flags),
        dates=when.signals,
        signals=(*title.signals, *people.signals, *plain.signals, *asked),
        images=pictures,
        links=placed,
    )


def _body(
    sources: Sources,
    title: headline.Headline,
    people: tuple[str, ...],
    pictures: tuple[Image, ...],
    anchors: list[str],
    marked: tuple[Marked, ...],
) -> body.Story:
    captions = [text for picture in pictures for text in (picture.caption, picture.credit) if text]
    titles = [signal.raw for signal in title.signals] + [title.headline or ""]
    return body.read(sources, repeated=titles, captions=captions, names=people, anchors=anchors, marked=marked)


def _wire(text: str, byline: str | None, outlet: OutletNames) -> wire.Wire:
    paragraphs = text.split("\n\n")
    start = next((found for p in paragraphs[:3] if (found := wire.read_dateline(p)) != wire.Wire()), wire.Wire())
    own = bool(start.agency) and outlet.is_named(start.agency or "")
    agency = (None if own else start.agency) or byline or wire.agency_in(paragraphs[-3:])
    spoken = start.agency is None and wire.is_spoken(paragraphs)
    place = None if spoken or outlet.is_named(start.dateline or "") else start.dateline
    return wire.Wire(dateline=place, agency=agency)


def _teasers(found: tuple[PageLink, ...]) -> list[int]:
    """How many words each link to another story has."""
    words = (len(link.anchor.split()) for link in found if link.kind != "body")
    return [count for count in words if count >= 4]


def _repaired(value: Any) -> Any:
    """The value with every string in it free of NUL and lone surrogates."""
    if isinstance(value, str):
        return repair(value)[0]
    if isinstance(value, tuple):
        return tuple(_repaired(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _repaired(getattr(value, field.name)) for field in fields_of(value)})
    return value
