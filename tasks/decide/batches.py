"""A batch of pages beside what the warehouse knows: like is compared with like before anything is decided.

    pages | boilerplate of their outlet out | known articles, read by today's extractor, their boilerplate out | decide

A page that changed by nothing but our own doing (a newer extractor, a block that has been learned meanwhile) is
unchanged: the earlier capture goes through the same hands as the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import duckdb

from tasks.base.items import Candidate, Item
from tasks.decide.boilerplate import Recurrence, block_key, blocks_of, recurrences, strip
from tasks.decide.decide import KnownArticle, decide, identify
from tasks.decide.lookups import known_articles, recurring_blocks
from tasks.decide.revisions import content_hash
from tasks.extract.page import EXTRACTOR
from warehouse.records import Page, Refusal

Read = tuple[Item, Page]
Reread = Callable[[Sequence[KnownArticle]], list[Page | Refusal]]
_STORIES = ("article", "opinion", "live_blog", "media")


def decide_batch(
    pages: Sequence[Read], connection: duckdb.DuckDBPyConnection, *, reread: Reread, in_run: dict[str, str]
) -> list[Candidate]:
    """Decide on each page of a batch.

    Args:
        pages: items with what was read of them.
        connection: the warehouse.
        reread: reads earlier captures with today's extractor.
        in_run: article_id to URL of what this run has decided on; is added to.
    """
    idents = [identify(item, page)[1] for item, page in pages]
    known = _reread_older(known_articles(connection, idents), pages, idents, reread)
    decided: list[Candidate | None] = [None] * len(pages)
    groups = _by_source(pages)
    before = [known.get(ident) for ident in idents]
    learned = recurring_blocks(
        connection, {source: _blocks(pages, before, numbers) for source, numbers in groups.items()}
    )
    for source, numbers in groups.items():
        seen = _recurrences([pages[n] for n in numbers], [before[n] for n in numbers], learned[source])
        for n, recurring in zip(numbers, seen, strict=True):
            item, page = pages[n]
            stripped = strip(page.text, recurring) if page.page_kind in _STORIES else strip(page.text, {})
            earlier = _without_boilerplate(before[n], recurring)
            candidate = decide(item, replace(page, text=stripped.text), known=earlier, in_run=in_run)
            in_run.setdefault(idents[n], item.link.url)
            decided[n] = replace(candidate, removed=stripped.removed)
    return [candidate for candidate in decided if candidate is not None]


def _by_source(pages: Sequence[Read]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = defaultdict(list)
    for number, (item, _) in enumerate(pages):
        groups[item.link.source].append(number)
    return groups


def _blocks(pages: Sequence[Read], known: Sequence[KnownArticle | None], numbers: Sequence[int]) -> set[int]:
    """The blocks of one source's pages, and of the articles that they may be new versions of."""
    texts = [pages[n][1].text for n in numbers] + [each.text for n in numbers if (each := known[n])]
    return {block_key(block) for text in texts for block in blocks_of(text)}


def _recurrences(
    pages: Sequence[Read], known: Sequence[KnownArticle | None], learned: Mapping[int, Recurrence]
) -> list[Mapping[int, Recurrence]]:
    """What each page of one source should know of its blocks, and of those of the article it may be a version of."""
    texts = [page.text for _, page in pages]
    # An article that the warehouse has already has been counted there: only new ones are company for one another.
    new = [n for n, each in enumerate(known) if each is None and pages[n][1].page_kind in _STORIES]
    together = dict(zip(new, recurrences([texts[n] for n in new], learned), strict=True))
    known_one = of_a_known_article(learned)
    return [{**learned, **together[n]} if n in together else known_one for n in range(len(pages))]


def of_a_known_article(learned: Mapping[int, Recurrence]) -> Mapping[int, Recurrence]:
    """For an article that is among those counted: what the others have seen."""
    return {key: Recurrence(max(found.articles - 1, 0), max(found.of - 1, 0)) for key, found in learned.items()}


def _without_boilerplate(known: KnownArticle | None, seen: Mapping[int, Recurrence]) -> KnownArticle | None:
    if known is None:
        return None
    stripped = strip(known.text, seen)
    if not stripped.removed:
        return known
    return replace(known, text=stripped.text, content_hash=content_hash(known.headline, stripped.text))


def _reread_older(
    known: dict[str, KnownArticle], pages: Sequence[Read], idents: Sequence[str], reread: Reread
) -> dict[str, KnownArticle]:
    """The known articles as today's extractor reads them, where an older one has and the bytes differ."""
    digests = {ident: item.capture.digest for ident, (item, _) in zip(idents, pages, strict=True) if item.capture}
    older = [
        (ident, each)
        for ident, each in known.items()
        if each.extractor != EXTRACTOR and each.warc_file and each.digest != digests.get(ident)
    ]
    fresh = dict(known)
    for (ident, each), page in zip(older, reread([each for _, each in older]), strict=True):
        if isinstance(page, Page):
            fresh[ident] = replace(
                each, headline=page.headline, text=page.text, content_hash=content_hash(page.headline, page.text)
            )
    return fresh
