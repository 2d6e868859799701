"""Everything that a page says about itself, read off its one tree before anything is decided.

The tree is walked once per kind of element in C; what is found is kept raw, so that each field's module ranks the
claims and each claim can be stored with the words it was made in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath, strip_elements
from lxml.html import HtmlElement

from tasks.base.strings import key, plain, squeeze
from tasks.extract.signals import jsonld
from warehouse.records import Hints

_ITEMS = XPath("//*[@itemprop]")
_BREAKING = ("br", "p", "div", "li", "h1", "h2", "h3", "ul", "td")  # end a word without a space in the markup
# Never text of a story; without them everything after is faster, trafilatura included.
_MACHINE = ("script", "style", "template", "svg", "noscript", "iframe", "link")
_CHROME = frozenset({"nav", "aside", "footer"})


@dataclass(slots=True, kw_only=True)
class Sources:
    """One page's claims, raw, in document order."""

    tree: HtmlElement
    url: str
    hints: Hints
    nodes: list[jsonld.Node] = field(default_factory=list)
    article: jsonld.Node = field(default_factory=dict)
    meta: dict[str, list[str]] = field(default_factory=dict)  # by lower-case property, name, itemprop or http-equiv
    rels: dict[str, list[str]] = field(default_factory=dict)  # link elements' href by rel token
    items: dict[str, list[HtmlElement]] = field(default_factory=dict)  # elements by itemprop token
    headings: list[HtmlElement] = field(default_factory=list)  # every h1
    times: list[HtmlElement] = field(default_factory=list)
    title: str = ""
    lang: str = ""

    def first(self, *names: str) -> str | None:
        """The first non-empty content of the first of these meta names that the page has."""
        return next((value for name in names for value in self.meta.get(name, ()) if value), None)


def gather(tree: HtmlElement, *, url: str, hints: Hints) -> Sources:
    """Read the page's claims; `url` is the one it was fetched from. Takes scripts and styles out of the tree."""
    sources = Sources(tree=tree, url=url, hints=hints, lang=tree.get("lang") or tree.get("xml:lang") or "")
    sources.meta = _meta(tree)
    sources.rels = _rels(tree)
    for element in _elements(tree):
        for name in (element.get("itemprop") or "").split():
            sources.items.setdefault(name, []).append(element)
    sources.headings = list(tree.iter("h1"))
    sources.times = list(tree.iter("time"))
    sources.title = next((plain(element.text_content()) for element in tree.iter("title") if element.text), "")
    sources.nodes = jsonld.nodes(
        element.text or "" for element in tree.iter("script") if "ld+json" in (element.get("type") or "").lower()
    )
    strip_elements(tree, *_MACHINE, with_tail=False)
    sources.article = jsonld.article(sources.nodes, urls=_own_urls(sources), titles=_own_titles(sources))
    return sources


def text_of(element: HtmlElement) -> str:
    """An element's own words: its text on one line, without scripts and styles inside."""
    if not len(element):
        return squeeze(element.text)
    if next(element.iterdescendants(*_BREAKING), None) is None:
        return squeeze("".join(element.itertext()))
    return squeeze("".join(_texts(element)))


def value_of(element: HtmlElement) -> str:
    """What a microdata element says: content, datetime, or its text."""
    return plain(element.get("content") or element.get("datetime") or "") or text_of(element)


def labels(element: HtmlElement) -> str:
    """What the page's authors call an element: class, id, role, test ids; lower case."""
    get = element.get
    return f"{get('class') or ''} {get('id') or ''} {get('data-testid') or ''} {get('data-component') or ''}".lower()


def in_chrome(element: HtmlElement) -> bool:
    """Whether the element stands in navigation, an aside or a footer."""
    return any(parent.tag in _CHROME for parent in element.iterancestors())


def absolute(base: str, href: str | None) -> str | None:
    """An absolute http(s) URL; None for anything else, "javascript:" included."""
    if not href:
        return None
    href = href.strip()
    if href.startswith(("https://", "http://")):
        return href
    if href.startswith(("#", "javascript:", "data:", "mailto:", "tel:", "about:", "blob:")):
        return None
    try:
        joined = urljoin(base, href)
        return joined if urlsplit(joined).scheme in ("http", "https") else None
    except ValueError:
        return None


def _texts(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        if child.tag in _BREAKING:
            yield " "
        yield child.tail or ""


def _elements(tree: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = _ITEMS(tree)  # type: ignore[assignment]  # an XPath for elements
    return found


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


def _own_urls(sources: Sources) -> set[str]:
    claims = [sources.url, *sources.rels.get("canonical", ()), *sources.meta.get("og:url", ())]
    return {jsonld.bare_url(claim) for claim in claims if claim}


def _own_titles(sources: Sources) -> set[str]:
    titles = [sources.title, *sources.meta.get("og:title", ()), *sources.meta.get("twitter:title", ())]
    titles += [text_of(heading) for heading in sources.headings[:3]]
    return {key(title) for title in titles if title}
