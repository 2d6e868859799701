"""From the block of a response record to the body that it stands for: transfer and content codings undone.

What Dateline archives itself has none left. Other people's files keep them, or keep the header and not the coding.
"""

from __future__ import annotations

import hashlib

from tasks.archive.records import MAX_BYTES, HttpHead
from tasks.fetch.decode import decode
from tasks.fetch.errors import Truncated, Undecodable

_LOCAL_CAP = max(MAX_BYTES, 1 << 30)  # what the owner allowed to be fetched may be read back
_PAGES = ("text/html", "application/xhtml+xml")


def payload(http: HttpHead | None, raw: bytes, *, max_bytes: int = _LOCAL_CAP) -> bytes:
    """The decoded body of a response.

    Raises:
        FetchError: TooLarge, Truncated or Undecodable, as for what comes from the network (tasks.fetch.errors).
    """
    if http is None:
        return raw
    if "chunked" in (http.get("Transfer-Encoding") or "").lower():
        raw = unchunked(raw)
    try:
        return decode([raw], http.get("Content-Encoding"), max_bytes)
    except (Truncated, Undecodable):
        if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":  # the header was kept, the coding was not
            return raw
        raise


def not_html(content_type: str | None) -> str | None:
    """Why a body of this type is no page, in the ledger's words; None when it is one, or may be."""
    kind = (content_type or "").partition(";")[0].strip().lower()
    return f"not_html: {kind}" if kind and kind not in _PAGES else None


def has_codings(http: HttpHead) -> bool:
    """Whether the body stands in the block in another form than decoded."""
    return bool(http.get("Transfer-Encoding") or http.get("Content-Encoding"))


def unchunked(raw: bytes) -> bytes:
    """The body without its chunk lines (RFC 9112 section 7.1); as it is when it does not begin with one.

    Raises:
        Truncated: it begins with chunks and does not end with them.
    """
    parts: list[bytes] = []
    at = 0
    while True:
        end = raw.find(b"\n", at, at + 200)
        size = raw[at : end if end >= 0 else at].split(b";")[0].strip()
        try:
            length = int(size, 16) if size[:1] not in (b"+", b"-") else -1
        except ValueError:
            length = -1
        if length < 0 or end < 0:
            if not parts:
                return raw
            raise Truncated("the chunks do not end")
        if length == 0:
            return b"".join(parts)
        if len(raw) < end + 1 + length:
            if not parts and raw.lstrip()[:1] == b"<":
                return raw
            raise Truncated("a chunk is cut")
        parts.append(raw[end + 1 : end + 1 + length])
        at = end + 1 + length
        at += 2 if raw[at : at + 2] == b"\r\n" else 1


def digest_of(body: bytes) -> str:
    """`sha256:` and the hex digest of a payload."""
    return "sha256:" + hashlib.sha256(body).hexdigest()
