"""What becomes of a batch that was read: its articles are judged, and its rows are put together."""

from __future__ import annotations

from collections.abc import Iterator

from expectations import articles as suite
from expectations.facts import COLUMNS
from expectations.rules import Verdict
from flows.base.errors import RunFailed
from flows.run.batch_reader import PendingBatch
from flows.run.context import RunContext
from tasks.decide.lookups import same_text
from tasks.extract.page import extractor_of
from tasks.extract.selectors import NONE
from tasks.load.assemble import Package, ReadBatch, assemble, to_facts


def judge_batch(run: RunContext, read: ReadBatch) -> Verdict | None:
    """Judge the rows that would be loaded; None when there are none.

    Raises:
        RunFailed: the batch as a whole is not what it must be.
        EngineError: an expectation could not be evaluated.
    """
    if not read.to_judge:
        return None
    run.has_judged = True
    copies = same_text(run.connection, read.to_judge)
    facts = to_facts(read, run.titles, now=run.now(), same_text=copies)
    verdict = run.judge.validate(facts, COLUMNS, suite.RULES, suite.SUITE)
    if verdict.failed_batch:
        names = ", ".join(c.expectation for c in verdict.failed_batch)
        raise RunFailed(f"batch {read.batch.number} fails {names}; nothing of it was loaded, its URLs are pending")
    return verdict


def assemble_batch(run: RunContext, read: ReadBatch, verdict: Verdict | None) -> Package:
    """The rows of a batch, not yet loaded."""
    selectors = run.settings.selectors
    return assemble(
        read,
        verdict,
        run_id=run.run_id,
        extractor=lambda source: extractor_of(selectors.get(source, NONE)),
        now=run.now(),
        looks=run.settings.refetch.waits,
        derived=run.pool.derived(read.deriving),
    )


def read_and_assemble(run: RunContext, pending: PendingBatch) -> Iterator[Package]:
    """One batch whose pages are being read, to its rows, for runs that have one batch at a time.

    Each package is to be loaded before the next one is asked for: pages of one article come one after the other.
    """
    read = run.reader.finish(pending)
    yield assemble_batch(run, read, judge_batch(run, read))
    while read.later:
        read = run.reader.finish_later(read)
        yield assemble_batch(run, read, judge_batch(run, read))
