"""The bytes of a feed or sitemap as UTF-8, whatever its byte order marks, declaration and header say. Pure.

    byte order marks, blank lines | UTF-16, UTF-32, EBCDIC by the bytes | UTF-8 if it is | header | declaration

RFC 7303 lets the header win; servers send a default there, so bytes that are UTF-8 count as UTF-8 whatever is claimed:
no text in another encoding is that by chance. Bytes that read `<?xml` in ASCII are no UTF-16. Linear time.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice

from tasks.extract.encoding.labels import codec_of, encoding_of

# Byte order marks, those of a UTF-16 that is none among them, and white space.
_MARKS = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff|[ \t\r\n\x00]+)*")
# The first bytes of `<` (and a letter, or `?`) in encodings of more than one byte (XML 1.0, appendix F).
_WIDE = (
    (b"\xff\xfe\x00\x00", "utf-32-le"), (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"), (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"),
)  # fmt: skip
_WIDE_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm"
_DECLARED = re.compile(rb"^<\?xml\s[^>]{0,300}?encoding\s{0,20}=\s{0,20}[\"']([^\"'>]{1,60})")
_HEADER = re.compile(r"charset\s{0,20}=\s{0,20}[\"']?([^\"';,\s]{1,60})", re.IGNORECASE)
_DECLARATION = re.compile(rb"^<\?xml\s[^>]{0,500}>")
# Encodings whose text is ASCII to the eye: that it is UTF-8 as well proves nothing.
_ESCAPING = frozenset(("iso2022_jp", "iso2022_jp_1", "iso2022_jp_2", "iso2022_jp_3", "iso2022_kr", "hz", "utf-7"))
# Python calls these text encodings too; what they decode to is no document.
_NOT_FOR_FEEDS = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"))
_STRAY = re.compile("[\udc80-\udcff]+")
_MAX_STRAYS = 10_000  # runs of bytes that are no UTF-8; with more of them the text is none at all


def to_utf8(body: bytes, content_type: str | None = None) -> bytes:
    """The document in UTF-8, without byte order mark, leading white space and declaration.

    Args:
        body: as received, content codings undone.
        content_type: the header, for its charset.
    """
    wide = _wide(body)
    if wide:
        text = body.decode(wide, "replace").lstrip("\ufeff \t\r\n\x00")
        return _without_declaration(text.encode("utf-8", "replace"))
    data = _without_marks(body)
    if data.startswith(_EBCDIC):
        return _without_declaration(_from_ebcdic(data))
    return _without_declaration(_narrow(data, content_type))


def _wide(body: bytes) -> str | None:
    """The encoding of two or four bytes a character that the bytes themselves show; claims do not count."""
    start = body.lstrip(b" \t\r\n")[:64] if body[:1] != b"\x00" else body[:64]
    for mark, codec in _WIDE:
        if start.startswith(mark):
            return codec
    for mark, codec in _WIDE_MARKS:
        if start.startswith(mark) and b"\x00" in start[2:]:
            return codec
    return None


def _without_marks(body: bytes) -> bytes:
    """Without leading white space and byte order marks, however many and in whichever order."""
    found = _MARKS.match(body)
    return body[found.end() :] if found else body


def _narrow(data: bytes, content_type: str | None) -> bytes:
    claims = [codec for codec in (_of_header(content_type), _of_declaration(data)) if codec]
    escaping = next((codec for codec in claims if codec in _ESCAPING), None)
    if escaping is None and _is_utf8(data):
        return data
    for codec in [escaping] if escaping else claims:
        if codec not in ("utf-8",) and (text := _decoded(data, codec)) is not None:
            return text.encode("utf-8", "replace")
    return _mended(data, declared_utf8=not claims or "utf-8" in claims)


def _mended(data: bytes, *, declared_utf8: bool) -> bytes:
    """UTF-8 with some bytes of windows-1252 among it, or windows-1252 throughout."""
    text = data.decode("utf-8", "surrogateescape")
    strays = sum(1 for _ in islice(_STRAY.finditer(text), _MAX_STRAYS + 1))
    if not declared_utf8 or strays > _MAX_STRAYS:
        return data.decode("cp1252", "replace").encode()
    return _STRAY.sub(
        lambda found: found[0].encode("ascii", "surrogateescape").decode("cp1252", "replace"), text
    ).encode()


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _of_header(content_type: str | None) -> str | None:
    found = _HEADER.search(content_type or "")
    return _codec(found[1]) if found else None


def _of_declaration(data: bytes) -> str | None:
    found = _DECLARED.match(data)
    return _codec(found[1].decode("latin-1")) if found else None


def _codec(label: str) -> str | None:
    """Python's codec for a label of one byte or more a character; None for one that means nothing here."""
    name = encoding_of(label)
    codec = codec_of(name) if name else ""
    try:
        known = codecs.lookup(codec or label)
    except (LookupError, ValueError):
        return None
    if not known._is_text_encoding or known.name in _NOT_FOR_FEEDS:
        return None
    return None if known.name.startswith(("utf-16", "utf-32")) else known.name


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _from_ebcdic(data: bytes) -> bytes:
    """The invariant characters of EBCDIC are enough to read which of its code pages is declared."""
    declared = _DECLARED.match(data[:400].decode("cp037").encode("utf-8"))
    codec = _codec(declared[1].decode("latin-1")) if declared else None
    return (_decoded(data, codec or "cp037") or data.decode("cp037")).encode("utf-8", "replace")


def _without_declaration(data: bytes) -> bytes:
    found = _DECLARATION.match(data)
    return data[found.end() :].lstrip() if found else data
