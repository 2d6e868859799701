"""Everything that reads text from outside, and texts made to be slow for it: a size in, a call out.

What runs in the run's own process must be linear up to its cap; the reader of pages and what it calls run in workers
that are killed after `page_timeout`, and are here too where they are patterns of ours.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tasks.archive.errors import BrokenRecord
from tasks.archive.payload import unchunked
from tasks.archive.records import parse_http, read_records
from tasks.base.content import content_hash
from tasks.base.urls import InvalidUrl, identity, normalise, requestable
from tasks.decide.revisions import change_kind
from tasks.discover.candidates import anchored_feeds, announced_feeds, linked_feeds
from tasks.discover.errors import DiscoverError
from tasks.discover.feeds import parse_feed
from tasks.discover.sitemaps import parse_sitemap
from tasks.extract import limits
from tasks.extract.encoding.charset import decode
from tasks.extract.fields.names import people_in
from tasks.extract.fields.wire import agency_in, read_dateline
from tasks.extract.signals.dateparse import find
from tasks.fetch.decode import decode as undo_codings
from tasks.fetch.errors import FetchError
from tasks.fetch.policy import product_token
from tasks.fetch.refresh import refresh_target
from tasks.fetch.robots_rules import parse_robots
from tasks.fetch.tdm import parse_tdmrep, reservations
from tasks.understand.mentions import find_mentions
from tasks.understand.quotes import find_quotes
from warehouse.records import UnreadablePage

URL = "http://paper.example/news/feed.xml"
MIB = 1 << 20
DECLARED = (DiscoverError, FetchError, InvalidUrl, BrokenRecord)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One reader under one shape of text; `largest` is the size in bytes that its caps let through."""

    name: str
    shape: str
    make: Callable[[int], bytes]
    read: Callable[[bytes], object]
    largest: int

    def call(self, size: int) -> Callable[[], None]:
        """The call with a text of about this size, which is made beforehand."""
        body = self.make(size)

        def run() -> None:
            with contextlib.suppress(*DECLARED):
                self.read(body)

        return run


def _repeat(unit: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    return lambda size: before + unit * (size // len(unit)) + after


_ITEM = b"<rss><channel><item><title>"
_XML = {
    "comments opened": _repeat(b"<!--"), "comments in a DOCTYPE": _repeat(b"<!--", b"<!DOCTYPE rss ["),
    "quotes in a DOCTYPE": _repeat(b"\"'", b"<!DOCTYPE rss ["), "DOCTYPEs": _repeat(b"<!DOCTYPE "),
    "entities declared": _repeat(b"<!ENTITY a 'b'>", b"<!DOCTYPE rss [", b"]><rss/>"),
    "instructions opened": _repeat(b"<?x "), "CDATA opened": _repeat(b"<![CDATA[", _ITEM),
    "CDATA ended": _repeat(b"]]>", _ITEM), "items opened": _repeat(b"<item>", b"<rss><channel>"),
    "items nested": _repeat(b"<item><link>x</link>", b"<rss><channel>"), "end tags": _repeat(b"</item ", b"<rss>"),
    "titles opened": _repeat(b"<title>", b"<rss><channel><item>"),
    "titles crossed": _repeat(b"<title><b></title>", b"<rss><channel><item>", b"</item></channel></rss>"),
    "attributes": _repeat(b' a="x"', b"<rss"), "white space": _repeat(b" "), "zeros": _repeat(b"\x00", b"<rss>"),
    "ampersands": _repeat(b"&", _ITEM), "references": _repeat(b"&#55555;", _ITEM), "names": _repeat(b"&nbsp;", _ITEM),
    "one long author": _repeat(b"a, ", b"<rss><channel><item><author>", b"</author></item></channel></rss>"),
    "many authors": _repeat(b"<author>a</author>", b"<rss><channel><item>", b"</item></channel></rss>"),
    "one long date": _repeat(b"1 Jan ", b"<rss><channel><item><pubDate>", b"</pubDate></item></channel></rss>"),
    "one long link": _repeat(b"&amp;amp;", b"<rss><channel><item><link>http://a.b/?", b"</link></item></channel>"),
    "bytes of no encoding": _repeat(b"\xe9a", b"<rss>"),
    "plain items": _repeat(b"<item><title>t</title><link>/a</link></item>", b"<rss><channel>", b"</channel></rss>"),
    "plain addresses": _repeat(b"<url><loc>http://a.b/c</loc></url>", b"<urlset>", b"</urlset>"),
}  # fmt: skip
_TEXTS = {
    "digits and commas": "1,", "months": "Jan ", "dates": "1. Mai 2026, ", "colons": "12:", "spaces": " ", "by": "by ",
    "names": "Ann Lee, ", "initials": "A. ", "quotation marks": '"', "opened quotations": "“a ", "dashes": "— ",
    "brackets": "(AP) ", "capitals": "Aa Bb ", "said": '"Yes," said Ann Lee. ', "one word": "a", "points": ".",
    "at signs": "a@", "newlines": "\n",
}  # fmt: skip


def readers() -> Iterator[Reader]:
    """All of them."""
    for shape, make in _XML.items():
        yield Reader(name="feed", shape=shape, make=make, read=lambda b: parse_feed(b, url=URL), largest=20 * MIB)
        yield Reader(name="sitemap", shape=shape, make=make, read=lambda b: parse_sitemap(b, url=URL), largest=20 * MIB)
    yield from _others()
    yield from _of_texts()


Shape = tuple[str, bytes]
_ROBOTS: tuple[Shape, ...] = (("rules", b"Disallow: /a*b*\n"), ("agents", b"User-agent: a\n"), ("blanks", b" "))
_META: tuple[Shape, ...] = (("meta opened", b"<meta "), ("attributes", b"name=a "), ("spaces", b" "), ("plain", b"x"))
_CHARSET: tuple[Shape, ...] = (("meta opened", b"<meta "), ("comments", b"<!--"), ("attributes", b"<meta a=b c='d' "))
_PATHS: tuple[Shape, ...] = (("slashes", b"/"), ("dots", b"/.."), ("escapes", b"%"), ("amp", b"/amp"))
_HEADS: tuple[Shape, ...] = (("newlines", b"\n"), ("WARC heads", b"WARC/1.0\r\n"), ("fields", b"a: b\r\n"), ("x", b"x"))
_ANCHORS: tuple[Shape, ...] = (("links", b"<a href=/feed>x</a>"), ("opened", b"<a href=/feed>"))


def _one(
    name: str, shape: Shape, read: Callable[[bytes], object], largest: int, before: bytes = b"", after: bytes = b""
) -> Reader:
    return Reader(name=name, shape=shape[0], make=_repeat(shape[1], before, after), read=read, largest=largest)


def _others() -> Iterator[Reader]:
    version = b'{"version": "https://jsonfeed.org/version/1", "items": ['
    yield _one("JSON feed", ("brackets", b"["), lambda b: parse_feed(b, url=URL), 20 * MIB, version)
    yield _one("JSON feed", ("items", b'{"id":"1"},'), lambda b: parse_feed(b, url=URL), 20 * MIB, version, b"{}]}")
    yield from (_one("robots.txt", shape, _robots, 512_000, b"User-agent: *\n") for shape in _ROBOTS)
    yield _one("robots.txt", ("stars", b"*a"), _robots, 512_000, b"User-agent: *\nDisallow: /")
    for shape in _META:
        yield _one("reservations", shape, lambda b: reservations((), b), MIB, b"<meta ")
        yield _one("refresh", shape, lambda b: refresh_target((), b, URL), MIB, b"<meta ", b"refresh")
    yield _one("tdmrep.json", ("brackets", b"["), parse_tdmrep, MIB)
    yield from (_one("charset", shape, lambda b: decode(b, None), 20 * MIB) for shape in _CHARSET)
    yield _one("Content-Encoding", ("commas", b"utf-8,"), lambda b: undo_codings([b"x"], b.decode(), MIB), 65_536)
    for header in (("opened", b"<"), ("quotes", b'<a>;a="')):
        yield _one("Link header", header, lambda b: announced_feeds([("link", b.decode())], URL), 65_536)
    yield _one("User-Agent", ("brackets", b"("), lambda b: product_token("Mozilla/" + b.decode()), 65_536)
    yield from (_one("address", shape, _address, 65_536, b"http://paper.example") for shape in _PATHS)
    yield _one("address", ("parameters", b"&a=1"), _address, 65_536, b"http://paper.example/?")
    for shape in _HEADS:
        yield _one("WARC", shape, lambda b: [r.http() for r in read_records(io.BytesIO(b))], 2 * MIB)
        yield _one("HTTP head", shape, parse_http, MIB, b"HTTP/1.1 200 OK\r\n")
    yield _one("chunks", ("of one byte", b"1\r\nx\r\n"), unchunked, 20 * MIB)
    yield from (_one("links to feeds", shape, _links, MIB) for shape in _ANCHORS)


def _of_texts() -> Iterator[Reader]:
    calls: dict[str, tuple[Callable[[str], object], int]] = {
        "date": (lambda t: list(find(t[:200])), 65_536),
        "byline": (people_in, 2000),
        "dateline": (lambda t: (read_dateline(t), agency_in([t])), 20_000),
        "quotes": (lambda t: find_quotes(t, "en"), 200_000),
        "mentions": (lambda t: find_mentions(t, "en"), 200_000),
        "content hash": (lambda t: content_hash(t[:100], t), 200_000),
        "revision": (lambda t: change_kind("a", t, "a", f"b {t} c"), 200_000),
        "revision, turned": (lambda t: change_kind("a", t, "a", t[::-1]), 200_000),
    }
    for name, (call, largest) in calls.items():
        for shape, unit in _TEXTS.items():
            yield Reader(
                name=name,
                shape=shape,
                make=_repeat(unit.encode()),
                read=lambda b, call=call: call(b.decode("utf-8", "ignore")),  # type: ignore[misc]
                largest=largest,
            )


def _robots(body: bytes) -> object:
    return parse_robots(body).rule_for("paperbot", "http://paper.example/" + "a" * 2000)


def _address(body: bytes) -> object:
    written = body.decode()
    with contextlib.suppress(InvalidUrl):
        requestable(written)
    return normalise(written), identity(written)


def _links(body: bytes) -> object:
    tree = limits.parse(body.decode())
    return (
        None
        if tree is None or isinstance(tree, UnreadablePage)
        else (linked_feeds(tree, URL), anchored_feeds(tree, URL))
    )


__all__ = ["DECLARED", "Reader", "readers"]
