"""The items of an RSS, RDF, CDF or Atom feed, read with lxml as a stream, their links resolved. Pure.

UTF-8 bytes | iterparse, lenient | one item at a time, then forgotten | (what it says, what its links refer to)
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from lxml import etree

from tasks.discover.feedelements import (
    LINKS,
    STORY_LINKS,
    XML,
    Said,
    address_in,
    local,
    person,
    relation_of,
    said_of,
    text_in,
)
from tasks.discover.values import FeedEntry, absolute, joined, text_of

ITEMS = ("item", "entry")
_MAX_TEXT = 200_000  # characters of an item's text that are kept
_MAX_SAID = 2000  # characters of a description
_MAX_LIST = 30  # categories and enclosures of one item


@dataclass(slots=True)
class Reading:
    """What was read; `warnings` grows meanwhile."""

    title: str | None = None
    home: str | None = None  # the channel's own page, absolute
    language: str | None = None
    authors: tuple[str, ...] = ()  # of the whole feed
    entries: list[FeedEntry] = field(default_factory=list)
    is_malformed: bool = False

    @property
    def usable(self) -> tuple[int, int]:
        """How much of it can be used: entries with an address, and with a title."""
        return sum(bool(e.url) for e in self.entries), sum(bool(e.title) for e in self.entries)


def read_items(data: bytes, url: str) -> Reading:
    """All items of a feed.

    Args:
        data: UTF-8 without declaration, within the limits of `parse_feed`.
        url: where it came from: what relative links refer to where neither xml:base nor the channel's link is there.
    """
    found, raw = Reading(), []
    events = _events(data)
    try:
        for _, element in events:
            if local(element) in ITEMS and element.getparent() is not None:
                raw.append((said_of(element), _bases(element)))
                _forget(element)
    except etree.XMLSyntaxError:
        found.is_malformed = True
    found.is_malformed = found.is_malformed or bool(len(events.error_log))
    if events.root is not None:
        _read_channel(found, events.root, url)
    found.entries = [_entry(said, bases, found, url) for said, bases in raw]
    return found


def _events(data: bytes) -> etree.iterparse:
    return etree.iterparse(
        io.BytesIO(data),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,  # no text of over 10 MB, nothing below 256 levels
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
    )


def _forget(element: etree._Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and (before := element.getprevious()) is not None and local(before) in ITEMS:
        parent.remove(before)


def _read_channel(found: Reading, root: etree._Element, url: str) -> None:
    """What the feed says of itself: beside its items, or in RSS 1.0 before them."""
    channel = next((child for child in root if local(child) == "channel"), root)
    own = [child for child in channel if local(child) not in ITEMS]
    found.title = next((text for child in own if local(child) == "title" and (text := text_in(child))), None)
    found.language = next(
        (text for c in own if local(c) == "language" and (text := text_in(c))), root.get(f"{XML}lang")
    )
    base = joined(url, [b for e in (root, channel) if (b := e.get(f"{XML}base"))])
    homes = (
        link
        for child in own
        if local(child) == "link" and relation_of(child) == "alternate" and (link := address_in(child))
    )
    found.home = next((home for link in homes if (home := absolute(link, base))), None)
    found.authors = tuple(name for c in own if local(c) in ("author", "creator") and (name := person(c)))[:_MAX_LIST]


def _entry(said: Said, bases: list[str], feed: Reading, url: str) -> FeedEntry:
    base = joined(feed.home or url, bases)
    texts = said.texts
    written = texts.get("date")
    return FeedEntry(
        url=_address(said, base, feed.home),
        title=texts.get("title"),
        published_raw=texts.get("published") or texts.get("created") or written,
        updated_raw=texts.get("updated") or written,
        authors=_each_once(said.authors or [texts[k] for k in ("other_author",) if k in texts] or feed.authors),
        id=said.guid or text_of(said.links.get("about")),
        description=(texts.get("description") or "")[:_MAX_SAID] or None,
        categories=_each_once(said.categories),
        enclosures=_each_once(address for e in said.enclosures[:_MAX_LIST] if (address := absolute(e, base))),
        content=(texts.get("content") or _long(texts.get("description")) or "")[:_MAX_TEXT] or None,
    )


def _address(said: Said, base: str, home: str | None) -> str:
    """Where the story stands; the outlet's front page only where nothing else says where."""
    found = {kind: absolute(link, base) for kind in LINKS if (link := said.links.get(kind, "")) and link[0] != "#"}
    stories = [address for kind, address in found.items() if kind in STORY_LINKS and address and address != home]
    return next(filter(None, (*stories, *found.values())), "")


def _long(description: str | None) -> str | None:
    """A description that is no summary: whole texts stand there in feeds without a content element."""
    return description if description and len(description) > _MAX_SAID else None


def _each_once(values: object) -> tuple[str, ...]:
    kept = dict.fromkeys(value.strip()[:300] for value in values if value and value.strip())  # type: ignore[attr-defined]
    return tuple(kept)[:_MAX_LIST]


def _bases(element: etree._Element) -> list[str]:
    """The xml:base attributes around an element, the outermost first."""
    chain = [element, *element.iterancestors()]
    return [str(base) for each in reversed(chain) if (base := each.get(f"{XML}base"))]
