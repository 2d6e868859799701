"""python -m benchmarks.bulkheads complexity|fuzz [--minutes N] [--seed N] [--write]: sections of conformance.md."""

import argparse
import sys

from benchmarks.base.page import grid, machine, write_section
from benchmarks.bulkheads.complexity import measure_all, table
from benchmarks.bulkheads.fuzz import Target, fuzz


def main() -> int:
    """Measure, print, and write when asked; 1 when a mark is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=("complexity", "fuzz"))
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    lines, met = complexity() if given.what == "complexity" else fuzzed(given.minutes, given.seed)
    text = "\n".join(lines)
    print(text)
    if given.write:
        write_section(given.what, text)
    return 0 if met else 1


def complexity() -> tuple[list[str], bool]:
    """The section about growth, and whether every mark is met."""
    found = measure_all()
    head = ["reader", "slowest shape", "n, bytes", "CPU ms at n · 2n · 4n", "growth", "largest", "CPU s there", "met"]
    lines = [
        "## Complexity",
        "",
        "Written by `python -m benchmarks.bulkheads complexity --write`. Each reader of outside text under texts made",
        f"to be slow for it ({len(found)} pairs): growth per doubling ≤ 2.5, and ≤ 2 s of CPU on the largest text that",
        f"its caps let through; of each reader the slowest pair is shown. {machine('lxml')}",
        "",
        *grid(head, table(found)),
    ]
    return lines, all(each.is_met for each in found)


def fuzzed(minutes: float, seed: int) -> tuple[list[str], bool]:
    """The section about fuzzing, and whether nothing undeclared came out."""
    found = fuzz(minutes, seed)
    for target in found:
        for said, body in target.crashes[:20]:
            print(f"{target.name}: {said}: {body[:300]!r}", file=sys.stderr)
    lines = [
        "## Fuzzing",
        "",
        f"Written by `python -m benchmarks.bulkheads fuzz --minutes {minutes:g} --seed {seed} --write` (`make fuzz`).",
        f"Only declared errors may come out. {machine('lxml', 'urllib3', 'trafilatura')}",
        "",
        *grid(["reader", "executions", "minutes", "undeclared errors"], [_row(target) for target in found]),
    ]
    return lines, not any(target.crashes for target in found)


def _row(target: Target) -> list[str]:
    return [target.name, f"{target.executions:,}", f"{target.seconds / 60:.1f}", str(len(target.crashes))]


if __name__ == "__main__":
    sys.exit(main())
