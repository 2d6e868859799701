"""Which flow run is at work here, and the tag by which Prefect lists ours. Importing it must not import Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prefect.client.schemas.objects import FlowRun

TAG = "dateline"  # every deployment and flow run of ours has it
# Runs of more sources are tagged with none: each event of a run and of its tasks is kept with all of the run's tags, so
# with four of them the soak's database grew half as fast again (202 and 337 MB in 1,000 runs). Task runs have theirs.
MOST_TAGS = 10


def this_run() -> FlowRun | None:
    """The flow run that is at work here."""
    from prefect.context import FlowRunContext

    context = FlowRunContext.get()
    return context.flow_run if context else None


def is_deployed() -> bool:
    """Whether this flow run is of a deployment. Where it is not, `prefect.runtime` asks the server each time: 30 ms."""
    mine = this_run()
    return bool(mine and mine.deployment_id)


def tags_of(sources: Sequence[str]) -> list[str]:
    """The tags of a run, or of a deployment, that is about these sources."""
    return [TAG, *(sources if len(sources) <= MOST_TAGS else ())]
