"""Bytes to text, as browsers do it: byte order mark, HTTP header, meta element, XML declaration, then a guess.

Source: https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding. Departures, since
servers and templates claim what they do not know: a claim in which the bytes do not decode is dropped; a server's
default (windows-1252, under any of its names) gives way to a meta element that names another encoding in which they do;
bytes that are UTF-8 throughout are, because text in another encoding is never that by chance; and where no claim is
left, a detector decides for scripts that are not Latin.
"""

from __future__ import annotations

import re
import unicodedata

from tasks.base.strings import REPAIRED, repair
from tasks.extract.encoding.labels import codec_of, encoding_of
from tasks.extract.encoding.prescan import declared

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_DEFAULT = "windows-1252"  # of servers that say iso-8859-1 of everything
_RARE = 10
_SAMPLE = 20_000  # bytes of prose
_MARKUP = re.compile(rb"<[^>]{0,2000}>")
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
    claims = [claim for claim in (_of_header(content_type), declared(body)) if claim]
    if body.isascii():
        return next(iter(claims), _DEFAULT), 0
    if _is_utf8(body):
        return "utf-8", 0
    sound = [claim for claim in claims if _is_sound(body, claim)]
    specific = [claim for claim in sound if claim != _DEFAULT]
    if specific:
        return specific[0], 0
    if "utf-8" in claims and _is_nearly_utf8(body):
        return "utf-8", 0
    return _detected(body) or next(iter(sound or claims), _DEFAULT), 0


def _is_sound(body: bytes, encoding: str) -> bool:
    """Whether the bytes decode strictly; bytes that no text has (C1 controls) speak against a single-byte claim."""
    codec = codec_of(encoding)
    try:
        return bool(codec) and (encoding == _DEFAULT or body.decode(codec or "") is not None)
    except UnicodeDecodeError:
        return False


def _is_nearly_utf8(body: bytes) -> bool:
    """Whether damage is rare: at most one broken sequence beside ten whole ones."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * _RARE <= sum(c > "\x7f" for c in text) - broken


def _detected(body: bytes) -> str | None:
    """The encoding of a text that is not in Latin letters, by charset_normalizer; None for Latin ones, or no idea."""
    from charset_normalizer import from_bytes

    prose = _MARKUP.sub(b" ", body[: 10 * _SAMPLE])[:_SAMPLE]
    best = from_bytes(prose).best()
    if best is None or not str(best):
        return None
    letters = [c for c in str(best) if c.isalpha() and c > "\x7f"]
    foreign = sum(not unicodedata.name(c, "LATIN").startswith("LATIN") for c in letters)
    return encoding_of(best.encoding.replace("_", "-")) if foreign > len(letters) / 2 else None


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
