"""A feed's entries from its bytes: RSS 0.9 to 2.0, RDF, CDF, Atom and JSON Feed, repaired where that loses nothing.

    bytes | JSON Feed?  | to UTF-8 | DOCTYPE | characters | end | feedparser | entries

feedparser reads the XML; it is given bytes and never an address. Sources: RFC 4287, JSON Feed 1.1, RSS 2.0.11.
"""

import codecs
import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from tasks.discover.errors import NotAFeed
from tasks.discover.jsonfeed import read_json_feed
from tasks.discover.values import Entry, Feed, absolute, text_of
from tasks.discover.xmltext import (
    complete_items,
    dangerous_entities,
    doctype_span,
    references,
    repair_characters,
    repair_references,
    root_tag,
    tags,
)

__all__ = ["Entry", "Feed", "NotAFeed", "parse_feed"]

MAX_BYTES = 10 * 1024 * 1024  # named limit feed_bytes: 15,000 items of ordinary length
MAX_TAGS = 60_000  # named limit feed_tags: feedparser takes 30 to 70 µs for each, so about four seconds
MAX_REFERENCES = 500_000  # named limit feed_references: 3 to 5 µs each
_MAX_ATTRIBUTES = 200  # of one tag: feedparser's time is quadratic in them (100,000: 106 s)

_ROOTS = {b"rss": "rss", b"feed": "atom", b"rdf": "rdf", b"channel": "cdf", b"newlocation": "rss", b"redirect": "rss"}
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s{0,99}>", re.IGNORECASE)
_DECLARATION = re.compile(r"<\?xml\b[^>]{0,500}\?>")
_LONG_TAG = re.compile(rb"<[^<>]{1000,}")


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> Feed:
    """The feed in `body`, which came from `url`; raises NotAFeed.

    Warnings: bad_char_ref and bad_char (repaired), cut (only complete items are there), malformed (not well-formed XML,
    read leniently), feed_bytes, feed_tags and feed_references (limits; what is beyond is cut).
    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise NotAFeed("not_a_feed", f"{url} is empty")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return read_json_feed(body, url)
    return _read_xml(body, url, content_type)


def _read_xml(body: bytes, url: str, content_type: str | None) -> Feed:
    data = _without_dangers(_utf8(body, content_type), url)
    kind = _kind(data, url)
    data, warnings = _within_limits(data, url)
    for name, repair in (("bad_char_ref", repair_references), ("bad_char", repair_characters)):
        data, repaired = repair(data)
        warnings += [name] if repaired else []
    data, was_cut = complete_items(data, _ITEM_END)
    warnings += ["cut"] if was_cut else []
    parsed = _feedparser(data, url)
    if parsed.get("bozo") and not was_cut:
        warnings.append("malformed")
    title = text_of(parsed["feed"].get("title"))
    return Feed(title=title, kind=kind, entries=_entries(parsed, url), warnings=tuple(warnings))


def _within_limits(data: bytes, url: str) -> tuple[bytes, list[str]]:
    """The beginning of the feed that can be read in a few seconds, and the limits that made it shorter."""
    warnings = ["feed_bytes"] if len(data) > MAX_BYTES else []
    data = data[:MAX_BYTES]
    for name, count, limit in (("feed_tags", tags, MAX_TAGS), ("feed_references", references, MAX_REFERENCES)):
        if count(data) > limit:
            warnings.append(name)
            while count(data) > limit:
                data = data[: len(data) // 2]
    if any(len(re.findall(rb"=\s*[\"']", tag[0])) > _MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(data)):
        raise NotAFeed("too_complex", f"{url} has a tag with more than {_MAX_ATTRIBUTES} attributes")
    return data, warnings


def _utf8(body: bytes, content_type: str | None) -> bytes:
    """UTF-8, whatever BOM, declaration and header say (RFC 7303), by feedparser's well-tested rules."""
    if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) and body[2:4] != b"\x00\x00":
        # feedparser 6.0.14 takes such a feed for UTF-8 when it has no declaration; a BOM needs none.
        return _DECLARATION.sub("", body.decode("utf-16", "replace").lstrip(), count=1).encode("utf-8", "replace")
    headers = {"content-type": content_type} if content_type else {}
    data: bytes = convert_to_utf8(headers, body, {"bozo": False})
    return data.lstrip()


def _without_dangers(data: bytes, url: str) -> bytes:
    span = doctype_span(data)
    if span is None:
        return data
    doctype = data[span[0] : span[1]]
    if dangerous_entities(doctype):
        raise NotAFeed("entities", f"{url} declares entities that could explode or reach out")
    return data if b"<!ENTITY" in doctype else data[: span[0]] + data[span[1] :]


def _kind(data: bytes, url: str) -> str:
    root = root_tag(data)
    name = root[2].lower() if root else b""
    if name not in _ROOTS:
        what = f"begins with <{name.decode('ascii', 'replace')}>" if name else "is no XML"
        raise NotAFeed("not_a_feed", f"{url} {what}")
    return _ROOTS[name]


def _feedparser(data: bytes, url: str) -> Mapping[str, Any]:
    parsed: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(data),
        response_headers={"content-location": url, "content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return parsed


def _entries(parsed: Mapping[str, Any], url: str) -> tuple[Entry, ...]:
    return tuple(_entry(item, url) for item in parsed["entries"])


def _entry(item: dict[str, Any], url: str) -> Entry:
    # dict.get: feedparser's own falls back from one date to another.
    link = dict.get(item, "feedburner_origlink") or dict.get(item, "link") or _first_link(item)
    return Entry(
        url=absolute(link, url) or "",
        title=text_of(dict.get(item, "title")),
        published_raw=text_of(dict.get(item, "published") or dict.get(item, "created")),
        updated_raw=text_of(dict.get(item, "updated")),
        author=text_of(dict.get(item, "author")),
        id=text_of(dict.get(item, "id")),
    )


def _first_link(item: dict[str, Any]) -> str | None:
    links = dict.get(item, "links") or ()
    return next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)
