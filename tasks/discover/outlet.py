"""From an outlet's address to what can be polled of it: home page, feeds, sitemaps, name, language.

    home page | linked feeds | robots.txt's sitemaps | (feeds on the page | usual places) | choose | Outlet

Every question is asked once, through the project's own client (robots.txt, politeness, address guard), within the
budget of `tasks.discover.asking`. What servers do is a value: `Outlet.trouble` says why nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from lxml.html import HtmlElement

from tasks.base.urls import host_of, requestable
from tasks.discover import candidates as places
from tasks.discover.asking import Asker
from tasks.discover.candidates import AnnouncerCandidate
from tasks.discover.choose import ProbedAnnouncer, choose
from tasks.discover.masthead import Masthead, masthead
from tasks.discover.poll import header
from tasks.discover.probe import Probe, probe_sitemap, read_feed, read_sitemap
from tasks.discover.values import absolute
from tasks.extract import limits
from tasks.extract.encoding import charset
from tasks.fetch.client import ACCEPT_FEED, ACCEPT_PAGE
from warehouse.records import Fetched, UnreadablePage

_ACCEPT = f"{ACCEPT_PAGE},{ACCEPT_FEED}"
_MAX_LINKED = 10
_MAX_ANCHORED = (4, 8)  # with a good feed already, and without
_MAX_NAMED = 5
# The other scheme, and the other form of the host, may answer where these occur.
_NO_ANSWER = ("dns", "connect", "tls", "timeout", "reset", "protocol", "robots_unreachable", "deadline")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredOutlet:
    """What was found. `trouble` is one word when nothing can be polled: what the home page failed with, or no_feed."""

    home: str
    masthead: Masthead
    findings: tuple[ProbedAnnouncer, ...] = ()
    missed: tuple[str, ...] = ()  # usual places where there was nothing
    notes: tuple[str, ...] = ()
    trouble: str | None = None
    requests: int = 0
    seconds: float = 0.0

    @property
    def feeds(self) -> tuple[Probe, ...]:
        return self._chosen("feed")

    @property
    def sitemaps(self) -> tuple[Probe, ...]:
        return self._chosen("sitemap")

    def _chosen(self, kind: str) -> tuple[Probe, ...]:
        return tuple(f.probe for f in self.findings if f.chosen and f.probe.candidate.kind == kind)


def addresses(written: str) -> list[str]:
    """What a person may mean: the address itself, or https and then http of a bare host; raises InvalidUrl."""
    text = written.strip()
    if "://" in text:
        return [requestable(text)]
    return [requestable(f"{scheme}://{text.removeprefix('//')}") for scheme in ("https", "http")]


def find_outlet(asker: Asker, written: str, *, now: datetime, alone: bool = False) -> DiscoveredOutlet:
    """Look for everything that can be polled of the outlet at an address.

    Args:
        asker: asks, within its budget.
        written: an address as a person writes it: of a home page, a section, a feed or a sitemap; scheme optional.
        now: aware; what counts as new.
        alone: whether a sitemap that is large or old is taken when there is no feed.

    Raises:
        InvalidUrl: it is no address.
    """
    fetched = _first_answer(asker, addresses(written))
    if fetched.outcome != "ok":
        return _nothing(asker, fetched)
    return _Search(asker, now, alone).run(fetched)


def _first_answer(asker: Asker, urls: list[str]) -> Fetched:
    fetched: Fetched | None = None
    for url in [*urls, *_with_www(urls)]:
        answer = asker.get(url, accept=_ACCEPT)
        fetched = answer if fetched is None or (answer and answer.error not in _NO_ANSWER) else fetched
        if answer is None or answer.error not in _NO_ANSWER:
            break
    assert fetched is not None  # noqa: S101 - the budget is never used up before the first question
    return fetched


def _with_www(urls: list[str]) -> list[str]:
    """www. before a host that may not answer without; only where the person left it open by leaving out the scheme."""
    if len(urls) < 2 or host_of(urls[0]).count(".") != 1:
        return []
    return [url.replace("://", "://www.", 1) for url in urls]


def _nothing(asker: Asker, fetched: Fetched) -> DiscoveredOutlet:
    url = fetched.final_url or fetched.url
    return DiscoveredOutlet(
        home=url,
        masthead=Masthead(title=host_of(url)),
        trouble=fetched.error or fetched.outcome,
        requests=asker.requests,
        seconds=asker.seconds,
    )


@dataclass(slots=True)
class _Search:
    """Through one outlet's places, in the order in which they are likely."""

    asker: Asker
    now: datetime
    alone: bool
    home: str = ""
    probes: list[Probe] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    _directory: str | None = None  # the page that lists feeds
    _seen: set[str] = field(default_factory=set)

    def run(self, fetched: Fetched) -> DiscoveredOutlet:
        self.home = fetched.final_url or fetched.url
        self._seen.add(AnnouncerCandidate(url=requestable(self.home), kind="feed", via="given").key)
        tree = None if self._is_itself(fetched) else _tree(fetched)
        if self.probes:
            tree = self._page_of_feed()
        else:
            self._look_around(tree, places.announced_feeds(fetched.headers, self.home))
        return self._outlet(tree)

    def _is_itself(self, fetched: Fetched) -> bool:
        """Whether the address is a feed's, or a sitemap's: then it is what is wanted."""
        given = AnnouncerCandidate(url=requestable(self.home), kind="feed", via="given")
        probe = read_feed(fetched, given, home=self.home, now=self.now)
        if probe.problem not in ("not_a_feed", "entities", "too_complex"):
            self.probes.append(probe)
            return True
        given = AnnouncerCandidate(url=given.url, kind="sitemap", via="given")
        probe, news = read_sitemap(self.asker, fetched, given, now=self.now)
        if probe.problem in (None, "empty", "has_news"):
            self.probes.append(probe)
            self._try_sitemaps(news)
            return True
        return False

    def _page_of_feed(self) -> HtmlElement | None:
        """The home page that a given feed names, for the outlet's name only: whoever names a feed wants no other."""
        self.home = self.probes[0].home or absolute("/", self.home) or self.home
        fetched = self.asker.get(self.home, accept=ACCEPT_PAGE)
        if fetched is None or fetched.outcome != "ok":
            return None
        self.home = fetched.final_url or self.home
        return _tree(fetched)

    def _look_around(self, tree: HtmlElement | None, announced: list[AnnouncerCandidate]) -> None:
        base = places.base_of(tree, self.home) if tree is not None else self.home
        anchored = places.anchored_feeds(tree, base) if tree is not None else []
        linked = places.linked_feeds(tree, base) if tree is not None else []
        self._try_feeds([*announced, *linked][:_MAX_LINKED])
        self._look_for_sitemaps()
        self._try_feeds(anchored[: _MAX_ANCHORED[not self._has("feed")]])
        if not self._has("feed"):
            self._try_feeds(places.usual_feeds(self.home), until_found=True)

    def _look_for_sitemaps(self) -> None:
        named = places.named_sitemaps(self.asker.sitemaps_of(self.home), self.home)
        self._try_sitemaps(named[:_MAX_NAMED])
        if len(named) > _MAX_NAMED:
            self.notes.append(f"robots.txt names {len(named)} sitemaps; {_MAX_NAMED} were looked at")
        if not any(probe.is_news for probe in self.probes):
            self._try_sitemaps(places.usual_sitemaps(self.home, news=True), until_found=True)
        if not self._has("sitemap"):
            self._try_sitemaps(places.usual_sitemaps(self.home, news=False), until_found=True)

    def _try_feeds(self, found: Iterable[AnnouncerCandidate], *, until_found: bool = False) -> None:
        for candidate in self._new(found):
            if candidate.is_of_comments:
                detail = "it announces readers' comments"
                self.probes.append(Probe(candidate=candidate, url=candidate.url, problem="comments", detail=detail))
                continue
            fetched = self.asker.get(candidate.url, accept=ACCEPT_FEED)
            if fetched is None:
                return
            probe = read_feed(fetched, candidate, home=self.home, now=self.now)
            self._note(probe)
            if probe.problem == "not_a_feed" and candidate.via not in ("link", "header"):
                self._try_directory(fetched)
            if until_found and self._has("feed"):
                return

    def _try_directory(self, fetched: Fetched) -> None:
        """A page in a feed's place is often the list of the outlet's feeds; one such page is read."""
        tree = None if self._directory else _tree(fetched)
        if tree is None:
            return
        url = fetched.final_url or fetched.url
        base = places.base_of(tree, url)
        found = [*places.linked_feeds(tree, base), *places.anchored_feeds(tree, base)]
        self._directory = url if any(candidate.key not in self._seen for candidate in found) else None
        self._try_feeds(found[:_MAX_LINKED])

    def _try_sitemaps(self, found: Iterable[AnnouncerCandidate], *, until_found: bool = False) -> None:
        for candidate in self._new(found):
            if candidate.is_of_other_things:
                detail = "by its name it lists no articles"
                self.probes.append(Probe(candidate=candidate, url=candidate.url, problem="not_articles", detail=detail))
                continue
            probe, news = probe_sitemap(self.asker, candidate, now=self.now)
            self._note(probe)
            self._try_sitemaps(news)
            if until_found and probe and not probe.problem:
                return

    def _new(self, found: Iterable[AnnouncerCandidate]) -> Iterable[AnnouncerCandidate]:
        """Candidates that were not asked for yet, as long as the budget lasts."""
        for candidate in found:
            if self.asker.over is None and candidate.key not in self._seen:
                self._seen.add(candidate.key)
                yield candidate

    def _note(self, probe: Probe | None) -> None:
        if probe is None:
            return
        if probe.candidate.via == "usual" and probe.problem:
            self.missed.append(probe.url)
            return
        self.probes.append(probe)

    def _has(self, kind: str) -> bool:
        return any(p.candidate.kind == kind and p.problem in (None, "has_news") for p in self.probes)

    def _outlet(self, tree: HtmlElement | None) -> DiscoveredOutlet:
        findings = tuple(choose(self.probes, now=self.now, alone=self.alone, section=places.is_section(self.home)))
        chosen = [finding.probe for finding in findings if finding.chosen]
        feed = next((probe for probe in chosen if probe.title), None)
        return DiscoveredOutlet(
            home=self.home,
            masthead=masthead(
                tree,
                self.home,
                feed_title=feed.title if feed else None,
                feed_language=feed.language if feed else None,
            ),
            findings=findings,
            missed=tuple(self.missed),
            notes=(*self.notes, *([self.asker.over] if self.asker.over else ())),
            trouble=None if chosen else "no_feed",
            requests=self.asker.requests,
            seconds=self.asker.seconds,
        )


def _tree(fetched: Fetched) -> HtmlElement | None:
    """The page's tree; None when it is too large, or no HTML."""
    html, _ = charset.decode(fetched.body or b"", header(fetched, "content-type"))
    tree = limits.parse(html)
    return None if isinstance(tree, UnreadablePage) else tree
