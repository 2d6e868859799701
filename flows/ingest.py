"""The ingest flow: one run over the configured sources, over URLs named by hand, or over WARC files.

    sources ═ discover ═╗                                       ╔═ extract ═╗
    urls ───────────────╬─ announce ═ fetch ═ archive ─ batches ╣           ╠─ validate ─ load (derive) ─ publish
    WARC files ═════════╝                                       ╚═══════════╝
                                       (═ in parallel, ─ one after another)

Tasks are per source or per batch, never per URL: a task costs 5 to 70 ms. What they do stands in plain functions and in
flows/run.py; here is only when and in what order.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from expectations.rules import Verdict
from flows.artifacts import link_quality
from flows.conclude import end_run, report
from flows.observer import injected
from flows.parcel import Parcel
from flows.quality import write_docs
from flows.run import IngestRun, Reading
from flows.settings import Source, domains, load
from flows.sources import judge_sources, note_gaps
from flows.stages import (
    discover_task,
    extract_task,
    fetch_task,
    import_task,
    judge_task,
    known_task,
    load_task,
    publish_task,
    validate_task,
)
from tasks.discover.sources import Discovery, Memory, poll_request_row, poll_row
from tasks.knowledge import feed_validators, feeds, frontier, with_captures
from tasks.moments import Batch, Item, Seen
from tasks.plan import Plan, plan
from tasks.urls import article_id, normalise, registrable_domain
from warehouse.records import Link

_AHEAD = 3  # batches being read: the readers have work while one is judged and loaded


def _run_name() -> str:
    given = runtime.flow_run.parameters
    what = ", ".join(given.get("sources") or ()) or ("urls" if given.get("urls") else "")
    what = what or ("warc" if given.get("warcs") else "all sources")
    return f"ingest · {what[:60]} · {injected().now():%Y-%m-%d %H:%M}"


@flow(
    name="ingest",
    flow_run_name=_run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=32),  # type: ignore[arg-type]  # Prefect's own generic is too narrow
    persist_result=False,
)
def ingest(
    sources: list[str] | None = None,
    urls: list[str] | None = None,
    warcs: list[str] | None = None,
    config: str | None = None,
    home: str | None = None,
    due_only: bool = False,
) -> State[Any]:
    """Discover, fetch, archive, extract, check and load; publish what readers open.

    Args:
        sources: names of sources of dateline.toml; default all. None of them when URLs or WARC files are given.
        urls: pages to fetch by hand.
        warcs: WARC files to take in; `-` is standard input.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
        due_only: poll only the feeds whose own pace says that it is time; for schedules.
    """
    began = time.monotonic()
    settings = load(Path(config) if config else None, Path(home) if home else None)
    given, ident = injected(), str(runtime.flow_run.id or uuid.uuid4())
    with IngestRun(settings, given, run_id=ident, flow_run_id=runtime.flow_run.id) as run:
        try:
            chosen = choose(settings.sources, sources, by_hand=bool(urls or warcs))
            found = _discover(run, chosen, due_only=due_only)
            adopted = run.adopt(domains(settings.source))
            todo = _plan(run, found, urls or [], {item.url_id for item in adopted})
            run.announce(adopted)
            _work(run, todo, warcs or [], adopted)
            run.load({"sources": judge_sources(run, found)})
            judge_task(run)
        except BaseException as error:
            end_run(run, failed=f"{type(error).__name__}: {error}"[:500])
            write_docs(run)
            raise
        totals = end_run(run)
        publish_task(run)
        given.report = report(run, totals, began)
        if given.report.quality:
            link_quality(given.report.quality)
    name = "CompletedWithAlarms" if given.report.alarms else None
    return Completed(message=given.report.message, name=name)


def choose(configured: tuple[Source, ...], names: list[str] | None, *, by_hand: bool) -> list[Source]:
    """The sources of this run.

    Raises:
        ValueError: a name is not configured, or nothing is configured at all.
    """
    by_name = {s.name: s for s in configured}
    unknown = [n for n in names or () if n not in by_name]
    if unknown:
        raise ValueError(f"no source is called {unknown[0]!r}; dateline.toml has {', '.join(by_name) or 'none'}")
    if by_hand and not names:
        return []
    if not by_name:
        raise ValueError("no sources are configured. `dateline init` writes a dateline.toml to begin with")
    return [by_name[n] for n in names or by_name]


def _discover(run: IngestRun, chosen: list[Source], *, due_only: bool) -> list[Discovery]:
    if not chosen:
        return []
    run.observer.stage("discover", total=len(chosen))
    names = [s.name for s in chosen]
    memory = Parcel(Memory(feeds=feeds(run.connection, names), validators=feed_validators(run.connection, names)))
    due_at = run.now() if due_only else None
    futures = [discover_task.submit(source, run, memory, due_at) for source in chosen]
    found = [future.result().content for future in futures]
    for each in found:
        run.alarms += [f"{each.source}: {p.feed_url} failed: {p.error or p.outcome}" for p in each.failed]
    return found


def _plan(run: IngestRun, found: list[Discovery], urls: list[str], adopted: set[str]) -> Plan:
    """Decide what this run takes on, and write it into the ledger before any of it is worked on.

    What an earlier run had fetched, and this one has adopted from the archive, is not asked for again.
    """
    links = [link for each in found for link in each.links]
    by_domain = domains(run.settings.source)
    named = []
    for url in urls:
        address = normalise(url)
        domain = registrable_domain(address)
        named.append(Link(source=by_domain.get(domain, domain), url=address, via="url"))
    idents = [article_id(link.url) for link in (*links, *named)]
    seen = frontier(run.connection, idents, [each.source for each in found], now=run.now())
    budget = run.settings.fetch.max_pages_per_source
    todo = plan(links or named, seen, now=run.now(), asked_for=bool(named and not links), budget=budget)
    todo.fetch = with_captures(run.connection, [item for item in todo.fetch if item.url_id not in adopted])
    todo.decided = [item for item in todo.decided if item.url_id not in adopted]
    run.announce(todo.items, _poll_rows(run, found, seen))
    note_gaps(run, found)
    return todo


def _poll_rows(run: IngestRun, found: list[Discovery], seen: Mapping[str, Seen]) -> dict[str, list[dict[str, Any]]]:
    first_seen = {ident: known.first_seen for ident, known in seen.items() if known.first_seen}
    polled = [each for discovery in found for each in discovery.polled]
    return {
        "feed_polls": [poll_row(each, run.run_id, first_seen) for each in polled],
        "feeds": [asdict(each.feed) for each in polled],
        "fetches": [poll_request_row(each, run.run_id) for each in polled],
    }


def _work(run: IngestRun, todo: Plan, warcs: list[str], adopted: list[Item]) -> None:
    """Fetch and import in the background; read, judge and load each batch as it comes."""
    run.observer.stage("fetch", total=len(todo.fetch))
    sites = _by_source(todo.fetch)
    producers: list[PrefectFuture[Any]] = [fetch_task.submit(name, Parcel(items), run) for name, items in sites.items()]
    producers += [import_task.submit(name, run) for name in warcs]
    if known := [*todo.decided, *adopted]:
        producers.append(known_task.submit(Parcel(known), run))
    with _closing(run, producers):
        reading: deque[Reading] = deque()
        ended = False
        while reading or not ended:
            while not ended and len(reading) < _AHEAD:
                batch = run.batches.get()
                ended = batch is None
                if batch is not None:
                    reading.append(_begin(run, batch))
            if reading:
                _finish(run, reading.popleft())
    for producer in producers:
        producer.result()


def _begin(run: IngestRun, batch: Batch) -> Reading:
    if any(item.link.via == "warc" for item in batch.items):
        run.announce([item for item in batch.items if item.link.via == "warc"])
    run.observer.stage("read", total=len(batch.captured))
    return run.begin_reading(batch)


def _finish(run: IngestRun, reading: Reading) -> None:
    number = reading.batch.number
    read = extract_task(number, Parcel(reading), run)
    run.observer.stage("read", done=len(reading.batch.captured))
    nothing: Parcel[Verdict | None] = Parcel(None)
    verdict = validate_task(number, read, run) if read.content.to_judge else nothing
    loaded = load_task(number, read, verdict, run)
    run.observer.stage("load", done=loaded)


def _by_source(items: list[Item]) -> dict[str, list[Item]]:
    """Items by source. Sources that share a site share its turns: the client keeps them for all of its callers."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.link.source, []).append(item)
    return groups


@contextlib.contextmanager
def _closing(run: IngestRun, producers: list[PrefectFuture[Any]]) -> Iterator[None]:
    """End the stream of batches when all producers have; stop them when the block fails."""

    def close() -> None:
        for producer in producers:
            producer.wait()
        run.batcher.flush()
        run.batches.put(None)

    closer = threading.Thread(target=close, name="close batches", daemon=True)
    closer.start()
    try:
        yield
    except BaseException:
        run.cancelled.set()
        while closer.is_alive():  # let blocked producers out
            with contextlib.suppress(Exception):
                run.batches.get(timeout=0.1)
        raise
    closer.join()
