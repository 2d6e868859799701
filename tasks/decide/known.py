"""What is known of an article before a page is decided on: as the warehouse has it, or as this batch is about to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tasks.base.articles import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownArticle:
    """An article in its current version, with its addresses and the place of its versions in time."""

    article_id: str
    canonical_url: str
    source: str
    domain: str
    url: str
    version: int
    content_hash: str
    headline: str | None
    text: str
    language: str | None
    page_kind: str | None
    extractor: str
    last_seen: datetime
    digest: str | None  # of the capture it was read from
    capture_id: str | None = None
    warc_file: str | None = None
    warc_offset: int | None = None
    warc_length: int | None = None
    capture_url: str | None = None
    fetched_at: datetime | None = None
    flags: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    contents: Mapping[int | None, tuple[str | None, str]] = field(default_factory=dict)  # headline and text, by version
    addresses: Mapping[str, frozenset[str]] = field(default_factory=dict)  # kinds by url_id

    def is_called(self, url_id: str | None, *kinds: str) -> bool:
        """Whether it is known by this address, as one of these kinds."""
        return url_id is not None and not self.addresses.get(url_id, frozenset()).isdisjoint(kinds)
