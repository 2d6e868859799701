"""The replay flow: quarantined pages, another try.

quarantine ─ batches ─ extract ═ validate ─ load ─ judge ─ close ─ publish
                               (═ in worker processes, ─ one after another)
"""

from __future__ import annotations

from functools import partial
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.run.choosing import settings_of
from flows.run.managed import conclude_run, managed_run
from flows.run.steps import run_step
from flows.ui.failures import ends_in_a_line
from flows.ui.naming import run_name, tag_run
from flows.ui.window import PrefectWindow
from flows.work.replay import replay_round, rounds


@flow(name="replay", flow_run_name=lambda: run_name("replay"), persist_result=False)
@ends_in_a_line
def replay(
    rule: str | None = None, source: str | None = None, config: str | None = None, home: str | None = None
) -> State[Any]:
    """Quarantined pages through today's extractor and suite; what passes now is loaded.

    Args:
        rule: only what this rule, or this kind of page, rejected.
        source: only of this source or collection.
        config: the configuration file; default dateline.toml in the working directory.
        home: the owner's folder; default what the configuration says.
    """
    tag_run([source] if source else [])

    with managed_run(settings_of(config, home), PrefectWindow(), flow="replay") as run:
        batches = rounds(run, rule=rule, source=source)
        run.progress.expect(sum(map(len, batches)), shares={"read": 1.0})
        for number, held in enumerate(batches, start=1):
            run_step(f"replay · batch {number}", partial(replay_round, run, held, number))
        return conclude_run(run)
