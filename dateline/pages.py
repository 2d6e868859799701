"""One page read without a warehouse."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from tasks.extract.encoding.charset import decode
from tasks.extract.page import read_page
from warehouse.records import Hints, UnreadablePage


def read(html: str | bytes, *, url: str, fetched_at: datetime | None = None) -> dict[str, Any]:
    """See `dateline.read`."""
    text = html if isinstance(html, str) else decode(html, None)[0]
    page = read_page(text, url=url, hints=Hints(fetched_at=fetched_at or datetime.now(UTC)))
    if isinstance(page, UnreadablePage):
        raise ValueError(f"cannot read the page {url}: {page.rule}: {page.observed}")
    return asdict(page)
