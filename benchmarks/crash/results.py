"""The part of docs/reliability.md about runs that were killed, or told to end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from benchmarks.base.page import grid, machine

BATCHES = {"one": 1000, "several": 40}  # pages a batch


@dataclass(slots=True)
class Trial:
    """One kill, and what was wrong after the run that followed; nothing is good."""

    batches: str
    edition: int
    where: str
    killed: bool
    wrong: list[str] = field(default_factory=list)


def section(trials: list[Trial], told: str, *, is_kill: bool) -> str:
    """The page's part.

    Args:
        trials: what was done.
        told: the docstring of benchmarks.crash; its last three paragraphs say how.
        is_kill: whether the runs were killed, else they were told to end.
    """
    lines = grid(
        ("killed at" if is_kill else "told to end at", "one batch", "several batches", "wrong after the next run"),
        [(where, *(_counted(trials, where, batches) for batches in BATCHES), _wrong(trials, where))
         for where in dict.fromkeys(t.where for t in trials)],
    )  # fmt: skip
    killed, right = sum(t.killed for t in trials), sum(not t.wrong for t in trials)
    parts = [" ".join(part.split()) for part in told.split("\n\n")[-3:]]
    head = ["## Kill -9", "", "`make crash` (`python -m benchmarks.crash --write`).", "", parts[0], "", parts[1]]
    if not is_kill:
        head = ["## Cancelled", "", "`python -m benchmarks.crash --term --write`. As above, but:", "", parts[2]]
    return "\n".join([
        *head, "",
        machine("prefect", "duckdb", "great-expectations"), "",
        f"{killed} of {len(trials)} runs were {'killed' if is_kill else 'told to end'} while they worked (the others "
        "had ended before the moment came).",
        f"After the next run {right} of {len(trials)} were right: content as undisturbed, every ledger balanced, "
        "verify silent. Runs of the first edition's run + of the second's:", "",
        *lines,
    ])  # fmt: skip


def _counted(trials: list[Trial], where: str, batches: str) -> str:
    counts = Counter(t.edition for t in trials if (t.where, t.batches) == (where, batches))
    return " + ".join(str(counts[edition]) for edition in (1, 2)) if counts else ""


def _wrong(trials: list[Trial], where: str) -> str:
    return "; ".join(sorted({wrong for t in trials if t.where == where for wrong in t.wrong})[:4]) or "nothing"
