"""A story's text from its small markup: blank lines between blocks, `## ` headings, `- ` items, `> ` quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

_MARKS = {"## ": "heading", "- ": "item", "> ": "quote"}
_CORRECTION = re.compile(r"(?:Correction|Korrektur): ")


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph of a story; `kind` is paragraph, heading, item, quote or correction."""

    kind: str
    text: str


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of a story file's text."""
    parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n|\n(?=- )", text.strip())]
    return tuple(_block(part) for part in parts if part)


def grouped(blocks: Iterable[Block]) -> list[tuple[str, list[str]]]:
    """Kind and texts, items that follow one another together; other blocks one by one."""
    keyed = groupby(enumerate(blocks), key=lambda pair: "item" if pair[1].kind == "item" else str(pair[0]))
    runs = [[block for _, block in run] for _, run in keyed]
    return [(run[0].kind, [block.text for block in run]) for run in runs]


def _block(part: str) -> Block:
    for mark, kind in _MARKS.items():
        if part.startswith(mark):
            return Block(kind, part.removeprefix(mark))
    return Block("correction" if _CORRECTION.match(part) else "paragraph", part)
