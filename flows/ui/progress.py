"""The progress of a run as an artifact in the Prefect UI."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.base.observer import Observer

_EVERY_S = 2.0  # an update is a request to the server
_SHARES = {"fetch": 0.5, "load": 0.5}  # half of a page's way is fetching it, half is all the rest


class ProgressArtifact:
    """An observer that passes on what it hears, and keeps a progress artifact up to date: pages done of pages known."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer
        self._ident: UUID | None = None
        self._done, self._total = 0.0, 0
        self._shares: Mapping[str, float] = _SHARES
        self._said = 0.0
        self._mutex = threading.Lock()

    def expect(self, pages: int, *, shares: Mapping[str, float] = _SHARES) -> None:
        """There are so many pages to deal with; without any there is nothing to show.

        Args:
            pages: how many.
            shares: what part of a page's way each stage is.
        """
        self._total += pages
        self._shares = shares
        if pages:
            with contextlib.suppress(Exception):  # the window, not the work
                self._ident = cast(UUID, create_progress_artifact(0.0, key="progress", description="Pages done."))

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:
        """Hear of a stage: what is imported is known only as it comes."""
        self._observer.stage(name, total=total, done=done)
        self._total += done if name == "import" else 0
        if name not in self._shares:
            return
        with self._mutex:
            self._done += done * self._shares[name]
            is_due = self._total > 0 and time.monotonic() - self._said >= _EVERY_S
            if is_due:
                self._said = time.monotonic()
        if is_due:
            self.update(min(99.0, 100 * self._done / self._total))

    def note(self, text: str) -> None:
        self._observer.note(text)

    def update(self, percent: float) -> None:
        """Show it."""
        if self._ident is not None:
            with contextlib.suppress(Exception):
                update_progress_artifact(self._ident, percent)
