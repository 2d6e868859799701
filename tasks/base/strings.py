"""Small things done to text everywhere: repair, white space, markup inside of attributes, keys for comparison."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import unescape

from lxml.html import HtmlElement

REPAIRED = "text_repaired"
_BROKEN = re.compile("[\x00\ud800-\udfff]")
# What XML 1.0 cannot hold, NUL aside: lxml refuses to set it, and trafilatura then gives up the whole body.
CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# How HTML writes them where the page's own text has none.
CONTROL_REFERENCE = re.compile(
    r"&#0{0,9}(?:[1-8]|1[124-9]|2\d|3[01]|6553[45]|x0{0,9}(?:[1-8bcef]|1[\da-f]|fff[ef]))(?![\da-f])", re.IGNORECASE
)
# A reader does not see them, and no search finds a word that has them; a zero-width space may stand for a real one.
_UNSEEN = str.maketrans({"\u00ad": "", "\u2060": "", "\ufeff": "", "\u200b": " "})
_INSIDE = re.compile("(?<=\\w)\u200b+(?=\\w)")
_CONTROL_BYTES = bytes(code for code in range(1, 32) if code not in (9, 10, 13))
_PUNCTUATION = re.compile(r"[^\w\s]+|_+")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")


def repair(text: str) -> tuple[str, bool]:
    """The text without NUL and with U+FFFD for lone surrogates, and whether anything had to be done."""
    if "\x00" not in text and _is_whole(text):
        return text, False
    fixed = _BROKEN.sub(lambda match: "" if match[0] == "\x00" else "\ufffd", text)
    return fixed, fixed is not text and fixed != text


@lru_cache(maxsize=1)
def utf8(text: str) -> bytes:
    """A page's bytes in UTF-8; asked for by several that look at the same page.

    Raises:
        UnicodeEncodeError: the text has lone surrogates.
    """
    return text.encode("utf-8")


def _is_whole(text: str) -> bool:
    """Whether a text has no lone surrogate; asked of the encoder, ten times faster than a pattern."""
    try:
        return text.isascii() or bool(utf8(text))
    except UnicodeEncodeError:
        return False


def has_controls(html: str) -> bool:
    """Whether a page has characters that XML cannot hold, as they are or as references."""
    raw = utf8(html)
    if len(raw.translate(None, _CONTROL_BYTES)) != len(raw) or "\ufffe" in html or "\uffff" in html:
        return True
    return "&#" in html and CONTROL_REFERENCE.search(html) is not None


def strip_controls(tree: HtmlElement) -> None:
    """Take control characters out of a tree, once the fields that keep them as they stand have been read."""
    for element in tree.iter():
        if element.text and isinstance(element.tag, str):
            element.text = without_controls(element.text)
        if element.tail:
            element.tail = without_controls(element.tail)
        for name, value in element.attrib.items() if isinstance(element.tag, str) else ():
            if CONTROL.search(value):
                element.set(name, without_controls(value))


def without_controls(text: str) -> str:
    """The text without what XML cannot hold; a form feed is white space."""
    return CONTROL.sub("", text.replace("\x0c", " "))


def squeeze(text: str | None) -> str:
    """The text on one line: every run of white space is one space; soft hyphens and their kin are gone.

    A zero-width space inside of a word goes too, elsewhere it is white space.
    """
    if not text:
        return ""
    if not text.isascii():
        if "\u200b" in text:
            text = _INSIDE.sub("", text)
        text = text.translate(_UNSEEN)
    return " ".join(text.split())


def plain(text: str | None) -> str:
    """An attribute's or JSON string's text as a reader would see it: character references resolved twice at most."""
    once = squeeze(unescape(text or ""))
    return squeeze(unescape(once)) if "&" in once else once


def without_tags(text: str) -> str:
    """The text without HTML tags; for comparing only, never for storing."""
    return squeeze(_TAG.sub(" ", text))


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """What two writings of the same words have in common: NFKC, case folded, letters and digits only."""
    folded = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(_PUNCTUATION.sub("", folded).split())
