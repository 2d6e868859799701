"""Everything that a page says about itself, read off its one tree before anything is decided.

What is found is kept raw, so that each field's module ranks the claims and each claim can be stored with the words it
was made in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from lxml.etree import strip_elements
from lxml.html import HtmlElement

from tasks.base.strings import key, plain
from tasks.extract.signals import jsonld
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.markup import make_plain
from tasks.extract.tree.vocabulary import LOGO
from warehouse.records import Hints

# Never text of a story; without them everything after is faster, trafilatura included.
SEPARATOR = re.compile(r"\s+(?:[*|\-–—‒•·»«›/]|::|//)\s+|\s*[|｜ㅣ_]\s*|\s:\s")  # between a title's parts
_PARTS = re.compile(r"Object$|Comment|Event$|Review$|Product$|Rating$|Episode$|ListItem$")
_STATE = re.compile(r"\s*(?:[{\[]|(?:window|self)\s*[.\[]|(?:var|let|const)\s+\w+\s*=\s*[{\[])")
_MACHINE = ("script", "style", "template", "svg", "noscript", "iframe", "link")


@dataclass(slots=True, kw_only=True)
class Sources:
    """One page's claims, raw, in document order."""

    page: PageTree
    url: str
    hints: Hints
    nodes: list[jsonld.Node] = field(default_factory=list)
    article: jsonld.Node = field(default_factory=dict)
    meta: dict[str, list[str]] = field(default_factory=dict)  # by lower-case property, name, itemprop or http-equiv
    rels: dict[str, list[str]] = field(default_factory=dict)  # link elements' href by rel token
    items: dict[str, list[HtmlElement]] = field(default_factory=dict)  # elements by itemprop token
    heading: HtmlElement | None = None  # the page's own
    state: list[str] = field(default_factory=list)  # scripts that hold the page's data as JSON
    title: str = ""
    lang: str = ""

    def first(self, *names: str) -> str | None:
        """The first non-empty content of the first of these meta names that the page has."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)


def gather(tree: HtmlElement, *, url: str, hints: Hints) -> Sources:
    """Read the page's claims; `url` is the one it was fetched from. Takes scripts and styles out of the tree."""
    lang = tree.get("lang") or tree.get("xml:lang") or ""
    scripts = [
        element.text or "" for element in tree.iter("script") if "ld+json" in (element.get("type") or "").lower()
    ]
    meta, rels = _meta(tree), _rels(tree)
    state = [element.text for element in tree.iter("script") if element.text and _STATE.match(element.text)]
    make_plain(tree)
    strip_elements(tree, *_MACHINE, with_tail=False)
    page = PageTree(tree)
    sources = Sources(page=page, url=url, hints=hints, lang=lang, meta=meta, rels=rels, state=state)
    for element in page.having("itemprop"):
        if not _is_parts(page, element):
            for name in (element.get("itemprop") or "").split():
                sources.items.setdefault(name, []).append(element)
    sources.title = next((plain(element.text_content()) for element in page.of("title") if element.text), "")
    sources.nodes = jsonld.nodes(scripts)
    sources.article = jsonld.article(sources.nodes, urls=own_urls(sources), titles=_own_titles(sources))
    sources.heading = _main_heading(sources)
    return sources


def value_of(page: PageTree, element: HtmlElement) -> str:
    """What a microdata element says: content, datetime, or its text."""
    return plain(element.get("content") or element.get("datetime") or "") or page.text(element)


def absolute(base: str, href: str | None) -> str | None:
    """An absolute http(s) URL; None for anything else, "javascript:" included."""
    if not href:
        return None
    href = href.strip()
    if href.startswith(("https://", "http://")):
        return href
    if href.startswith("/") and not href.startswith("//") and "/." not in href:
        return _origin(base) + href
    if href.startswith(("#", "javascript:", "data:", "mailto:", "tel:", "about:", "blob:")):
        return None
    try:
        joined = urljoin(base, href)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


@lru_cache(maxsize=64)
def _origin(base: str) -> str:
    """Scheme and host of an absolute address; urljoin costs ten times as much, for most of a page's links."""
    return urljoin(base, "/").rstrip("/")


def _is_parts(page: PageTree, element: HtmlElement) -> bool:
    """Whether a microdata property is that of a thing on the page: a clip, a comment, an event."""
    scope = next((each for each in page.ancestors(element) if each.get("itemscope") is not None), None)
    kind = (scope.get("itemtype") or "").rsplit("/", 1)[-1] if scope is not None else ""
    return bool(_PARTS.search(kind))


def _meta(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
        content = element.get("content")
        if name and content:
            found[name.strip().lower()].append(plain(content))
    return dict(found)


def _rels(tree: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for element in tree.iter("link"):
        for rel in (element.get("rel") or "").lower().split():
            found[rel].append(element.get("href") or "")
    return dict(found)


def own_urls(sources: Sources) -> set[str]:
    """The page's addresses as it gives them, bare (`jsonld.bare_url`)."""
    claims = [sources.url, *sources.rels.get("canonical", ()), *sources.meta.get("og:url", ())]
    return {jsonld.bare_url(claim) for claim in claims if claim}


def _own_titles(sources: Sources) -> set[str]:
    titles = [sources.title, *sources.meta.get("og:title", ()), *sources.meta.get("twitter:title", ())]
    titles += [sources.page.text(heading) for heading in sources.page.of("h1")[:3]]
    return {key(title) for title in titles if title}


def _main_heading(sources: Sources) -> HtmlElement | None:
    """The h1 that is the article's: the one whose words other titles repeat, else the first that is no logo."""
    page = sources.page
    said = json_text(sources.article.get("headline")) or ""
    titles = key(" ".join([sources.title, *sources.meta.get("og:title", ()), said]))
    last = key(SEPARATOR.split(sources.title)[-1]) if SEPARATOR.search(sources.title) else ""
    usable = [heading for heading in page.of("h1") if _is_heading(page, heading, titles, last)]
    repeated = [h for h in usable if (name := key(page.text(h))) and len(name) > 10 and name in titles]
    outside = [heading for heading in usable if not page.stands_in(heading, CHROME)]
    return next(iter(repeated or outside or usable), None)


def _is_heading(page: PageTree, heading: HtmlElement, titles: str, last: str) -> bool:
    """Whether an h1 can be a headline: no logo, not the title's last part (the outlet), not one stray word."""
    name = key(page.text(heading))
    if len(name) < 4 or name == last or page.means(heading, LOGO):
        return False
    return name.count(" ") >= 2 or name in titles or max(name) > "\u2e80"
