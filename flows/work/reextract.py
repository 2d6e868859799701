"""`dateline reextract`: the archive through today's extractor; what differs is shown, and written when asked for."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import duckdb

from expectations import articles as suite
from expectations.facts import COLUMNS
from expectations.judge import Judge
from expectations.rules import Finding
from flows.base.errors import BadUsage
from flows.base.observer import Observer, injected
from flows.base.settings import Settings
from flows.run.closing import book_unpublished
from flows.run.context import open_judge, open_pool
from flows.run.judging import refuse_unsound
from tasks.base.columns import Row
from tasks.base.habits import learn
from tasks.base.items import Batch, DecidedPage, ReadPage
from tasks.decide.batches import of_a_known_article
from tasks.decide.differences import Tally, as_learned, candidate_of, capture_of, differences
from tasks.decide.learned import counted_habits, recurring_blocks
from tasks.decide.lookups import articles_to_reread
from tasks.extract.job import ReadJob
from tasks.extract.page import EXTRACTOR, extractor_of
from tasks.extract.pool import ExtractPool, PagesCall
from tasks.extract.selectors import NONE, Selectors
from tasks.load import rows
from tasks.load.assemble import Package, ReadBatch, to_facts
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.records import Hints, Page, UnreadablePage
from warehouse.runs import finish_run, own_id, start_run
from warehouse.snapshot import publish
from warehouse.writing import writer_of

_AT_ONCE = 200
Stored = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class _Work:
    """What re-reading holds open."""

    settings: Settings
    connection: duckdb.DuckDBPyConnection
    pool: ExtractPool
    judge: Judge
    titles: dict[str, str]
    selectors: dict[str, Selectors]
    run_id: str
    apply: bool
    applied: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReextractHooks:
    """How re-reading is run: from the command line by default."""

    flow_run_id: str | None = None
    wait_s: float = 0.0  # for a run that is writing
    on_wait: Callable[[str], None] | None = None
    expect: Callable[[int], object] = lambda _: None  # is told how many articles there are
    step: Callable[[str, Callable[[], str]], object] = lambda _, do: do()  # runs a batch, by its name
    stop: threading.Event = field(default_factory=threading.Event)  # set when it was told to end
    raise_if_stopped: Callable[[], None] = lambda: None  # raises then


def reextract(
    settings: Settings,
    observer: Observer,
    *,
    source: str | None,
    apply: bool,
    hooks: ReextractHooks = ReextractHooks(),
) -> tuple[Tally, int]:
    """Read every current article's capture again.

    Args:
        settings: of the owner.
        observer: is told how far it is.
        source: only this source or collection; None for all.
        apply: write what differs into `articles` and its companions; versions stay as they are.
        hooks: how it is run.

    Returns:
        What differs, and how many articles were written.

    Raises:
        Locked: a run is writing.
        BadUsage: there is no article of that source or collection.
        RunFailed: the warehouse is not what it must be; what was written is not published.
    """
    home, tally, given = settings.folder.prepare(), Tally(), injected()
    titles = {s.name: s.title for s in settings.all_sources if s.title}
    with (
        writer_of(home, what="dateline reextract", timeout_s=hooks.wait_s, on_wait=hooks.on_wait) as connection,
        open_pool(given, settings) as pool,
        open_judge(given) as judge,
    ):
        pool.warm()
        work = _Work(settings=settings, connection=connection, pool=pool, judge=judge, titles=titles,
                     selectors=settings.selectors, apply=apply,
                     run_id=own_id(connection, hooks.flow_run_id))  # fmt: skip
        stored = articles_to_reread(connection, source)
        if source and not stored:
            names = connection.execute("select distinct source from articles order by 1").fetchall()
            known = ", ".join(name for (name,) in names) or "none"
            raise BadUsage(f"there is no article of a source or collection {source!r}; there are those of {known}")
        observer.stage("read", total=len(stored))
        hooks.expect(len(stored))
        with _booked(work, hooks):
            for number, (some, calls) in enumerate(_read_ahead(work, stored), start=1):
                hooks.step(f"reextract · batch {number}", partial(_compare_some, work, some, calls, tally))
                observer.stage("read", done=len(some))
                hooks.raise_if_stopped()
        if work.applied and settings.publish:
            refuse_unsound(connection, work.run_id)
            _publish(work, home)
    return tally, work.applied


@contextmanager
def _booked(work: _Work, hooks: ReextractHooks) -> Iterator[None]:
    """The run's row, when something may be written."""
    if not work.apply:
        yield
        return
    start_run(work.connection, work.run_id, flow="reextract", flow_run_id=hooks.flow_run_id, now=_now())
    ended = False
    try:
        yield
        ended = True
    finally:
        state = "completed" if ended else "cancelled" if hooks.stop.is_set() else "failed"
        message = f"{work.applied} articles written from the archive by {EXTRACTOR}"
        finish_run(work.connection, work.run_id, state=state, message=message, now=_now())


def _publish(work: _Work, home: Home) -> None:
    try:
        publish(work.connection, home)
    except Exception as error:
        book_unpublished(work.connection, work.run_id, error)
        raise


def _read_ahead(work: _Work, stored: list[Stored]) -> Iterator[tuple[list[Stored], list[PagesCall]]]:
    """Some articles at a time with their pages being read, as are those of the next ones."""
    batches = [stored[start : start + _AT_ONCE] for start in range(0, len(stored), _AT_ONCE)]
    reading: deque[list[PagesCall]] = deque()
    for number, some in enumerate(batches):
        for later in batches[number + len(reading) : number + 2]:
            reading.append(work.pool.submit([_job(work, each) for each in later]))
        yield some, reading.popleft()


def _compare_some(work: _Work, stored: list[Stored], calls: list[PagesCall], tally: Tally) -> str:
    refused = len(tally.refused)
    pages = work.pool.collect(calls)
    changed = []
    for each, page in _stripped(work, stored, pages):
        if isinstance(page, UnreadablePage):
            tally.refuse(each["url"], page)
            continue
        found = differences(each, page)
        tally.add(found)
        if found:
            changed.append((each, page))
    if work.apply and changed:
        _write(work, changed)
    return f"{len(stored)} articles: {len(changed)} differ, {len(tally.refused) - refused} refused"


def _job(work: _Work, stored: Stored) -> ReadJob:
    capture = capture_of(stored)
    return ReadJob(
        archive=work.settings.folder.archive,
        warc_file=capture.warc_file,
        offset=capture.warc_offset,
        length=capture.warc_length,
        url=capture.url,
        hints=Hints(
            fetched_at=capture.fetched_at,
            outlet=work.titles.get(stored["source"]),
            feed_title=stored["feed_title"],
            feed_published=stored["feed_published"],
            feed_updated=stored["feed_updated"],
            feed_author=stored["feed_author"],
            feed_guid=stored["feed_guid"],
            feed_description=stored["feed_description"],
            feed_categories=tuple(stored["feed_categories"] or ()),
            feed_enclosures=tuple(stored["feed_enclosures"] or ()),
            feed_content=stored["feed_content"],
            is_gone=capture.is_error,
            http_last_modified=capture.last_modified,
        ),
        selectors=work.selectors.get(stored["source"], NONE),
    )


def _stripped(
    work: _Work, stored: list[Stored], pages: list[ReadPage | UnreadablePage]
) -> Iterator[tuple[Stored, Page | UnreadablePage]]:
    """Each page with what has been learned of its outlet."""
    blocks: dict[str, set[int]] = defaultdict(set)
    for each, page in zip(stored, pages, strict=True):
        if isinstance(page, ReadPage):
            blocks[each["source"]] |= set(page.blocks)
    learned = {name: of_a_known_article(seen) for name, seen in recurring_blocks(work.connection, blocks).items()}
    habits = {name: learn(counted) for name, counted in counted_habits(work.connection, blocks).items()}
    for each, page in zip(stored, pages, strict=True):
        source = each["source"]
        yield each, as_learned(page, learned[source], habits[source]) if isinstance(page, ReadPage) else page


def _write(work: _Work, changed: list[tuple[Stored, Page]]) -> None:
    """Judge the articles as they would be, and write those that pass."""
    candidates = [replace(candidate_of(each, page), outcome="revised") for each, page in changed]
    read = ReadBatch(batch=Batch(number=0, items=()), candidates=tuple(candidates), refused=())
    deriving = work.pool.derive([(c.page.text, c.page.language) for c in candidates], work.settings.extract.spacy_model)
    facts = to_facts(read, work.titles, now=_now())
    verdict = work.judge.validate(facts, COLUMNS, suite.RULES, suite.SUITE)
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in verdict.findings:
        findings[finding.row].append(finding)
    package = Package()
    for number, derived in enumerate(work.pool.derived(deriving)):
        if not any(f.severity == "critical" for f in findings[number]):
            _add(work, package, changed[number][0], candidates[number], findings[number], derived)
    if package.tables:
        name = f"{_now():%Y%m%dT%H%M%S}-{work.run_id}-{work.applied:07d}"
        load_package(work.connection, write_package(work.settings.folder.staging, name, work.run_id, package.content()))
        work.applied += len(package.tables["articles"])


def _add(
    work: _Work,
    package: Package,
    stored: Stored,
    candidate: DecidedPage,
    findings: list[Finding],
    derived: Row | None,
) -> None:
    extractor = extractor_of(work.selectors.get(stored["source"], NONE))
    row = rows.article_row(candidate, work.run_id, extractor=extractor, flags=[f.rule for f in findings])
    package.tables["articles"].append(row | {"first_seen": stored["first_seen"], "last_seen": stored["last_seen"]})
    package.add_companions(candidate, derived)


def _now() -> datetime:
    return datetime.now(UTC)
