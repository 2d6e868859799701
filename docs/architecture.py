"""Writes the list of rooms into docs/architecture.md, from what each says of itself: `python -m docs.architecture`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "architecture.md"
_TOPS = ("dateline", "flows", "tasks", "expectations", "warehouse", "newsroom", "benchmarks")
_BEGIN, _END = "<!-- rooms: python -m docs.architecture -->\n", "<!-- end of rooms -->\n"


def page() -> str:
    """The page as it should be: what stands in it, with today's rooms."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    return before + _BEGIN + rooms() + _END + rest.partition(_END)[2]


def rooms() -> str:
    """A line a room: its path, and the first sentence of its docstring."""
    lines = [
        f"{'    ' * (len(room.parts) - 1)}{room.name + '/':{28 - 4 * (len(room.parts) - 1)}}{_sentence(room)}"
        for top in _TOPS
        for room in _below(Path(top))
    ]
    return "```text\n" + "\n".join(lines) + "\n```\n"


def _below(room: Path) -> list[Path]:
    """A room and the rooms in it, by name."""
    inner = sorted(file.parent.relative_to(ROOT) for file in (ROOT / room).glob("*/__init__.py"))
    return [room, *(each for child in inner for each in _below(child))]


def _sentence(room: Path) -> str:
    said = ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    return re.split(r"(?<=\.)\s", " ".join(said.split()), maxsplit=1)[0]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
