"""The reextract flow: the archive through today's extractor.

articles ─ batches ═ extract ═ compare ─ (judge ─ write) ─ publish
                   (═ in worker processes; what is in brackets only with `apply`)
"""

from __future__ import annotations

from functools import partial
from typing import Any

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from flows.base.observer import injected
from flows.run.choosing import settings_of
from flows.run.managed import patience_s, say_waiting
from flows.run.steps import run_step
from flows.run.stop_request import noting_sigterm
from flows.ui.artifacts import leave_differences
from flows.ui.failures import ends_in_a_line
from flows.ui.naming import run_name, tag_run
from flows.ui.progress import ProgressArtifact
from flows.work.reextract import ReextractHooks
from flows.work.reextract import reextract as reextract_articles


@flow(name="reextract", flow_run_name=lambda: run_name("reextract"), persist_result=False)
@ends_in_a_line
def reextract(
    source: str | None = None, apply: bool = False, config: str | None = None, home: str | None = None
) -> State[Any]:
    """The archive through today's extractor: what would change, by field. Versions stay as they are.

    Args:
        source: a source or a collection; default all.
        apply: write what differs, instead of only showing it.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = settings_of(config, home)
    tag_run([source] if source else [])
    progress = ProgressArtifact(injected().observer)
    with noting_sigterm() as stop:
        hooks = ReextractHooks(
            flow_run_id=runtime.flow_run.id,
            wait_s=patience_s(),
            on_wait=say_waiting,
            expect=partial(progress.expect, shares={"read": 1.0}),
            step=run_step,
            stop=stop,
            raise_if_stopped=stop.raise_if_stopped,
        )
        try:
            tally, applied = reextract_articles(settings, progress, source=source, apply=apply, hooks=hooks)
        except BaseException:
            if stop.is_set():
                return Cancelled(message="cancelled; what was written stays, and the same run again does the rest")
            raise
    progress.update(100.0)
    leave_differences(tally)
    same = f"{tally.articles} articles read again, {tally.same} the same, {len(tally.refused)} refused"
    return Completed(message=f"{same}; {applied} written")
