"""What is really at a candidate: a feed or sitemap with entries, or the reason why it is of no use.

candidate | ask | parse | Probe
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.base.urls import InvalidUrl, article_id
from tasks.discover.asking import Asker
from tasks.discover.candidates import AnnouncerCandidate, site_of
from tasks.discover.errors import DiscoverError
from tasks.discover.feeds import parse_feed
from tasks.discover.poll import header
from tasks.discover.sitemaps import parse_sitemap
from tasks.discover.values import Feed, Sitemap, SitemapEntry
from tasks.extract.signals.dateparse import read
from warehouse.records import Fetched

ACCEPT_SITEMAP = "application/xml,text/xml,text/plain;q=0.9,*/*;q=0.5"
MAX_PARTS = 3  # of a sitemap index that are read to see what it is of
_AHEAD = timedelta(days=1)  # a time further in the future than any zone's mistake is no news of an entry's age


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one candidate turned out to be. `problem` is one word (not_a_feed, http_404 …), None when it can be used."""

    candidate: AnnouncerCandidate
    url: str  # to be configured: after redirects within the site
    problem: str | None = None
    detail: str = ""  # a sentence about the problem, for people
    form: str = ""  # rss, atom, rdf, cdf, json; news, urlset, index, text, feed
    entries: int = 0  # of an index: in the parts that were read
    pages: int = 0  # of an index: about how many in all
    newest: datetime | None = None
    idents: frozenset[str] = frozenset()  # article_id of each entry
    on_site: bool = True  # whether entries lead to the outlet's own pages
    title: str | None = None
    home: str | None = None  # the outlet's page, as a feed says
    language: str | None = None

    @property
    def is_news(self) -> bool:
        return self.form == "news"


def read_feed(fetched: Fetched, candidate: AnnouncerCandidate, *, home: str, now: datetime) -> Probe:
    """The feed in an answer; `home` is the page of the outlet, `now` aware."""
    url, body = _address(fetched, candidate), fetched.body or b""
    if fetched.outcome != "ok":
        return _unanswered(fetched, candidate)
    try:
        feed = parse_feed(body, url=fetched.final_url or url, content_type=header(fetched, "content-type"))
    except DiscoverError as error:
        return _unreadable(candidate, url, error, fetched)
    problem = _problem_of(feed)
    return Probe(
        candidate=candidate,
        url=url,
        problem=problem,
        detail={"empty": "it has no entries", "no_links": "its entries lead nowhere"}.get(problem or "", ""),
        form=feed.kind,
        entries=len(feed.entries),
        pages=len(feed.entries),
        newest=_newest((raw for e in feed.entries for raw in (e.published_raw, e.updated_raw)), now),
        idents=_idents(e.url for e in feed.entries),
        on_site=any(_is_near(e.url, home, url) for e in feed.entries if e.url),
        title=feed.title,
        home=feed.home,
        language=feed.language,
    )


def probe_sitemap(
    asker: Asker, candidate: AnnouncerCandidate, *, now: datetime
) -> tuple[Probe | None, list[AnnouncerCandidate]]:
    """Ask for a sitemap; the sitemaps of news that an index names are candidates of their own."""
    fetched = asker.get(candidate.url, accept=ACCEPT_SITEMAP)
    if fetched is None:
        return None, []
    if fetched.outcome != "ok":
        return _unanswered(fetched, candidate), []
    return read_sitemap(asker, fetched, candidate, now=now)


def read_sitemap(
    asker: Asker, fetched: Fetched, candidate: AnnouncerCandidate, *, now: datetime
) -> tuple[Probe, list[AnnouncerCandidate]]:
    """The sitemap in an answer, some parts of an index asked for; and the sitemaps of news that the index names."""
    url = _address(fetched, candidate)
    try:
        sitemap = parse_sitemap(fetched.body or b"", url=fetched.final_url or url)
    except DiscoverError as error:
        return _unreadable(candidate, url, error, fetched), []
    if sitemap.kind != "index":
        return _of_entries(candidate, url, sitemap.entries, now, form=_form(sitemap)), []
    parts = [AnnouncerCandidate(url=e.url, kind="sitemap", via="index", title=e.lastmod_raw) for e in sitemap.entries]
    news = [part for part in parts if part.says_news and not part.is_of_other_things]
    if news and len(news) < len(parts):
        return Probe(candidate=candidate, url=url, problem="has_news", detail="it names sitemaps of news"), news[:2]
    return _of_parts(asker, candidate, url, parts, now), []


def _of_parts(
    asker: Asker, candidate: AnnouncerCandidate, url: str, parts: list[AnnouncerCandidate], now: datetime
) -> Probe:
    """An index by its newest parts; how many pages it has in all is reckoned from them."""
    of_articles = [part for part in parts if not part.is_of_other_things] or parts
    wanted = sorted(of_articles, key=lambda part: part.title or "", reverse=True)[:MAX_PARTS]
    entries: list[SitemapEntry] = []
    read_parts = 0
    for part in wanted:
        fetched = asker.get(part.url, accept=ACCEPT_SITEMAP)
        if fetched is not None and fetched.outcome == "ok" and (found := _entries_of(fetched)) is not None:
            entries += found
            read_parts += 1
    pages = len(entries) * len(parts) // read_parts if read_parts else 0
    return _of_entries(candidate, url, entries, now, form="index", pages=pages)


def _entries_of(fetched: Fetched) -> tuple[SitemapEntry, ...] | None:
    try:
        return parse_sitemap(fetched.body or b"", url=fetched.final_url or fetched.url).entries
    except DiscoverError:
        return None


def _of_entries(
    candidate: AnnouncerCandidate,
    url: str,
    entries: Iterable[SitemapEntry],
    now: datetime,
    *,
    form: str,
    pages: int | None = None,
) -> Probe:
    known = tuple(entries)
    return Probe(
        candidate=candidate,
        url=url,
        problem=None if known else "empty",
        detail="" if known else "it lists no pages",
        form=form,
        entries=len(known),
        pages=len(known) if pages is None else pages,
        newest=_newest((e.news_published_raw or e.lastmod_raw for e in known), now),
        idents=_idents(e.url for e in known),
    )


def _form(sitemap: Sitemap) -> str:
    said = any(e.news_title or e.news_published_raw for e in sitemap.entries) and sitemap.kind == "urlset"
    return "news" if said else sitemap.kind


def _problem_of(feed: Feed) -> str | None:
    if not feed.entries:
        return "empty"
    return None if any(entry.url for entry in feed.entries) else "no_links"


def _address(fetched: Fetched, candidate: AnnouncerCandidate) -> str:
    """Where the redirects of the outlet itself end; what leads to another site may lead elsewhere tomorrow."""
    final = fetched.final_url
    return final if final and site_of(final) == site_of(candidate.url) else candidate.url


def _unanswered(fetched: Fetched, candidate: AnnouncerCandidate) -> Probe:
    return Probe(candidate=candidate, url=candidate.url, problem=fetched.error or fetched.outcome)


def _unreadable(candidate: AnnouncerCandidate, url: str, error: DiscoverError, fetched: Fetched) -> Probe:
    detail = error.detail.removeprefix(f"{fetched.final_url or url} ")  # whoever shows it shows the address already
    return Probe(candidate=candidate, url=url, problem=error.reason, detail=detail)


def _is_near(url: str, home: str, feed_url: str) -> bool:
    return site_of(url) in (site_of(home), site_of(feed_url))


def _newest(written: Iterable[str | None], now: datetime) -> datetime | None:
    """The latest readable time that is not in the future."""
    times = (found.instant() for raw in written if raw and (found := read(raw)))
    return max((at for at in times if at <= now + _AHEAD), default=None)


def _idents(urls: Iterable[str]) -> frozenset[str]:
    found = set()
    for url in urls:
        try:
            found.add(article_id(url))
        except InvalidUrl:
            continue
    return frozenset(found)
