"""Making text from the world's pages safe to show: in a terminal, a spreadsheet, Markdown. What is stored stays."""

from __future__ import annotations

import json
import re
from typing import Any

# C0 and C1 controls but for tab and newline, what ends a line elsewhere (U+2028, U+2029), and what reorders text on
# screen (Unicode bidirectional controls).
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# What a spreadsheet may take for a formula, also behind blanks, line ends and letters that cannot be seen (Unicode's
# Default_Ignorable_Code_Point); the signs also in the forms that NFKC makes plain, and the minus of mathematics.
_UNSEEN = (
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\U000e0000-\U000e0fff\x00-\x1f]*"
)
_SIGNS = "=+\\-@\u207a-\u207c\u208a-\u208c\u2212\ufb29\ufe62\ufe63\ufe66\ufe6b\uff0b\uff0d\uff1d\uff20"
_FORMULA = re.compile(f"{_UNSEEN}[{_SIGNS}]|[\t\r]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:])")


def for_terminal(text: str) -> str:
    """Text whose control characters are shown as U+FFFD, so that it cannot move the cursor or fake a line."""
    return _CONTROL.sub("\ufffd", text)


def for_csv(value: object) -> object:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV Injection): text that begins like one gets a quote."""
    return "'" + value if isinstance(value, str) and _FORMULA.match(value) else value


def for_json(document: Any, *, indent: int | None = 1) -> str:
    """A document as JSON that can be shown: control characters are written by number. A program reads what is stored.

    Args:
        document: dicts, lists, texts, numbers; what else there is, is written as text, times in ISO 8601.
        indent: as json.dumps has it.
    """
    text = json.dumps(document, ensure_ascii=False, indent=indent, default=_plain)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def for_markdown(text: str) -> str:
    """Text that a Markdown renderer shows letter by letter.

    Prefect's UI renders artifacts with it, and the cells of table artifacts too, with their HTML: an `<img>` in a cell
    would be fetched from where it says (tests/test_browser.py).
    """
    return _MARKDOWN.sub(r"\\\1", for_terminal(text).replace("\n", " "))
