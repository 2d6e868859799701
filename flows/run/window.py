"""Where a run is shown while it works and when it has ended; `flows.ui.window` is Prefect's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flows.base.observer import Observer, Report
from flows.run.context import RunContext


class Progress(Observer, Protocol):
    """An observer that also shows how much of the run is done."""

    def expect(self, pages: int, *, shares: Mapping[str, float] = ...) -> None:
        """There are so many pages to deal with; `shares` is what part of a page's way each stage is."""

    def update(self, percent: float) -> None:
        """So much is done."""


class Window(Protocol):
    """Shows a run. It is no part of the work: a window that breaks fails no run."""

    def watch(self, observer: Observer) -> Progress:
        """An observer that passes on what it hears to this one."""

    def leave_artifacts(self, run: RunContext, report: Report) -> None:
        """Leave what a person looks at when the run has ended."""

    def emit_watch_hits(self, run: RunContext, name: str, articles: Sequence[Mapping[str, Any]]) -> None:
        """Tell other programs what a watch found; the same article has the same id whenever it is told."""

    def emit_events(self, run: RunContext, report: Report) -> None:
        """Tell other programs."""
