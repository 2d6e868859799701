"""Where an element stands: how far from the headline, and whether in something that is not the story."""

from __future__ import annotations

from itertools import islice

from lxml.html import HtmlElement

from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.vocabulary import COMMENTS, RELATED, SIDE

_ELSEWHERE = RELATED | COMMENTS | SIDE
_NEAR = 6  # levels; what is called so farther out is a wrapper of the whole page
_BEFORE_FACTOR = 3


def nearest_first(page: PageTree, heading: HtmlElement | None, elements: list[HtmlElement]) -> list[HtmlElement]:
    """The elements by how far from the headline they begin; what stands before it counts as farther.

    Headers carry today's date, teasers and comments their own. (With all machine-readable dates taken away from the 214
    htmldate pages of the dev corpus, this order reads the day of 199 right, document order of 196.)
    """
    if heading is None:
        return elements
    own = page.place[heading]
    return sorted(elements, key=lambda element: _distance(page.place[element] - own))


def _distance(steps: int) -> int:
    return steps if steps >= 0 else _BEFORE_FACTOR * -steps


def is_elsewhere(page: PageTree, element: HtmlElement) -> bool:
    """Whether it stands in navigation, a teaser or a comment; whole-page wrappers do not count."""
    if page.stands_in(element, CHROME):
        return True
    for parent in islice(page.ancestors(element), _NEAR):
        if parent.tag in ("body", "main"):
            return False
        if page.means(parent, _ELSEWHERE):
            return True
    return False
