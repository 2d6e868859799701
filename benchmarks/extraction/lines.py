"""Lines of the result: a set of pages and a system, as means over its pages; and as a table for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table

from tasks.extract.page import EXTRACTOR

HEADINGS = (
    "set", "system", "pages", "body", "headline (exact)", "authors", "day right/missing/wrong", "instant", "ms a page",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the result: a set of pages and a system; shares of 1."""

    set: str
    system: str
    pages: int
    marks: dict[str, float]
    ms_per_page: float
    days: int = 0  # pages whose truth has a day


def summary(results: Iterable[tuple[str, dict[str, tuple[dict[str, float], float]]]]) -> list[Line]:
    """Means per set and system, with the body's F1."""
    marks: dict[tuple[str, str], dict[str, list[float]]] = {}
    seconds: dict[tuple[str, str], list[float]] = {}
    for group, measured in results:
        for system, (found, took) in measured.items():
            seconds.setdefault((group, system), []).append(took)
            for name, value in found.items():
                marks.setdefault((group, system), {}).setdefault(name, []).append(value)
    return [_line(group, system, marks.get((group, system), {}), took) for (group, system), took in seconds.items()]


def _line(group: str, system: str, values: dict[str, list[float]], seconds: list[float]) -> Line:
    means = {name: sum(found) / len(found) for name, found in values.items()}
    if "precision" in means:
        total = means["precision"] + means["recall"]
        means["body_f1"] = 2 * means["precision"] * means["recall"] / total if total else 0.0
    days = len(values.get("day_wrong", ()))
    return Line(group, system, len(seconds), means, 1000 * sum(seconds) / len(seconds), days)


def table(lines: list[Line]) -> Table:
    """The result for a terminal."""
    shown = Table(title=f"{EXTRACTOR}: shares in %, body as F1 / precision / recall")
    for heading in HEADINGS:
        shown.add_column(heading)
    for line in sorted(lines, key=lambda line: (line.set, line.system)):
        shown.add_row(*cells(line))
    return shown


def cells(line: Line) -> list[str]:
    """One line as text, a cell for each heading."""

    def share(*names: str) -> str:
        return " / ".join(f"{100 * line.marks[name]:.1f}" for name in names if name in line.marks)

    body = " / ".join(f"{line.marks[n]:.3f}" for n in ("body_f1", "precision", "recall") if n in line.marks)
    exact = f" ({share('headline_exact')})" if "headline_exact" in line.marks else ""
    days = share("day_right", "day_missing", "day_wrong")
    cells = [line.set, line.system, str(line.pages), body, share("headline") + exact, share("authors"), days]
    return [*cells, share("instant"), f"{line.ms_per_page:.1f}"]
