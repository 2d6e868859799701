"""What the elements of an RSS, RDF, CDF or Atom feed say, read with lxml as a stream. Pure.

    UTF-8 bytes | iterparse, lenient | one item at a time, then forgotten | (what it says, what its links refer to)

Names count, namespaces hardly: feeds are written by hand, with wrong namespaces and with none. Sources: RSS 2.0.11,
RFC 4287 (Atom), RSS 1.0, Dublin Core, the content, media and iTunes modules.
"""

from __future__ import annotations

import base64
import binascii
import io
from dataclasses import dataclass, field

from lxml import etree

from tasks.discover.values import FeedEntry, absolute, joined, text_of

ITEMS = ("item", "entry")
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Modules whose title, link or author is of something else than the item: a picture, a podcast, the site.
_FOREIGN = (
    "media",
    "search/mrss",
    "itunes",
    "podcast-1.0.dtd",
    "georss",
    "slash",
    "wfw",
    "/thr",
    "purl.org/syndication",
)
_OWN = ("title", "language")  # what a channel says of itself in an element of its own
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
            if _local(element) in ITEMS and element.getparent() is not None:
                raw.append((_said(element), _bases(element)))
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
    while parent is not None and (before := element.getprevious()) is not None and _local(before) in ITEMS:
        parent.remove(before)


def _read_channel(found: Reading, root: etree._Element, url: str) -> None:
    """What the feed says of itself: beside its items, or in RSS 1.0 before them."""
    channel = next((child for child in root if _local(child) == "channel"), root)
    own = [child for child in channel if _local(child) not in ITEMS]
    found.title = next((text for child in own if _local(child) == "title" and (text := _text(child))), None)
    found.language = next(
        (text for c in own if _local(c) == "language" and (text := _text(c))), root.get(f"{_XML}lang")
    )
    base = joined(url, [b for e in (root, channel) if (b := e.get(f"{_XML}base"))])
    homes = (link for child in own if _local(child) == "link" and _rel(child) == "alternate" and (link := _href(child)))
    found.home = next((home for link in homes if (home := absolute(link, base))), None)
    found.authors = tuple(name for c in own if _local(c) in ("author", "creator") and (name := person(c)))[:_MAX_LIST]


@dataclass(slots=True)
class _Said:
    """One item as it is written, links not yet resolved."""

    links: dict[str, str] = field(default_factory=dict)  # by worth: see _LINKS
    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    enclosures: list[str] = field(default_factory=list)
    guid: str | None = None


_LINKS = ("original", "text", "alternate", "permalink", "about", "guid", "self")
_TEXTS = {
    "title": "title", "pubdate": "published", "published": "published", "issued": "published", "created": "created",
    "updated": "updated", "modified": "updated", "date": "date", "description": "description",
    "summary": "description", "abstract": "description", "encoded": "content", "content": "content",
    "body": "content", "fulltext": "content",
}  # fmt: skip


def _said(item: etree._Element) -> _Said:
    said = _Said()
    if about := next((value for name, value in item.attrib.items() if str(name).endswith("}about")), None):
        said.links["about"] = str(about)
    said.links |= {"alternate": href} if (href := item.get("href")) else {}  # CDF says in attributes what RSS says
    said.texts |= {"updated": at} if (at := item.get("lastmod")) else {}
    for child in item:
        name = _local(child)
        if name and not _is_foreign(child):
            _take(said, name, child)
        elif name in ("content", "enclosure") and child.get("url"):
            said.enclosures.append(str(child.get("url")))
        elif name == "author" and (who := person(child)):
            said.texts.setdefault("other_author", who)
    return said


def _take(said: _Said, name: str, child: etree._Element) -> None:
    if name == "link":
        _take_link(said, child)
    elif name in ("guid", "id"):
        _take_id(said, name, child)
    elif name == "origlink":
        said.links.setdefault("original", _text(child) or "")
    elif name == "enclosure":
        said.enclosures.append(child.get("url") or "")
    elif name in ("author", "creator", "contributor"):
        if name != "contributor" and (who := person(child)):
            said.authors.append(who)
    elif name in ("category", "subject"):
        said.categories.append(child.get("label") or _text(child) or child.get("term") or "")
    elif name in _TEXTS and (text := _text(child)):
        said.texts.setdefault(_TEXTS[name], text)


def _take_link(said: _Said, child: etree._Element) -> None:
    rel, text, href = _rel(child), _text(child), child.get("href")
    if text and not href:
        said.links.setdefault("text", text)
    elif href and rel == "enclosure":
        said.enclosures.append(href)
    elif href and rel in ("alternate", "self"):
        is_page = "html" in (child.get("type") or "html")
        if rel == "alternate" and is_page and "alternate" not in said.links:
            said.links["alternate"] = href
        else:
            said.links.setdefault("self", href)


def _take_id(said: _Said, name: str, child: etree._Element) -> None:
    text = _text(child)
    if text is None or said.guid is not None:
        return
    said.guid = text
    claim = (child.get("isPermaLink") or "").strip().lower() if name == "guid" else "false"
    if text.lower().startswith(("http://", "https://")) or claim == "true":
        is_link = claim != "false"
        said.links.setdefault("permalink" if is_link else "guid", text)


def _entry(said: _Said, bases: list[str], feed: Reading, url: str) -> FeedEntry:
    base = joined(feed.home or url, bases)
    links = (said.links[kind] for kind in _LINKS if said.links.get(kind))
    texts = said.texts
    written = texts.get("date")
    return FeedEntry(
        url=next((address for link in links if (address := absolute(link, base))), ""),
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


def _long(description: str | None) -> str | None:
    """A description that is no summary: whole texts stand there in feeds without a content element."""
    return description if description and len(description) > _MAX_SAID else None


def person(element: etree._Element) -> str | None:
    """A name: of Atom's <name>, of RSS's `mail (Name)` and `Name <mail>`, else the text as it is."""
    inner = next((text for child in element if _local(child) == "name" and (text := _text(child))), None)
    text = inner or (None if len(element) else _text(element))
    if text is None or len(text) > 300:
        return None
    name, bracket, rest = text.partition("(")
    if bracket and "@" in name:
        return text_of(rest.rpartition(")")[0] or rest)
    name, bracket, rest = text.partition("<")
    if bracket and "@" in rest and name.strip():
        return text_of(name.strip(" \"'"))
    return text


def _each_once(values: object) -> tuple[str, ...]:
    kept = dict.fromkeys(value.strip()[:300] for value in values if value and value.strip())  # type: ignore[attr-defined]
    return tuple(kept)[:_MAX_LIST]


def _bases(element: etree._Element) -> list[str]:
    """The xml:base attributes around an element, the outermost first."""
    chain = [element, *element.iterancestors()]
    return [str(base) for each in reversed(chain) if (base := each.get(f"{_XML}base"))]


def _rel(element: etree._Element) -> str:
    return (element.get("rel") or "alternate").strip().lower()


def _href(element: etree._Element) -> str | None:
    return _text(element) or element.get("href")


def _is_foreign(element: etree._Element) -> bool:
    space = _space(element)
    return bool(space) and any(part in space for part in _FOREIGN)


def _space(element: etree._Element) -> str:
    """The namespace; of a prefix that nobody declared, the prefix."""
    tag = str(element.tag)
    return tag.partition("}")[0].lower() if tag.startswith("{") else tag.partition(":")[0] if ":" in tag else ""


def _local(element: etree._Element) -> str:
    """The name in lower case without namespace and prefix; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _text(element: etree._Element) -> str | None:
    """The text of an element with that of the markup in it; of Atom 0.3's base64, what it stands for."""
    text = text_of("".join(map(str, element.itertext())) if len(element) else element.text)
    if text is None or (element.get("mode") != "base64" and element.get("type") != "application/octet-stream"):
        return text
    try:
        return text_of(base64.b64decode(text.encode("ascii", "replace")).decode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return text
