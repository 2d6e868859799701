"""Bytes to text, as browsers do it: byte order mark, HTTP header, meta element, XML declaration, then a guess.

Source: https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding. Departures, since
servers and templates claim what they do not know: a claim in which the bytes do not decode is dropped; a server's
default (windows-1252, under any of its names) gives way to a meta element that names another encoding in which they do;
bytes that are UTF-8 throughout are, because text in another encoding is never that by chance; and where no claim is
left, the encodings that pages in the language of the html element once used are tried, and then a detector.
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
_FEW = 3  # broken bytes, too few to speak of another encoding
_SAMPLE = 20_000  # bytes of prose
_MARKUP = re.compile(rb"<[^>]{0,2000}>")
_LANG = re.compile(rb"<html\b[^>]{0,300}?\slang\s*=\s*[\"']?([a-z]{2})", re.IGNORECASE)
_JIS = re.compile(rb"\x1b\$[@B]")
# Legacy encodings by language, after https://html.spec.whatwg.org/multipage/parsing.html ("default encoding").
_LEGACY = {
    language: encodings.split()
    for languages, encodings in {
        "ja": "shift_jis euc-jp", "ko": "euc-kr", "zh": "gb18030 big5", "ru uk be bg mk sr": "windows-1251 koi8-r",
        "el": "windows-1253", "he yi": "windows-1255", "ar fa ur": "windows-1256", "th": "windows-874",
        "pl cs sk hu sl hr bs ro sq": "windows-1250", "tr az": "windows-1254", "lt lv et": "windows-1257",
    }.items()
    for language in languages.split()
}  # fmt: skip
_TELLING = (
    ("euc-jp", "ぁ", "ヾ"),
    ("shift_jis", "ぁ", "ヾ"),
    ("euc-kr", "가", "힣"),
)  # letters no other encoding gives
_PLAUSIBLE = 0.6  # of the letters beyond ASCII: in lower case, or of a script without cases
_HALF_WIDTH = range(0xFF61, 0xFFA0)  # katakana, as which EUC-JP reads in Shift_JIS
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
    claims = {_of_header(content_type), declared(body)} - {None}
    whole = whole and (encoding != _DEFAULT or not claims or _DEFAULT in claims)  # else every claim was wrong
    text, repaired = repair(text)
    return text, () if whole and not repaired else (REPAIRED,)


def sniff(body: bytes, content_type: str | None) -> tuple[str, int]:
    """The WHATWG name of the body's encoding, and the length of its byte order mark."""
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return encoding, len(mark)
    claims = [claim for claim in (_of_header(content_type), declared(body)) if claim]
    specific = [claim for claim in claims if claim != _DEFAULT]
    if body.isascii():
        return "iso-2022-jp" if _JIS.search(body) else next(iter(specific or claims), _DEFAULT), 0
    if _is_utf8(body):
        return "utf-8", 0
    if sound := [claim for claim in specific if _is_sound(body, claim)]:
        return sound[0], 0
    if "utf-8" in claims and _is_nearly_utf8(body):
        return "utf-8", 0
    return _of_language(body) or _detected(body) or _DEFAULT, 0


def _of_language(body: bytes) -> str | None:
    """The legacy encoding of the page's language in which its bytes read best; None where none is plausible."""
    match = _LANG.search(body[:_SAMPLE])
    sound = [each for each in _LEGACY.get(match[1].decode().lower() if match else "", ()) if _is_sound(body, each)]
    worth = {each: _plausibility(body.decode(codec_of(each))) for each in sound}
    if set(worth) == {"gb18030", "big5"}:
        return _detected(body) or "gb18030"
    best = max(worth, key=worth.__getitem__, default=None)
    return best if best and worth[best] >= _PLAUSIBLE else None


def _plausibility(text: str) -> float:
    """The share of characters beyond ASCII that are small letters, or letters of a script without cases."""
    beyond = [(c, unicodedata.category(c)) for c in text if c > "\x7f" and not c.isspace()]
    beyond = [(c, kind) for c, kind in beyond if kind[0] != "P"]
    good = sum(kind == "Ll" or (kind in ("Lo", "Mn", "Lm") and ord(c) not in _HALF_WIDTH) for c, kind in beyond)
    return good / len(beyond) if beyond else 0.0


def _is_sound(body: bytes, encoding: str) -> bool:
    """Whether the bytes decode strictly; bytes that no text has (C1 controls) speak against a single-byte claim."""
    codec = codec_of(encoding)
    try:
        return bool(codec) and (encoding == _DEFAULT or body.decode(codec or "") is not None)
    except UnicodeDecodeError:
        return False


def _is_nearly_utf8(body: bytes) -> bool:
    """Whether damage is rare: at most one broken sequence beside ten whole ones, or hardly any."""
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken < _FEW or broken * _RARE <= sum(c > "\x7f" for c in text) - broken


def _detected(body: bytes) -> str | None:
    """The encoding of a text that is not in Latin letters, by charset_normalizer; None for Latin ones, or no idea.

    charset_normalizer takes short texts of one East Asian encoding for another: those that only kana or Hangul fit are
    tried before it.
    """
    for encoding, first, last in _TELLING:
        if _is_sound(body, encoding):
            text = [c for c in body.decode(codec_of(encoding)) if c > "\x7f"]
            if sum(first <= c <= last for c in text) > len(text) / 4:
                return encoding
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
