"""What an extraction worker does: captures from the archive, decoded, read, understood, and put into columns.

    captures | bytes, decoded | read_page | without what is known as boilerplate | understood | values and Arrow rows

Runs in worker processes: it imports neither Prefect, Great Expectations, pandas nor DuckDB. A call is a few pages: a
page costs the run's process half a millisecond of pipes and locks when it goes alone.
"""

from __future__ import annotations

import os
import resource
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing import parent_process
from pathlib import Path

import pyarrow as pa

from tasks.archive.errors import LostCapture
from tasks.archive.payload import binary_kind
from tasks.archive.reading import read_body
from tasks.base import columns
from tasks.base.boilerplate import STRIPPED, Recurrence, block_keys, strip
from tasks.base.content import content_hash
from tasks.extract.encoding.charset import decode
from tasks.extract.feedtext import from_feed_alone, with_feed_text
from tasks.extract.page import read_page
from tasks.extract.selectors import NONE, Selectors
from tasks.understand.derive import derive
from tasks.understand.errors import ModelMissing
from warehouse.records import Hints, Page, UnreadablePage

# A page that needs more than this is an attack or a mistake; the largest real page of the corpora needs 0.4 GiB.
MEMORY_LIMIT_BYTES = 3 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJob:
    """A claim check: where the capture stands, and what is known of the page."""

    archive: Path
    warc_file: str
    offset: int
    length: int
    url: str
    hints: Hints
    source: str = ""
    selectors: Selectors = NONE
    is_new: bool = False  # probably an article that is to be loaded: what its text says will be wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What a worker cannot know: boilerplate by source and block, and the spaCy model that the owner named."""

    blocks: Mapping[str, Mapping[int, Recurrence]] = field(default_factory=dict)
    model: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One page that was read: see `tasks.base.items.ReadPage`, which the pool makes of it."""

    page: Page  # without what stands in the columns
    blocks: tuple[int, ...]
    settled: str
    content_hash: str
    is_derived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What came of some captures, in their order; the columns have a row for each page that was read, or derived."""

    pages: tuple[Reading | UnreadablePage, ...]
    read: bytes | None  # columns.READ
    derived: bytes | None  # columns.DERIVED


def read_captures(jobs: Sequence[ReadJob], learned: Learned) -> Readings:
    """Read some archived pages; trouble with a page is a value.

    Raises:
        LostCapture: the archive does not hold what a job says.
        ModelMissing: there is no such spaCy model.
    """
    rows: list[pa.RecordBatch] = []
    derived: list[pa.RecordBatch] = []
    pages = tuple(_bounded(job, learned, rows, derived) for job in jobs)
    return Readings(
        pages=pages,
        read=columns.to_bytes(rows) if rows else None,
        derived=columns.to_bytes(derived) if derived else None,
    )


def derive_texts(texts: Sequence[tuple[str, str | None]], model: str | None) -> bytes:
    """Derive from some (text, language): the bytes of columns.DERIVED.

    Raises:
        ModelMissing: there is no such spaCy model.
    """
    return columns.to_bytes([derive(text, language, model) for text, language in texts])


def read_capture(job: ReadJob) -> Page | UnreadablePage:
    """Read one archived page.

    Raises:
        LostCapture: the archive does not hold what the job says.
    """
    body, content_type = read_body(job.archive, job.warc_file, job.offset, job.length)
    return read_bytes(body, content_type, url=job.url, hints=job.hints, selectors=job.selectors)


def read_bytes(
    body: bytes, content_type: str | None, *, url: str, hints: Hints, selectors: Selectors = NONE
) -> Page | UnreadablePage:
    """Read the body of an answer as a run does.

    Args:
        body: without transfer or content coding.
        content_type: as the server says.
        url, hints, selectors: as for `read_page`.
    """
    if (kind := binary_kind(body)) and not hints.is_gone:
        return UnreadablePage(rule="not_html", observed=f"the body is {kind}, whatever its Content-Type says")
    if hints.is_gone:
        return from_feed_alone(url, hints, selectors)
    html, flags = decode(body, content_type)
    page = read_page(html, url=url, hints=hints, selectors=selectors)
    if isinstance(page, Page):
        page = with_feed_text(page, url, hints, selectors)
    if flags and isinstance(page, Page):
        return replace(page, flags=tuple(dict.fromkeys((*page.flags, *flags))))
    return page


def _bounded(
    job: ReadJob, learned: Learned, rows: list[pa.RecordBatch], derived: list[pa.RecordBatch]
) -> Reading | UnreadablePage:
    """One page; its rows are added."""
    try:
        page = read_capture(job)
        if isinstance(page, UnreadablePage):
            return page
        row, reading = columns.read_row(page), _reading(page, job, learned)
    except MemoryError:
        return UnreadablePage(rule="extraction_incomplete", observed=f"needs more than {MEMORY_LIMIT_BYTES >> 20} MiB")
    except LostCapture:
        raise
    except Exception as error:  # any fault of an extractor is one page's fault, not the batch's
        return UnreadablePage(rule="extraction_crashed", observed=f"{type(error).__name__}: {error}"[:500])
    said = _derived(reading, learned) if job.is_new and page.page_kind in STRIPPED else None
    rows.append(row)
    derived += [said] if said else []
    return replace(reading, is_derived=said is not None)


def _reading(page: Page, job: ReadJob, learned: Learned) -> Reading:
    known = learned.blocks.get(job.source, {}) if page.page_kind in STRIPPED else {}
    keys = block_keys(page.text)
    settled = strip(page.text, known, keys).text
    navigation = sum(link.kind == columns.NAVIGATION for link in page.links)
    return Reading(
        page=replace(page, links=(), images=(), dates=(), signals=(), navigation_links=navigation),
        blocks=keys,
        settled=settled,
        content_hash=content_hash(page.headline, settled),
        is_derived=False,
    )


def _derived(reading: Reading, learned: Learned) -> pa.RecordBatch | None:
    try:
        return derive(reading.settled, reading.page.language, learned.model)
    except ModelMissing:
        raise
    except Exception:  # it is tried again by itself, where its fault is seen
        return None


def prepare_worker() -> None:
    """Set the worker's limits, and make it end when its parent is gone (a killed run must not leave workers behind)."""
    import tasks.extract.preloaded  # noqa: F401 - loaded already where workers are forked

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT_BYTES, resource.RLIM_INFINITY))
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def warm() -> None:
    """Nothing: a job that makes a worker start."""
