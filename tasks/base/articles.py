"""What is kept of an article besides its page: its names, and when its versions stood. Frozen, plain values."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as far as its place in time goes."""

    version: int
    content_hash: str
    first_at: datetime  # of the capture it was first read from
    valid_from: datetime
    valid_to: datetime | None = None
    change_kind: str = "new"
    capture_id: str | None = None
    was: int | None = None  # its number in the warehouse, None when it is not there yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One name of an article: a row of `article_addresses`."""

    url: str  # as it was met; of kind guid, the guid
    kind: str  # fetched, redirect, canonical, guid
    url_id: str


def guid_id(source: str, guid: str) -> str:
    """UUID string: the first 128 bits of SHA-256 over the source and the guid; guids are unique in one outlet only."""
    digest = hashlib.sha256(f"guid\n{source}\n{guid}".encode("utf-8", "replace")).digest()
    return str(uuid.UUID(bytes=digest[:16]))
