"""`reextract` and `rebuild` of what `ingest --warc` has loaded: pages a second, beside the ingest's own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from benchmarks.base.marks import Mark
from benchmarks.throughput import rate

WANTED = 1.0


@dataclass(frozen=True, slots=True)
class Round:
    """Pages a second, from the first page that is handed to the readers to the end."""

    ingest: float
    reextract: float
    rebuild: float


def once(warc: Path, folder: Path) -> Round:
    """An ingest, and both on what it loaded."""
    from flows.base.observer import Silent
    from flows.base.settings import load
    from flows.work.rebuild import rebuild
    from flows.work.reextract import reextract

    with Console().status("again") as status:
        first = rate.ingest(warc, folder, status)
        settings = load(None, folder)
        status.update("reextract")
        again = _timed(lambda: reextract(settings, Silent(), source=None, apply=False))
        status.update("rebuild")
        anew = _timed(lambda: rebuild(settings, Silent()))
    return Round(first.rate, again, anew)


def conclude(rounds: Sequence[Round]) -> list[Mark]:
    """A mark each; medians of the rounds' ratios."""
    return [
        _mark("reextract", [r.reextract / r.ingest for r in rounds], median(r.reextract for r in rounds)),
        _mark("rebuild", [r.rebuild / r.ingest for r in rounds], median(r.rebuild for r in rounds)),
    ]


def _mark(name: str, ratios: Sequence[float], pages: float) -> Mark:
    return Mark(
        what=f"pages/s of `{name}`, over those of `ingest --warc`",
        wanted=f"≥ {WANTED}",
        measured=f"{median(ratios):.2f} ({pages:.1f} pages/s, median of {len(ratios)})",
        met=median(ratios) >= WANTED,
    )


def _timed(do: Callable[[], Any]) -> float:
    with _handed() as handed:
        do()
        ended = time.perf_counter()
    return sum(count for _, count in handed) / (ended - handed[0][0])


@contextmanager
def _handed() -> Iterator[list[tuple[float, int]]]:
    """When pages were handed to the readers, and how many."""
    from tasks.extract.pool import ExtractPool

    found: list[tuple[float, int]] = []
    plain = ExtractPool.submit

    def submit(self: ExtractPool, jobs: Sequence[Any], *more: Any, **named: Any) -> Any:
        found.append((time.perf_counter(), len(jobs)))
        return plain(self, jobs, *more, **named)

    ExtractPool.submit = submit  # type: ignore[method-assign]
    try:
        yield found
    finally:
        ExtractPool.submit = plain  # type: ignore[method-assign]
