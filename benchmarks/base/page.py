"""docs/benchmarks.md, reliability.md and conformance.md: every benchmark owns a section, and writes nothing else."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

_DOCS = Path(__file__).resolve().parents[2] / "docs"
ORDER = {
    "benchmarks": (
        "extraction",
        "extraction-rules",
        "extraction-languages",
        "throughput",
        "alarms",
        "batches",
        "clusters",
        "scale",
        "explore",
        "overhead",
        "lake",
    ),
    "reliability": ("kill", "term", "faults", "soak", "home"),
    "conformance": ("corpora", "complexity", "fuzz", "bulkheads", "interrupts"),
}
_HEADS = {
    "benchmarks": """# Benchmarks

Each section is written by the command that it names, on two cores of a shared machine: speeds are ratios against
something measured in the same run. The corpora are third-party data and no part of the project.
""",
    "reliability": """# Reliability

What was done to Dateline, and what came of it. Each section is written by the command that it names.
""",
    "conformance": """# Conformance of discovery, fetching and archive

Other people's cases, texts made to be slow, bytes that nobody meant. Each section is written by the command that it
names; do not edit.
""",
}


def write_section(name: str, text: str) -> None:
    """Replace one section of the page that it belongs to.

    Raises:
        ValueError: the name is none of ORDER.
    """
    page = next((page for page, names in ORDER.items() if name in names), None)
    if page is None:
        raise ValueError(f"{name!r} is no section of {' or '.join(ORDER)}")
    path = _DOCS / f"{page}.md"
    sections = _sections(path) | {name: text.strip()}
    body = "".join(f"\n<!-- {each} -->\n{sections[each]}\n" for each in ORDER[page] if each in sections)
    path.write_text(_HEADS[page] + body, encoding="utf-8")


def machine(*libraries: str) -> str:
    """A line that says what was measured with; nothing of it names the machine."""
    cores = len(os.sched_getaffinity(0))
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"{cores} cores ({platform.machine()}), Python {platform.python_version()}, {versions}."


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    lines = [headings, ["---"] * len(headings), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]


def _sections(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    parts = re.split(r"<!-- ([a-z-]+) -->\n", path.read_text(encoding="utf-8"))
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
