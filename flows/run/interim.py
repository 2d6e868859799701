"""Publishing while a run goes on: what it has loaded does not wait for the slowest of its outlets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flows.run.closing import publish_snapshot
from flows.run.context import RunContext
from tasks.decide.lookups import faults

_EVERY_S = 60.0
_OPEN_BOOKS = "unbalanced_ledger"  # that of a run that goes on cannot balance yet
_SHARE = 20.0  # publishing takes at most so much less of a run's time: a large warehouse is published less often


@dataclass(slots=True)
class InterimSnapshots:
    """Publishes the warehouse of a run now and then, if it is sound; the clock is monotonic."""

    run: RunContext
    _due: float = field(default_factory=lambda: time.monotonic() + _EVERY_S)

    def after_batch(self) -> None:
        """A batch is loaded: publish, when it is time."""
        began = time.monotonic()
        if began < self._due or not self.run.settings.publish:
            return
        if not [f for f in faults(self.run.connection, run_id=self.run.run_id) if f["kind"] != _OPEN_BOOKS]:
            publish_snapshot(self.run)  # what is wrong, the end of the run says
        took = time.monotonic() - began
        self._due = time.monotonic() + max(_EVERY_S, _SHARE * took)
