"""What an extraction worker does: read a capture from the archive, decode it, read the page.

Runs in worker processes: it imports neither Prefect, Great Expectations, pandas nor DuckDB.
"""

from __future__ import annotations

import os
import resource
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing import parent_process
from pathlib import Path

from tasks.archive.payload import binary_kind
from tasks.archive.reading import read_body
from tasks.extract.encoding.charset import decode
from tasks.extract.feedtext import from_feed_alone, with_feed_text
from tasks.extract.page import read_page
from warehouse.records import Hints, Page, UnreadablePage

# A page that needs more than this is an attack or a mistake; the largest real page of the corpora needs 0.4 GiB.
MEMORY_LIMIT_BYTES = 3 << 30
_FIRST_PAGE = "<html><body><article><h1>Nothing</h1>" + "<p>The council met and decided nothing.</p>" * 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJob:
    """A claim check: where the capture stands, and what is known of the page."""

    archive: Path
    warc_file: str
    offset: int
    length: int
    url: str
    hints: Hints


def read_capture(job: ReadJob) -> Page | UnreadablePage:
    """Read one archived page; trouble with the page is a value.

    Raises:
        LostCapture: the archive does not hold what the job says.
    """
    body, content_type = read_body(job.archive, job.warc_file, job.offset, job.length)
    if (kind := binary_kind(body)) and not job.hints.is_gone:
        return UnreadablePage(rule="not_html", observed=f"the body is {kind}, whatever its Content-Type says")
    try:
        if job.hints.is_gone:
            return from_feed_alone(job.url, job.hints)
        html, flags = decode(body, content_type)
        page = read_page(html, url=job.url, hints=job.hints)
        if isinstance(page, Page):
            page = with_feed_text(page, job.url, job.hints)
    except MemoryError:
        return UnreadablePage(rule="extraction_incomplete", observed=f"needs more than {MEMORY_LIMIT_BYTES >> 20} MiB")
    except Exception as error:  # any fault of an extractor is one page's fault, not the batch's
        return UnreadablePage(rule="extraction_crashed", observed=f"{type(error).__name__}: {error}"[:500])
    if flags and isinstance(page, Page):
        return replace(page, flags=tuple(dict.fromkeys((*page.flags, *flags))))
    return page


def prepare_worker() -> None:
    """Set the worker's limits, and make it end when its parent is gone (a killed run must not leave workers behind).

    Reads a page of nothing: the language model and the list of public suffixes take 0.5 s to load, which is spent here,
    while the run waits for its server, and does not count against a real page's time.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, resource.RLIM_INFINITY))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(Exception):  # what is wrong with the extractor, the first real page will say
        read_page(
            _FIRST_PAGE, url="https://first.example/page", hints=Hints(fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
        )


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def warm() -> None:
    """Nothing: a job that makes a worker start."""
