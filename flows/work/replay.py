"""`dateline quarantine replay`: archived captures through today's extractor and suite; what passes now is loaded."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flows.base.errors import BadUsage
from flows.base.observer import Observer, injected
from flows.base.settings import Settings
from flows.run.batch_loading import read_and_assemble
from flows.run.closing import close_run, end_early, publish_snapshot
from flows.run.context import RunContext
from flows.run.judging import judge_run
from tasks.base.items import Batch, TrackedLink
from tasks.base.urls import article_id
from tasks.decide.differences import capture_of
from tasks.decide.lookups import quarantined
from tasks.load.assemble import Package
from tasks.load.rows import Row
from warehouse.records import Link

_AT_ONCE = 200
Held = dict[str, Any]


def replay(
    settings: Settings, observer: Observer, *, rule: str | None, source: str | None, idents: Sequence[str]
) -> tuple[dict[str, int], list[tuple[str, str, int]]]:
    """Try quarantined captures again, as a run of its own whose ledger balances.

    Returns:
        The run's totals, and what is still rejected: (reason, source, pages).

    Raises:
        Locked: a run is writing.
    """
    with RunContext(
        settings, replace(injected(), observer=observer), run_id=str(uuid.uuid4()), flow_run_id=None, flow="replay"
    ) as run:
        try:
            for number, held in enumerate(rounds(run, rule=rule, source=source, idents=idents), start=1):
                replay_round(run, held, number)
            judge_run(run)
        except BaseException as error:
            end_early(run, failed=f"{type(error).__name__}: {error}"[:500])
            raise
        totals = close_run(run)
        publish_snapshot(run)
        still = run.connection.execute(
            "select reason, source, count(*) from outcomes where run_id = ? and outcome = 'rejected' group by all",
            [run.run_id],
        ).fetchall()
    return totals, still


def rounds(run: RunContext, *, rule: str | None, source: str | None, idents: Sequence[str] = ()) -> list[list[Held]]:
    """What is to be tried again, in batches for `replay_round`.

    Raises:
        BadUsage: no source or collection is called so.
    """
    known = [*(each.name for each in run.settings.all_sources), *run.settings.collections]
    if source and source not in known and not quarantined(run.connection, rule=None, source=source, idents=()):
        raise BadUsage(f"no source or collection is called {source!r}; dateline.toml has {', '.join(known) or 'none'}")
    held = quarantined(run.connection, rule=rule, source=source, idents=idents)
    run.observer.stage("read", total=len(held))
    return _rounds(held)


def replay_round(run: RunContext, held: list[Held], number: int) -> str:
    """Read, judge and load one batch again; what became of it, in a line."""
    items = tuple(_item(each) for each in held)
    run.record_discoveries(items)
    became: Counter[str] = Counter()
    for package in read_and_assemble(run, run.reader.begin(Batch(number=number, items=items))):
        package.tables["replays"] = _settled(run, held, package)
        run.load(package.content())
        became.update(outcome.outcome for outcome in package.outcomes)
    run.observer.stage("read", done=len(held))
    return f"{len(held)} pages: " + ", ".join(f"{count} {name}" for name, count in sorted(became.items()))


def _rounds(held: list[Held]) -> list[list[Held]]:
    """Batches in which no address stands twice: of two captures of one page the older goes first."""
    rounds: list[list[Held]] = []
    taken: list[set[tuple[str, str]]] = []
    for each in held:
        key = (each["source"], each["url"])
        number = next((n for n, urls in enumerate(taken) if key not in urls and len(urls) < _AT_ONCE), len(taken))
        if number == len(taken):
            rounds.append([])
            taken.append(set())
        rounds[number].append(each)
        taken[number].add(key)
    return rounds


def _item(held: Held) -> TrackedLink:
    link = Link(
        source=held["source"],
        url=held["url"],
        via=held["via"] or "replay",
        title=held["title"],
        published_raw=held["published_raw"],
        updated_raw=held["updated_raw"],
        author=held["author"],
        guid=held["guid"],
        description=held["feed_description"],
        categories=tuple(held["categories"] or ()),
        enclosures=tuple(held["enclosures"] or ()),
    )
    if not link.brings_own_page:
        link = replace(link, via="replay")
    return TrackedLink(link=link, url_id=article_id(held["url"]), capture=capture_of(held))


def _settled(run: RunContext, held: list[Held], package: Package) -> list[Row]:
    """What is to be written of those in a package: an attempt more, and how each was resolved, if it was."""
    rules = {row["capture_id"]: row["rule"] for row in package.tables["quarantine"]}
    became = {(outcome.source, outcome.url): outcome for outcome in package.outcomes}
    return [
        _one(run, each, rules.get(each["capture_id"]), became[each["source"], each["url"]].outcome)
        for each in held
        if (each["source"], each["url"]) in became
    ]


def _one(run: RunContext, held: Held, rule: str | None, outcome: str) -> Row:
    if rule == held["rule"]:
        return {"capture_id": held["capture_id"], "resolved_at": None, "resolution": None}
    resolution = outcome if rule is None else f"rejected: {rule}"
    return {"capture_id": held["capture_id"], "resolved_at": run.now(), "resolution": resolution}
