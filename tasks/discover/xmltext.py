"""Repairs on XML text before any parser sees it: entities, impossible characters, a missing end. Pure.

All functions take and give UTF-8 bytes and run in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html.entities import html5

# What may stand in a DTD: a few short names for short texts, as in `<!ENTITY nbsp "&#160;">`. More is an attack.
_MAX_ENTITIES = 300  # HTML 4 has 252
_ENTITY = re.compile(rb"<!ENTITY\s+([^\s>]+)\s+(\"[^\"]*\"|'[^']*'|[^>]*)")
_HARMLESS = re.compile(rb"[\"'](?:[^&%\"'<]{0,200}|&#(?:x[0-9A-Fa-f]{1,6}|[0-9]{1,7});)[\"']")
_DOCTYPE = re.compile(rb"<!DOCTYPE\b", re.IGNORECASE)
_IN_DOCTYPE = re.compile(rb"[\[\]\"'>]|<!--")
_DOCTYPE_WITHIN = 100_000  # bytes from the beginning
_MAX_DOCTYPE = 65_536  # bytes; HTML 4's entities, all declared, take 12,000
_SPACES = re.compile(rb"\s*")

_ROOT = re.compile(rb"<(?:([\w.-]+):)?([\w.-]+)")
# The roots of feeds and sitemaps, to be looked for behind what a server wrote before them (a notice, a blank page).
_LATE_ROOT = re.compile(rb"<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF|urlset|sitemapindex)(?=[\s>])")
_LATE_WITHIN = 16 * 1024
_IS_PAGE = re.compile(rb"<(?:html|head|body|form|!doctype\s{1,9}html)\b", re.IGNORECASE)

# Those that are plainly good are passed over by the pattern itself: there may be millions of them.
_REFERENCE = re.compile(
    rb"&#(?!(?:3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|x(?:[2-9A-Fa-f][0-9A-Fa-f]|[1-9A-Ca-c][0-9A-Fa-f]{2,3}));)"
    rb"(?:[xX]([0-9A-Fa-f]*)|([0-9]*));"
)
_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,9}|#x[0-9A-Fa-f]{1,8});)([A-Za-z][A-Za-z0-9]{0,31};)?")
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_IMPOSSIBLE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]|\xef\xbf[\xbe\xbf]")
# Elements that hold texts, in which markup is met that is no XML: `<title>One <br> two</title>`.
_LEAF = re.compile(
    rb"<((?:[\w.-]{1,20}:)?(?:title|description|summary|encoded|content))(?:\s[^<>]{0,300})?(?<!/)>", re.IGNORECASE
)
_CDATA, _CDATA_END = b"<![CDATA[", b"]]>"


def doctype_span(data: bytes) -> tuple[int, int] | None:
    """Start and end of the DOCTYPE with its internal subset (the end of data if it is not closed); None without one."""
    found = _DOCTYPE.search(data, 0, _DOCTYPE_WITHIN)
    if found is None or _CDATA in data[: found.start()]:
        return None
    position, depth = found.end(), 0
    while token := _IN_DOCTYPE.search(data, position, found.end() + _MAX_DOCTYPE):
        mark, position = token[0], token.end()
        if mark == b">" and depth <= 0:
            return found.start(), position
        depth += (mark == b"[") - (mark == b"]")
        if closing := {b'"': b'"', b"'": b"'", b"<!--": b"-->"}.get(mark):
            end = data.find(closing, position, found.end() + _MAX_DOCTYPE)
            if end < 0:
                break
            position = end + len(closing)
    return found.start(), len(data)


def dangerous_entities(doctype: bytes) -> bool:
    """Whether a DOCTYPE declares entities that refer to others or to the outside, are long, or are many."""
    if len(doctype) > 2 * _MAX_DOCTYPE:  # it has no end, and so no root: nothing is parsed of it
        return b"<!ENTITY" in doctype
    declared = _ENTITY.findall(doctype)
    if len(declared) != doctype.count(b"<!ENTITY") or len(declared) > _MAX_ENTITIES:
        return True
    return any(name == b"%" or not _HARMLESS.fullmatch(value.strip()) for name, value in declared)


def declared_entities(doctype: bytes) -> dict[bytes, bytes]:
    """The texts of a DOCTYPE's entities, which `dangerous_entities` has found harmless."""
    found = _ENTITY.findall(doctype) if len(doctype) <= 2 * _MAX_DOCTYPE else ()
    return {name: value.strip()[1:-1] for name, value in found}


def root_tag(data: bytes) -> re.Match[bytes] | None:
    """The start of the root element: group 1 is its prefix, group 2 its local name; None when there is none."""
    span = doctype_span(data)
    return _ROOT.match(data, _prolog_end(data, span[1] if span else 0))


def from_root(data: bytes) -> tuple[bytes, bool]:
    """The document from its root on, when a notice or a tag of somebody's server stands before it; whether so."""
    root = root_tag(data)
    if root and _LATE_ROOT.match(data, root.start()):
        return data, False
    late = _LATE_ROOT.search(data, 0, _LATE_WITHIN)
    if late is None or _IS_PAGE.search(data, 0, late.start()):
        return data, False
    return data[late.start() :], True


def _prolog_end(data: bytes, position: int) -> int:
    """The end of white space, comments and processing instructions."""
    while position < len(data):
        if spaces := _SPACES.match(data, position):
            position = spaces.end()
        closing = next((c for o, c in ((b"<?", b"?>"), (b"<!--", b"-->")) if data.startswith(o, position)), None)
        end = data.find(closing, position) if closing else -1
        if closing is None or end < 0:
            break
        position = end + len(closing)
    return position


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
    first, *sections = data.split(_CDATA)
    return first.count(b"<") + sum(section.partition(_CDATA_END)[2].count(b"<") for section in sections)


def references(data: bytes) -> int:
    """How many references there are, at most, but for the four that cost next to nothing."""
    return data.count(b"&") - sum(data.count(cheap) for cheap in (b"&lt;", b"&gt;", b"&amp;", b"&quot;"))


def repair_references(data: bytes) -> tuple[bytes, bool]:
    """References to code points that XML does not allow become U+FFFD; whether there were any."""
    repaired = _REFERENCE.sub(_possible, data)
    return repaired, repaired != data


def repair_ampersands(data: bytes, declared: Mapping[bytes, bytes] | None = None) -> tuple[bytes, bool]:
    """Every `&` outside of CDATA begins a reference that XML knows; whether one had to be escaped.

    HTML's names and those that the document declares become their characters. What is no reference stands for itself,
    as in `?id=1&sec=2` and `?a=1&copy=2` (HTML: no reference without its semicolon before `=`).
    """
    names = declared or {}
    escaped = False

    def one(found: re.Match[bytes]) -> bytes:
        nonlocal escaped
        name = found[1]
        text = _named(name, names) if name else None
        escaped = escaped or text is None
        return text if text is not None else b"&amp;" + (name or b"")

    return _outside_cdata(data, lambda part: _AMPERSAND.sub(one, part)), escaped


def _named(name: bytes, declared: Mapping[bytes, bytes]) -> bytes | None:
    """The character of an entity as XML, with its semicolon; None where nobody knows it."""
    own = declared.get(name[:-1])
    if own is not None:
        return own.replace(b"<", b"&lt;")
    text = html5.get(name.decode())
    return text.replace("&", "&amp;").replace("<", "&lt;").encode() if text else None


def shield_markup(data: bytes, *, longest: int | None = None) -> bytes:
    """The document with the markup within its texts as text, for one that is not well-formed, or huge, because of it.

    Args:
        data: the document.
        longest: bytes of one text that are kept; None for all.
    """
    parts, position = [], 0
    without_end: set[bytes] = set()
    for opening in _LEAF.finditer(data):
        closing = b"</" + opening[1] + b">"
        if opening.start() < position or closing in without_end:
            continue
        end = data.find(closing, opening.end())
        if end < 0:
            without_end.add(closing)
            continue
        inner = data[opening.end() : end]
        if longest and len(inner) > longest:
            inner = _shortened(inner, longest)
        if b"<" in inner and not inner.lstrip().startswith(_CDATA):
            inner = _CDATA + inner.replace(_CDATA_END, b"]]]]><![CDATA[>") + _CDATA_END
        parts.append(data[position : opening.end()] + inner)
        position = end
    return b"".join([*parts, data[position:]])


def _shortened(inner: bytes, length: int) -> bytes:
    """The beginning of a text, with no reference, character or section cut in two."""
    kept = inner[:length].decode("utf-8", "ignore").encode()
    if kept.rfind(_CDATA) > kept.rfind(_CDATA_END):
        return kept + _CDATA_END
    reference = kept.rfind(b"&")
    return kept[:reference] if reference >= 0 and b";" not in kept[reference:] else kept


def _outside_cdata(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    first, *sections = data.split(_CDATA)
    if not sections:
        return change(first)
    changed = [change(first)]
    for section in sections:
        inner, end, rest = section.partition(_CDATA_END)
        changed.append(inner + end + change(rest))
    return _CDATA.join(changed)


def repair_characters(data: bytes) -> tuple[bytes, bool]:
    """Control characters, surrogates and non-characters go; whether there were any."""
    repaired = _IMPOSSIBLE.sub(b"", data.translate(None, _CONTROLS))
    return repaired, len(repaired) != len(data)


def _possible(found: re.Match[bytes]) -> bytes:
    digits, base = (found[1], 16) if found[1] is not None else (found[2], 10)
    if 0 < len(digits.lstrip(b"0")) < 8 and _is_char(int(digits, base)):
        return found[0].replace(b"&#X", b"&#x")
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
