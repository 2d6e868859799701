"""A run in the Prefect UI: its progress, its artifacts, its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flows.base.observer import Observer, Report
from flows.run.context import RunContext
from flows.ui import artifacts, events
from flows.ui.progress import ProgressArtifact


class PrefectWindow:
    """What `flows.run.window.Window` asks for, on a Prefect server."""

    def watch(self, observer: Observer) -> ProgressArtifact:
        """An observer that also keeps a progress artifact."""
        return ProgressArtifact(observer)

    def leave_artifacts(self, run: RunContext, report: Report) -> None:
        """Ledger, sources, arrivals, links to pages."""
        artifacts.leave_artifacts(run, report)

    def emit_watch_hits(self, run: RunContext, name: str, articles: Sequence[Mapping[str, Any]]) -> None:
        """An event for each article, in Prefect's feed."""
        events.emit_watch_hits(run, name, articles)

    def emit_events(self, run: RunContext, report: Report) -> None:
        """The run's events, in Prefect's feed."""
        events.emit_events(run, report)
