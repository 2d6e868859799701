"""Where a page names its authors: JSON-LD, meta, microdata, rel=author, elements labelled as bylines, "By Ann Lee"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from tasks.base.strings import key, plain, squeeze
from tasks.extract.fields.names import MAX_NAME_CHARS, NOT_NAME, Whole, like_name, people_in
from tasks.extract.signals import jsonld
from tasks.extract.signals.page_signals import Sources, value_of
from tasks.extract.tree.index import CHROME, FOOTER, NAV, PageTree
from tasks.extract.tree.position import is_elsewhere, nearest_first
from tasks.extract.tree.vocabulary import BYLINE

_META = ("author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author",
         "byl", "dc.creator", "dcterms.creator", "dcsext.author", "cxenseparse:author", "bt:author", "og:author",
         "analyticsattributes.author", "smartbanner:author", "citation_author", "sailthru.byline_name",
         "twitter:data1")  # fmt: skip
_BYLINE_TAGS = ("span", "div", "p", "a", "address", "cite", "li", "strong", "em", "ul", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(("div", "p", "br", "li", "ul", "time", "h3", "h4", "h5", "h6"))  # what a line of a byline ends at
_LINE_TAGS = ("p", "div", "span", "h3", "h4", "h5", "strong", "em", "b", "i", "li")
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|profile|editors|contributors?|autor(?:en|es|i)?|auteurs?|people|staff|journalists?|redakt\w+)/[^/?#]+/?$",
    re.IGNORECASE,
)
_BARE_NAME = re.compile(r"^[A-ZÀ-Þ][\w'’-]+(?: [A-Z]\.)?(?: [A-ZÀ-Þ][\w'’-]+){1,2}$")
_BY_TEXT = re.compile(
    r"^(?:autor(?:in)?(?:/autor)?|author|by|von|par|por|di|av|af|door)[:\s]+(?:[A-ZÀ-Þ][\w.'’-]+\s*){2,5}",
    re.IGNORECASE,
)
_BARS = re.compile(r"\s*(?:\|\s*)+")
_LABEL_AND_BAR = re.compile(r"^(\W*(?:\w+ )?(?:by|von|par|por|di|de|av|af|door):?) \| ", re.IGNORECASE)
# What else people did for a story, before their names: "Photography by", "Redigiert von", "Fact checked by".
_OTHER_CREDIT = re.compile(
    r"(?P<what>\b(?:photo|pictur|imag|styl|edit|illustr|graphic|video|review|fact|medical|translat|foto|bild|redigier|"
    r"übersetz|lektor|traduc|tradu|traduz)[\w -]{0,24}?(?:\b(?:by|von|de|par|por|di)\b|:))\s+"
    r"(?P<name>(?:[A-ZÀ-Þ][\w.'’-]+\s*){2,4})",
    re.IGNORECASE,
)
_STORY = re.compile(r"story|words|text|writ|report", re.IGNORECASE)
_PICTURE_LEVELS, _CAPTION_WORDS = 5, range(8, 81)
_MAX_CREDITS = 200  # characters
_NEAR_LINKS = range(-40, 121)  # elements from the headline
_BY_START = re.compile(r"^(?:autor(?:in)?(?:/autor)?|author|by|von|par|por|di|av|af|door)\b", re.IGNORECASE)


def claims(sources: Sources) -> Iterator[tuple[str, list[str]]]:
    """Every signal and the texts that it gives, in the order of their worth."""
    yield "jsonld", _of_json(sources, "author") or _of_json(sources, "creator")
    for name in _META:
        values = sources.meta.get(name, [])
        if name == "twitter:data1" and not re.search(
            "writ|author|verfasst|geschrieben|[ée]crit|escrito|scritto|by",
            sources.first("twitter:label1") or "",
            re.IGNORECASE,
        ):
            continue
        yield "meta", [value for value in values if not NOT_NAME.search(value)]
    yield "microdata", _of_items(sources)
    yield "rel", _of_rel(sources)
    yield "byline", _of_bylines(sources)
    yield "feed", [sources.hints.feed_author] if sources.hints.feed_author else []


def _of_json(sources: Sources, member: str) -> list[str]:
    names: list[str] = []
    for item in jsonld.resolve(sources.nodes, sources.article.get(member)):
        names.extend(_json_names(item))
    return names


def _json_names(item: Any) -> list[str]:
    if not isinstance(item, dict):
        return [text] if isinstance(item, str) and (text := plain(item)) else []
    if isinstance(inner := item.get("mainEntity"), dict):  # of a profile's page
        return _json_names(inner)
    given = [jsonld.text_of(item.get(part)) for part in ("givenName", "additionalName", "familyName")]
    names = [jsonld.text_of(part) for part in jsonld.as_list(item.get("name"))] or [
        " ".join(filter(None, given)) or jsonld.text_of(item)
    ]
    kind = Whole if "Person" in jsonld.types(item) else str
    return [kind(name) for name in names if name]


def _of_items(sources: Sources) -> list[str]:
    names = []
    for element in sources.items.get("author", ()):
        inner = [child for child in element.iterdescendants() if "name" in (child.get("itemprop") or "").split()]
        told = value_of(sources.page, inner[0] if inner else element)
        names.append(Whole(told) if inner and (element.get("itemtype") or "").endswith("Person") else told)
    return [name for name in names if len(name) < 2 * MAX_NAME_CHARS]


def _of_rel(sources: Sources) -> list[str]:
    """The first link that calls itself the author's, and those beside it."""
    page = sources.page
    links = [anchor for anchor in page.of("a") if "author" in (anchor.get("rel") or "").split()]
    links = [anchor for anchor in links if not page.stands_in(anchor, NAV | FOOTER)]
    beside = [anchor for anchor in links if anchor.getparent() is links[0].getparent()]
    return [Whole(text) for text in _texts(page, beside[:4])]


def _of_bylines(sources: Sources) -> list[str]:
    """The byline nearest to the headline; those of cards and comments are others'."""
    page = sources.page
    for element in nearest_first(page, sources.heading, _labelled(page)):
        texts = _of_byline(page, element)
        if texts and any(people_in(text) for text in texts):
            return texts
    return []


def _labelled(page: PageTree) -> list[HtmlElement]:
    return [each for each in page.labelled(BYLINE, *_BYLINE_TAGS) if not _is_anothers(page, each)]


def _is_anothers(page: PageTree, element: HtmlElement) -> bool:
    """Whether a byline is a card's, a comment's, or a picture's: what stands with a picture and its caption."""
    if is_elsewhere(page, element):
        return True
    for around in islice(page.ancestors(element), _PICTURE_LEVELS):
        if around.tag in ("body", "article", "main"):
            return False
        if around.tag == "figure":
            return True
        if page.within(around, "img", "picture"):
            return len(page.text(around).split()) - len(page.text(element).split()) in _CAPTION_WORDS
    return False


def other_credits(sources: Sources) -> set[str]:
    """Keys of the people whom the page's bylines name for something else than its text."""
    texts = [text for element in _labelled(sources.page) if len(text := sources.page.text(element)) < _MAX_CREDITS]
    credits = [match for text in texts for match in _OTHER_CREDIT.finditer(text) if not _STORY.search(match["what"])]
    return {key(name) for match in credits for name in people_in(match["name"])}


def _of_byline(page: PageTree, element: HtmlElement) -> list[str]:
    """A byline's parts: its links where it has several, else its words, set apart where elements end."""
    links = _texts(page, element.iter("a"))
    if len(links) >= 2 and all(like_name(link) for link in links):
        return links
    parts = _texts(page, (child for child in element.iterdescendants() if not len(child)))
    if len(parts) >= 2 and all(like_name(part) for part in parts):
        return parts
    whole = _LABEL_AND_BAR.sub(r"\1 ", _BARS.sub(" | ", squeeze(_lines(element))).strip(" |"))
    return [whole] if 2 < len(whole) < 150 else []


def _lines(element: HtmlElement) -> str:
    """The words of a byline, with bars where its lines end: "By Ann Lee | The Paper | 3 May"."""
    said = [element.text or ""]
    for child in element:
        bar = " | " if child.tag in _BLOCKS else " "
        said += [bar, _lines(child), bar, child.tail or ""]
    return "".join(said)


def in_first_lines(text: str) -> list[str]:
    """The names that stand alone in one of a story's first two lines, as small outlets put them: "ANN LEE"."""
    for line in text.split("\n\n")[:3]:
        if len(line) <= MAX_NAME_CHARS and not line.endswith((".", "?", "!", ":")):
            parts = [part.strip() for part in line.split("/")]
            if all(_BARE_NAME.match(part) for part in parts):
                return parts
    return []


def of_link(sources: Sources) -> list[str]:
    """The first link that leads to an author's page and says a name."""
    page = sources.page
    for anchor in page.of("a"):
        is_authors = _AUTHOR_PAGE.search(anchor.get("href") or "") and not page.stands_in(anchor, CHROME)
        if is_authors and like_name(page.text(anchor)):
            return [page.text(anchor)]
    return []


def of_links(sources: Sources) -> list[str]:
    """Names side by side beside the headline, each a link to its author's page."""
    page, heading = sources.page, sources.heading
    if heading is None:
        return []
    links = [
        anchor
        for anchor in page.of("a")
        if page.place[anchor] - page.place[heading] in _NEAR_LINKS
        and _AUTHOR_PAGE.search(anchor.get("href") or "")
        and not is_elsewhere(page, anchor)
        and like_name(page.text(anchor))
        and page.text(anchor) not in page.text(heading)  # whom the story is about
    ]
    nearest = nearest_first(page, heading, links)[:1]
    beside = [anchor for anchor in links if anchor.getparent() is nearest[0].getparent()]
    return [Whole(page.text(anchor)) for anchor in beside] if len(beside) > 1 else []


def of_text(sources: Sources) -> list[str]:
    """A line that is "By Ann Lee" and no more, however it is labelled."""
    page = sources.page
    for element in nearest_first(page, sources.heading, page.of(*_LINE_TAGS)):
        if len(element) <= 4 and (text := _line_of(page, element)) and not _is_anothers(page, element):
            return [text]
    return []


def _line_of(page: PageTree, element: HtmlElement) -> str | None:
    """An element's words, or those behind one of its children, where they are a byline and no more."""
    starts = (element.text or "").strip() or (len(element) and (element[0].text or "").strip()) or ""
    whole = [page.text(element)] if _BY_START.match(starts) else []
    lines = (*whole, *(squeeze(child.tail) for child in element if child.tail))
    return next((line for line in lines if len(line) < 80 and _BY_TEXT.match(line)), None)


def _texts(page: PageTree, elements: Iterable[HtmlElement]) -> list[str]:
    return [text for element in elements if (text := page.text(element)) and len(text) < 150]
