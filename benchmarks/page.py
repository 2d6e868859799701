"""docs/benchmarks.md: every benchmark owns a section of it, and writes nothing else."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
ORDER = ("extraction", "throughput", "alarms", "clusters", "scale")
_HEAD = """# Benchmarks

Each section is written by the command that it names, on two cores of a shared machine: speeds are ratios against
something measured in the same run. The corpora are third-party data and no part of the project.
"""


def write_section(name: str, text: str) -> None:
    """Replace one section.

    Raises:
        ValueError: the name is not one of ORDER.
    """
    if name not in ORDER:
        raise ValueError(f"{name!r} is none of the sections {', '.join(ORDER)}")
    sections = _sections() | {name: text.strip()}
    body = "".join(f"\n<!-- {each} -->\n{sections[each]}\n" for each in ORDER if each in sections)
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(_HEAD + body, encoding="utf-8")


def machine(*libraries: str) -> str:
    """A line that says what was measured with; nothing of it names the machine."""
    cores = len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"{cores} cores ({platform.machine()}), Python {platform.python_version()}, {versions}."


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _sections() -> dict[str, str]:
    if not PAGE.exists():
        return {}
    parts = re.split(r"<!-- ([a-z]+) -->\n", PAGE.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
