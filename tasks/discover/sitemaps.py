"""A sitemap's addresses from its bytes: XML of any namespace, news and index, gzip, plain text, and feeds as sitemaps.

Source: sitemaps.org protocol 0.9 (50,000 URLs, 50 MB), Google's news extension 0.9. lxml reads the XML as a stream, with
recovery, without entities and without network.
"""

import io
from collections.abc import Iterator

from lxml import etree

from tasks.discover.errors import NotAFeed, NotASitemap
from tasks.discover.feeds import parse_feed
from tasks.discover.values import Sitemap, SitemapEntry, absolute, text_of
from tasks.discover.xmltext import dangerous_entities, doctype_span
from tasks.fetch.decode import capped, gunzip
from tasks.fetch.errors import FetchError

__all__ = ["NotASitemap", "Sitemap", "SitemapEntry", "parse_sitemap"]

MAX_URLS = 50_000  # protocol; what is beyond is left out with the warning sitemap_urls
MAX_BYTES = 50 * 1024 * 1024  # protocol, decoded

_ROOTS = {"urlset": "urlset", "sitemapindex": "index"}
_ITEMS = {"url": "urlset", "sitemap": "index"}


def parse_sitemap(body: bytes, *, url: str) -> Sitemap:
    """The sitemap in `body`, which came from `url`; raises NotASitemap.

    Warnings: cut (not well-formed to its end: the complete entries are there), sitemap_urls (there were more than
    MAX_URLS), bad_url (entries without a usable address were left out).
    """
    data = _plain(body, url)
    head = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        raise NotASitemap("not_a_sitemap", f"{url} is empty")
    if head[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _read_xml(data, url)
    return _read_text(data, url)


def _plain(body: bytes, url: str) -> bytes:
    """Without gzip, which a sitemap may be in whatever its headers say."""
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return b"".join(capped(gunzip([body]), MAX_BYTES))
    except FetchError as error:
        raise NotASitemap(error.reason, f"{url}: {error.detail}") from None


def _read_text(data: bytes, url: str) -> Sitemap:
    lines = (line.strip() for line in data.decode("utf-8-sig", "replace").splitlines())
    found = [line for line in lines if line]
    good = [address for address in (absolute(line, url) for line in found if "://" in line[:8]) if address]
    if not good or len(good) < len(found) / 2:
        raise NotASitemap("not_a_sitemap", f"{url} is neither XML nor a list of addresses")
    warnings = (["sitemap_urls"] if len(good) > MAX_URLS else []) + (["bad_url"] if len(good) < len(found) else [])
    entries = tuple(SitemapEntry(url=address) for address in good[:MAX_URLS])
    return Sitemap(kind="text", entries=entries, warnings=tuple(warnings))


def _read_xml(data: bytes, url: str) -> Sitemap:
    span = doctype_span(data)
    if span and dangerous_entities(data[span[0] : span[1]]):
        raise NotASitemap("entities", f"{url} declares entities that could explode or reach out")
    reader = _Reader(url)
    reader.read(data)
    if reader.kind == "feed":
        return _read_feed(data, url)
    if reader.kind is None:
        raise NotASitemap("not_a_sitemap", f"{url} begins with <{reader.root or '?'}>")
    return Sitemap(kind=reader.kind, entries=tuple(reader.entries), warnings=tuple(sorted(reader.warnings)))


def _read_feed(data: bytes, url: str) -> Sitemap:
    """The protocol allows RSS 2.0 and Atom as sitemaps."""
    try:
        feed = parse_feed(data, url=url)
    except NotAFeed as error:
        raise NotASitemap("not_a_sitemap", error.detail) from None
    entries = (
        SitemapEntry(url=item.url, lastmod_raw=item.updated_raw or item.published_raw, news_title=item.title)
        for item in feed.entries
        if item.url
    )
    return Sitemap(kind="feed", entries=tuple(entries)[:MAX_URLS], warnings=feed.warnings)


class _Reader:
    """Streams one XML sitemap; holds one entry at a time besides those already read."""

    def __init__(self, url: str) -> None:
        self.entries: list[SitemapEntry] = []
        self.warnings: set[str] = set()
        self.kind: str | None = None
        self.root: str | None = None
        self._url = url

    def read(self, data: bytes) -> None:
        """Reads until the end, the cap, or a root that is none of ours."""
        events = etree.iterparse(
            io.BytesIO(data),
            events=("start", "end"),
            recover=True,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for event, element in self._guarded(events):
            if not isinstance(element.tag, str):
                continue
            name = etree.QName(element).localname.lower()
            if self.root is None:
                self._take_root(name)
                if self.kind in (None, "feed"):
                    return
            if event == "end" and name in _ITEMS and not self._take(name, element):
                return
        if len(events.error_log):
            self.warnings.add("cut" if _ends_early(events.error_log) else "malformed")

    def _guarded(self, events: Iterator[tuple[str, etree._Element]]) -> Iterator[tuple[str, etree._Element]]:
        try:
            yield from events
        except etree.XMLSyntaxError:
            self.warnings.add("cut" if self.root else "malformed")

    def _take_root(self, name: str) -> None:
        self.root = name
        self.kind = _ROOTS.get(name) or ("feed" if name in ("rss", "feed", "rdf") else None)

    def _take(self, name: str, element: etree._Element) -> bool:
        """Takes one complete entry; False when the cap is reached."""
        if len(self.entries) >= MAX_URLS:
            self.warnings.add("sitemap_urls")
            return False
        if self.kind is not None and _ITEMS[name] != self.kind and not self.entries:
            self.kind = _ITEMS[name]  # an index that calls itself urlset, or the reverse
        entry = _entry(element, self._url)
        if entry is None:
            self.warnings.add("bad_url")
        else:
            self.entries.append(entry)
        element.clear()
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
        return True


def _entry(element: etree._Element, url: str) -> SitemapEntry | None:
    """The fields by local name, whatever the namespace: http, https, a typo and none at all are met in the wild."""
    found: dict[str, str | None] = {}
    for child in element.iter():
        if not isinstance(child.tag, str):
            continue
        name = etree.QName(child)
        space = "news:" if name.namespace and "news" in name.namespace else ""
        parent = child.getparent()
        if space or parent is element:
            found.setdefault(space + name.localname.lower(), text_of("".join(str(text) for text in child.itertext())))
    address = absolute(found.get("loc") or element.text, url)  # some write the address where <loc> should be
    if address is None:
        return None
    return SitemapEntry(
        url=address,
        lastmod_raw=found.get("lastmod"),
        news_title=found.get("news:title"),
        news_published_raw=found.get("news:publication_date"),
    )


def _ends_early(errors: etree._ListErrorLog) -> bool:
    return any(
        "EndTag" in entry.message or "end of" in entry.message or "Premature" in entry.message for entry in errors
    )
