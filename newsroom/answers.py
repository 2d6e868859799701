"""What the server says to one address, and the conditional and coded forms of it (RFC 9110)."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

from newsroom.dates import http_date

_COMPRESSIBLE = (
    "text/",
    "application/rss",
    "application/atom",
    "application/feed",
    "application/xml",
    "application/json",
)
_CUT = 0.6  # share of a gzip body that is sent when it is cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, complete and the same for every request until the edition changes."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    modified: datetime | None = None
    location: str | None = None
    delay_s: float = 0.0
    packed: bytes | None = None  # the body in gzip, for those who accept it
    cut: bool = False  # `packed` lacks its end, and is sent to everybody
    etag: str = ""

    def headers(self, *, coded: bool) -> dict[str, str]:
        """Validators, type and coding; not the length."""
        found = {"Content-Type": self.content_type}
        if self.location:
            found["Location"] = self.location
        if self.status == 200:
            found |= {"ETag": self._tag(coded), "Cache-Control": "max-age=60"}
        if self.modified:
            found["Last-Modified"] = http_date(self.modified)
        if self.packed is not None:
            found["Vary"] = "Accept-Encoding"
        return found | ({"Content-Encoding": "gzip"} if coded else {})

    def is_coded(self, asked: Mapping[str, str]) -> bool:
        """Whether the gzip form is the one to send."""
        accepts = "gzip" in asked.get("Accept-Encoding", "")
        return self.packed is not None and (self.cut or accepts)

    def is_known(self, asked: Mapping[str, str]) -> bool:
        """Whether the client has it already; If-None-Match goes before If-Modified-Since (section 13.2.2)."""
        if self.status != 200:
            return False
        if tags := asked.get("If-None-Match"):
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(known & {"*", self._tag(False), self._tag(True)})
        return self._is_older(asked.get("If-Modified-Since"))

    def _tag(self, coded: bool) -> str:
        """Strong tags differ between the plain and the coded form (section 8.8.3)."""
        return f'"{self.etag}-gzip"' if coded else f'"{self.etag}"'

    def _is_older(self, since: str | None) -> bool:
        if not since or self.modified is None:
            return False
        try:
            return self.modified <= parsedate_to_datetime(since)
        except ValueError:
            return False


def answer(
    body: str | bytes,
    *,
    content_type: str = "text/html; charset=utf-8",
    status: int = 200,
    modified: datetime | None = None,
    location: str | None = None,
    delay_s: float = 0.0,
    cut: bool = False,
) -> Answer:
    """An answer with its tag and its gzip form."""
    data = body.encode() if isinstance(body, str) else body
    packed = gzip.compress(data, 6, mtime=0) if content_type.startswith(_COMPRESSIBLE) and data else None
    return Answer(
        body=data,
        content_type=content_type,
        status=status,
        modified=modified,
        location=location,
        delay_s=delay_s,
        packed=packed[: int(len(packed) * _CUT)] if cut and packed else packed,
        cut=cut,
        etag=hashlib.sha256(data).hexdigest()[:20],
    )
