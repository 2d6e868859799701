"""A feed's entries from its bytes: RSS 0.9 to 2.0, RDF, CDF, Atom and JSON Feed, repaired where that loses nothing.

    bytes | JSON Feed?  | to UTF-8 | DOCTYPE | references, characters | end | lxml, item by item | the newest entries

Sources: RFC 4287, JSON Feed 1.1, RSS 2.0.11. feedparser, which read the XML before, took 30 to 70 µs a tag, and a time
that grew with the square of an author's or a tag's length.
"""

import re
from dataclasses import replace

from tasks.discover.errors import NotAFeed
from tasks.discover.feeditems import read_items
from tasks.discover.feedlimits import MAX_ENTRIES, newest, within_limits
from tasks.discover.jsonfeed import read_json_feed
from tasks.discover.values import Feed, FeedEntry
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
    shield_markup,
)

__all__ = ["Feed", "FeedEntry", "NotAFeed", "parse_feed"]

_MAX_ATTRIBUTES = 200  # of one tag: parsers compare each with all

_ROOTS = {b"rss": "rss", b"feed": "atom", b"rdf": "rdf", b"channel": "cdf", b"newlocation": "rss", b"redirect": "rss"}
_ITEM_END = re.compile(rb"</(?:[\w.-]+:)?(?:item|entry)\s{0,99}>", re.IGNORECASE)
_LONG_TAG = re.compile(rb"<[^<>]{1000,}")


def parse_feed(body: bytes, *, url: str, content_type: str | None = None) -> Feed:
    """The feed in `body`, which came from `url`; raises NotAFeed.

    Warnings: bad_char_ref and bad_char (repaired), cut (only complete items are there), malformed (not well-formed XML,
    read leniently), no_address (entries that lead nowhere), feed_bytes, feed_tags, feed_references and feed_entries
    (limits; what is beyond is left out).
    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise NotAFeed("not_a_feed", f"{url} is empty")
    is_json = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    feed = read_json_feed(body, url) if is_json else _read_xml(body, url, content_type)
    warnings = ["feed_entries"] if len(feed.entries) > MAX_ENTRIES else []
    entries = newest(feed.entries) if warnings else feed.entries
    warnings += ["no_address"] if any(not entry.url for entry in entries) else []
    return replace(feed, entries=entries, warnings=(*feed.warnings, *warnings))


def _read_xml(body: bytes, url: str, content_type: str | None) -> Feed:
    data, is_late = from_root(to_utf8(body, content_type))
    data, entities = _without_doctype(data, url)
    kind = _kind(data, url)
    data, warnings = within_limits(data)
    _refuse_attributes(data, url)
    for name, repair in (("bad_char_ref", repair_references), ("bad_char", repair_characters)):
        data, repaired = repair(data)
        warnings += [name] if repaired else []
    data, was_cut = complete_items(data, _ITEM_END)
    data, was_escaped = repair_ampersands(data, entities)
    found = read_items(data, url)
    if (was_malformed := found.is_malformed) and not was_cut:
        found = max(found, read_items(shield_markup(data), url), key=lambda reading: reading.usable)
    is_malformed = is_late or was_escaped or (was_malformed and not was_cut)
    warnings += ["cut"] * was_cut + ["malformed"] * is_malformed
    return Feed(
        title=found.title,
        kind=kind,
        entries=tuple(found.entries),
        warnings=tuple(warnings),
        home=found.home,
        language=found.language,
    )


def _refuse_attributes(data: bytes, url: str) -> None:
    if any(len(re.findall(rb"=\s{0,9}[\"']", tag[0])) > _MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(data)):
        raise NotAFeed("too_complex", f"{url} has a tag with more than {_MAX_ATTRIBUTES} attributes")


def _without_doctype(data: bytes, url: str) -> tuple[bytes, dict[bytes, bytes]]:
    """Without the DOCTYPE, and the harmless entities that it declares."""
    span = doctype_span(data)
    if span is None:
        return data, {}
    doctype = data[span[0] : span[1]]
    if dangerous_entities(doctype):
        raise NotAFeed("entities", f"{url} declares entities that could explode or reach out")
    return data[: span[0]] + data[span[1] :], declared_entities(doctype)


def _kind(data: bytes, url: str) -> str:
    root = root_tag(data)
    name = root[2].lower() if root else b""
    if name not in _ROOTS:
        what = f"begins with <{name.decode('ascii', 'replace')}>" if name else "is no XML"
        raise NotAFeed("not_a_feed", f"{url} {what}")
    return _ROOTS[name]
