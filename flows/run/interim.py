"""Publishing while a run goes on: what it has loaded does not wait for the slowest of its outlets."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from flows.base.errors import RunFailed
from flows.run.closing import publish_snapshot
from flows.run.context import RunContext
from flows.run.judging import refuse_unsound

_EVERY_S = 60.0
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
        try:
            refuse_unsound(self.run.connection, self.run.run_id)
            publish_snapshot(self.run)
        except RunFailed as error:  # the end of the run says it, and publishes nothing either
            self.run.notes.append(f"not published while the run went on: {error}")
        took = time.monotonic() - began
        self._due = time.monotonic() + max(_EVERY_S, _SHARE * took)
