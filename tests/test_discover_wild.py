"""Feeds and sitemaps as servers send them: wrapped, mislabelled, escaped twice, with addresses in odd places."""

import gzip
import json

import pytest

from tasks.discover.feeds import NotAFeed, parse_feed
from tasks.discover.sitemaps import parse_sitemap

URL = "http://coast.example/rss/feed.xml"
STORY = "http://coast.example/story?id=11&sec=2"
BOM = b"\xef\xbb\xbf"
XML = '<?xml version="1.0" encoding="UTF-8"?>'


def rss(*items: str, head: str = "", declaration: str = XML) -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'{declaration}<rss version="2.0"><channel><title>Coast</title>{head}{inner}</channel></rss>'.encode()


def atom(*entries: str, head: str = "") -> bytes:
    inner = "".join(f"<entry><title>t</title>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {head}><title>Coast</title>{inner}</feed>'.encode()


def addresses(body: bytes) -> list[str]:
    return [entry.url for entry in parse_feed(body, url=URL).entries]


@pytest.mark.parametrize(
    "written",
    [
        "http://coast.example/story?id=11&amp;sec=2",
        "http://coast.example/story?id=11&amp;amp;sec=2",
        "http://coast.example/story?id=11&amp;amp;amp;sec=2",
        "<![CDATA[http://coast.example/story?id=11&amp;sec=2]]>",
        "<![CDATA[ http://coast.example/story?id=11&sec=2 ]]>",
        "http://coast.example/story?id=11&sec=2",
        "http://coast.example/story?id=11&#038;sec=2",
        "http://coast.example/story?id=11&amp;#38;sec=2",
        "http://coast.example/story?id=11&#x26;sec=2",
        "\n  http://coast.example/story?id=11\n   &amp;sec=2\n",
        "http://coast.example/story?id=11&amp;sec=2#!part",
    ],
)
def test_an_ampersand_is_meant_however_it_is_written(written: str) -> None:
    assert addresses(rss(f"<title>t</title><link>{written}</link>")) == [STORY]
    sitemap = parse_sitemap(f"{XML}<urlset><url><loc>{written}</loc></url></urlset>".encode(), url=URL)
    assert [entry.url for entry in sitemap.entries] == [STORY]


@pytest.mark.parametrize("name", ["copy", "reg", "lang", "not", "para", "sect", "times", "region"])
def test_a_parameter_named_like_an_entity_is_a_parameter(name: str) -> None:
    link = f"http://coast.example/s?a=1&{name}=2"
    assert addresses(rss(f"<link>{link}</link>")) == [link]


def test_names_of_html_and_of_the_document_are_characters() -> None:
    feed = parse_feed(rss("<title>Ferry&nbsp;&amp; caf&eacute; &unknown;</title><link>/a</link>"), url=URL)
    assert feed.entries[0].title == "Ferry\xa0& café &unknown;"
    declared = rss("<title>&paper; news</title><link>/a</link>").replace(
        b"<rss", b'<!DOCTYPE rss [<!ENTITY paper "Coast">]><rss'
    )
    assert parse_feed(declared, url=URL).entries[0].title == "Coast news"


ONE = "http://coast.example/one"


@pytest.mark.parametrize(
    "body",
    [
        atom(f"<id>{ONE}</id>"),
        atom(f"<id>urn:1</id><link>{ONE}</link>"),
        atom(f'<id>{ONE}</id><link rel="enclosure" href="http://coast.example/a.jpg" type="image/jpeg"/>'),
        atom(f'<id>urn:1</id><link rel="self" href="{ONE}"/>'),
        rss(f"<guid>{ONE}</guid>"),
        rss(f'<link/><guid isPermaLink="true">{ONE}</guid>'),
        rss(f"<link> </link><guid>{ONE}</guid>"),
        rss('<link/><guid isPermaLink="true">/one</guid>'),
        rss(f'<guid isPermaLink="false">{ONE}</guid>'),
        rss(f"<link>javascript:void(0)</link><guid>{ONE}</guid>"),
        rss(f"<title>t</title><link/>{ONE}\n<guid>x</guid>"),
        rss(f"<link>#</link><guid>{ONE}</guid>"),
        rss(f"<link>http://coast.example/</link><guid>{ONE}</guid>", head="<link>http://coast.example/</link>"),
        rss("<link>coast.example/one</link>"),
        rss(f"<link>\u200b{ONE}\ufeff</link>"),
        rss(f"<url>{ONE}</url>"),
        rss(f"<comments>{ONE}#comments</comments>"),
        atom(f'<link rel="http://www.iana.org/assignments/relation/alternate" href="{ONE}"/>'),
        atom(f'<link rel="canonical" href="{ONE}"/>'),
        atom(f'<content type="text/html" src="{ONE}"/>'),
        rss(f'<media:title xmlns:media="http://search.yahoo.com/mrss/">x</media:title><link>{ONE}</link>'),
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": ONE}]}).encode(),
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"id": "7", "external_url": ONE}]}).encode(),
    ],
)
def test_an_address_is_found_wherever_it_stands(body: bytes) -> None:
    assert addresses(body) == [ONE]


def test_an_entry_without_any_is_told_of() -> None:
    feed = parse_feed(rss("<title>nothing</title>", f"<link>{ONE}</link>"), url=URL)
    assert ([entry.url for entry in feed.entries], feed.warnings) == (["", ONE], ("no_address",))


def test_relative_links_refer_to_xml_base_then_to_the_channel_then_to_the_feed() -> None:
    link = "<link>one</link>"
    assert addresses(rss(link)) == ["http://coast.example/rss/one"]
    assert addresses(rss(link, head="<link>http://paper.example/news/</link>")) == ["http://paper.example/news/one"]
    based = atom('<link href="one"/>', head='xml:base="http://base.example/a/"')
    assert addresses(based) == ["http://base.example/a/one"]
    nested = atom('<link xml:base="b/" href="one"/>', head='xml:base="/a/"').replace(
        b"<entry>", b'<entry xml:base="b/">'
    )
    assert addresses(nested) == ["http://coast.example/a/b/one"]


FEED = rss("<title>Паром</title><link>/a</link>").decode()
WIDE = FEED.replace("UTF-8", "utf-16")
CYRILLIC = FEED.replace("UTF-8", "windows-1251")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (BOM + BOM + FEED.encode(), None),
        (b"\n \n" + BOM + FEED.encode(), None),
        (BOM + b"\r\n" + BOM + FEED.encode(), None),
        (b"\n" + CYRILLIC.encode("cp1251"), None),
        (CYRILLIC.encode("cp1251"), "text/xml; charset=nonsense-9"),
        (FEED.replace("UTF-8", "x-nothing").encode(), None),
        (FEED.encode(), "text/xml; charset=ISO-8859-1"),
        (WIDE.encode(), "application/rss+xml; charset=utf-8"),
        (WIDE.encode() + b" ", None),
        (WIDE.encode("utf-16"), None),
        (WIDE.encode("utf-16-le"), None),
        (WIDE.encode("utf-16-be"), None),
        (b"\xff\xfe" + FEED.encode(), None),
        (b"<br />\n<b>Notice</b>: x in <b>y</b> on line <b>3</b><br />\n" + FEED.encode(), "text/html"),
        (b"<!-- cached -->\n" + FEED.encode() + b"\n<br />\n<b>Warning</b>: x", "text/html"),
        (FEED.encode() * 2, None),
    ],
)
def test_a_feed_is_read_however_it_is_wrapped(body: bytes, content_type: str | None) -> None:
    feed = parse_feed(body, url=URL, content_type=content_type)
    assert [(entry.title, entry.url) for entry in feed.entries] == [("Паром", "http://coast.example/a")]
    sitemap = parse_sitemap(body, url=URL)  # RSS may stand for a sitemap, in the same wrappings
    assert [entry.url for entry in sitemap.entries] == ["http://coast.example/a"]


def test_single_bytes_that_are_no_utf8_cost_nothing_else() -> None:
    feed = parse_feed(rss("<title>Caf\u00e9 Паром</title><link>/a</link>").replace("é".encode(), b"\xe9"), url=URL)
    assert feed.entries[0].title == "Café Паром"


@pytest.mark.parametrize("wrap", [gzip.compress, lambda b: gzip.compress(gzip.compress(b)), lambda b: BOM + b])
def test_a_sitemap_is_read_however_it_is_wrapped(wrap: object) -> None:
    body = f"{XML}<urlset>&nbsp;<url><loc>{ONE}</loc></url></urlset>".encode()
    assert [e.url for e in parse_sitemap(wrap(body), url=URL).entries] == [ONE]  # type: ignore[operator]
    assert [e.url for e in parse_sitemap(gzip.compress(BOM + body) + b"<!-- x -->", url=URL).entries] == [ONE]


URLS = f"<url><loc>{ONE}</loc></url><url><loc>http://coast.example/two</loc></url>"


@pytest.mark.parametrize(
    "body",
    [
        URLS.upper().replace(ONE.upper(), ONE).replace("HTTP://COAST.EXAMPLE/TWO", "http://coast.example/two"),
        URLS.replace("</url>", ""),
        URLS.replace("<loc>", "<loc>\u200b"),
        URLS.replace("<", "<undeclared:").replace("<undeclared:/", "</undeclared:"),
    ],
)
def test_a_sitemap_is_read_however_its_tags_are_written(body: str) -> None:
    sitemap = parse_sitemap(f"<urlset>{body}</urlset>".encode(), url=URL)
    assert {entry.url for entry in sitemap.entries} == {ONE, "http://coast.example/two"}


def test_a_page_that_shows_a_feed_is_no_feed() -> None:
    with pytest.raises(NotAFeed):
        parse_feed(b"<html><body><pre>" + FEED.encode() + b"</pre></body></html>", url=URL)


DC = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
PAIR = ("Ann Harper", "Bo Lind")


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        (rss("".join(f"<dc:creator {DC}>{name}</dc:creator>" for name in PAIR)), PAIR),
        (rss("<author>ann@coast.example (Ann Harper)</author>"), PAIR[:1]),
        (rss("<author>Ann Harper &lt;ann@coast.example&gt;</author>"), PAIR[:1]),
        (rss("<author>Ann Harper (ann@coast.example)</author>"), PAIR[:1]),
        (rss("<author>ann@coast.example</author>"), ()),
        (rss("<author>Ann O&amp;#39;Harper</author>"), ("Ann O'Harper",)),
        (atom("<source><title>o</title><author><name>Ann Harper</name></author></source>"), PAIR[:1]),
        (json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"authors": PAIR}]}).encode(), PAIR),
        (atom("".join(f"<author><name>{name}</name></author>" for name in PAIR)), PAIR),
        (atom("<id>u</id>").replace(b"<entry>", b"<author><name>Ann Harper</name></author><entry>"), PAIR[:1]),
    ],
)
def test_every_author_is_kept(body: bytes, authors: tuple[str, ...]) -> None:
    assert parse_feed(body, url=URL).entries[0].authors == authors


def test_what_else_an_entry_says() -> None:
    entry = parse_feed(
        rss(
            "<guid>17</guid><description>In short</description><category>Sea</category><category>Ports</category>"
            '<enclosure url="/a.mp3" type="audio/mpeg"/><content:encoded><![CDATA[<p>At length</p>]]></content:encoded>'
        ),
        url=URL,
    ).entries[0]
    assert (entry.id, entry.description, entry.categories) == ("17", "In short", ("Sea", "Ports"))
    assert (entry.enclosures, entry.content) == (("http://coast.example/a.mp3",), "<p>At length</p>")


@pytest.mark.parametrize("newest_first", [True, False])
def test_of_a_feed_beyond_the_limits_the_newest_entries_are_read(newest_first: bool) -> None:
    days = range(28, 0, -1) if newest_first else range(1, 29)
    items = [
        f"<link>/{day}/{n}</link><pubDate>{day:02d} Nov 2026 08:00:00 GMT</pubDate>" + "<category>x</category>" * 8
        for day in days
        for n in range(900)
    ]
    feed = parse_feed(rss(*items), url=URL)
    assert {"feed_tags", "feed_entries"} & set(feed.warnings)
    assert feed.entries[0 if newest_first else -1].url.startswith("http://coast.example/28/")
    assert len(feed.entries) >= 9_000


@pytest.mark.parametrize("text", ["<p>a & b</p>" * 1000, "<![CDATA[" + "<p>x</p>" * 1000 + "]]>", "&lt;p&gt;x" * 6000])
def test_long_texts_cost_no_entry(text: str) -> None:
    feed = parse_feed(rss(*(f"<link>/{n}</link><description>{text}</description>" for n in range(200))), url=URL)
    assert len({entry.url for entry in feed.entries}) == 200
    assert not {"feed_tags", "cut"} & set(feed.warnings)


def test_a_text_that_no_parser_takes_is_shortened() -> None:
    items = [
        f"<link>/{n}</link><description>{text}</description>" for n, text in enumerate(("w&lt;" * 2_500_000, "short"))
    ]
    feed = parse_feed(rss(*items), url=URL)
    assert [entry.url.rsplit("/", 1)[1] for entry in feed.entries] == ["0", "1"]
    assert feed.entries[1].description == "short"
