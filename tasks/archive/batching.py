"""From a stream of responses to batches: archive each at once, and hand on a batch when its segment is closed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from tasks.archive.payload import not_html
from tasks.archive.segments import SegmentWriter
from tasks.base.items import Batch, TrackedLink, without_body
from warehouse.records import Capture, Fetched, Outcome

_MAX_UNCAPTURED = 2000  # outcomes without a page weigh little
MAX_SEGMENT_BYTES = 256 << 20
NO_PAGE = (401, 402, 403, 404, 410, 451)  # statuses that stand for longer than a run
# A full batch is followed by a larger one: judging takes 0.3 s and loading 0.1 s of CPU however few pages there are,
# but the first pages are to be seen soon, and while the last batch is loaded nothing is left to read beside it.
_GROWTH, _LARGEST = 4, 800


class Batcher:
    """Collects items from many threads.

    Args:
        writer: the archive's open segment.
        size: captures of the first batch; those that follow a full one grow to four times that, and then to 800.
        emit: takes each batch; may block, which slows the fetching down to the pace of the reading.
        max_age_s: a batch is handed on after this many seconds although it is not full.
    """

    def __init__(
        self, writer: SegmentWriter, *, size: int, emit: Callable[[Batch], None], max_age_s: float = 60.0
    ) -> None:
        self._writer, self._size, self._emit, self._max_age = writer, size, emit, max_age_s
        self._mutex = threading.Lock()
        self._items: list[TrackedLink] = []
        self._captured = 0
        self._urls: set[tuple[str, str]] = set()
        self._number = 0
        self._since = time.monotonic()
        self.on_first_page: Callable[[], None] | None = None  # to start what reading will need

    def add_response(self, item: TrackedLink, fetched: Fetched) -> None:
        """Take what came for a link: archived first, whatever it is, and decided on later."""
        with self._mutex:
            capture = None
            if fetched.outcome == "ok" or _only_in_feed(item, fetched):
                earlier = item.seen.capture if item.seen else None
                capture = self._writer.add(item.link, fetched, earlier=earlier)
            outcome = _outcome_without_page(item, fetched, capture)
            self._append(replace(item, fetched=without_body(fetched), capture=capture, outcome=outcome))

    def add(self, item: TrackedLink) -> None:
        """Take an item that is archived already, or has its outcome already."""
        with self._mutex:
            self._append(item)

    def flush(self) -> None:
        """Hand on what there is."""
        with self._mutex:
            self._hand_on()

    def _append(self, item: TrackedLink) -> None:
        key = (item.link.source, item.link.url)
        if key in self._urls:  # a WARC may hold a page twice: the second is decided on when the first is loaded
            self._hand_on()
        self._urls.add(key)
        self._items.append(item)
        if item.capture is not None and self.on_first_page is not None:
            self.on_first_page()
            self.on_first_page = None
        self._captured += item.capture is not None
        is_full = self._captured >= self._size
        if (
            is_full
            or len(self._items) >= _MAX_UNCAPTURED
            or self._writer.bytes_written >= MAX_SEGMENT_BYTES
            or time.monotonic() - self._since > self._max_age
        ):
            self._hand_on()
            self._size = max(self._size, min(_GROWTH * self._size, _LARGEST)) if is_full else self._size

    def _hand_on(self) -> None:
        self._writer.close()
        if self._items:
            self._number += 1
            self._emit(Batch(number=self._number, items=tuple(self._items)))
        self._items, self._captured, self._since = [], 0, time.monotonic()
        self._urls.clear()


def _only_in_feed(item: TrackedLink, fetched: Fetched) -> bool:
    """Whether a story that nobody has yet is walled or gone, while its feed has given its text."""
    is_known = item.seen is not None and item.seen.article_id is not None
    return fetched.outcome == "failed" and fetched.status in NO_PAGE and bool(item.link.content) and not is_known


def _outcome_without_page(item: TrackedLink, fetched: Fetched, capture: Capture | None) -> Outcome | None:
    """The outcome of a response that has no page to read; None when it has one."""
    link = item.link
    if fetched.outcome == "not_modified":
        article = item.seen.article_id if item.seen else None
        return Outcome(source=link.source, url=link.url, outcome="unchanged", reason="http_304", article_id=article)
    if capture is not None and fetched.outcome != "ok":
        return None  # what its feed said of it is read
    if fetched.outcome != "ok":
        return Outcome(source=link.source, url=link.url, outcome=fetched.outcome, reason=fetched.error)
    if other := not_html(capture.content_type if capture else None):
        return Outcome(source=link.source, url=link.url, outcome="skipped", reason=other)
    return None
