"""A batch of pages beside what the warehouse knows: like is compared with like before anything is decided.

    pages | in the order of time | whose are they? | boilerplate of their outlet out | decide | pages for later

Only what is in the warehouse holds an identity. So a batch is decided on in rounds: of pages that concern one article,
the first that would write it comes in this round, and the others after it was judged and loaded. A wall that is
rejected is then no article, and the story behind it is none's duplicate; a second version is compared with the first.

A page that changed by nothing but our own doing (a newer extractor, a block that has been learned meanwhile) is
unchanged: the earlier capture goes through the same hands as the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from tasks.base.boilerplate import STRIPPED, Recurrence, Stripped, block_keys, recurrences, strip
from tasks.base.items import DecidedPage, ReadPage, TrackedLink
from tasks.decide.decide import decide
from tasks.decide.identity import Evidence, Identity, as_known, disputed, evidence, identify
from tasks.decide.known import KnownArticle
from tasks.decide.known_articles import articles_called, articles_with_text, with_contents
from tasks.decide.learned import recurring_blocks
from tasks.decide.rereading import Reread, as_read_today, with_content
from tasks.extract.feedtext import FEED_ONLY
from tasks.extract.page import extractor_of
from tasks.extract.selectors import NONE, Selectors
from warehouse.records import Page

ReadItem = tuple[TrackedLink, Page]
WRITES = ("loaded", "revised")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One round of a batch."""

    candidates: tuple[DecidedPage, ...]
    later: tuple[ReadItem, ...] = ()  # to be decided on when these are loaded


def decide_batch(
    pages: Sequence[ReadItem],
    connection: duckdb.DuckDBPyConnection,
    *,
    reread: Reread,
    in_run: dict[str, str],
    selectors: Mapping[str, Selectors] = {},
) -> Decided:
    """Decide on each page of a batch that does not have to wait for another one.

    Args:
        pages: items with what was read of them.
        connection: the warehouse.
        reread: reads the earlier captures of articles with today's extractor, each as the pages of a source are read.
        in_run: article_id to URL of what this run has decided on; is added to.
        selectors: of the sources that have some.
    """
    pages = [(_as_asked(item, page), page) for item, page in pages]
    ordered = sorted(pages, key=lambda read: read[0].capture.fetched_at if read[0].capture else 0)
    brought = [evidence(item, page) for item, page in ordered]
    extractors = [extractor_of(selectors.get(item.link.source, NONE)) for item, _ in ordered]
    found = _identified(ordered, brought, _known(ordered, brought, connection), extractors)
    now = [n for n, each in enumerate(found) if each is not None]
    round_ = _Round(
        [ordered[n] for n in now],
        [brought[n] for n in now],
        [each for each in found if each],
        [extractors[n] for n in now],
        in_run,
    )
    candidates, waiting = round_.decided(connection, reread)
    later = [ordered[n] for n, each in enumerate(found) if each is None] + waiting
    return Decided(candidates=tuple(candidates), later=tuple(later))


def _as_asked(item: TrackedLink, page: Page) -> TrackedLink:
    """The page of a story that only its feed tells stands where the feed says, not where a wall's redirect led."""
    if FEED_ONLY not in page.flags or item.capture is None:
        return item
    return replace(item, capture=replace(item.capture, url=item.capture.requested_url))


def _known(
    pages: Sequence[ReadItem], brought: Sequence[Evidence], connection: duckdb.DuckDBPyConnection
) -> list[list[KnownArticle]]:
    """The articles that each page's names lead to; where they lead to none, those with its text."""
    called = articles_called(connection, [each.names for each in brought])
    lost = [n for n, articles in enumerate(called) if not articles and brought[n].is_story]
    learned = recurring_blocks(connection, _blocks_by_source([pages[n] for n in lost]))
    texts = [_stripped(pages[n][1], learned[pages[n][0].link.source]).text for n in lost]
    for n, articles in zip(lost, articles_with_text(connection, [brought[n] for n in lost], texts), strict=True):
        called[n] = articles
    return called


def _blocks_by_source(pages: Sequence[ReadItem]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for item, page in pages:
        found[item.link.source].update(_keys(page))
    return found


def _identified(
    pages: Sequence[ReadItem],
    brought: Sequence[Evidence],
    known: Sequence[Sequence[KnownArticle]],
    extractors: Sequence[str],
) -> list[Identity | None]:
    """Whose each page is; None for one that belongs to an article which an earlier page is about to make."""
    doubtful, coming = disputed(brought), _Coming()
    found: list[Identity | None] = []
    for (item, page), each, articles, extractor in zip(pages, brought, known, extractors, strict=True):
        mine = identify(each, [*articles, *coming.like(each)], disputed=doubtful)
        if mine.known is not None and coming.has(mine.article_id):
            found.append(None)
            continue
        found.append(mine)
        if mine.known is None and each.is_story:
            coming.add(each, as_known(each, mine, _as_article(item, page, extractor)))
    return found


class _Coming:
    """The new articles of this round, by their names and texts."""

    def __init__(self) -> None:
        self._by_name: dict[str, list[KnownArticle]] = defaultdict(list)
        self._by_text: dict[str, list[KnownArticle]] = defaultdict(list)
        self._idents: set[str] = set()

    def add(self, page: Evidence, article: KnownArticle) -> None:
        self._idents.add(article.article_id)
        for name in article.addresses:
            self._by_name[name].append(article)
        self._by_text[page.text].append(article)

    def has(self, ident: str) -> bool:
        return ident in self._idents

    def like(self, page: Evidence) -> list[KnownArticle]:
        met = [article for name in page.names for article in self._by_name.get(name, ())]
        return list({article.article_id: article for article in (*met, *self._by_text.get(page.text, ()))}.values())


def _as_article(item: TrackedLink, page: Page, extractor: str) -> KnownArticle:
    """A page as the article that it is about to become; its names come from `as_known`."""
    assert item.capture is not None  # noqa: S101 - only captured items are read
    return KnownArticle(
        article_id="",
        canonical_url="",
        source=item.link.source,
        domain=evidence(item, page).domain,
        url=item.capture.url,
        version=1,
        content_hash="",
        headline=page.headline,
        text=page.text,
        language=page.language,
        page_kind=page.page_kind,
        extractor=extractor,
        last_seen=item.capture.fetched_at,
        digest=item.capture.digest,
    )


class _Round:
    """Pages whose identity is clear, with the boilerplate of their outlets taken out."""

    def __init__(
        self,
        pages: list[ReadItem],
        brought: list[Evidence],
        found: list[Identity],
        extractors: list[str],
        in_run: dict[str, str],
    ) -> None:
        self.pages, self.brought, self.found, self.in_run = pages, brought, found, in_run
        self.extractors = extractors

    def decided(
        self, connection: duckdb.DuckDBPyConnection, reread: Reread
    ) -> tuple[list[DecidedPage], list[ReadItem]]:
        """The decisions, and the pages of articles that another page of this round is about to write."""
        before = self._before(connection, reread)
        seen = _recurrences(self.pages, before, connection)
        candidates, waiting, written = [], [], set()
        for n, (item, page) in enumerate(self.pages):
            mine = self.found[n]
            if mine.article_id in written:
                waiting.append((item, page))
                continue
            stripped = _stripped(page, seen[n] if page.page_kind in STRIPPED else {})
            earlier = _without_boilerplate(before[n], seen[n])
            mine, read = replace(mine, known=earlier), replace(page, text=stripped.text)
            candidate = decide(item, read, mine, self.brought[n], in_run=self.in_run)
            self.in_run.setdefault(mine.article_id, item.link.url)
            if candidate.outcome in WRITES or candidate.placed:
                written.add(mine.article_id)
            candidates.append(replace(candidate, removed=stripped.removed))
        return candidates, waiting

    def _before(self, connection: duckdb.DuckDBPyConnection, reread: Reread) -> list[KnownArticle | None]:
        """The known article of each page, as that page was read; with all its contents for an older capture."""
        known = {each.article_id: each.known for each in self.found if each.known}
        older = {
            each.article_id
            for (item, _), each in zip(self.pages, self.found, strict=True)
            if each.known and item.capture and item.capture.fetched_at < each.known.last_seen
        }
        known |= with_contents(connection, [known[ident] for ident in sorted(older)])
        before = [known[each.article_id] if each.known else None for each in self.found]
        return as_read_today(before, [item for item, _ in self.pages], self.extractors, reread)


def _keys(page: Page) -> tuple[int, ...]:
    """The keys of the blocks of a page that was read; its worker has worked them out."""
    return page.blocks if isinstance(page, ReadPage) else block_keys(page.text)


def _stripped(page: Page, seen: Mapping[int, Recurrence]) -> Stripped:
    return strip(page.text, seen, _keys(page) if seen else ())


def _recurrences(
    pages: Sequence[ReadItem], known: Sequence[KnownArticle | None], connection: duckdb.DuckDBPyConnection
) -> list[Mapping[int, Recurrence]]:
    """What each page should know of its blocks, and of those of the article that it may be a version of."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, (item, _) in enumerate(pages):
        groups[item.link.source].append(number)
    blocks = {source: _blocks(pages, known, numbers) for source, numbers in groups.items()}
    learned = recurring_blocks(connection, blocks)
    seen: dict[int, Mapping[int, Recurrence]] = {}
    for source, numbers in groups.items():
        found = _of_one_source([pages[n] for n in numbers], [known[n] for n in numbers], learned[source])
        seen |= dict(zip(numbers, found, strict=True))
    return [seen[n] for n in range(len(pages))]


def _blocks(pages: Sequence[ReadItem], known: Sequence[KnownArticle | None], numbers: Sequence[int]) -> set[int]:
    """The blocks of one source's pages, and of the articles that they may be new versions of."""
    earlier = [block_keys(each.text) for n in numbers if (each := known[n])]
    return {key for keys in (*(_keys(pages[n][1]) for n in numbers), *earlier) for key in keys}


def _of_one_source(
    pages: Sequence[ReadItem], known: Sequence[KnownArticle | None], learned: Mapping[int, Recurrence]
) -> list[Mapping[int, Recurrence]]:
    # An article that the warehouse has already has been counted there: only new ones are company for one another.
    new = [n for n, each in enumerate(known) if each is None and pages[n][1].page_kind in STRIPPED]
    together = dict(zip(new, recurrences([_keys(pages[n][1]) for n in new], learned), strict=True))
    known_one = of_a_known_article(learned)
    return [{**learned, **together[n]} if n in together else known_one for n in range(len(pages))]


def of_a_known_article(learned: Mapping[int, Recurrence]) -> Mapping[int, Recurrence]:
    """For an article that is among those counted: what the others have seen."""
    return {key: Recurrence(max(found.articles - 1, 0), max(found.of - 1, 0)) for key, found in learned.items()}


def _without_boilerplate(known: KnownArticle | None, seen: Mapping[int, Recurrence]) -> KnownArticle | None:
    if known is None:
        return None
    stripped = strip(known.text, seen)
    return with_content(known, known.headline, stripped.text) if stripped.removed else known
