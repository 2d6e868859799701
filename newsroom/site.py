"""One outlet in one edition: its addresses, and what is at each of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from newsroom.answers import Answer, answer
from newsroom.cases import SLOW_S
from newsroom.listings import ListedEntry, built, entries, json_feed, old_path
from newsroom.outlets import Outlet
from newsroom.pictures import gradient
from newsroom.render import Pages, render
from newsroom.stories import Story, slugify

Route = Callable[[], Answer]
_XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """An outlet as it stands in one edition; stories are newest first."""

    outlet: Outlet
    edition: int
    stories: Sequence[Story]
    first_edition: Sequence[Story]
    anchor: datetime

    @property
    def entries(self) -> tuple[ListedEntry, ...]:
        return entries(self.outlet, self.stories, self.anchor)

    def routes(self) -> Mapping[str, Route]:
        """Path without query to a function that makes the answer."""
        return self._pages() | self._articles() | self._pictures() | self._sitemaps() | self._feeds()

    def missing(self) -> Answer:
        """The outlet's 404 page."""
        return answer(self._own.plain("missing.html"), status=404)

    @property
    def _own(self) -> Pages:
        return Pages(self.outlet, self.first_edition, self.anchor)

    @property
    def _built(self) -> datetime:
        return built(self.stories)

    def _pages(self) -> dict[str, Route]:
        own = self._own
        fronts = {self.outlet.section_path.format(section=slugify(s)): partial(self._front, s) for s in own.sections}
        return {
            **fronts,
            "/": partial(self._front, None),
            "/about/": lambda: answer(own.plain("about.html"), modified=self.first_edition[-1].published),
            "/robots.txt": lambda: answer(
                render("robots.txt", outlet=self.outlet), content_type="text/plain; charset=utf-8"
            ),
        }

    def _front(self, section: str | None) -> Answer:
        return answer(self._own.front(self.stories, section), modified=self._built)

    def _articles(self) -> dict[str, Route]:
        found: dict[str, Route] = {}
        for story in self.stories:
            found[story.path] = partial(self._article, story)
            if story.case == "variants":
                found[f"{story.path}amp/"] = partial(self._article, story, "amp.html")
                found[story.path.rstrip("/")] = partial(_moved, story)
            if story.case == "redirected":
                found[old_path(story)] = partial(_moved, story)
        return found

    def _article(self, story: Story, template: str = "article.html") -> Answer:
        if story.case == "gone_later" and self.edition > 1:
            return self.missing()
        if story.case in ("bot_wall", "consent_wall"):
            return answer(self._own.plain(f"{story.case}.html"), modified=self.first_edition[-1].published)
        page = self._own.article(story, template)
        if story.case == "lying_charset":
            return answer(_mangled(page), content_type="text/html; charset=iso-8859-1", modified=story.modified)
        return answer(
            page,
            modified=None if story.case == "far_future" else story.modified,
            delay_s=SLOW_S if story.case == "slow" else 0.0,
            cut=story.case == "cut_gzip",
        )

    def _pictures(self) -> dict[str, Route]:
        made: dict[str, Route] = {s.image_path: partial(_picture, s) for s in self.stories if s.image_path}
        return made | {"/media/logo.png": partial(_logo, self.outlet)}

    def _feeds(self) -> dict[str, Route]:
        return {path.partition("?")[0]: partial(self._feed, path) for path in self.outlet.feeds}

    def _feed(self, path: str) -> Answer:
        if self.outlet.id == "closed-circle":
            return answer(self._own.plain("login.html"))
        if path.endswith(".json"):
            body = json_feed(self.outlet, self.entries)
            return answer(body, content_type="application/feed+json; charset=utf-8", modified=self._built)
        kind = "atom" if "atom" in path else "rss"
        body = render(f"{kind}.xml", outlet=self.outlet, entries=self.entries, built=self._built, feed_path=path)
        return answer(body, content_type=f"application/{kind}+xml; charset=utf-8", modified=self._built)

    def _sitemaps(self) -> dict[str, Route]:
        if self.outlet.id == "upland-gazette":
            odd, even = ([s for s in self.stories if s.number % 2 == rest] for rest in (1, 0))
            return self._indexed("/sitemap.xml", {"/sitemaps/stories-1.xml": odd, "/sitemaps/stories-2.xml.gz": even})
        if self.outlet.id == "harbor-ledger":
            return self._indexed("/sitemap_index.xml", {"/post-sitemap.xml": self.stories})
        news = self.outlet.id == "meridian-post"
        return {path: partial(self._sitemap, self.stories, news=news) for path in self.outlet.robots_sitemaps}

    def _indexed(self, path: str, children: Mapping[str, Sequence[Story]]) -> dict[str, Route]:
        listed = [(child, built(stories)) for child, stories in children.items()]
        body = partial(render, "sitemap-index.xml", outlet=self.outlet, children=listed)
        index: dict[str, Route] = {path: lambda: answer(body(), content_type=_XML, modified=self._built)}
        return index | {
            child: partial(self._sitemap, stories, packed=child.endswith(".gz")) for child, stories in children.items()
        }

    def _sitemap(self, stories: Sequence[Story], *, news: bool = False, packed: bool = False) -> Answer:
        body = render("sitemap.xml", outlet=self.outlet, stories=stories, news=news).encode()
        if packed:
            return answer(gzip.compress(body, mtime=0), content_type="application/gzip", modified=built(stories))
        return answer(body, content_type=_XML, modified=built(stories))


def _moved(story: Story) -> Answer:
    return answer(f'<p>Moved to <a href="{story.path}">{story.path}</a>.', status=301, location=story.url)


def _picture(story: Story) -> Answer:
    return answer(gradient(story.number), content_type="image/png", modified=story.published)


def _logo(outlet: Outlet) -> Answer:
    return answer(gradient(len(outlet.title) * 7919), content_type="image/png")


def _mangled(page: str) -> bytes:
    """The page in windows-1252, with a NUL inside a word, as an old system's export has it."""
    return page.encode("cp1252", "xmlcharrefreplace").replace(b"Lutheran", b"Luthe\x00ran")
