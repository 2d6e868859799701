"""Repairs on XML text before any parser sees it: entity declarations, impossible characters, a missing end. Pure.

All functions take and give UTF-8 bytes and run in linear time.
"""

import re

# What may stand in a DTD: a few short names for short texts, as in `<!ENTITY nbsp "&#160;">`. More is an attack.
_MAX_ENTITIES = 300  # HTML 4 has 252
_ENTITY = re.compile(rb"<!ENTITY\s+([^\s>]+)\s+(\"[^\"]*\"|'[^']*'|[^>]*)")
_HARMLESS = re.compile(rb"[\"'](?:[^&%\"'<]{0,200}|&#(?:x[0-9A-Fa-f]{1,6}|[0-9]{1,7});)[\"']")
_DOCTYPE = re.compile(rb"<!DOCTYPE\b")

_PROLOG = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ROOT = re.compile(rb"<(?:([\w.-]+):)?([\w.-]+)")

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]*)|([0-9]*));")
_IMPOSSIBLE = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xed[\xa0-\xbf][\x80-\xbf]|\xef\xbf[\xbe\xbf]")


def doctype_span(data: bytes) -> tuple[int, int] | None:
    """Start and end of the DOCTYPE with its internal subset (the end of data if it is not closed); None without one."""
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


def root_tag(data: bytes) -> re.Match[bytes] | None:
    """The start of the root element: group 1 is its prefix, group 2 its local name; None when there is none."""
    span = doctype_span(data)
    prolog = _PROLOG.match(data, span[1] if span else 0)
    return _ROOT.match(data, prolog.end() if prolog else 0)


def complete_items(data: bytes, item_end: re.Pattern[bytes]) -> tuple[bytes, bool]:
    """The document up to its last complete item if its root element never ends; whether that was so."""
    root = root_tag(data)
    if root is None or _ends(data, root):
        return data, False
    last = max((found.end() for found in item_end.finditer(data)), default=None)
    if last is None:
        return data[: root.end()] + b">", True
    return data[:last], True


def tags(data: bytes) -> int:
    """How many tags there are outside of CDATA, more or less."""
    first, *sections = data.split(b"<![CDATA[")
    return first.count(b"<") + sum(section.partition(b"]]>")[2].count(b"<") for section in sections)


def references(data: bytes) -> int:
    """How many entity and character references there are, at most."""
    return data.count(b"&")


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


def _ends(data: bytes, root: re.Match[bytes]) -> bool:
    """Whether the root's end tag is there (a last `>` may be missing), or the root is an empty element."""
    name = root[0][1:]
    position = data.rfind(b"</" + name)
    rest = data[position + 2 + len(name) : position + 4 + len(name)]
    if position >= 0 and (rest == b"" or rest[:1] in b"> \t\r\n"):
        return True
    return data[root.end() : data.find(b">", root.end())].rstrip().endswith(b"/")
