"""Markup that hides what a reader sees, made plain before the page is indexed.

Shadow roots and noscript bodies are unwrapped; headings that are pictures get their words; drop caps, readings above
Japanese words, tables that lay out the page and paragraphs set with line breaks become what they look like.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.base.strings import without_controls
from tasks.extract.tree.text import label_of, set_apart, text_of
from tasks.extract.tree.vocabulary import HIDDEN, meaning

_UNHEARD = XPath("//p//*[@aria-hidden='true']")
_READINGS = XPath("//rt|//rtc|//rp")
_HEADING_ROLES = XPath("//*[@role='heading' and @aria-level='1' and not(self::h1)]")
_BY_ID = XPath("//*[@id=$name]")
_NOSCRIPT_CHARS = 300  # of paragraphs; less is a notice that scripts are needed
_CELLS = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")
_LOOSE_CHARS = 60
_STORY_CHARS = 400  # in one cell: no table of figures has that
_BREAKING = frozenset(("br", "p", "div", "table", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "figure", "section",
                       "article", "center", "form", "hr", "pre", "dl"))  # fmt: skip
_BREAKABLE = ("div", "td", "p", "article", "section", "font", "center", "span", "main", "body")
_MIN_BREAKS = 2  # pairs of br in one element, by which it is prose set with them


def make_plain(tree: HtmlElement) -> None:
    """Change a page's tree where its markup would mislead."""
    _unwrap(tree)
    _name_headings(tree)
    _say_once(tree)
    for reading in _elements(_READINGS, tree):
        reading.drop_tree()
    _join_initials(tree)
    for table in reversed(list(tree.iter("table"))):  # inner ones first, while those around them are tables
        if _is_layout(table):
            for element in _own_cells(table):
                element.tag = "div"
                if len((element.text or "").strip()) >= _LOOSE_CHARS and element.find("p") is not None:
                    _split(element)  # a cell's first paragraph often has no element of its own
    for element in list({br.getparent(): None for br in tree.iter("br")}):
        if element is not None and element.tag in _BREAKABLE and _pairs(element) >= _MIN_BREAKS:
            _split(element)
    set_apart(tree)


def _unwrap(tree: HtmlElement) -> None:
    """What browsers show though it stands in elements for machines: declarative shadow roots; noscript's paragraphs."""
    for template in list(tree.iter("template")):
        if template.get("shadowrootmode") or template.get("shadowroot"):
            template.drop_tag()
    for element in list(tree.iter("noscript")):
        if sum(len(text_of(p)) for p in element.iter("p")) >= _NOSCRIPT_CHARS or _is_picture(element):
            element.drop_tag()


def _is_picture(noscript: HtmlElement) -> bool:
    """Whether it holds a figure's picture for browsers without scripts."""
    figure = next(noscript.iterancestors("figure"), None)
    return figure is not None and next(noscript.iter("img"), None) is not None


def _name_headings(tree: HtmlElement) -> None:
    """A heading without words is called what it is called for those who cannot see it; role=heading is a heading."""
    for element in _elements(_HEADING_ROLES, tree):
        element.tag = "h1"
    for heading in tree.iter("h1"):
        drawn = "".join(text_of(each) for each in heading.iter("svg"))  # its title is no text of the page
        if text_of(heading) == drawn:
            named = [
                each
                for name in (heading.get("aria-labelledby") or "").split()
                if (each := _by_id(tree, name)) is not None
            ]
            told = [text_of(each) for each in named]
            told += [text for each in heading.iter() for text in _accessible(each) if text]
            said = (text for text in told if text.strip())
            heading.text = next(said, None)


def _accessible(element: HtmlElement) -> Iterator[str | None]:
    yield element.get("aria-label")
    yield element.get("alt")
    yield element.get("title")
    if element.tag == "title":
        yield element.text


def _say_once(tree: HtmlElement) -> None:
    """One of what is hidden for the eye and what is hidden for the ear: "T" and "The" of a drop cap are one word."""
    spoken: dict[HtmlElement, bool] = {}
    for unheard in _elements(_UNHEARD, tree):
        around = next(unheard.iterancestors("p"), None)
        if around is None:  # it went with what was around it
            continue
        if around not in spoken:
            spoken[around] = _show_spoken(around)
        if spoken[around]:
            unheard.drop_tree()
        else:
            unheard.attrib.pop("aria-hidden")


def _join_initials(tree: HtmlElement) -> None:
    """An initial that is a picture, or an element of its own before its paragraph, belongs to the first word."""
    for picture in list(tree.iterfind(".//p/img")):
        initial, paragraph = (picture.get("alt") or "").strip(), picture.getparent()
        if (
            paragraph is not None
            and len(initial) == 1
            and not (paragraph.text or "").strip()
            and paragraph[0] is picture
        ):
            paragraph.text = without_controls(initial)
            picture.drop_tree()
    for paragraph in tree.iter("p"):
        before = paragraph.getprevious()
        if before is not None and (paragraph.text or " ")[0].islower() and len(initial := text_of(before)) == 1:
            paragraph.text = without_controls(initial + (paragraph.text or ""))
            before.drop_tree()


def _show_spoken(paragraph: HtmlElement) -> bool:
    """Whether a paragraph has words for the ear alone; they are shown."""
    found = [each for each in paragraph.iterdescendants() if meaning(label_of(each)) & HIDDEN]
    for each in found:
        each.attrib.pop("class", None)
    return bool(found)


def _is_layout(table: HtmlElement) -> bool:
    """Whether a table lays out the page: it says so, or holds tables, headings or a story in a cell."""
    if table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table", "h1", "article"), None) is not None:
        return True
    return any(len(text_of(cell)) >= _STORY_CHARS for cell in table.iter("td"))


def _own_cells(table: HtmlElement) -> list[HtmlElement]:
    """A table and its parts, without those of tables in it, which may be tables of the story."""
    return [each for each in table.iter(*_CELLS) if each is table or (next(each.iterancestors("table")) is table
            and each.tag != "table")]  # fmt: skip


def _pairs(element: HtmlElement) -> int:
    return sum(_is_pair(child) for child in element.iterchildren("br"))


def _is_pair(br: HtmlElement) -> bool:
    following = br.getnext()
    return following is not None and following.tag == "br" and not (br.tail or "").strip()


def _split(element: HtmlElement) -> None:
    """Make paragraphs of what two line breaks set apart."""
    parts = list(_parts(element))
    tail = element.tail
    for child in list(element):
        element.remove(child)
    element.text = None
    for text, children in parts:
        if len(children) == 1 and not (text or "").strip() and children[0].tag in _BREAKING:
            element.append(children[0])
            continue
        paragraph = element.makeelement("p" if element.tag != "p" else "span")
        paragraph.text = without_controls(text or "")
        paragraph.extend(children)
        element.append(paragraph)
    if element.tag == "p":
        element.tag = "div"
        for child in element.iterchildren("span"):
            child.tag = "p"
    element.tail = tail


def _parts(element: HtmlElement) -> Iterator[tuple[str | None, list[HtmlElement]]]:
    text, children = element.text, list[HtmlElement]()
    skipping = False
    for child in list(element):
        if _is_pair(child) if child.tag == "br" else child.tag in _BREAKING:
            if (text or "").strip() or children:
                yield text, children
            text, children = None, []
            if child.tag == "br":
                skipping = True
                continue
            text, child.tail = child.tail, None
            yield None, [child]
        elif skipping and child.tag == "br":
            text = child.tail
            skipping = False
        else:
            skipping = False
            children.append(child)
    if (text or "").strip() or children:
        yield text, children


def _by_id(tree: HtmlElement, name: str) -> HtmlElement | None:
    found: list[HtmlElement] = _BY_ID(tree, name=name)  # type: ignore[assignment]  # an XPath for elements
    return next(iter(found), None)


def _elements(path: XPath, tree: HtmlElement) -> list[HtmlElement]:
    found: list[HtmlElement] = path(tree)  # type: ignore[assignment]  # an XPath for elements
    return found
