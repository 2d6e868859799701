"""One page read without a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from tasks.extract.encoding.charset import decode
from tasks.extract.page import read_page
from tasks.extract.selectors import Selectors, check
from warehouse.records import Hints, UnreadablePage


def read(
    html: str | bytes,
    *,
    url: str,
    fetched_at: datetime | None = None,
    select: Sequence[str] = (),
    remove: Sequence[str] = (),
) -> dict[str, Any]:
    """See `dateline.read`."""
    for given in (select, remove):
        check(given)
    selectors = Selectors(tuple(select), tuple(remove))
    text = html if isinstance(html, str) else decode(html, None)[0]
    page = read_page(text, url=url, hints=Hints(fetched_at=fetched_at or datetime.now(UTC)), selectors=selectors)
    if isinstance(page, UnreadablePage):
        raise ValueError(f"cannot read the page {url}: {page.rule}: {page.observed}")
    return asdict(page)
