"""Feeds: every format read, what is broken repaired or refused, nothing reached out to, all of it in seconds."""

import ast
import contextlib
import io
import re
import time
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.discover.feeds import NotAFeed, parse_feed
from tasks.discover.values import FeedEntry

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "feeds-feedparser" / "tests"
URL = "https://paper.example/news/feed.xml"

RSS2 = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Upland Gazette</title>
<item><title>Lock keepers vote</title><link>/2026/lock?utm_source=rss</link><guid isPermaLink="false">17</guid>
 <dc:creator>Ada Brown</dc:creator><pubDate>Mon, 02 Mar 2026 10:00:00 +0100</pubDate></item>
<item><title>Ferry &amp; fog</title><guid>https://paper.example/2026/ferry</guid></item>
</channel></rss>"""
RSS090 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Upland Gazette</title></channel>
<item><title>Lock keepers vote</title><link>https://paper.example/2026/lock</link></item></rdf:RDF>"""
RSS10 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>Upland Gazette</title></channel>
<item rdf:about="https://paper.example/2026/lock"><title>Lock keepers vote</title>
 <link>https://paper.example/2026/lock</link><dc:date>2026-03-02T10:00:00Z</dc:date></item></rdf:RDF>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://paper.example/2026/"><title>Upland Gazette</title>
<entry><title type="html">Lock keepers &lt;b&gt;vote&lt;/b&gt;</title><link rel="self" href="x"/>
 <link rel="alternate" href="lock"/><id>tag:paper.example,2026:17</id><updated>2026-03-02T11:00:00Z</updated>
 <published>2026-03-02T10:00:00+01:00</published><author><name>Ada Brown</name></author></entry></feed>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "Upland Gazette", "items": [
{"id": 17, "url": "/2026/lock", "title": "Lock keepers vote", "date_published": "2026-03-02T10:00:00+01:00",
 "date_modified": "2026-03-02T11:00:00Z", "authors": [{"name": "Ada Brown"}, {"name": "Bo Lind"}]}]}"""


@pytest.mark.parametrize(
    ("text", "kind", "count"),
    [(RSS2, "rss", 2), (RSS090, "rdf", 1), (RSS10, "rdf", 1), (ATOM, "atom", 1), (JSON, "json", 1)],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_format(text: str, kind: str, count: int, encoding: str) -> None:
    if encoding == "utf-16" and kind == "json":
        pytest.skip("JSON is UTF-8 (RFC 8259 section 8.1)")
    body = text.replace('encoding="utf-8"', f'encoding="{encoding}"').encode(encoding)
    feed = parse_feed(body, url=URL)
    assert (feed.title, feed.kind, len(feed.entries), feed.warnings) == ("Upland Gazette", kind, count, ())
    assert feed.entries[0].url == "https://paper.example/2026/lock"
    assert (feed.entries[0].title or "").startswith("Lock keepers ")


def test_what_an_entry_says() -> None:
    assert parse_feed(RSS2.encode(), url=URL).entries == (
        FeedEntry(
            url="https://paper.example/2026/lock",
            title="Lock keepers vote",
            published_raw="Mon, 02 Mar 2026 10:00:00 +0100",
            authors=("Ada Brown",),
            id="17",
        ),
        FeedEntry(url="https://paper.example/2026/ferry", title="Ferry & fog", id="https://paper.example/2026/ferry"),
    )
    atom = parse_feed(ATOM.encode(), url=URL).entries[0]
    assert (atom.published_raw, atom.updated_raw) == ("2026-03-02T10:00:00+01:00", "2026-03-02T11:00:00Z")
    assert atom.title == "Lock keepers <b>vote</b>"  # as written: making it harmless is for those who show it
    json = parse_feed(JSON.encode(), url=URL).entries[0]
    assert (json.author, json.id, json.updated_raw) == ("Ada Brown; Bo Lind", "17", "2026-03-02T11:00:00Z")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"\xef\xbb\xbf",
        b"\0\0\0",
        b"Please log in",
        b"<!DOCTYPE html><html><head><title>Sign in</title></head><body><form></form></body></html>",
        b"<html><body><rss></rss></body></html>",
        b"<?xml version='1.0'?><urlset><url><loc>https://a.example/</loc></url></urlset>",
        b"<?xml version='1.0'?>",
        b"<!-- only a comment -->",
        b"{}",
        b'{"version": "1", "items": []}',
        b'{"version": "https://jsonfeed.org/version/1.1"}',
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [',
        b"[1, 2]",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_feed_is_no_empty_feed(body: bytes) -> None:
    with pytest.raises(NotAFeed) as caught:
        parse_feed(body, url=URL)
    assert caught.value.reason == "not_a_feed"
    assert URL in str(caught.value)


def test_an_empty_feed_is_a_feed() -> None:
    feed = parse_feed(b'<rss version="2.0"><channel><title>Quiet</title></channel></rss>', url=URL)
    assert (feed.entries, feed.warnings) == ((), ())


@pytest.mark.parametrize(
    "bad", ["&#999999999999;", "&#x110000;", "&#xD800;", "&#0;", "&#;", "&#x;", "&#xFFFF;", "&#8;"]
)
def test_one_bad_reference_costs_nothing_else(bad: str) -> None:
    feed = parse_feed(RSS2.replace("vote", f"vote{bad}").encode(), url=URL)
    assert feed.warnings == ("bad_char_ref",)
    assert [entry.title for entry in feed.entries] == ["Lock keepers vote\ufffd", "Ferry & fog"]


def test_control_characters_are_taken_out() -> None:
    feed = parse_feed(RSS2.replace("vote", "vo\x08\x0bte").encode(), url=URL)
    assert (feed.warnings, feed.entries[0].title) == (("bad_char",), "Lock keepers vote")


@pytest.mark.parametrize("text", [RSS2, ATOM, RSS10])
def test_a_feed_cut_anywhere_gives_its_complete_items(text: str) -> None:
    whole = parse_feed(text.encode(), url=URL).entries
    body = text.encode()
    for end in range(body.index(b"<title>"), len(body) - 9):
        feed = parse_feed(body[:end], url=URL)
        complete = len(re.findall(rb"</(?:item|entry)>", body[:end]))
        assert feed.entries == whole[:complete], end
        assert feed.warnings == ("cut",), end


def test_malformed_feeds_are_read_leniently() -> None:
    feed = parse_feed(RSS2.replace("Lock keepers vote", "Lock <br> keepers &nbsp; vote").encode(), url=URL)
    assert feed.warnings == ("malformed",)
    assert len(feed.entries) == 2


def test_entries_without_a_usable_address_are_there() -> None:
    text = RSS2.replace("/2026/lock?utm_source=rss", "javascript:alert(1)")
    assert [entry.url for entry in parse_feed(text.encode(), url=URL).entries] == [
        "",
        "https://paper.example/2026/ferry",
    ]


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


@pytest.mark.parametrize(
    "subset",
    [
        LAUGHS,
        '<!ENTITY x SYSTEM "file:///etc/passwd">',
        '<!ENTITY x PUBLIC "a" "http://127.0.0.1/x">',
        '<!ENTITY % x SYSTEM "http://127.0.0.1/x.dtd"> %x;',
        "<!ENTITY x '&#38;#38;x;'>",
        f'<!ENTITY x "{"x" * 5000}">',
        "".join(f'<!ENTITY x{n} "x">' for n in range(1000)),
    ],
)
def test_entity_attacks_are_refused(subset: str) -> None:
    body = RSS2.replace("<rss", f"<!DOCTYPE rss [{subset}]><rss").replace("vote", "&l9;&x;").encode()
    began = time.monotonic()
    with pytest.raises(NotAFeed) as caught:
        parse_feed(body, url=URL)
    assert caught.value.reason == "entities"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1:1/rss-0.91.dtd">',
        "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/x.dtd' [ <!-- a > here --> ]>",
        '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY paper "Upland">]>',
    ],
)
def test_harmless_doctypes_are_no_obstacle(doctype: str) -> None:
    feed = parse_feed(RSS2.replace("<rss", doctype + "<rss").encode(), url=URL)
    assert len(feed.entries) == 2


def nasty(inner: str, count: int) -> bytes:
    return f'<rss version="2.0"><channel><item><title>{inner * count}</title></item></channel></rss>'.encode()


@pytest.mark.parametrize(
    "body",
    [
        nasty("<a>", 300_000),
        nasty("<!", 300_000),
        nasty("<?", 300_000),
        nasty("<![CDATA[", 200_000),
        nasty("&", 2_000_000),
        nasty("&x;", 1_000_000),
        nasty("x", 15_000_000),
        b"<rss " + b" ".join(b'a%d="x"' % number for number in range(100_000)) + b"><channel></channel></rss>",
        b"<!DOCTYPE " * 100_000,
        b" <!-- x -->" * 200_000,
        b"<!--" * 300_000,
        b"<?x " * 300_000,
        b"<rss>" + b"</" * 300_000,
        b"<rss>" + b"</item" + b" " * 500_000,
        b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 1_000_000,
        (
            RSS2.partition("<item>")[0] + ("<item><title>x</title><link>/a</link></item>" * 40_000) + "</channel></rss>"
        ).encode(),
    ],
    ids=range(16),
)
def test_nothing_takes_long(body: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(NotAFeed):
        parse_feed(body, url=URL)
    assert time.process_time() - began < 2.5


@given(
    st.lists(
        st.sampled_from([*re.findall(r"<[^>]*>|[^<]+", RSS2 + ATOM), "&#x0;", "<![CDATA[", "]]>", "<!DOCTYPE", "\x00"])
    )
)
@settings(max_examples=300)
def test_no_mixture_gives_another_exception(parts: list[str]) -> None:
    try:
        parse_feed("".join(parts).encode(), url=URL)
    except NotAFeed:
        return


def expectation(body: bytes) -> tuple[str, str | None]:
    """The corpus' own expectation and Content-Type, from the comment at the top."""
    wide = body[:4].count(0) > 0
    text = body.decode("utf-16" if wide and len(body) % 2 == 0 else "latin-1", "replace")
    expect = re.search(r"Expect:\s*(.*?)\s*(?:-->|\n\n|\")", text, re.DOTALL)
    header = re.search(r"Header:\s*Content-type:\s*(.*)", text, re.IGNORECASE)
    return expect[1] if expect else "", header[1].strip() if header else None


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not part of the project")
def test_the_corpus_of_feedparser() -> None:
    for path in sorted(path for path in CORPUS.rglob("*") if path.is_file()):
        body = path.read_bytes()
        expect, content_type = expectation(body)
        if path.name == "rss_empty_document.xml":  # a comment and nothing else
            with pytest.raises(NotAFeed):
                parse_feed(body, url=URL, content_type=content_type)
            continue
        entries = parse_feed(body, url=URL, content_type=content_type).entries
        stated = re.search(r"len\(entries\) == (\d+)", expect)
        least = max((int(index) + 1 for index in re.findall(r"entries\[(\d+)\]", expect)), default=0)
        headers = {"content-type": content_type} if content_type else {}
        known = int(stated[1]) if stated else len(feedparser.parse(io.BytesIO(body), response_headers=headers).entries)
        assert len(entries) == known >= least, path.name
        for index, raw in re.findall(r"entries\[(\d+)\](?:\.|\[')published(?:'\])? == u?('[^'\\]*')", expect):
            assert entries[int(index)].published_raw == ast.literal_eval(raw), path.name
