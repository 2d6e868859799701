"""Sitemaps of every kind read; what is none, explodes or is endless refused or capped."""

import gzip
import time
from pathlib import Path

import pytest

from tasks.discover.sitemaps import MAX_URLS, NotASitemap, SitemapEntry, parse_sitemap

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "crawler-commons"
URL = "https://paper.example/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'


def urlset(count: int, namespace: str = NS) -> bytes:
    rows = "".join(
        f"<url><loc>https://paper.example/{number}</loc><lastmod>2026-03-02</lastmod></url>" for number in range(count)
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset {namespace}>{rows}</urlset>'.encode()


@pytest.mark.parametrize("namespace", [NS, "", 'xmlns="https://www.sitemaps.org/schemas/sitemap/0.9/"', 'xmlns="x:y"'])
def test_any_namespace(namespace: str) -> None:
    sitemap = parse_sitemap(urlset(3, namespace), url=URL)
    assert (sitemap.kind, len(sitemap.entries), sitemap.warnings) == ("urlset", 3, ())
    assert sitemap.entries[1] == SitemapEntry(url="https://paper.example/1", lastmod_raw="2026-03-02")


def test_news() -> None:
    body = f"""<urlset {NS} {NEWS} xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"><url>
      <loc> https://paper.example/a?utm_source=x </loc>
      <i:image><i:loc>https://paper.example/a.jpg</i:loc><i:title>Not the headline</i:title></i:image>
      <n:news><n:publication><n:name>Gazette</n:name></n:publication>
      <n:publication_date>2026-03-02T10:00:00+01:00</n:publication_date><n:title>Ferry &amp; fog</n:title></n:news>
    </url></urlset>"""
    assert parse_sitemap(body.encode(), url=URL).entries == (
        SitemapEntry(
            url="https://paper.example/a",
            news_title="Ferry & fog",
            news_published_raw="2026-03-02T10:00:00+01:00",
        ),
    )


def test_an_index() -> None:
    body = f"<sitemapindex {NS}><sitemap><loc>/a.xml</loc><lastmod>2026-01-01</lastmod></sitemap></sitemapindex>"
    sitemap = parse_sitemap(body.encode(), url=URL)
    assert sitemap.kind == "index"
    assert sitemap.entries == (SitemapEntry(url="https://paper.example/a.xml", lastmod_raw="2026-01-01"),)


def test_an_index_under_the_wrong_name() -> None:
    body = f"<urlset {NS}><sitemap><loc>/a.xml</loc></sitemap></urlset>"
    assert parse_sitemap(body.encode(), url=URL).kind == "index"
    assert parse_sitemap(b"<sitemapindex><url><loc>/a</loc></url></sitemapindex>", url=URL).kind == "urlset"


@pytest.mark.parametrize("packed", [False, True])
def test_text_and_gzip(packed: bool) -> None:
    body = b"\xef\xbb\xbfhttps://paper.example/1\r\n\r\nhttps://paper.example/2#x\n"
    sitemap = parse_sitemap(gzip.compress(body) if packed else body, url=URL)
    assert (sitemap.kind, [entry.url[-2:] for entry in sitemap.entries]) == ("text", ["/1", "/2"])
    assert len(parse_sitemap(gzip.compress(urlset(5)), url=URL).entries) == 5


def test_utf_16() -> None:
    body = urlset(3).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert len(parse_sitemap(body, url=URL).entries) == 3


def test_a_cut_sitemap_gives_its_complete_entries() -> None:
    body = urlset(3)
    for end in range(body.index(b"<url>") + 5, len(body) - len("</urlset>")):
        sitemap = parse_sitemap(body[:end], url=URL)
        assert len(sitemap.entries) == body[:end].count(b"</url>"), end
        assert sitemap.warnings == ("cut",)


def test_a_stray_ampersand_is_survived() -> None:
    body = urlset(3).replace(b"/1<", b"/1?a=1&b=2<")
    sitemap = parse_sitemap(body, url=URL)
    assert len(sitemap.entries) == 3
    assert sitemap.warnings == ("malformed",)


def test_entries_without_an_address_are_left_out_and_told() -> None:
    sitemap = parse_sitemap(urlset(3).replace(b"https://paper.example/1", b"javascript:x"), url=URL)
    assert (len(sitemap.entries), sitemap.warnings) == (2, ("bad_url",))


@pytest.mark.parametrize("body", [urlset(60_000), b"\n".join(b"https://paper.example/%d" % n for n in range(60_000))])
def test_60_000_addresses_are_capped_at_the_protocol_s_limit(body: bytes) -> None:
    began = time.monotonic()
    sitemap = parse_sitemap(body, url=URL)
    assert len(sitemap.entries) == MAX_URLS
    assert sitemap.warnings == ("sitemap_urls",)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_a_sitemap"),
        (b"<!doctype html><html><body>Log in</body></html>", "not_a_sitemap"),
        (b"<html><body>Log in</body></html>", "not_a_sitemap"),
        (b"<p>", "not_a_sitemap"),
        (b"<", "not_a_sitemap"),
        (b"Please log in\nhttps://paper.example/\nor\nnot", "not_a_sitemap"),
        (b"\x00\x01\x02", "not_a_sitemap"),
        (gzip.compress(urlset(100), mtime=0)[:-9], "truncated"),
        (b"\x1f\x8b\x08garbage", "undecodable"),
        (gzip.compress(bytes(100_000_000), mtime=0), "too_large"),
        (b'<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><urlset/>', "entities"),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
            "entities",
        ),
    ],
)
def test_what_is_no_sitemap(body: bytes, reason: str) -> None:
    with pytest.raises(NotASitemap) as caught:
        parse_sitemap(body, url=URL)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset>" + b"<url>" * 300_000,
        b"<urlset>" + b"<x/>" * 2_000_000 + b"</urlset>",
        b"<urlset><url><loc>https://paper.example/1</loc>" + b"<x/>" * 1_000_000 + b"</url></urlset>",
        b"<urlset><url><loc>https://paper.example/" + b"x" * 15_000_000 + b"</loc></url></urlset>",
        b"<urlset " + b" ".join(b'a%d="x"' % number for number in range(100_000)) + b"><url/></urlset>",
    ],
    ids=range(5),
)
def test_nothing_takes_long(body: bytes) -> None:
    began = time.monotonic()
    parse_sitemap(body, url=URL)
    assert time.monotonic() - began < 5


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not part of the project")
def test_the_corpus_of_crawler_commons() -> None:
    counts = {
        path.name: len(parse_sitemap(path.read_bytes(), url=URL).entries)
        for path in sorted([*CORPUS.glob("sitemaps/**/*.*"), *CORPUS.glob("rss/*")])
    }
    assert len(counts) == 20
    assert min(counts.values()) >= 1
    assert counts["hebdenbridgetimes-articles-sitemap.xml"] == 74
    assert counts["sitemap.index.xml"] == 15
