"""What one item of a feed says, element by element, links not yet resolved. Pure.

Names count, namespaces hardly: feeds are written by hand, with wrong namespaces and with none. Sources: RSS 2.0.11,
RFC 4287 (Atom), RSS 1.0, Dublin Core, the content, media and iTunes modules.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape

from lxml import etree

from tasks.discover.values import text_of

XML = "{http://www.w3.org/XML/1998/namespace}"
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


@dataclass(slots=True)
class Said:
    """One item as it is written."""

    links: dict[str, str] = field(default_factory=dict)  # by worth: see LINKS
    texts: dict[str, str] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    enclosures: list[str] = field(default_factory=list)
    guid: str | None = None


STORY_LINKS = ("original", "text", "alternate", "permalink", "about", "guid")
LINKS = (*STORY_LINKS, "self", "content", "url", "comments")
_PAGES = ("alternate", "canonical", "bookmark", "permalink")  # rel, of a link to the story itself
_IANA = "http://www.iana.org/assignments/relation/"  # RFC 4287 section 4.2.7.2: a relation may be written in full
_TEXTS = {
    "title": "title", "pubdate": "published", "published": "published", "issued": "published", "created": "created",
    "updated": "updated", "modified": "updated", "date": "date", "description": "description",
    "summary": "description", "abstract": "description", "encoded": "content", "content": "content",
    "body": "content", "fulltext": "content",
}  # fmt: skip


def said_of(item: etree._Element) -> Said:
    """What an item says."""
    said = Said()
    if about := next((value for name, value in item.attrib.items() if str(name).endswith("}about")), None):
        said.links["about"] = str(about)
    said.links |= {"alternate": href} if (href := item.get("href")) else {}  # CDF says in attributes what RSS says
    said.texts |= {"updated": at} if (at := item.get("lastmod")) else {}
    for child in item:
        name = local(child)
        if name and not _is_foreign(child):
            _take(said, name, child)
        elif name in ("content", "enclosure") and child.get("url"):
            said.enclosures.append(str(child.get("url")))
        elif name == "author" and (who := person(child)):
            said.texts.setdefault("other_author", who)
    return said


def _take(said: Said, name: str, child: etree._Element) -> None:
    if take := _TAKERS.get(name):
        take(said, name, child)
    elif name in _TEXTS and (text := _markup_in(child) if _TEXTS[name] == "content" else text_in(child)):
        said.texts.setdefault(_TEXTS[name], text)
    if name == "content" and (src := child.get("src")) and "html" in (child.get("type") or "html"):
        said.links.setdefault("content", src)  # RFC 4287 section 4.1.3.2: the content stands there


def _take_other_link(said: Said, name: str, child: etree._Element) -> None:
    address = text_in(child) or ""
    if name != "comments":
        said.links.setdefault(name, address)
    elif address.startswith("http"):  # and not their number
        said.links.setdefault(name, address.partition("#")[0])


def _take_original(said: Said, _: str, child: etree._Element) -> None:
    said.links.setdefault("original", text_in(child) or "")


def _take_enclosure(said: Said, _: str, child: etree._Element) -> None:
    said.enclosures.append(child.get("url") or "")


def _take_author(said: Said, _: str, child: etree._Element) -> None:
    if who := person(child):
        said.authors.append(who)


def _take_source(said: Said, _: str, child: etree._Element) -> None:
    """The feed that an entry was copied from: its author is the entry's (RFC 4287 section 4.2.2)."""
    for author in child:
        if local(author) == "author" and (who := person(author)):
            said.texts.setdefault("other_author", who)


def _take_category(said: Said, _: str, child: etree._Element) -> None:
    said.categories.append(child.get("label") or text_in(child) or child.get("term") or "")


def _take_link(said: Said, _: str, child: etree._Element) -> None:
    rel, href = relation_of(child), child.get("href")
    text = text_in(child) or (None if len(child) else text_of(child.tail))  # `<link/>address`, as HTML writes it
    if text and not href:
        said.links.setdefault("text", text)
    elif href and rel == "enclosure":
        said.enclosures.append(href)
    elif href and rel in (*_PAGES, "self"):
        is_page = "html" in (child.get("type") or "html")
        if rel in _PAGES and is_page and "alternate" not in said.links:
            said.links["alternate"] = href
        else:
            said.links.setdefault("self", href)


def _take_id(said: Said, name: str, child: etree._Element) -> None:
    text = text_in(child)
    if text is None or said.guid is not None:
        return
    said.guid = text
    claim = (child.get("isPermaLink") or "").strip().lower() if name == "guid" else "false"
    if text.lower().startswith(("http://", "https://")) or claim == "true":
        is_link = claim != "false"
        said.links.setdefault("permalink" if is_link else "guid", text)


_TAKERS: dict[str, Callable[[Said, str, etree._Element], None]] = {
    "link": _take_link,
    "guid": _take_id,
    "id": _take_id,
    "url": _take_other_link,
    "comments": _take_other_link,
    "origlink": _take_original,
    "enclosure": _take_enclosure,
    "author": _take_author,
    "creator": _take_author,
    "source": _take_source,
    "category": _take_category,
    "subject": _take_category,
}


def person(element: etree._Element) -> str | None:
    """A name: of Atom's <name>, of RSS's `mail (Name)`, `Name (mail)` and `Name <mail>`, else the text as it is.

    None where nothing but a mail address is there.
    """
    inner = next((text for child in element if local(child) == "name" and (text := text_in(child))), None)
    text = inner or (None if len(element) else text_in(element))
    if text is None or len(text) > 300:
        return None
    text = unescape(text)
    for opening, closing in ("()", "<>"):
        name, bracket, rest = text.partition(opening)
        inner = rest.rpartition(closing)[0] or rest
        if bracket and _is_mail(name):
            return text_of(inner)
        if bracket and _is_mail(inner) and name.strip():
            return text_of(name.strip(" \"'"))
    return None if _is_mail(text) else text


def _is_mail(text: str) -> bool:
    return "@" in text[1:] and len(text.split()) == 1


def relation_of(element: etree._Element) -> str:
    """What a link element leads to: RFC 4287 section 4.2.7.2."""
    written = element.get("rel") or element.get("REL") or "alternate"
    return written.strip().lower().removeprefix(_IANA)


def address_in(element: etree._Element) -> str | None:
    """Where a link element leads, as written."""
    return text_in(element) or element.get("href")


def _is_foreign(element: etree._Element) -> bool:
    space = _space(element)
    return bool(space) and any(part in space for part in _FOREIGN)


def _space(element: etree._Element) -> str:
    """The namespace; of a prefix that nobody declared, the prefix."""
    tag = str(element.tag)
    return tag.partition("}")[0].lower() if tag.startswith("{") else tag.partition(":")[0] if ":" in tag else ""


def local(element: etree._Element) -> str:
    """The name in lower case without namespace and prefix; empty for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _markup_in(element: etree._Element) -> str | None:
    """The text of an element; where it is markup that stands there as such (Atom's xhtml), that."""
    if not len(element):
        return text_in(element)
    return text_of("".join(etree.tostring(child, encoding="unicode") for child in element))


def text_in(element: etree._Element) -> str | None:
    """The text of an element with that of the markup in it; of Atom 0.3's base64, what it stands for."""
    text = text_of("".join(map(str, element.itertext())) if len(element) else element.text)
    if text is None or (element.get("mode") != "base64" and element.get("type") != "application/octet-stream"):
        return text
    try:
        return text_of(base64.b64decode(text.encode("ascii", "replace")).decode("utf-8", "replace"))
    except (binascii.Error, ValueError):
        return text
