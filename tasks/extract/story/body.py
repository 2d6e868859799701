"""The story's text: trafilatura chooses the blocks, then what is around a story but not of it is taken out.

The standfirst (the introduction under the headline) is part of what a reader reads, and trafilatura often leaves it out
because it stands in the header: it is put first, but only if the page shows it; a description that only machines see is
in `description`. When the page's tree yields next to nothing, JSON-LD's articleBody is the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.selectors import Marked
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources
from tasks.extract.story import clutter, core, incomplete, own_links, prompts, prune, recovery, selected, stated
from tasks.extract.tree.index import CHROME, PageTree
from tasks.extract.tree.vocabulary import FOREIGN, STANDFIRST
from warehouse.prose import words

_MIN_WORDS = 40  # less than this from the tree, and articleBody is asked
_STANDFIRST_CHARS = (40, 900)
_START_CHARS = 12
_KNOWN_BY = 40
_LITTLE_CHARS = 400  # a story of less may be a notice, or what a script is to replace
_NOTICE_CHARS = 2000  # a text of less, none of which is stated, is a notice in the story's place


@dataclass(frozen=True, slots=True)
class Story:
    """A story's text, paragraphs separated by one blank line, and what has to be said of how it was read."""

    text: str
    flags: tuple[str, ...] = ()


def read(
    sources: Sources,
    *,
    repeated: Iterable[str],
    captions: Iterable[str],
    names: Iterable[str],
    anchors: Iterable[str],
    marked: Sequence[Marked] = (),
) -> Story:
    """The body; empty when the page has none.

    Args:
        sources: the page; its tree is changed.
        repeated, captions, names: what must not be repeated in the body (titles, picture texts, bylines).
        anchors: what the page's links say: a block that is only that is a teaser.
        marked: what the selectors of its source found.
    """
    captions, names = list(captions), list(names)
    titles = {key(title) for title in repeated if title}
    gone = selected.take_out(sources.page, marked)
    chosen = selected.read(sources.page, marked)
    kept = clutter.without(chosen, repeated=titles, captions=captions, names=names, linked=set(), asked=set())
    text = "\n\n".join(block.text for block in kept)
    if text:
        story = Story(text)
    else:
        whole = _found(sources, titles, captions=captions, names=names, anchors=anchors)
        story = _or_stated(whole, sources, titles, gone)
    flags = [] if text or all(each.kind != "select" for each in marked) else [selected.UNMATCHED]
    if incomplete.is_incomplete(sources.page, sources.article, story.text):
        flags.append(incomplete.INCOMPLETE)
    return replace(story, flags=(*story.flags, *flags))


def _found(sources: Sources, titles: set[str], *, captions: list[str], names: list[str], anchors: Iterable[str]) -> str:
    """The text that is chosen of the page's tree."""
    page = sources.page
    heading = sources.heading if sources.heading is not None and page.is_there(sources.heading) else None
    first = standfirst(sources, heading)
    linked = clutter.headlines(anchors)
    own = own_links.settle(page, heading)
    own |= prune.prune(page, heading, sources.url)
    asked = prompts.find(page)
    found = recovery.complete(core.extract(page, heading, sources.url), page)
    found = clutter.after_heading(found, page, heading)
    kept = clutter.without(found, repeated=titles, captions=captions, names=names, linked=linked - own, asked=asked)
    text = "\n\n".join(block.text for block in kept)
    return f"{first}\n\n{text}" if first and not _contains(text, first) else text


def _or_stated(text: str, sources: Sources, titles: set[str], gone: set[str]) -> Story:
    """The text that was read, or the one that the page holds for machines where that is another and longer one."""
    said = selected.without(stated.of_article(sources.article), gone)
    if said and _is_elsewhere(text, said):
        return Story(said)
    if len(text) < _LITTLE_CHARS and sources.state:
        held = selected.without(stated.of_states(sources.state, titles), gone)
        if len(held) > 2 * len(text):
            return Story(held, flags=(stated.FROM_STATE,))
    return Story(text)


def _is_elsewhere(text: str, said: str) -> bool:
    """Whether what was read is little beside what is stated, or nothing of it."""
    if len(said) <= len(text):
        return False
    if len(said) < _LITTLE_CHARS:
        return words(text) < _MIN_WORDS
    if len(text) < _LITTLE_CHARS:
        return 2 * len(text) < len(said)
    whole = key(said)
    return len(text) < _NOTICE_CHARS and not any(key(block)[:_KNOWN_BY] in whole for block in text.split("\n\n"))


def without_byline(text: str, people: tuple[str, ...]) -> str:
    """The text without a line among its first three that only names its authors."""
    lines = text.split("\n\n")
    names = {key(" ".join(people)), key("".join(people)), *map(key, people)}
    return "\n\n".join(
        line for position, line in enumerate(lines) if position > 2 or key(line.replace("/", " ")) not in names
    )


def standfirst(sources: Sources, heading: HtmlElement | None) -> str | None:
    """The introduction that the page shows: an element that says what its description says, or is labelled so."""
    described = {key(text)[:200] for text in _descriptions(sources) if text}
    starts = {start[:_START_CHARS] for start in described}
    page = sources.page
    for element in page.of("p", "h2", "div", "span", "h3", "strong", "li"):
        own = page.own[page.place[element]]
        labelled = heading is not None and own & STANDFIRST and not own & FOREIGN
        if not labelled and key((element.text or "")[: 3 * _START_CHARS])[:_START_CHARS] not in starts:
            continue
        text = page.text(element)
        if not _STANDFIRST_CHARS[0] <= len(text) <= _STANDFIRST_CHARS[1]:
            continue
        if not (labelled and _near(page, element, heading)) and key(text)[:200] not in described:
            continue
        if not page.stands_in(element, CHROME) and not _linked(page, element):
            return text
    return None


def _descriptions(sources: Sources) -> list[str | None]:
    return [
        json_text(sources.article.get("description")),
        sources.first("og:description"),
        sources.first("description"),
    ]


def _near(page: PageTree, element: HtmlElement, heading: HtmlElement | None) -> bool:
    """Whether both stand in one small part of the page: a common ancestor within four levels of the heading."""
    if heading is None:
        return False
    around = [heading, *islice(page.ancestors(heading), 4)]
    return any(parent in around for parent in islice(page.ancestors(element), 4))


def _linked(page: PageTree, element: HtmlElement) -> bool:
    if any(parent.tag == "a" for parent in islice(page.ancestors(element), 4)):
        return True
    anchor = next(element.iter("a"), None)
    return anchor is not None and len(page.text(anchor)) > 0.8 * len(page.text(element))


def _contains(text: str, first: str) -> bool:
    """Whether the text already begins with the standfirst, give or take a dateline."""
    return key(first)[:60] in key(text[:4000])
