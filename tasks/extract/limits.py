"""One bounded parse: a page that libxml2 or trafilatura could not read whole is refused, never silently shortened.

libxml2 drops what lies below about 255 levels and what follows a text node of over 10 MB, without an error; its "huge"
mode keeps both, and then depth and elements can be counted. trafilatura's time is quadratic in the number of elements
(100,000 short paragraphs: 21 s).
"""

from __future__ import annotations

import re

from lxml.etree import ElementDefaultClassLookup, HTMLParser, LxmlError, XPath
from lxml.html import HtmlElement, document_fromstring

from tasks.base.strings import utf8
from warehouse.records import UnreadablePage

MAX_DEPTH = 250
MAX_ELEMENTS = 100_000
MAX_TEXT_CHARS = 10_000_000
MAX_PAGE_CHARS = 50_000_000
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# lxml.html asks Python for the class of every element it hands out; one class for all costs nothing (1.5 ms a page).
_CLASSES = ElementDefaultClassLookup(element=HtmlElement)
# Ten times faster than walking the tree in Python.
_COUNT = XPath("count(//*)")
_TOO_DEEP = XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_LONG_TEXT = re.compile(rf"[^<]{{{MAX_TEXT_CHARS}}}")


def parse(html: str) -> HtmlElement | UnreadablePage | None:
    """The page's tree; None when there is nothing to parse; a refusal when it is beyond a limit."""
    refusal = _too_long(html)
    if refusal:
        return refusal
    markup = _XML_DECLARATION.sub("", html)
    if not markup.strip():
        return None
    try:
        tree = document_fromstring(utf8(markup), parser=_parser())
    except (LxmlError, ValueError):
        return None
    _take_in(tree)
    refusal = _beyond(tree)
    return tree if refusal is None else refusal


def _take_in(tree: HtmlElement) -> None:
    """Put what stands behind the end of the html element into its body, as browsers do; libxml2 leaves it outside."""
    outside = list(tree.itersiblings())
    body = tree.find("body") if outside else None
    if body is not None:
        body.extend(outside)


def _parser() -> HTMLParser:
    parser = HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, collect_ids=False, encoding="utf-8")
    parser.set_element_class_lookup(_CLASSES)
    return parser


def _too_long(html: str) -> UnreadablePage | None:
    if len(html) > MAX_PAGE_CHARS:
        return _incomplete(f"{len(html)} characters, more than {MAX_PAGE_CHARS}")
    if len(html) > MAX_TEXT_CHARS and _LONG_TEXT.search(html):
        return _incomplete(f"a text of more than {MAX_TEXT_CHARS} characters")
    return None


def _beyond(tree: HtmlElement) -> UnreadablePage | None:
    elements = int(float(str(_COUNT(tree))))
    if elements > MAX_ELEMENTS:
        return _incomplete(f"{elements} elements, more than {MAX_ELEMENTS}")
    return _incomplete(f"nested more than {MAX_DEPTH} deep") if _TOO_DEEP(tree) else None


def _incomplete(observed: str) -> UnreadablePage:
    return UnreadablePage(rule="extraction_incomplete", observed=observed)
