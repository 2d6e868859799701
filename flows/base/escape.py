"""Making text from the world's pages safe to show: in a terminal, a spreadsheet, Markdown. What is stored stays."""

from __future__ import annotations

import re

# C0 and C1 controls but for tab and newline, and what reorders text on screen (Unicode bidirectional controls).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:])")


def for_terminal(text: str) -> str:
    """Text whose control characters are shown as U+FFFD, so that it cannot move the cursor or fake a line."""
    return _CONTROL.sub("\ufffd", text)


def for_csv(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV Injection): text that begins like one gets a quote."""
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def for_markdown(text: str) -> str:
    """Text that a Markdown renderer shows letter by letter.

    Prefect's UI renders artifacts with it, and the cells of table artifacts too, with their HTML: an `<img>` in a cell
    would be fetched from where it says (tests/test_browser.py).
    """
    return _MARKDOWN.sub(r"\\\1", for_terminal(text).replace("\n", " "))
