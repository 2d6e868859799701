"""What a feed says of its outlet: home page and language, which `parse_feed` has no use for. Pure.

Sources: RSS 2.0.11 (channel link, language), RFC 4287 section 4.2.7 (link), JSON Feed 1.1 (home_page_url).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tasks.discover.values import absolute, text_of

_HEAD_BYTES = 256 * 1024  # the channel's own elements come before its items nearly everywhere
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed's own page and language, as far as it says."""

    home: str | None = None
    language: str | None = None


def channel_of(body: bytes, url: str) -> Channel:
    """The channel of a feed that `parse_feed` has accepted: no entities that reach out are in it."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return _of_json(body, url)
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body[:_HEAD_BYTES].lstrip(), parser)
    except etree.XMLSyntaxError:
        return Channel()
    return _of_xml(root, url) if root is not None else Channel()


def _of_json(body: bytes, url: str) -> Channel:
    document = json.loads(body.decode("utf-8-sig"))
    return Channel(home=absolute(document.get("home_page_url"), url), language=text_of(document.get("language")))


def _of_xml(root: etree._Element, url: str) -> Channel:
    inner = next((child for name, child in _children(root) if name == "channel"), root)
    home = language = None
    for name, child in _children(inner):
        if name == "link" and home is None:
            home = absolute(_link(child), url)
        elif name == "language" and language is None:
            language = text_of(child.text)
    return Channel(home=home, language=language or root.get(_XML_LANG))


def _link(element: etree._Element) -> str | None:
    """The text of an RSS link; the href of an Atom link that is no feed itself."""
    if element.get("rel", "alternate") != "alternate":
        return None
    return text_of(element.text) or element.get("href")


def _children(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    for child in element:
        if isinstance(child.tag, str):
            yield child.tag.rpartition("}")[2].lower(), child
