"""CSS selectors that an owner gives a source: what holds a page's story, and what is taken out of it before it is read.

    "article .story > p" | steps (cssselect) | one XPath a step | which elements a step reaches, in one pass each

The whole expression as one XPath would need nothing of our own, but libxml2 takes more than 15 s for `div div p` on a
page of 98,000 nested elements; so each step costs one walk of the page (0.12 s for that one). What is counted among
siblings (`:nth-child`, `:first-of-type`) stays quadratic in the children of one element, and is bounded by the time
that a page may take.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import CombinedSelector, Selector, Tree
from lxml.etree import XPath, XPathError
from lxml.html import Element, HtmlElement

MAX_SELECTORS = 20  # of each kind
MAX_CHARS = 200
MAX_STEPS = 8  # of one selector
_DIGITS = 8
_NESTED = (" ", "~")  # what an element reaches that was reached itself, has been reached already
_TRANSLATOR = HTMLTranslator()

Steps = tuple[tuple[str, XPath], ...]  # combinator before it, and what it asks of an element


@dataclass(frozen=True, slots=True)
class Selectors:
    """What an owner says of the pages of a source.

    Attributes:
        select: what holds the story: all that any of these finds, in the order of the page.
        remove: what is no part of it, whatever holds it.
    """

    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that follow from what is asked, in whatever order; empty when nothing is."""
        if not (self.select or self.remove):
            return ""
        said = repr((sorted({*self.select}), sorted({*self.remove})))
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]

    @property
    def of_feed(self) -> Selectors:
        """What of it concerns a text that a feed gives: that is the story already."""
        return Selectors(remove=self.remove)


NONE = Selectors()


@dataclass(frozen=True, slots=True)
class Marked:
    """What a selector found on a page."""

    kind: str  # select, remove
    selector: str
    elements: tuple[HtmlElement, ...]


def mark(tree: HtmlElement, selectors: Selectors) -> tuple[Marked, ...]:
    """The elements of a page that each selector finds, as the page was sent: call it before the tree is changed.

    Raises:
        ValueError: a selector is none (`check`).
    """
    kinds = (("select", selectors.select), ("remove", selectors.remove))
    return tuple(Marked(kind, each, tuple(_find(tree, each))) for kind, given in kinds for each in given)


def check(given: Sequence[str]) -> None:
    """Whether these can be used.

    Raises:
        ValueError: which one cannot, why, and what to try.
    """
    if len(given) > MAX_SELECTORS:
        raise ValueError(f"{len(given)} selectors are more than {MAX_SELECTORS}; name what is around several of them")
    for each in given:
        _compiled(each)


def _find(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    found: dict[HtmlElement, None] = {}
    for steps in _compiled(selector):
        found |= dict.fromkeys(_of_steps(tree, steps))
    return list(found)


def _of_steps(tree: HtmlElement, steps: Steps) -> list[HtmlElement]:
    found: list[HtmlElement] = []
    for number, (combinator, wanted) in enumerate(steps):
        fitting: list[HtmlElement] = wanted(tree)  # type: ignore[assignment]  # an XPath for elements
        reached = _reached(found, combinator) if number else None
        found = [each for each in fitting if reached is None or each in reached]
        if not found:
            break
    return found


def _reached(before: list[HtmlElement], combinator: str) -> set[HtmlElement]:
    """What stands to elements (in the order of the page) as a combinator says."""
    reached: set[HtmlElement] = set()
    for element in before:
        if combinator not in _NESTED or element not in reached:
            reached.update(_around(element, combinator))
    return reached


def _around(element: HtmlElement, combinator: str) -> Iterator[HtmlElement]:
    if combinator == "+":
        following = element.getnext()
        yield from () if following is None else (following,)
    elif combinator == "~":
        yield from element.itersiblings()
    else:
        yield from element.iterchildren() if combinator == ">" else element.iterdescendants()


@lru_cache(maxsize=1024)
def _compiled(selector: str) -> tuple[Steps, ...]:
    """Each alternative of a selector (`a, b`) as steps.

    Raises:
        ValueError: it is too long, or is none.
    """
    if len(selector) > MAX_CHARS:
        raise ValueError(f"the selector {selector[:40]!r} … has more than {MAX_CHARS} characters; shorten it")
    try:
        found = tuple(tuple(_steps(each)) for each in parse(selector))
        for wanted in (wanted for steps in found for _, wanted in steps):
            wanted(Element("html"))  # some mistakes show only when it is used, an unknown prefix for one
    except (SelectorError, XPathError, ValueError, RecursionError) as error:
        raise ValueError(
            f"{selector!r} is no CSS selector that can be used: {error}. What is understood: tags, .class, #id, "
            "[attribute], combinators (a b, a > b, a + b, a ~ b), :not(), :is(), :has(), :nth-child() and their like"
        ) from None
    if any(len(steps) > MAX_STEPS for steps in found):
        raise ValueError(f"the selector {selector!r} has more than {MAX_STEPS} steps; begin it nearer to what is meant")
    return found


def _steps(selector: Selector) -> Iterator[tuple[str, XPath]]:
    if selector.pseudo_element:
        raise ValueError(f"::{selector.pseudo_element} is no element of the page")
    for combinator, tree in _flat(selector.parsed_tree):
        yield combinator, XPath(_TRANSLATOR.selector_to_xpath(Selector(tree), prefix="descendant-or-self::"))


def _flat(tree: Tree) -> Iterator[tuple[str, Tree]]:
    if isinstance(tree, CombinedSelector):
        yield from _flat(tree.selector)
        yield tree.combinator, tree.subselector
    else:
        yield " ", tree
