"""The flows beyond ingest: maintain, reextract, replay and backfill. Bodies are calls to plain functions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, TypeVar

from prefect import flow, get_run_logger, runtime, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.base.errors import BadUsage
from flows.base.observer import injected
from flows.base.settings import Settings, load
from flows.ingest import choose
from flows.pipeline import carry_out
from flows.reading.verify import compare
from flows.run.context import IngestRun
from flows.run.late_runs import superseded
from flows.run.managed import Told, framed, noting_sigterm, patience_s, say_waiting
from flows.run.opaque import Parcel
from flows.run.stages import tag
from flows.ui.artifacts import Progress, leave_differences, leave_maintenance
from flows.ui.failures import plainly
from flows.ui.naming import run_name, tag_run
from flows.work import maintenance as upkeep
from flows.work.backfill import take_range
from flows.work.reextract import Frame
from flows.work.reextract import reextract as read_again
from flows.work.replay import replay_round, rounds
from tasks.decide.lookups import faults
from warehouse.connection import open_writer
from warehouse.lock import writer_lock
from warehouse.runs import finish_run, own_id, say, start_run

Limit = Annotated[int, Field(ge=1)]


def _settings(config: str | None, home: str | None) -> Settings:
    return load(Path(config) if config else None, Path(home) if home else None)


T = TypeVar("T")


@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def step_task(name: str, do: Callable[[], Any]) -> Parcel[Any]:
    """One step of a flow, by its name."""
    tag(name.partition(" · ")[0])
    said = do()
    get_run_logger().info("%s: %s", name, said if isinstance(said, str) else f"{len(said)} findings")
    return Parcel(said)


def _step(name: str, do: Callable[[], T]) -> T:
    done: Any = step_task(name, do)
    result: T = done.content
    return result


@flow(name="maintain", flow_run_name=lambda: run_name("maintain"), persist_result=False)
@plainly
def maintain(verify: bool = True, config: str | None = None, home: str | None = None) -> State[Any]:
    """Put the house in order: search index, retention of the archive and of Prefect's history, verification.

    Args:
        verify: also compare archive, warehouse and ledger; reads the whole archive.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = _settings(config, home)
    if why := superseded():
        return Completed(message=why, name="Skipped")
    tag_run(())
    with noting_sigterm() as told:
        try:
            return _maintained(settings, told, verify=verify)
        except BaseException:
            if told.is_set():
                return Cancelled(message="cancelled; what it had done stays")
            raise


def _maintained(settings: Settings, told: Told, *, verify: bool) -> State[Any]:
    folder = settings.folder.prepare()
    with (
        writer_lock(folder.lock, what="dateline maintain", timeout_s=patience_s(), on_wait=say_waiting),
        open_writer(folder.work) as connection,
    ):
        now = injected().now()
        ident = own_id(connection, runtime.flow_run.id)
        start_run(connection, ident, flow="maintain", flow_run_id=runtime.flow_run.id, now=now)
        said, findings, state = dict[str, str](), list[dict[str, Any]](), "failed"
        try:
            for name, do in upkeep.steps(connection, settings, now=now):
                said[name] = _step(name, do)
                told.go_on()
            look = (lambda: compare(connection, folder)[1]) if verify else (lambda: faults(connection, run_id=ident))
            findings = _step("verify" if verify else "faults", look)
            if verify or findings:
                said["verify"] = f"{len(findings) or 'no'} finding{'s' * (len(findings) != 1)} of verify"
            told.go_on()
            state = "completed_with_alarms" if findings else "completed"
        finally:
            state = "cancelled" if told.is_set() else state
            message = (
                f"did not end; done: {', '.join(said) or 'nothing'}" if state == "failed" else _line(said, findings)
            )
            finish_run(connection, ident, state=state, message=message, now=injected().now())
        # After its own books are closed: the snapshot shows them.
        try:
            said["publish"] = _step("publish", lambda: upkeep.publish_if_wanted(connection, settings, findings))
        except BaseException:
            said["publish"], state = "did not publish", "cancelled" if told.is_set() else "failed"
            raise
        finally:
            say(connection, ident, _line(said, findings), state=state)
    leave_maintenance(said, findings)
    return Completed(message=_line(said, findings), name="CompletedWithAlarms" if findings else None)


def _line(said: dict[str, str], findings: list[dict[str, Any]]) -> str:
    """What was done; what is wrong comes first."""
    names = sorted(said, key=lambda name: bool(findings) and name != "verify")
    return "; ".join(said[name] for name in names)


@flow(name="reextract", flow_run_name=lambda: run_name("reextract"), persist_result=False)
@plainly
def reextract(
    source: str | None = None, apply: bool = False, config: str | None = None, home: str | None = None
) -> State[Any]:
    """The archive through today's extractor: what would change, by field. Versions stay as they are.

    Args:
        source: one source; default all.
        apply: write what differs, instead of only showing it.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = _settings(config, home)
    tag_run([source] if source else [])
    progress = Progress(injected().observer)
    with noting_sigterm() as told:
        frame = Frame(
            flow_run_id=runtime.flow_run.id,
            wait_s=patience_s(),
            on_wait=say_waiting,
            expect=partial(progress.expect, shares={"read": 1.0}),
            step=_step,
            told=told,
            go_on=told.go_on,
        )
        try:
            tally, applied = read_again(settings, progress, source=source, apply=apply, frame=frame)
        except BaseException:
            if told.is_set():
                return Cancelled(message="cancelled; what was written stays, and the same run again does the rest")
            raise
    progress.update(100.0)
    leave_differences(tally)
    same = f"{tally.articles} articles read again, {tally.same} the same, {len(tally.refused)} refused"
    return Completed(message=f"{same}; {applied} written")


@flow(name="replay", flow_run_name=lambda: run_name("replay"), persist_result=False)
@plainly
def replay(
    rule: str | None = None, source: str | None = None, config: str | None = None, home: str | None = None
) -> State[Any]:
    """Quarantined pages through today's extractor and suite; what passes now is loaded.

    Args:
        rule: only what this rule, or this kind of page, rejected.
        source: only of this source.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    tag_run([source] if source else [])

    def again(run: IngestRun, progress: Progress) -> None:
        batches = rounds(run, rule=rule, source=source)
        progress.expect(sum(map(len, batches)), shares={"read": 1.0})
        for number, held in enumerate(batches, start=1):
            _step(f"replay · batch {number}", partial(replay_round, run, held, number))

    return framed(_settings(config, home), again, flow="replay")


@flow(
    name="backfill",
    flow_run_name=lambda: run_name("backfill"),
    task_runner=ThreadPoolTaskRunner(max_workers=32),  # type: ignore[arg-type]  # Prefect's own generic is too narrow
    persist_result=False,
)
@plainly
def backfill(
    since: date,
    until: date | None = None,
    sources: list[str] = [],  # noqa: B006 - the UI's form shows a list, and nobody appends to it
    warcs: list[str] = [],  # noqa: B006
    limit: Limit | None = None,
    dry_run: bool = False,
    config: str | None = None,
    home: str | None = None,
) -> State[Any]:
    """What outlets published in a range of days, through their sitemaps; or WARC files.

    Args:
        since: first day (UTC).
        until: last day; default today.
        sources: names of sources of dateline.toml; default all.
        warcs: WARC files to take in as well.
        limit: fetch at most so many pages of each source; the rest is left for the next run.
        dry_run: only say what would be fetched; nothing is fetched or written.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = _settings(config, home)
    last = until or injected().now().date()
    if last < since:
        raise BadUsage(f"until ({last}) is before since ({since})")
    chosen = choose(settings.sources, sources, by_hand=bool(warcs))
    tag_run([each.name for each in chosen])
    days = (since, last + timedelta(days=1))
    return carry_out(
        settings,
        lambda run: take_range(run, chosen, days, warcs=warcs, limit=limit, are_named=bool(sources)),
        flow="backfill",
        dry_run=dry_run,
    )
