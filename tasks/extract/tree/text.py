"""What one element says, and what the page's authors call it."""

from __future__ import annotations

from lxml.html import HtmlElement

from tasks.base.strings import CONTROL, squeeze

# End a word without a space in the markup.
_BREAKING = frozenset(("br", "p", "div", "li", "h1", "h2", "h3", "ul", "td"))
_LANDMARKS = frozenset(("section", "aside", "div", "ul", "ol", "form", "nav"))
_MAX_NAME = 40  # characters of an accessible name that can be a label


def label_of(element: HtmlElement) -> str:
    """What the page's authors call an element: class, id and test ids."""
    get = element.get
    label = get("class") or ""
    for name in ("id", "data-testid", "data-component"):
        if value := get(name):
            label = f"{label} {value}"
    if element.tag in _LANDMARKS and (value := get("aria-label")) and len(value) <= _MAX_NAME:
        label = f"{label} {value}"
    return label


def set_apart(tree: HtmlElement) -> None:
    """Put a space behind every element that ends a word, so that what it says can be joined as it stands."""
    for element in tree.iter(*_BREAKING):
        tail = element.tail or ""
        if not tail[:1].isspace() and not CONTROL.search(tail):  # which lxml reads, and loses when it is to set them
            element.tail = f" {tail}"


def text_of(element: HtmlElement) -> str:
    """An element's own words: its text on one line."""
    return squeeze("".join(element.itertext()) if len(element) else element.text)
