"""The index of one page: its elements in document order, walked once, and what every decider asks of them.

    place    number in document order; the elements inside of one are those from `place` to `end`
    labels   what class, id, role and test ids mean (vocabulary), its own and those of the elements around it
    text     its words on one line, remembered

Deciders ask the index; none walks the tree itself. What is taken out of the tree leaves the index too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import accumulate

from lxml.etree import XPath
from lxml.html import HtmlElement

from tasks.extract.tree.text import label_of, text_of
from tasks.extract.tree.vocabulary import NAVIGATION, RELATED, SPONSORED, meaning

NAV = 1 << 20  # landmarks, by tag or role
ASIDE = 1 << 21
FOOTER = 1 << 22
HEADER = 1 << 23
CHROME = NAV | ASIDE | FOOTER
_LANDMARKS = {
    "nav": NAV | NAVIGATION,
    "footer": FOOTER | NAVIGATION,
    "header": HEADER | NAVIGATION,
    "aside": ASIDE | RELATED,
    "navigation": NAV | NAVIGATION,
    "contentinfo": FOOTER | NAVIGATION,
    "complementary": ASIDE | RELATED,
}
_TELLING = NAVIGATION | RELATED | SPONSORED
_MARKED = {name: XPath(f"//*[@{name}]") for name in ("itemprop", "itemtype")}
_WHOLE = frozenset(("html", "body"))  # their labels are about the page


class PageTree:
    """One page's elements, by tag and by place.

    Args:
        root: the parsed page without comments; changed by `drop`.
    """

    def __init__(self, root: HtmlElement) -> None:
        self.root = root
        self.elements: list[HtmlElement] = list(root.iter())
        self.place = {element: at for at, element in enumerate(self.elements)}
        self.parent: list[int] = []
        self.own: list[int] = []
        self.around: list[int] = []  # of the element and all around it
        self.nearest: list[int] = []  # of the nearest that tells what links are: itself or one around it
        self._by_tag: dict[str, list[HtmlElement]] = defaultdict(list)
        self._texts: dict[HtmlElement, str] = {}
        self._having: dict[str, list[HtmlElement]] = {}
        self._walk()
        self.end = self._ends()
        self._alive = bytearray(b"\x01") * len(self.elements)

    def _walk(self) -> None:
        place, own, around, parent, by_tag = self.place, self.own, self.around, self.parent, self._by_tag
        nearest = self.nearest
        for element in self.elements:
            tag = element.tag
            by_tag[tag].append(element)
            above = element.getparent()
            at = place[above] if above is not None else -1
            parent.append(at)
            said = meaning(label) if (label := label_of(element)) and tag not in _WHOLE else 0
            said |= _LANDMARKS.get(tag, 0)
            if role := element.get("role"):
                said |= _LANDMARKS.get(role, 0)
            own.append(said)
            around.append(said | around[at] if at >= 0 else said)
            nearest.append(said if said & _TELLING or at < 0 else nearest[at])

    def _ends(self) -> list[int]:
        ends = [at + 1 for at in range(len(self.elements))]
        for at in range(len(ends) - 1, 0, -1):
            above = self.parent[at]
            if ends[at] > ends[above]:
                ends[above] = ends[at]
        return ends

    def of(self, *tags: str) -> list[HtmlElement]:
        """The page's elements with these tags, in document order."""
        found = [element for tag in tags for element in self._by_tag.get(tag, ()) if self._alive[self.place[element]]]
        return found if len(tags) == 1 else sorted(found, key=self.place.__getitem__)

    def labelled(self, wanted: int, *tags: str) -> list[HtmlElement]:
        """The page's elements with these tags whose own labels say so, in document order."""
        found = (self.elements[at] for at, said in enumerate(self.own) if said & wanted and self._alive[at])
        return [element for element in found if element.tag in tags]

    def within(self, element: HtmlElement, *tags: str) -> list[HtmlElement]:
        """What stands inside of an element, in document order, with these tags."""
        at = self.place[element]
        inside = self.elements[at + 1 : self.end[at]]
        alive = self._alive
        return [each for each in inside if each.tag in tags and alive[self.place[each]]]

    def holds(self, outer: HtmlElement, inner: HtmlElement) -> bool:
        """Whether one element stands inside of another, or is it."""
        at = self.place[outer]
        return at <= self.place[inner] < self.end[at]

    def means(self, element: HtmlElement, wanted: int) -> bool:
        """Whether an element's own labels say so."""
        return bool(self.own[self.place[element]] & wanted)

    def stands_in(self, element: HtmlElement, wanted: int) -> bool:
        """Whether the labels of an element around it say so."""
        at = self.parent[self.place[element]]
        return at >= 0 and bool(self.around[at] & wanted)

    def ancestors(self, element: HtmlElement) -> Iterator[HtmlElement]:
        """The elements around one, nearest first."""
        at = self.parent[self.place[element]]
        while at >= 0:
            yield self.elements[at]
            at = self.parent[at]

    def marked(self, attribute: str, value: str) -> list[HtmlElement]:
        """The elements with an attribute that has the value, or ends in it after a slash."""
        return [
            each
            for each in self.having(attribute)
            if value in {part.rsplit("/", 1)[-1] for part in (each.get(attribute) or "").split()}
            and self.is_there(each)
        ]

    def having(self, attribute: str) -> list[HtmlElement]:
        """The elements that have itemprop or itemtype, those taken out among them no more."""
        if attribute not in self._having:
            self._having[attribute] = _MARKED[attribute](self.root)  # type: ignore[assignment]
        return [each for each in self._having[attribute] if self.is_there(each)]

    def is_there(self, element: HtmlElement) -> bool:
        """Whether an element is in the index and has not been taken out."""
        at = self.place.get(element)
        return at is not None and bool(self._alive[at])

    def text(self, element: HtmlElement) -> str:
        """An element's words on one line, remembered."""
        found = self._texts.get(element)
        if found is None:
            found = self._texts[element] = text_of(element)
        return found

    def sums(self, weights: dict[HtmlElement, int]) -> list[int]:
        """Running totals: what elements inside of one weigh together is `sums[end] - sums[place]`."""
        each = [0] * len(self.elements)
        for element, weight in weights.items():
            each[self.place[element]] = weight
        return [0, *accumulate(each)]

    def drop(self, elements: Iterable[HtmlElement]) -> None:
        """Take elements out of the tree and the index, with what is in them but not what follows them."""
        for element in elements:
            at = self.place[element]
            if self._alive[at] and element.getparent() is not None:
                for around in self.ancestors(element):
                    self._texts.pop(around, None)
                element.drop_tree()
                self._alive[at : self.end[at]] = bytes(self.end[at] - at)
