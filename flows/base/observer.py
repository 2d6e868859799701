"""How a run is watched from where it was started: progress while it works, and the report at its end."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the pool brings the extractor, which `dateline sql` has no use for
    from expectations.judge import Judge
    from tasks.extract.pool import ExtractPool


class Observer(Protocol):
    """What a run tells whoever watches."""

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None:
        """A stage has so much to do, and has done so much more."""

    def note(self, text: str) -> None:
        """Something worth a line."""


class Silent:
    """Nobody watches."""

    def stage(self, name: str, *, total: int | None = None, done: int = 0) -> None: ...

    def note(self, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a run came to."""

    run_id: str
    state: str  # completed, completed_with_alarms
    message: str
    totals: dict[str, int]
    by_source: list[tuple[str, dict[str, int]]]
    rejected: list[tuple[str, str, int]]  # rule, source, pages
    failures: list[tuple[str, str, int]]  # reason, source, URLs
    alarms: tuple[str, ...]
    notes: tuple[str, ...]  # worth knowing, but no alarm
    snapshot: Path
    seconds: float
    news: tuple[str, ...] = ()  # expectations that came out differently than in the run before
    slowest: list[tuple[str, int, int, int]] = field(default_factory=list)  # host, requests, median ms, longest ms
    pages: tuple[tuple[str, str], ...] = ()  # source and URL of what a dry run would fetch
    quality: Path | None = None  # the first page of the Data Docs; None when nothing was judged

    @property
    def exit_status(self) -> int:
        """0 done and balanced, 1 the ledger does not balance, 3 done with an alarm."""
        return 1 if self.totals["remainder"] else 3 if self.alarms else 0


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Injected:
    """What the place that starts a run gives it besides parameters, which Prefect would have to serialise."""

    observer: Observer = field(default_factory=Silent)
    now: Callable[[], datetime] = _utc_now
    pool: ExtractPool | None = None  # started before the run, so that it loads beside the server
    judge: Judge | None = None
    report: Report | None = None  # set by the run


CURRENT: ContextVar[Injected | None] = ContextVar("dateline_injected", default=None)


def injected() -> Injected:
    """What was injected, or the defaults of a run that Prefect started."""
    return CURRENT.get() or Injected()
