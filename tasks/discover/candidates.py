"""Where an outlet may announce its pages: what its home page links, what robots.txt names, and where they usually are.

Pure: nothing is asked for here, and nothing is believed; `tasks.discover.probe` finds out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from tasks.base.strings import squeeze
from tasks.base.urls import InvalidUrl, host_of, identity, registrable_domain, requestable
from tasks.discover.values import absolute

# What browsers and readers take for a feed (RSS Advisory Board, autodiscovery; JSON Feed 1.1 "Discovery").
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
# Used for feeds, but for other things too: WordPress announces its API as application/json.
_LOOSE_TYPES = ("application/json", "application/xml", "text/xml", "application/x.atom+xml", "application/x-atom+xml")
# A segment of the path (/feed/, /rssfeeds/), the name of a file (index~rss2.xml), or a parameter; not a word of a slug.
_FEEDISH = re.compile(
    r"(?:^|/)(?:\w*feeds?|rss\w*|atom|rdf)(?:\.\w{2,4})?/?(?=$|[/?])|(?:feed|rss2?|atom)\.(?:xml|json|rdf|php|cms)\b"
    r"|\.(?:rss|atom|rdf)(?=$|\?)|[?&](?:feed|f|format|type)=(?:rss2?|atom)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"/comments?/feed|comments?[._-](?:rss|atom|feed)|/comments(?:/default)?/?$", re.IGNORECASE)
_COMMENTS_TITLE = re.compile(
    r"\bcomments?\b|kommentar|commentaires|comentarios|comentários|\bcommenti\b|\breacties\b", re.IGNORECASE
)
_NEWS = re.compile(r"news", re.IGNORECASE)
# Sitemaps whose name says that they list no articles.
_NOT_ARTICLES = re.compile(
    r"(?:^|[/._-])(?:images?|videos?|tags?|authors?|users?|categor(?:y|ies)|sections?|topics?|pages?|products?)"
    r"(?=[/._-]|\d*\.xml)",
    re.IGNORECASE,
)
_FRONT = re.compile(r"/?(?:(?:index|home|default)(?:\.\w+)?|news|[a-z]{2}(?:[-_][a-z]{2})?)?/?", re.IGNORECASE)
_HTML_SUFFIX = re.compile(r"\.(?:html?|php|aspx?)$", re.IGNORECASE)

_HEADER_LINK = re.compile(r"<([^<>]{1,2000})>((?:[^,<\"]|\"[^\"]{0,500}\"){0,200})")
_HEADER_PARAMETER = re.compile(r";\s{0,9}([\w*-]{1,20})\s{0,9}=\s{0,9}(\"[^\"]{0,500}\"|[^\s;,\"]{1,500})")
_MAX_HEADER = 10_000  # characters
_MAX_ANCHORS = 10_000  # of one page that are looked at
_MAX_CANDIDATES = 200  # of one kind on one page; a few of them are asked for

FEED_PATHS = (
    "/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/feed.json", "/index.xml", "/feeds", "/rss/index.xml",
    "/index.rdf", "/feeds/posts/default", "/arc/outboundfeeds/rss/", "/?feed=rss2", "/?format=feed&type=rss",
)  # fmt: skip
NEWS_SITEMAP_PATHS = ("/news-sitemap.xml", "/sitemap-news.xml")
SITEMAP_PATHS = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncerCandidate:
    """An address that may be a feed or a sitemap, and how we came by it."""

    url: str  # as it is to be requested
    kind: str  # feed, sitemap
    via: str  # given, header, link, page, robots, index, usual
    title: str | None = None

    @property
    def key(self) -> str:
        """One string for all the spellings of the address; what chooses a feed (`?feed=rss2`) is kept apart."""
        query = urlsplit(self.url).query
        return f"{identity(self.url)} {query}" if _FEEDISH.search(f"?{query}") else identity(self.url)

    @property
    def is_of_comments(self) -> bool:
        """Whether address or title says that it announces readers' comments."""
        return bool(_COMMENTS.search(self.url) or _COMMENTS_TITLE.search(self.title or ""))

    @property
    def is_of_other_things(self) -> bool:
        """Whether a sitemap's name says that it lists images, tags, authors, but no articles."""
        path = urlsplit(self.url).path
        return self.kind == "sitemap" and bool(_NOT_ARTICLES.search(path)) and not _NEWS.search(path)

    @property
    def says_news(self) -> bool:
        """Whether the name of a sitemap promises news."""
        return bool(_NEWS.search(urlsplit(self.url).path))


def base_of(tree: HtmlElement, url: str) -> str:
    """What the page's relative references refer to: its first `<base href>`, else its own address."""
    return next((found for e in tree.iter("base") if (found := absolute(e.get("href"), url))), url)


def linked_feeds(tree: HtmlElement, base: str) -> list[AnnouncerCandidate]:
    """Feeds that `<link rel=alternate>` announces, in the page's order, each once."""
    found = (_of_link(element, base) for element in tree.iter("link") if _is_alternate(element))
    return _each_once(candidate for candidate in found if candidate)


def announced_feeds(headers: Iterable[tuple[str, str]], base: str) -> list[AnnouncerCandidate]:
    """Feeds that the response's Link headers announce (RFC 8288), each once."""
    values = [value for name, value in headers if name.lower() == "link"]
    found = (_of_header(link, base) for value in values for link in _HEADER_LINK.finditer(value[:_MAX_HEADER]))
    return _each_once(candidate for candidate in found if candidate)


def anchored_feeds(tree: HtmlElement, base: str) -> list[AnnouncerCandidate]:
    """Links of the page that look like feeds of the same site, in the page's order, each once."""
    return _each_once(_of_anchors(tree, base))


def usual_feeds(home: str) -> list[AnnouncerCandidate]:
    """Where content systems put their feeds: below the page itself when it is a section, then below the root."""
    parts = urlsplit(home)
    section = parts.path.rstrip("/")
    own = [f"{section}{path}" for path in ("/rss", "/feed")] if section and not _HTML_SUFFIX.search(section) else []
    own += [f"{parts.path or '/'}?{parts.query}&feed=rss2"] if parts.query else []  # /?cat=3 of WordPress
    return _usual(home, "feed", [*own, *FEED_PATHS])


def usual_sitemaps(home: str, *, news: bool) -> list[AnnouncerCandidate]:
    """Where sitemaps usually are: those of news, or the others."""
    return _usual(home, "sitemap", NEWS_SITEMAP_PATHS if news else SITEMAP_PATHS)


def named_sitemaps(lines: Iterable[str], home: str) -> list[AnnouncerCandidate]:
    """What the Sitemap lines of robots.txt name: first those that promise news, last those that promise no articles."""
    found = _each_once(
        AnnouncerCandidate(url=url, kind="sitemap", via="robots") for line in lines if (url := absolute(line, home))
    )
    return sorted(found, key=lambda c: (c.is_of_other_things, not c.says_news))


def is_section(home: str) -> bool:
    """Whether the page is a part of its site, by its path; `/en/`, `/news` and `/index.html` are front pages too."""
    return not _FRONT.fullmatch(urlsplit(home).path)


def site_of(url: str) -> str:
    """What counts as one outlet's site: the registrable domain; with its port for an address or a bare host name."""
    domain = registrable_domain(url)
    bare = "." not in domain or domain.replace(".", "").isdigit() or ":" in domain
    return f"{domain}:{urlsplit(url).port or ''}" if bare else domain


def _is_alternate(element: HtmlElement) -> bool:
    return bool({"alternate", "feed"} & set(_rels(element)))


def _rels(element: HtmlElement) -> list[str]:
    return (element.get("rel") or "").lower().split()


def _of_header(link: re.Match[str], base: str) -> AnnouncerCandidate | None:
    parameters = {name.lower(): value.strip('"') for name, value in _HEADER_PARAMETER.findall(link[2])}
    rels, kind = parameters.get("rel", "").lower().split(), parameters.get("type", "").partition(";")[0].lower()
    if not {"alternate", "feed"} & set(rels) or not _says_feed(rels, kind, link[1]):
        return None
    url = _address(link[1], base)
    return (
        AnnouncerCandidate(url=url, kind="feed", via="header", title=parameters.get("title") or None) if url else None
    )


def _says_feed(rels: list[str], kind: str, href: str) -> bool:
    if kind in _FEED_TYPES or ("feed" in rels and not kind):
        return True
    return kind in _LOOSE_TYPES and ("feed" in rels or bool(_FEEDISH.search(href)))


def _address(reference: str, base: str) -> str | None:
    """A reference as it is to be requested: normalised, but for a query that chooses the feed (`?feed=rss2`)."""
    try:
        written = requestable(reference.strip(), base) if reference.strip() else ""
    except InvalidUrl:
        return None
    return written if _FEEDISH.search(f"?{urlsplit(written).query}") else absolute(reference, base)


def _of_link(element: HtmlElement, base: str) -> AnnouncerCandidate | None:
    kind = (element.get("type") or "").partition(";")[0].strip().lower()
    href = element.get("href") or ""
    if not _says_feed(_rels(element), kind, href):
        return None
    url = _address(href, base)
    return (
        AnnouncerCandidate(url=url, kind="feed", via="link", title=squeeze(element.get("title")) or None)
        if url
        else None
    )


def _of_anchors(tree: HtmlElement, base: str) -> Iterator[AnnouncerCandidate]:
    for element in islice(tree.iter("a"), _MAX_ANCHORS):
        href = element.get("href") or ""
        if not _FEEDISH.search(href.partition("#")[0]) and not _is_marked(element):
            continue
        url = _address(href, base)
        if url and _is_of_site(url, base):
            title = squeeze(element.get("title") or element.text_content())[:200]
            yield AnnouncerCandidate(url=url, kind="feed", via="page", title=title or None)


def _is_marked(anchor: HtmlElement) -> bool:
    """Whether a link says what it leads to: `rel=feed`, `rel=alternate type=application/rss+xml`."""
    kind = (anchor.get("type") or "").partition(";")[0].strip().lower()
    return "feed" in _rels(anchor) or kind in _FEED_TYPES


def _is_of_site(url: str, base: str) -> bool:
    """Whether the link stays with the outlet, or goes to a host that serves feeds only."""
    return site_of(url) == site_of(base) or host_of(url).partition(".")[0] in ("feeds", "rss")


def _usual(home: str, kind: str, paths: Iterable[str]) -> list[AnnouncerCandidate]:
    found = (_address(path, home) for path in paths)
    return _each_once(AnnouncerCandidate(url=url, kind=kind, via="usual") for url in found if url)


def _each_once(candidates: Iterable[AnnouncerCandidate]) -> list[AnnouncerCandidate]:
    found: dict[str, AnnouncerCandidate] = {}
    for candidate in candidates:
        try:
            found.setdefault(candidate.key, candidate)
        except InvalidUrl:  # normal, but too long once it is brought to its identity
            continue
        if len(found) >= _MAX_CANDIDATES:
            break
    return list(found.values())
