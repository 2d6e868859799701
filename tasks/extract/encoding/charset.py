"""Bytes to text, as browsers do it: byte order mark, HTTP header, meta element, XML declaration, then a guess.

Source: https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding. One departure: a claim
of windows-1252 (the old default of servers) gives way to bytes that are UTF-8 throughout, because text in
windows-1252 is never that by chance.
"""

from __future__ import annotations

import re

from tasks.base.strings import REPAIRED, repair
from tasks.extract.encoding.labels import codec_of, encoding_of
from tasks.extract.encoding.prescan import declared

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_HEADER = re.compile(r"charset\s*=\s*[\"']?([^\"';,\s]+)", re.IGNORECASE)
# windows-1252 leaves no byte undefined in the WHATWG table; Python's cp1252 leaves five.
_C1 = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def decode(body: bytes, content_type: str | None) -> tuple[str, tuple[str, ...]]:
    """The page's text, and flags: `text_repaired` when bytes were undecodable or NUL.

    Args:
        body: the response's payload, content encodings undone.
        content_type: the HTTP header as received.
    """
    encoding, skip = sniff(body, content_type)
    text, whole = _decode(body[skip:], encoding)
    text, repaired = repair(text)
    return text, () if whole and not repaired else (REPAIRED,)


def sniff(body: bytes, content_type: str | None) -> tuple[str, int]:
    """The WHATWG name of the body's encoding, and the length of its byte order mark."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding, len(mark)
    claim = _of_header(content_type) or declared(body)
    if claim is None:
        return ("utf-8" if _is_utf8(body) else "windows-1252"), 0
    if claim == "windows-1252" and not body.isascii() and _is_utf8(body):
        return "utf-8", 0
    return claim, 0


def _of_header(content_type: str | None) -> str | None:
    match = _HEADER.search(content_type or "")
    return encoding_of(match[1]) if match else None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def _decode(body: bytes, encoding: str) -> tuple[str, bool]:
    codec = codec_of(encoding)
    if not codec:
        return "\ufffd", False
    if codec == "cp1252":
        return body.decode("latin-1").translate(_C1), True
    try:
        return body.decode(codec), True
    except UnicodeDecodeError:
        return body.decode(codec, "replace"), False
