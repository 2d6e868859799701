"""A sitemap's addresses from its bytes: XML of any namespace, news and index, gzip, plain text, and feeds as sitemaps.

Source: sitemaps.org protocol 0.9 (50,000 URLs, 50 MB), Google's news extension 0.9. lxml reads the XML as a stream,
with recovery, without entities and without network.
"""

import io
import re
from collections.abc import Iterator

from lxml import etree

from tasks.discover.errors import NotAFeed, NotASitemap
from tasks.discover.feeds import parse_feed
from tasks.discover.values import Sitemap, SitemapEntry, absolute, text_of
from tasks.discover.xmlbytes import to_utf8
from tasks.discover.xmltext import (
    complete_items,
    dangerous_entities,
    declared_entities,
    doctype_span,
    from_root,
    repair_ampersands,
    repair_characters,
    repair_references,
    root_tag,
)
from tasks.fetch.decode import capped, ungzipped
from tasks.fetch.errors import FetchError

__all__ = ["NotASitemap", "Sitemap", "SitemapEntry", "parse_sitemap"]

MAX_URLS = 50_000  # protocol; what is beyond is left out with the warning sitemap_urls
MAX_TAGS = 1_200_000  # named limit sitemap_tags, start and end: 50,000 URLs with a dozen fields; about three seconds
MAX_BYTES = 50 * 1024 * 1024  # protocol, decoded

_FEEDS = ("rss", "feed", "rdf")
_ROOTS = {"urlset": "urlset", "sitemapindex": "index"}
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:url|sitemap)\s{0,99}>", re.IGNORECASE)
_ITEMS = {"url": "urlset", "sitemap": "index"}
_NAMES = tuple(f"{{*}}{name}" for item in _ITEMS for name in (item, item.upper(), item.title()))


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """The sitemap in `body`, which came from `url`; raises NotASitemap.

    Warnings: cut (it does not end: the complete entries are there), malformed (not well-formed, read leniently),
    bad_url (entries without a usable address were left out), sitemap_urls and sitemap_tags (limits; the rest is
    left out).
    """
    data = to_utf8(_plain(body, url))
    if not data:
        raise NotASitemap("not_a_sitemap", f"{url} is empty")
    data, _ = from_root(data)
    return _read_xml(data, url) if data[:1] == b"<" else _read_text(data, url)


def _plain(body: bytes, url: str) -> bytes:
    """Without gzip, which a sitemap may be in, once or twice, whatever its headers say."""
    try:
        return b"".join(capped([ungzipped(body, MAX_BYTES, is_strict=True)], MAX_BYTES))
    except FetchError as error:
        raise NotASitemap(error.reason, f"{url}: {error.detail}") from None


def _read_text(data: bytes, url: str) -> Sitemap:
    lines = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    found = [line for line in lines if line]
    good = [address for address in (absolute(line, url) for line in found if "://" in line[:8]) if address]
    if not good or len(good) < len(found) / 2:
        raise NotASitemap("not_a_sitemap", f"{url} is neither XML nor a list of addresses")
    warnings = (["sitemap_urls"] if len(good) > MAX_URLS else []) + (["bad_url"] if len(good) < len(found) else [])
    entries = tuple(SitemapEntry(url=address) for address in good[:MAX_URLS])
    return Sitemap(kind="text", entries=entries, warnings=tuple(warnings))


def _read_xml(data: bytes, url: str) -> Sitemap:
    data, entities = _without_doctype(data, url)
    root = root_tag(data)
    name = root[2].lower().decode() if root else "?"
    if name in _FEEDS:
        return _read_feed(data, url)
    if name not in _ROOTS:
        raise NotASitemap("not_a_sitemap", f"{url} begins with <{name}>")
    return _read_items(data, url, _ROOTS[name], entities)


def _without_doctype(data: bytes, url: str) -> tuple[bytes, dict[bytes, bytes]]:
    span = doctype_span(data)
    if span is None:
        return data, {}
    doctype = data[span[0] : span[1]]
    if dangerous_entities(doctype):
        raise NotASitemap("entities", f"{url} declares entities that could explode or reach out")
    return data[: span[0]] + data[span[1] :], declared_entities(doctype)


def _read_items(data: bytes, url: str, kind: str, entities: dict[bytes, bytes]) -> Sitemap:
    warnings: set[str] = set()
    data = repair_characters(repair_references(data)[0])[0]
    if data.count(b"<") > MAX_TAGS:
        warnings.add("sitemap_tags")
        while data.count(b"<") > MAX_TAGS:
            data = data[: len(data) // 2]
    data, was_cut = complete_items(data, _ITEM_END)
    data, was_escaped = repair_ampersands(data, entities)
    warnings |= ({"cut"} if was_cut else set()) | ({"malformed"} if was_escaped else set())
    entries: list[SitemapEntry] = []
    for element in _items(data, warnings):
        if len(entries) >= MAX_URLS:
            warnings.add("sitemap_urls")
            break
        if not entries:  # an index that calls itself urlset is met, and the reverse
            kind = _ITEMS[_local(element.tag)]
        entry = _entry(element, url)
        entries += [entry] if entry else []
        warnings |= set() if entry else {"bad_url"}
    warnings -= {"malformed"} if was_cut and not was_escaped else set()
    return Sitemap(kind=kind, entries=tuple(entries), warnings=tuple(sorted(warnings)))


def _items(data: bytes, warnings: set[str]) -> Iterator[etree._Element]:
    """Each complete item, one at a time; those before it are forgotten."""
    events = etree.iterparse(
        io.BytesIO(data),
        tag=_NAMES,
        recover=True,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for _, element in events:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and (before := element.getprevious()) is not None and before.tag == element.tag:
                parent.remove(before)
    except etree.XMLSyntaxError:
        warnings.add("malformed")
    if len(events.error_log):
        warnings.add("malformed")


def _entry(element: etree._Element, url: str) -> SitemapEntry | None:
    """The fields by local name, whatever the namespace: http, https, a typo and none at all are met in the wild."""
    own = _texts(element)
    address = absolute(own.get("loc") or element.text, url)  # some write the address where <loc> should be
    if address is None:
        return None
    news = next((child for child in element if isinstance(child.tag, str) and _local(child.tag) == "news"), None)
    said = _texts(news) if news is not None else {}
    return SitemapEntry(
        url=address,
        lastmod_raw=own.get("lastmod"),
        news_title=said.get("title"),
        news_published_raw=said.get("publication_date"),
    )


def _texts(element: etree._Element) -> dict[str, str | None]:
    """The text of each child by its local name, the first of a name counting."""
    found: dict[str, str | None] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(
                _local(child.tag), text_of("".join(map(str, child.itertext()))) if len(child) else text_of(child.text)
            )
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _read_feed(data: bytes, url: str) -> Sitemap:
    """The protocol allows RSS 2.0 and Atom as sitemaps."""
    try:
        feed = parse_feed(data, url=url)
    except NotAFeed as error:
        raise NotASitemap(error.reason if error.reason != "not_a_feed" else "not_a_sitemap", error.detail) from None
    entries = tuple(
        SitemapEntry(url=item.url, lastmod_raw=item.updated_raw or item.published_raw, news_title=item.title)
        for item in feed.entries
        if item.url
    )
    return Sitemap(kind="feed", entries=entries[:MAX_URLS], warnings=feed.warnings)
