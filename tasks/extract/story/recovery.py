"""Paragraphs that the extraction left behind: in the same article, in containers of the same make as those it took.

trafilatura takes the first container that looks like a body; pages that interrupt the story with advertising put the
rest into sibling containers of the same class. (One page of the dev corpus in 150 lost more than half of its text so.)
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.story.blocks import Block
from tasks.extract.tree.index import PageTree

_MIN_CHARS = 80  # of a paragraph that is worth it
_MIN_LOSS = 0.2  # of the extracted text; less is the extraction's judgement
_MIN_MAKE = 0.3  # of the extracted text must stand in containers of this make
_KNOWN_BY = 60

Make = tuple[HtmlElement | None, str, str]


@dataclass(frozen=True, slots=True)
class _Paragraph:
    make: Make
    text: str
    name: str


def complete(found: list[Block], page: PageTree) -> list[Block]:
    """The blocks with what stands beside them on the page, in its order; the same list if nothing is lost."""
    positions = {key(block.text)[:_KNOWN_BY]: position for position, block in enumerate(found)}
    paragraphs = _paragraphs(page)
    makes = Counter({p.make: 0 for p in paragraphs})
    for paragraph in paragraphs:
        if paragraph.name in positions:
            makes[paragraph.make] += len(paragraph.text)
    taken = sum(makes.values())
    ours = {make for make, chars in makes.items() if taken and chars >= _MIN_MAKE * taken}
    lost = [p for p in paragraphs if p.make in ours and p.name not in positions]
    if sum(len(p.text) for p in lost) < _MIN_LOSS * max(taken, 1):
        return found
    return _merged(found, paragraphs, positions, {p.name for p in lost})


def _merged(found: list[Block], paragraphs: list[_Paragraph], positions: dict[str, int], lost: set[str]) -> list[Block]:
    after: dict[int, list[Block]] = {}
    last = -1
    for paragraph in paragraphs:
        if paragraph.name in positions:
            last = max(last, positions[paragraph.name])
        elif paragraph.name in lost:
            after.setdefault(last, []).append(Block("p", paragraph.text))
            lost.discard(paragraph.name)
    merged = after.get(-1, [])
    for position, block in enumerate(found):
        merged = [*merged, block, *after.get(position, [])]
    return merged


def _paragraphs(page: PageTree) -> list[_Paragraph]:
    found = []
    for element in page.of("p"):
        if len(element.text or "") < _MIN_CHARS and not len(element):
            continue
        text = page.text(element)
        if len(text) >= _MIN_CHARS:
            found.append(_Paragraph(_make(page, element), text, key(text)[:_KNOWN_BY]))
    return found


def _make(page: PageTree, element: HtmlElement) -> Make:
    parent = element.getparent()
    article = next((each for each in page.ancestors(element) if each.tag == "article"), None)
    label = f"{parent.tag} {parent.get('class') or ''}" if parent is not None else ""
    return article, label, element.get("class") or ""
