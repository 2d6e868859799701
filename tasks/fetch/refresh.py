"""Where a page sends its reader by itself: the Refresh header, and `<meta http-equiv=refresh>`. Pure.

A stub that has no text and leads on within a few seconds is a redirect like any other. An article that reloads itself,
or that leads readers without scripts elsewhere, is none. Source: HTML standard, "shared declarative refresh steps".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.etree import LxmlError
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from tasks.base.urls import InvalidUrl, requestable

MAX_WAIT_S = 5  # a page that is to be read first waits longer
MAX_STUB = 256 * 1024  # bytes, scripts among them
MAX_TEXT = 700  # characters: "If nothing happens within a few seconds, click here", in several languages
_INSTRUCTION = re.compile(
    r"\s{0,50}(?P<wait>\d{1,9}|(?=\.))(?:\.[\d.]{0,20})?\s{0,50}(?:[;,]\s{0,50}|(?=\s|url))(?:url\s{0,50}=\s{0,50})?(?P<url>.+)",
    re.IGNORECASE | re.DOTALL,
)
_SAYS_SO = re.compile(rb"http-equiv\s{0,9}=\s{0,9}[\"']?\s{0,9}refresh", re.IGNORECASE)
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UNSEEN = ("script", "style", "noscript", "title", "template")


def refresh_target(headers: Iterable[tuple[str, str]], body: bytes, url: str) -> str | None:
    """The address that a stub leads on to; None when the page is no stub, or leads nowhere else.

    Args:
        headers: of the response.
        body: decoded content.
        url: of the page.
    """
    said = [value for name, value in headers if name.lower() == "refresh"]
    if len(body) > MAX_STUB:
        return None
    if body.startswith(_WIDE_MARKS):
        body = body.decode("utf-16", "replace").encode("utf-8", "replace")
    if not said and not _SAYS_SO.search(body):
        return None
    tree = _tree(body)
    if tree is None:
        return _first([*said], url, url)
    if len(" ".join(_texts(tree))) > MAX_TEXT:
        return None
    base = next((href for e in tree.iter("base") if (href := e.get("href"))), "")
    return _first([*said, *_of_meta(tree)], url, _joined(base, url) or url)


def _first(instructions: Iterable[str], url: str, base: str) -> str | None:
    targets = (_target(instruction, base) for instruction in instructions)
    return next((target for target in targets if target and target != url), None)


def _target(instruction: str, base: str) -> str | None:
    found = _INSTRUCTION.fullmatch(instruction[:5000])
    if found is None or int(found["wait"] or 0) > MAX_WAIT_S:
        return None
    written = found["url"].strip()
    if written[:1] in ("'", '"'):
        written = written[1:].partition(written[0])[0]
    return _joined(written, base)


def _joined(reference: str, base: str) -> str | None:
    try:
        return requestable(reference.strip(), base) if reference.strip() else None
    except InvalidUrl:
        return None


def _of_meta(tree: HtmlElement) -> Iterator[str]:
    for element in tree.iter("meta"):
        if (element.get("http-equiv") or "").strip().lower() == "refresh" and element.get("content"):
            yield element.get("content") or ""


def _texts(tree: HtmlElement) -> Iterator[str]:
    """What a reader would see of the page, but for its title."""
    for text in tree.xpath("//text()"):
        parent = text.getparent()
        owner = parent.getparent() if text.is_tail else parent
        if owner is not None and owner.tag not in _UNSEEN and (shown := text.strip()):
            yield " ".join(shown.split())


def _tree(body: bytes) -> HtmlElement | None:
    try:
        return document_fromstring(body, parser=HTMLParser(encoding=_encoding(body), remove_comments=True))
    except (LxmlError, ValueError):
        return None


def _encoding(body: bytes) -> str:
    try:
        body.decode()
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"
