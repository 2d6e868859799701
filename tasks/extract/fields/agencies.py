"""News agencies by the names they go by, and the short form that `agency` holds."""

from __future__ import annotations

import re
from pathlib import Path

from tasks.base.strings import key

# agencies.txt has a line an agency: its short form, and its other names. Compared as letters (`key` without spaces).
_LINES = [line.partition(": ") for line in Path(__file__).with_name("agencies.txt").read_text("utf-8").splitlines()]


def _compact(name: str) -> str:
    return key(name).replace(" ", "")


# Outlets that also sell their news: an agency in a byline's brackets, not when they stand as an author.
_ALSO_OUTLETS = {"CNN", "Bloomberg"}
_BY_NAME = {_compact(name): short for short, _, names in _LINES for name in (short, *filter(None, names.split("|")))}
_KIND = re.compile(r"\s+(?:nachrichtenagentur|news agency|presseagentur|agency|agencia|agence|agenzia)$", re.IGNORECASE)
_JOINED = re.compile(r"\s*(?:/|,|\+|&| und | and | et | y )\s*")


def agency_of(text: str, *, outlets: bool = False) -> str | None:
    """The agency a text names, alone or first of several ("dpa/lnw", "AFP, AP"); None when it is none of the known.

    Args:
        outlets: count also the agencies that are outlets first (CNN, Bloomberg).
    """
    for part in (text, *_JOINED.split(text)):
        short = _BY_NAME.get(_compact(_KIND.sub("", part).strip(" ()[]-–—.")))
        if short and (outlets or short not in _ALSO_OUTLETS):
            return short
    return None
