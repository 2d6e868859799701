"""Repairs on XML text before any parser sees it: entity declarations, impossible characters, a missing end. Pure.

All functions take and give UTF-8 bytes and run in linear time.
"""

import re

# What may stand in a DTD: a few short names for short texts, as in `<!ENTITY nbsp "&#160;">`. More is an attack.
_MAX_ENTITIES = 300  # HTML 4 has 252
_ENTITY = re.compile(rb"<!ENTITY\s+([^\s>]+)\s+(\"[^\"]*\"|'[^']*'|[^>]*)")
_HARMLESS = re.compile(rb"[\"'](?:[^&%\"'<]{0,200}|&#(?:x[0-9A-Fa-f]{1,6}|[0-9]{1,7});)[\"']")
_DOCTYPE = re.compile(rb"<!DOCTYPE\b")

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]*)|([0-9]*));")
_IMPOSSIBLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xed[\xa0-\xbf][\x80-\xbf]|\xef\xbf[\xbe\xbf]")


def doctype_span(data: bytes) -> tuple[int, int] | None:
    """Start and end of the DOCTYPE with its internal subset; None without one; the end of data when it is not closed."""
    found = _DOCTYPE.search(data[:100_000], 0)
    if found is None or b"<![CDATA[" in data[: found.start()]:
        return None
    position, depth, quote = found.end(), 0, b""
    for token in re.finditer(rb"[\[\]\"'>]|<!--.*?-->", data[position:], re.DOTALL):
        char = token[0]
        if quote:
            quote = b"" if char == quote else quote
        elif char in (b'"', b"'"):
            quote = char
        elif char in (b"[", b"]"):
            depth += 1 if char == b"[" else -1
        elif char == b">" and depth <= 0:
            return found.start(), position + token.end()
    return found.start(), len(data)


def dangerous_entities(doctype: bytes) -> bool:
    """Whether a DOCTYPE declares entities that refer to others or to the outside, are long, or are many."""
    declared = _ENTITY.findall(doctype)
    if len(declared) != doctype.count(b"<!ENTITY") or len(declared) > _MAX_ENTITIES:
        return True
    return any(name == b"%" or not _HARMLESS.fullmatch(value.strip()) for name, value in declared)


def repair_references(data: bytes) -> tuple[bytes, bool]:
    """References to code points that XML does not allow become U+FFFD; whether there were any."""
    repaired = _REFERENCE.sub(_possible, data)
    return repaired, repaired != data


def repair_characters(data: bytes) -> tuple[bytes, bool]:
    """Control characters, surrogates and non-characters go; whether there were any."""
    repaired = _IMPOSSIBLE.sub(b"", data)
    return repaired, len(repaired) != len(data)


def _possible(found: re.Match[bytes]) -> bytes:
    digits, base = (found[1], 16) if found[1] is not None else (found[2], 10)
    if 0 < len(digits.lstrip(b"0")) < 8 and _is_char(int(digits, base)):
        return found[0]
    return "\ufffd".encode()


def _is_char(code: int) -> bool:
    """XML 1.0 section 2.2."""
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000
