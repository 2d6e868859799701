"""Lines that ask the reader for something, known by where their links lead and how they are set, in any language.

A paragraph that links to a newsletter's form, an app store, a channel or the outlet's own profile is a prompt; so is a
short line without a stop, alone between two full paragraphs and not set as a heading. A sentence of the story about
newsletters or apps is neither.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from tasks.base.strings import key
from tasks.extract.tree.index import CHROME, NAV, PageTree

_TARGET = re.compile(
    r"news-?letter|subscri|sign-?up|/join-|/abos?(?:/|$|nn?e)|donat(?:e|ion)|/membership|/support-?us|apps\.apple\.com|itunes\.apple|"
    r"play\.google\.com|news\.google\.com/publications|whatsapp\.com/channel|//t\.me/\w+/?$|^mailto:|"
    r"(?:facebook|twitter|//x|instagram|threads|tiktok)\.(?:com|net)/@?[\w.-]+/?$|youtube\.com/(?:@|c/|channel|user)",
    re.IGNORECASE,
)
_MAX_CHARS = 400
_STRAY_CHARS = 45
_FULL_CHARS = 120  # of a paragraph beside it
_FEW = 2
_ALL = 0.85  # of its characters stand in links
_STOPS = '.!?…。！？:：,;"”’»“)'
_SET = frozenset(("strong", "b", "em", "i", "h2", "h3"))


def find(page: PageTree) -> set[str]:
    """The keys (`strings.key`) of the page's prompts."""
    paragraphs = [(p, text) for p in page.of("p") if not page.stands_in(p, CHROME) and (text := page.text(p))]
    asking = [
        each
        for each in page.of("a")
        if not page.stands_in(each, NAV) and _TARGET.search((each.get("href") or "").strip())
    ]
    around = {p for each in asking for p in page.ancestors(each) if p.tag in ("p", "li")}
    found = {key(text) for p in around if len(text := page.text(p)) <= _MAX_CHARS and _asks(page, p, text)}
    return found | _strays(paragraphs) | {key(text) for p, text in paragraphs if _is_links(page, p, text)}


def _is_links(page: PageTree, paragraph: HtmlElement, text: str) -> bool:
    """Whether a paragraph is nothing but several links, each as long as a headline."""
    if len(paragraph) < _FEW or len(paragraph.text or "") > _FEW:
        return False
    said = [page.text(each) for each in page.within(paragraph, "a")]
    return (
        len(said) >= _FEW and min(len(each.split()) for each in said) > _FEW and sum(map(len, said)) > _ALL * len(text)
    )


def _asks(page: PageTree, paragraph: HtmlElement, text: str) -> bool:
    anchors = [each for each in paragraph.iter("a") if _TARGET.search((each.get("href") or "").strip())]
    linked = sum(len(page.text(each)) for each in anchors if page.is_there(each))
    return bool(anchors) and (linked >= _LINKED * len(text) or _is_set(paragraph))


_LINKED = 0.15  # of its characters stand in such links


def _is_set(paragraph: HtmlElement) -> bool:
    """Whether all of it is emphasised."""
    return not (paragraph.text or "").strip() and len(paragraph) == 1 and paragraph[0].tag in _SET


def _strays(paragraphs: list[tuple[HtmlElement, str]]) -> set[str]:
    found = set()
    ends = [*paragraphs[2:], paragraphs[-2]] if len(paragraphs) > 1 else []  # after the last one nothing has to come
    for (_, before), (p, text), (_, after) in zip(paragraphs, paragraphs[1:], ends, strict=False):
        if len(text) > _STRAY_CHARS or text[-1] in _STOPS or len(p) or p.get("class"):
            continue
        if len(before) >= _FULL_CHARS and len(after) >= _FULL_CHARS and before[-1] in _STOPS and text.count(" ") >= 2:
            found.add(key(text))
    return found
