"""From the block of a response record to the body that it stands for: transfer and content codings undone.

What Dateline archives itself has none left. Other people's files keep them, or keep the header and not the coding.
"""

from __future__ import annotations

import hashlib
import re

from tasks.archive.records import MAX_BYTES, HttpHead
from tasks.fetch.decode import decode, ungzipped
from tasks.fetch.errors import Truncated, Undecodable

_LOCAL_CAP = max(MAX_BYTES, 1 << 30)  # what the owner allowed to be fetched may be read back
_PAGES = ("text/html", "application/xhtml+xml")
_MAX_CHUNKS = 1_000_000  # of one body; a chunk for every twenty bytes of the largest one
_UNKNOWN = ("unknown/unknown", "application/unknown", "*/*")  # browsers look at the body then (MIME Sniffing, 7)
_MAGIC = (
    (b"%PDF-", "a PDF"), (b"\x89PNG", "a PNG"), (b"GIF8", "a GIF"), (b"\xff\xd8\xff", "a JPEG"),
    (b"PK\x03\x04", "a ZIP"), (b"\x1f\x8b\x08", "broken gzip"), (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"ID3", "a sound"), (b"OggS", "a sound"),
)  # fmt: skip


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
        return ungzipped(decode([raw], http.get("Content-Encoding"), max_bytes), max_bytes)
    except (Truncated, Undecodable):
        if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":  # the header was kept, the coding was not
            return raw
        raise


def not_html(content_type: str | None) -> str | None:
    """Why a body of this type is no page, in the ledger's words; None when it is one, or may be.

    Of two types in one header the first counts; what is no type at all says nothing.
    """
    kind = re.split(r"[;,\s]", (content_type or "").strip(), maxsplit=1)[0].lower()
    return f"not_html: {kind[:80]}" if "/" in kind and kind not in (*_PAGES, *_UNKNOWN) else None


def binary_kind(body: bytes) -> str | None:
    """What a body is by its first bytes, where it is plainly no text; None where it may be."""
    return next((kind for magic, kind in _MAGIC if body.startswith(magic)), None)


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
    while len(parts) < _MAX_CHUNKS:
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
    raise Truncated(f"more than {_MAX_CHUNKS} chunks")


def digest_of(body: bytes) -> str:
    """`sha256:` and the hex digest of a payload."""
    return "sha256:" + hashlib.sha256(body).hexdigest()
