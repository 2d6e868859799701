"""What encoding a page's first bytes declare, without parsing it: the HTML standard's prescan.

Source: https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding
"""

from __future__ import annotations

import re

from tasks.extract.encoding.labels import encoding_of

# The standard's prescan looks at 1024 bytes, but its parser still changes its mind at a meta element further down
# ("change the encoding"); 7 of html5lib's 47 declared cases need that.
PRESCAN_BYTES = 16384
_SPACE = b"\t\n\x0c\r "
_META = re.compile(rb"<meta[\t\n\x0c\r /]", re.IGNORECASE)
_TAG = re.compile(rb"</?[A-Za-z][^\t\n\x0c\r >]*")
_CHARSET = re.compile(rb"charset[\t\n\x0c\r ]*=[\t\n\x0c\r ]*", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[\t\n\x0c\r ][^>]*?encoding[\x01-\x20]*=[\x01-\x20]*([\"'])([^\"'>]*)\1")


def declared(body: bytes) -> str | None:
    """The WHATWG name of the encoding that the first bytes declare in a meta element or an XML declaration."""
    head = body[:PRESCAN_BYTES]
    found = _from_meta(head) or _from_xml(head)
    if found in ("utf-16be", "utf-16le"):
        return "utf-8"  # a declaration readable as ASCII cannot be UTF-16
    return "windows-1252" if found == "x-user-defined" else found


def _from_xml(head: bytes) -> str | None:
    match = _XML.match(head)
    return encoding_of(match[2].decode("latin-1")) if match else None


def _from_meta(head: bytes) -> str | None:
    at = 0
    while (at := head.find(b"<", at)) >= 0:
        if _META.match(head, at):
            found, at = _meta_element(head, at + 6)
            if found:
                return found
        else:
            at = _skip_markup(head, at)
    return None


def _skip_markup(head: bytes, at: int) -> int:
    if head.startswith(b"<!--", at):
        end = head.find(b"-->", at + 2)
        return end + 3 if end >= 0 else len(head)
    if match := _TAG.match(head, at):
        return _skip_attributes(head, match.end())
    if head[at + 1 : at + 2] in (b"!", b"/", b"?"):
        end = head.find(b">", at)
        return end + 1 if end >= 0 else len(head)
    return at + 1


def _skip_attributes(head: bytes, at: int) -> int:
    while True:
        attribute, at = _attribute(head, at)
        if attribute is None:
            return at


def _meta_element(head: bytes, at: int) -> tuple[str | None, int]:
    """The encoding a meta element declares, and where its tag ends."""
    seen: dict[bytes, bytes] = {}
    while True:
        attribute, at = _attribute(head, at)
        if attribute is None:
            break
        seen.setdefault(*attribute)
    if at >= len(head):
        return None, at  # a tag that never ends declares nothing
    if b"charset" in seen:
        return encoding_of(seen[b"charset"].decode("latin-1")), at
    if seen.get(b"http-equiv") == b"content-type" and b"content" in seen:
        return _in_content(seen[b"content"]), at
    return None, at


def _in_content(value: bytes) -> str | None:
    match = _CHARSET.search(value)
    if not match:
        return None
    rest = value[match.end() :]
    if rest[:1] in (b'"', b"'"):
        end = rest.find(rest[:1], 1)
        return encoding_of(rest[1:end].decode("latin-1")) if end > 0 else None
    label = re.split(rb"[\t\n\x0c\r ;]", rest, maxsplit=1)[0]
    return encoding_of(label.decode("latin-1"))


def _attribute(head: bytes, at: int) -> tuple[tuple[bytes, bytes] | None, int]:
    """The standard's "get an attribute": (name, value) in lower case, and where to go on; None at the tag's end."""
    while at < len(head) and head[at] in _SPACE + b"/":
        at += 1
    if at >= len(head) or head[at] == ord(">"):
        return None, at
    start = at
    at += 1  # a name may begin with "="
    while at < len(head) and head[at] not in _SPACE + b"/>=":
        at += 1
    name = head[start:at].lower()
    while at < len(head) and head[at] in _SPACE:
        at += 1
    if head[at : at + 1] != b"=":
        return (name, b""), at
    value, at = _value(head, at + 1)
    return (name, value.lower()), at


def _value(head: bytes, at: int) -> tuple[bytes, int]:
    while at < len(head) and head[at] in _SPACE:
        at += 1
    quote = head[at : at + 1]
    if quote in (b'"', b"'"):
        end = head.find(quote, at + 1)
        return (head[at + 1 : end], end + 1) if end >= 0 else (b"", len(head))
    start = at
    while at < len(head) and head[at] not in _SPACE + b">":
        at += 1
    return head[start:at], at
