"""What stands around a story and is not of it: captions, bylines, prompts, teasers; before and after the extraction."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from tasks.extract.blocks import Block
from tasks.extract.signals import labels
from tasks.extract.strings import key


def prune(tree: HtmlElement) -> None:
    """Take out of the tree what is never of a story: captions and what its labels call a share bar or a newsletter box."""


def without(
    found: list[Block], *, headline: str | None, captions: Iterable[str], authors: Iterable[str]
) -> list[Block]:
    """The blocks that are the story's."""
    return found
