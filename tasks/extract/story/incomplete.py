"""Whether a page shows or states more of its story than was read: the flag `text_incomplete`.

Three kinds of evidence: paragraphs between the first and the last one that was read, but not read; a word count, or an
articleBody, in JSON-LD that is much longer than the text. (Of 429 pages with a known text each is true of 3 to 5.)
"""

from __future__ import annotations

from tasks.base.strings import key
from tasks.extract.signals.jsonld import Node
from tasks.extract.tree.index import PageTree
from tasks.extract.tree.position import is_elsewhere
from warehouse import prose

INCOMPLETE = "text_incomplete"
_PARAGRAPH_CHARS = 80
_KNOWN_BY = 60
_MIN_MISSING = 300  # characters
_MISSING = 0.2  # of the text
_STATED_MORE = 1.4


def is_incomplete(page: PageTree, article: Node, text: str) -> bool:
    """Whether the text lacks what the page has; the page is as the extraction left it."""
    body = article.get("articleBody")
    if isinstance(body, str) and len(body) > _STATED_MORE * len(text) + _MIN_MISSING:
        return True
    stated = str(article.get("wordCount"))
    if stated.isdecimal() and len(stated) < 7 and int(stated) > _STATED_MORE * prose.words(text) + _MIN_MISSING / 6:
        return True
    least = max(_MIN_MISSING, _MISSING * len(text))
    return bool(text) and _skipped(page, text, least) >= least


def _skipped(page: PageTree, text: str, least: float) -> int:
    """How many characters of paragraphs stand unread between those that were read; 0 where they cannot be the least."""
    shown = [(p, said) for p in page.of("p") if len(said := page.text(p)) >= _PARAGRAPH_CHARS]
    if sum(len(said) for _, said in shown) < len(text) / 2 + least:
        return 0
    whole = key(text)
    taken = [key(said)[:_KNOWN_BY] in whole for _, said in shown]
    if True not in taken:
        return 0
    first, last = taken.index(True), len(taken) - taken[::-1].index(True)
    return sum(
        len(said)
        for (p, said), is_taken in zip(shown[first:last], taken[first:last], strict=True)
        if not is_taken
        and not is_elsewhere(page, p)
        and 2 * sum(len(page.text(a)) for a in page.within(p, "a")) < len(said)
    )
