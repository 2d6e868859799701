"""The marks that other projects' test cases set."""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import feedparser

from benchmarks.base.marks import Mark, cell
from benchmarks.conformance import archive as marks_archive
from tasks.base.urls import InvalidUrl, identity, normalise, parse
from tasks.discover.errors import NotAFeed, NotASitemap
from tasks.discover.feeds import parse_feed
from tasks.discover.sitemaps import parse_sitemap
from tasks.extract.encoding.charset import sniff
from tasks.extract.encoding.labels import encoding_of
from tasks.fetch.decode import decode
from tasks.fetch.errors import TooLarge, Truncated, Undecodable
from tasks.fetch.robots_rules import parse_robots

URL = "http://127.0.0.1:8097/feed.xml"
_CAP = 10_000_000  # below the 11.5 MB that each bomb of the corpus becomes


def measure(corpora: Path) -> list[Mark]:
    """All marks whose corpus is there."""
    steps = {
        "robots-google": robots,
        "url-wpt": urls,
        "crawler-commons": normaliser,
        "feeds-feedparser": feeds,
        "crawler-commons/sitemaps": sitemaps,
        "charset-html5lib": charsets,
        "compression-scrapy": compression,
        "warc-warcio": marks_archive.corpus,
    }
    return [step(corpora / name) for name, step in steps.items() if (corpora / name).exists()]


def robots(folder: Path) -> Mark:
    """Google's expectations of its own parser."""
    cases = json.loads((folder / "cases.json").read_text())
    wrong = [
        f"- {case['file']}: {cell(case['ua'])} {cell(case['url'])} expected {case['expected']}"
        for case in cases
        if parse_robots(case["robotstxt_latin1"].encode("latin-1")).allows(case["ua"], case["url"])
        != (case["expected"] == "ALLOWED")
    ]
    return Mark(
        what="robots.txt (robots-google)",
        wanted="all but what RFC 9309 says otherwise",
        measured=f"{len(cases) - len(wrong)} of {len(cases)}; protego 0.7.0: 170",
        met=not wrong,
        details=tuple(wrong),
    )


def urls(folder: Path) -> Mark:
    """The URL standard's own cases, as far as they concern http and https."""
    cases = [case for case in json.loads((folder / "urltestdata.json").read_text()) if isinstance(case, dict)]
    cases = [case for case in cases if _is_http(case)]
    good = sum(_parsed(case) == (None if case.get("failure") else case["href"]) for case in cases)
    return Mark(
        what="URL parsing (url-wpt, http and https)",
        wanted="all",
        measured=f"{good} of {len(cases)}",
        met=good == len(cases),
    )


def _is_http(case: dict[str, str]) -> bool:
    """An http(s) result, or a failure of something that says http(s)."""
    if case.get("failure"):
        return any((case[part] or "").strip().lower().startswith("http") for part in ("input", "base"))
    return case["protocol"] in ("http:", "https:")


def _parsed(case: dict[str, str]) -> str | None:
    try:
        href: str = parse(case["input"], case["base"]).href
    except InvalidUrl:
        return None
    return href


def normaliser(folder: Path) -> Mark:
    """crawler-commons' normal forms; ours differ where a request or an identity would be wrong."""
    pairs = list(_pairs(folder / "normalizer" / "weirdToNormalizedUrls.csv"))
    rows, same, stable = [], 0, 0
    for url, wanted in pairs:
        normal, known = _or_error(normalise, url), _or_error(identity, url)
        same += normal == wanted
        stable += normal == "invalid" or (normalise(normal), identity(known)) == (normal, known)
        if normal != wanted:
            rows.append(f"| {cell(url)} | {cell(wanted)} | {cell(normal)} | {_reason(url, normal)} |")
    invalid = _lines(folder / "normalizer" / "invalidUrls.csv")
    refused = sum(_or_error(normalise, url.strip()) == "invalid" for url in invalid)
    return Mark(
        what="URL normal form (crawler-commons)",
        wanted="every difference listed; idempotent on all",
        measured=f"{same} of {len(pairs)} equal, {len(rows)} listed below, {stable} of {len(pairs)} idempotent; "
        f"{refused} of {len(invalid)} invalid ones refused",
        met=stable == len(pairs) and refused == len(invalid) and not any("unexplained" in row for row in rows),
        details=("| address | crawler-commons | requested by Dateline | why |", "|---|---|---|---|", *rows),
    )


def _reason(url: str, normal: str) -> str:
    if normal == "invalid" and re.match(r"(?i)https?:", url):
        return "it names no host (the URL standard fails on it too)"
    if normal == "invalid" and "://" not in url and not url.startswith(("file:", "ftp:")):
        return "an address without a scheme is an error in a feed or configuration, not something to guess"
    if normal == "invalid":
        return "only http and https are fetched"
    if re.search(r"[^:/]/{2,}|://[^/]+/{2,}", url):
        return "a server may tell doubled slashes apart; they are one in the identity"
    if "?" in url:
        return "a server may mind order and empty values; both are levelled in the identity"
    return "unexplained"


def _pairs(path: Path) -> Iterator[tuple[str, str]]:
    for row in csv.reader(_lines(path)):
        yield row[0], row[1].strip()


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line.strip() and not line.startswith("#")]


def _or_error(function: object, url: str) -> str:
    try:
        return str(function(url))  # type: ignore[operator]
    except InvalidUrl:
        return "invalid"


def feeds(folder: Path) -> Mark:
    """feedparser's own feeds: no exception, and as many entries as expected or, where nothing is said, as it finds."""
    paths = sorted(path for path in (folder / "tests").rglob("*") if path.is_file())
    refused, wrong, stated = [], [], 0
    for path in paths:
        body = path.read_bytes()
        count, content_type, is_stated = _expected_entries(body)
        stated += is_stated
        try:
            found = len(parse_feed(body, url=URL, content_type=content_type).entries)
        except NotAFeed as error:
            refused.append(f"- refused: {path.relative_to(folder / 'tests')}: {error.detail.replace(URL, 'it')}")
            continue
        if found != count:
            wrong.append(f"- {path.relative_to(folder / 'tests')}: {found} entries, expected {count}")
    return Mark(
        what="feeds (feeds-feedparser)",
        wanted="no exception; entry counts equal",
        measured=f"{len(paths) - len(refused)} of {len(paths)} read, {len(refused)} refused as no feed, 0 exceptions; "
        f"{len(wrong)} counts differ ({stated} stated, the others against feedparser's own)",
        met=not wrong,
        details=tuple(wrong + refused),
    )


def _expected_entries(body: bytes) -> tuple[int, str | None, bool]:
    wide = body[:4].count(0) > 0
    text = body.decode("utf-16" if wide and len(body) % 2 == 0 else "latin-1", "replace")
    header = re.search(r"Header:\s*Content-type:\s*(.*)", text, re.IGNORECASE)
    content_type = header[1].strip() if header else None
    stated = re.search(r"len\(entries\) == (\d+)", text)
    if stated:
        return int(stated[1]), content_type, True
    headers = {"content-type": content_type} if content_type else {}
    return len(feedparser.parse(io.BytesIO(body), response_headers=headers).entries), content_type, False


def sitemaps(folder: Path) -> Mark:
    """crawler-commons' sitemaps and the feeds that it takes for some."""
    paths = [*sorted(folder.rglob("*.*")), *sorted((folder.parent / "rss").glob("*"))]
    rows, read = [], 0
    for path in paths:
        try:
            sitemap = parse_sitemap(path.read_bytes(), url="http://www.example.com/sitemap.xml")
        except NotASitemap as error:
            rows.append(f"| {path.name} | refused | | {error.reason} |")
            continue
        read += bool(sitemap.entries)
        rows.append(f"| {path.name} | {sitemap.kind} | {len(sitemap.entries)} | {', '.join(sitemap.warnings)} |")
    return Mark(
        what="sitemaps (crawler-commons)",
        wanted="all well-formed ones read, none crashes",
        measured=f"{read} of {len(paths)} read with entries, 0 exceptions",
        met=read == len(paths),
        details=("| file | kind | entries | warnings |", "|---|---|---|---|", *rows),
    )


def charsets(folder: Path) -> Mark:
    """html5lib's cases with a declared encoding other than the default."""
    cases = [case for path in sorted((folder / "encoding").glob("*.dat")) for case in _blocks(path)]
    cases = [(body, label) for body, label in cases if label.lower() != "windows-1252"]
    wrong = [
        f"- {cell(body[:70])}: {sniff(body, None)[0]}, expected {label}"
        for body, label in cases
        if sniff(body, None)[0] != encoding_of(label)
    ]
    good = len(cases) - len(wrong)
    return Mark(
        what="charset sniffing (charset-html5lib, declared)",
        wanted="≥ 44 of 47",
        measured=f"{good} of {len(cases)}",
        met=good >= 44,
        details=tuple(wrong),
    )


def _blocks(path: Path) -> Iterator[tuple[bytes, str]]:
    for block in path.read_bytes().split(b"#data\n")[1:]:
        body, _, label = block.partition(b"\n#encoding\n")
        yield body, label.split(b"\n")[0].decode().strip()


_GOOD = {
    "html-gzip.bin": "gzip",
    "html-br.bin": "br",
    "html-gzip-deflate.bin": "gzip,deflate",
    "html-gzip-deflate-gzip.bin": "gzip,deflate,gzip",
    "html-rawdeflate.bin": "deflate",
    "html-zlibdeflate.bin": "deflate",
    "html-zstd-static-content-size.bin": "zstd",
    "html-zstd-static-no-content-size.bin": "zstd",
    "html-zstd-streaming-no-content-size.bin": "zstd",
    "feed-sample1.xml.gz": "gzip",
}
_BOMBS = {"bomb-gzip.bin": "gzip", "bomb-deflate.bin": "deflate", "bomb-br.bin": "br", "bomb-zstd.bin": "zstd"}
_CUT = dict.fromkeys(("truncated-crc-error-short.gz", "truncated-crc-error.gz", "unexpected-eof.gz"), "gzip")


def compression(folder: Path) -> Mark:
    """Scrapy's good, cut and exploding bodies; each good one is also cut at 200 places."""
    files = folder / "tests" / "sample_data" / "compressed"
    good = sum(_verdict((files / name).read_bytes(), coding) == "ok" for name, coding in _GOOD.items())
    bombs = sum(_verdict((files / name).read_bytes(), coding) == "TooLarge" for name, coding in _BOMBS.items())
    cut = sum(_verdict((files / name).read_bytes(), coding) == "Truncated" for name, coding in _CUT.items())
    ours = [(body[: len(body) * part // 200], coding) for body, coding in _bodies(files) for part in range(1, 200)]
    refused = sum(_verdict(body, coding) in ("Truncated", "Undecodable") for body, coding in ours)
    return Mark(
        what="content codings (compression-scrapy)",
        wanted="every good body decoded, every bomb and cut body refused",
        measured=f"{good} of {len(_GOOD)} good, {bombs} of {len(_BOMBS)} bombs and {cut} of {len(_CUT)} cut bodies "
        f"refused; of {len(ours)} cuts of the good ones {refused} refused",
        met=(good, bombs, cut, refused) == (len(_GOOD), len(_BOMBS), len(_CUT), len(ours)),
    )


def _bodies(files: Path) -> Iterator[tuple[bytes, str]]:
    for name, coding in _GOOD.items():
        yield (files / name).read_bytes(), coding


def _verdict(body: bytes, coding: str) -> str:
    try:
        decode([body], coding, _CAP)
    except (TooLarge, Truncated, Undecodable) as error:
        return type(error).__name__
    return "ok"
