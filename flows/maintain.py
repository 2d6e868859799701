"""The maintain flow: putting the house in order, once a day.

search index ─ archive ─ history ─ verify ─ publish
                         (each a step, one after another, under the writer's lock)
"""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Completed

from flows.run.choosing import settings_of
from flows.run.late_runs import superseded
from flows.run.stop_request import noting_sigterm
from flows.ui.artifacts import leave_maintenance
from flows.ui.failures import ends_in_a_line
from flows.ui.naming import run_name, tag_run
from flows.work.maintenance import maintain_home, summary


@flow(name="maintain", flow_run_name=lambda: run_name("maintain"), persist_result=False)
@ends_in_a_line
def maintain(verify: bool = True, config: str | None = None, home: str | None = None) -> State[Any]:
    """Put the house in order: search index, retention of the archive and of Prefect's history, verification.

    Args:
        verify: also compare archive, warehouse and ledger; reads the whole archive.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    settings = settings_of(config, home)
    if why := superseded():
        return Completed(message=why, name="Skipped")
    tag_run(())
    with noting_sigterm() as stop:
        try:
            said, findings = maintain_home(settings, stop, verify=verify)
        except BaseException:
            if stop.is_set():
                return Cancelled(message="cancelled; what it had done stays")
            raise
    leave_maintenance(said, findings)
    return Completed(message=summary(said, findings), name="CompletedWithAlarms" if findings else None)
