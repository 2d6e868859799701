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
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed
from prefect.task_runners import ThreadPoolTaskRunner

from flows.conclude import end_run, report, source_rows
from flows.observer import injected
from flows.run import IngestRun, Reading
from flows.settings import Source, load
from flows.stages import (
    discover_task,
    domains,
    extract_task,
    fetch_task,
    import_task,
    load_task,
    publish_task,
    validate_task,
)
from tasks.discover.sources import Discovery, poll_row
from tasks.knowledge import feed_validators, frontier
from tasks.moments import Batch, Item
from tasks.plan import Plan, plan
from tasks.urls import article_id, normalise, registrable_domain
from warehouse.records import Link


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
) -> State[Any]:
    """Discover, fetch, archive, extract, check and load; publish what readers open.

    Args:
        sources: names of sources of dateline.toml; default all. None of them when URLs or WARC files are given.
        urls: pages to fetch by hand.
        warcs: WARC files to take in; `-` is standard input.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    began = time.monotonic()
    settings = load(Path(config) if config else None, Path(home) if home else None)
    given, ident = injected(), str(runtime.flow_run.id or uuid.uuid4())
    with IngestRun(settings, given, run_id=ident, flow_run_id=runtime.flow_run.id) as run:
        try:
            chosen = choose(settings.sources, sources, by_hand=bool(urls or warcs))
            found = _discover(run, chosen)
            todo = _plan(run, found, urls or [])
            _work(run, todo, warcs or [])
            run.load({"sources": source_rows(run, found)})
        except BaseException as error:
            end_run(run, failed=f"{type(error).__name__}: {error}"[:500])
            raise
        totals = end_run(run)
        publish_task(run)
        given.report = report(run, totals, began)
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


def _discover(run: IngestRun, chosen: list[Source]) -> list[Discovery]:
    if not chosen:
        return []
    run.observer.stage("discover", total=len(chosen))
    validators = feed_validators(run.connection, [s.name for s in chosen])
    futures = [discover_task.submit(source, run, validators) for source in chosen]
    found = [future.result() for future in futures]
    for each in found:
        run.alarms += [f"{each.source}: {p.feed_url} failed: {p.error or p.outcome}" for p in each.failed]
    return found


def _plan(run: IngestRun, found: list[Discovery], urls: list[str]) -> Plan:
    """Decide what this run takes on, and write it into the ledger before any of it is worked on."""
    links = [link for each in found for link in each.links]
    by_domain = domains(run.settings.source)
    named = []
    for url in urls:
        address = normalise(url)
        domain = registrable_domain(address)
        named.append(Link(source=by_domain.get(domain, domain), url=address, via="url"))
    idents = [article_id(link.url) for link in (*links, *named)]
    seen = frontier(run.connection, idents, [each.source for each in found], now=run.now())
    todo = plan(links or named, seen, now=run.now(), asked_for=bool(named and not links))
    new = {item.link.url for item in todo.fetch if item.seen is None}
    polls = [
        poll_row(p, each.source, run.run_id, new_entries=sum(link.url in new for link in each.links))
        for each in found
        for p in each.polls
    ]
    requests = [_poll_request(p, each, run.run_id) for each in found for p in each.polls]
    run.announce(todo.items, {"feed_polls": polls, "fetches": requests})
    return todo


def _poll_request(poll: Any, found: Discovery, run_id: str) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "source": found.source,
        "url": poll.feed_url,
        "kind": found.kinds.get(poll.feed_url, "feed"),
        "started_at": poll.polled_at,
        "status": poll.status,
        "outcome": poll.outcome,
        "error": poll.error,
    }


def _work(run: IngestRun, todo: Plan, warcs: list[str]) -> None:
    """Fetch and import in the background; read, judge and load each batch as it comes."""
    run.observer.stage("fetch", total=len(todo.fetch))
    for item in todo.decided:
        run.batcher.add(item)
    sites = _by_source(todo.fetch)
    producers: list[PrefectFuture[Any]] = [fetch_task.submit(name, items, run) for name, items in sites.items()]
    producers += [import_task.submit(name, run) for name in warcs]
    with _closing(run, producers):
        reading: deque[Reading] = deque()
        ended = False
        while reading or not ended:
            while not ended and len(reading) < 2:
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
    read = extract_task(number, reading, run)
    run.observer.stage("read", done=len(reading.batch.captured))
    verdict = validate_task(number, read, run) if read.to_judge else None
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
