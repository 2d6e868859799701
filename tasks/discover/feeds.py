"""A feed's entries from its bytes: RSS 0.9 to 2.0, RDF, CDF, Atom and JSON Feed, repaired where that loses nothing.

    bytes | JSON Feed?  | to UTF-8 | DOCTYPE | characters | end | feedparser | entries

feedparser reads the XML; it is given bytes and never an address. Sources: RFC 4287, JSON Feed 1.1, RSS 2.0.11.
"""

import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from tasks.discover.errors import NotAFeed
from tasks.discover.jsonfeed import read_json_feed
from tasks.discover.values import Entry, Feed, absolute, text_of
from tasks.discover.xmltext import dangerous_entities, doctype_span, repair_characters, repair_references

__all__ = ["Entry", "Feed", "NotAFeed", "parse_feed"]

_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>]*>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(rb"<(?:([\w.-]+):)?([\w.-]+)")
_ROOTS = {b"rss": "rss", b"feed": "atom", b"rdf": "rdf", b"channel": "cdf", b"newlocation": "rss", b"redirect": "rss"}
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> Feed:
    """The feed in `body`, which came from `url`; raises NotAFeed.

    Warnings: bad_char_ref and bad_char (repaired), cut (only complete items are there), malformed (not well-formed XML,
    read leniently).
    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise NotAFeed("not_a_feed", f"{url} is empty")
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return read_json_feed(body, url)
    return _read_xml(body, url, content_type)


def _read_xml(body: bytes, url: str, content_type: str | None) -> Feed:
    warnings: list[str] = []
    data = _without_dangers(_utf8(body, content_type), url)
    kind = _kind(data, url)
    for name, repair in (("bad_char_ref", repair_references), ("bad_char", repair_characters)):
        data, repaired = repair(data)
        warnings += [name] if repaired else []
    data, was_cut = _complete_items(data)
    warnings += ["cut"] if was_cut else []
    parsed = _feedparser(data, url)
    if parsed.get("bozo") and not was_cut:
        warnings.append("malformed")
    title = text_of(parsed["feed"].get("title"))
    return Feed(title=title, kind=kind, entries=_entries(parsed, url), warnings=tuple(warnings))


def _utf8(body: bytes, content_type: str | None) -> bytes:
    """UTF-8, whatever BOM, declaration and header say (RFC 7303), by feedparser's well-tested rules."""
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
    span = doctype_span(data)
    start = span[1] if span else 0
    prolog = _PROLOG.match(data, start)
    root = _ROOT.match(data, prolog.end() if prolog else start)
    name = root[2].lower() if root else b""
    if name not in _ROOTS:
        what = f"begins with <{name.decode('ascii', 'replace')}>" if name else "is no XML"
        raise NotAFeed("not_a_feed", f"{url} {what}")
    return _ROOTS[name]


def _complete_items(data: bytes) -> tuple[bytes, bool]:
    """The feed up to its last complete item if its root element never ends; whether it was so."""
    root = _ROOT.search(data, _PROLOG.match(data).end() if _PROLOG.match(data) else 0)  # type: ignore[union-attr]
    if root is None:
        return data, False
    end = re.compile(rb"</" + re.escape(root[0][1:]) + rb"(?:\s*>|\s*$)", re.IGNORECASE)
    tail = data[-4096:]
    if end.search(tail) or end.search(data) or _self_closed(data, root):
        return data, False
    ends = [found.end() for found in _ITEM_END.finditer(data)]
    return (data[: ends[-1]] if ends else data[: root.end()] + b">"), True


def _self_closed(data: bytes, root: re.Match[bytes]) -> bool:
    return data[root.end() : data.find(b">", root.end())].rstrip().endswith(b"/")


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
        url=absolute(link, url),
        title=text_of(dict.get(item, "title")),
        published_raw=text_of(dict.get(item, "published") or dict.get(item, "created")),
        updated_raw=text_of(dict.get(item, "updated")),
        author=text_of(dict.get(item, "author")),
        id=text_of(dict.get(item, "id")),
    )


def _first_link(item: dict[str, Any]) -> str | None:
    links = dict.get(item, "links") or ()
    return next((link.get("href") for link in links if link.get("rel", "alternate") == "alternate"), None)
