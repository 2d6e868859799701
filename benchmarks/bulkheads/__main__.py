"""python -m benchmarks.bulkheads complexity|fuzz|outlets|interrupts [--minutes N] [--seed N] [--write]."""

import argparse
import sys
from collections.abc import Callable

from benchmarks.base.page import grid, machine, write_section
from benchmarks.bulkheads.complexity import measure_all, table
from benchmarks.bulkheads.fuzz import Target, fuzz
from benchmarks.bulkheads.interrupts import MOST_S, Interrupt
from benchmarks.bulkheads.interrupts import measure as interrupt
from benchmarks.bulkheads.outlets import DEADLINE_S, Beside
from benchmarks.bulkheads.outlets import measure as beside

SECTIONS = {"complexity": "complexity", "fuzz": "fuzz", "outlets": "bulkheads", "interrupts": "interrupts"}


def main() -> int:
    """Measure, print, and write when asked; 1 when a mark is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", choices=tuple(SECTIONS))
    options.add_argument("--minutes", type=float, default=60.0)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--times", type=int, default=20)
    options.add_argument("--write", action="store_true")
    given = options.parse_args()
    measured: dict[str, Callable[[], tuple[list[str], bool]]] = {
        "complexity": complexity,
        "fuzz": lambda: fuzzed(given.minutes, given.seed),
        "outlets": outlets,
        "interrupts": lambda: interrupts(given.times, given.seed),
    }
    lines, met = measured[given.what]()
    text = "\n".join(lines)
    print(text)
    if given.write:
        write_section(SECTIONS[given.what], text)
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


def outlets() -> tuple[list[str], bool]:
    """The section about what one outlet's faults cost the others."""
    found = beside()
    lines = [
        "## Bulkheads",
        "",
        "Written by `python -m benchmarks.bulkheads outlets --write`. Two healthy outlets of 20 pages each beside one",
        "that serves the fault: their rows against those of a run without it, and how much later the run ended, on a",
        "machine that others used meanwhile. A request and the reading of a page have "
        f"{DEADLINE_S} s each. {machine('lxml')}",
        "",
        *grid(
            ["fault", "what came of it", "rows of the others", "equal", "s later", "met"], [_beside(e) for e in found]
        ),
    ]
    return lines, all(each.is_met for each in found)


def _beside(each: Beside) -> list[str]:
    marks = ["yes" if mark else "**no**" for mark in (each.is_equal, each.is_met)]
    return [each.fault, each.said, str(each.rows), marks[0], f"{each.later_s:.1f}", marks[1]]


def interrupts(times: int, seed: int) -> tuple[list[str], bool]:
    """The section about Ctrl-C."""
    found, wrong = interrupt(times, seed)
    for each in found:
        if not each.is_met:
            print(each, file=sys.stderr)
    ended = [each for each in found if each.status == 130]
    slowest = max((each.ended_s for each in ended), default=0.0)
    lines = [
        "## Ctrl-C",
        "",
        f"Written by `python -m benchmarks.bulkheads interrupts --times {times} --seed {seed} --write`. SIGINT at",
        "random moments of runs over the embedded newsroom, from the start of the process on; then runs that nobody",
        "disturbed.",
        "",
        *grid(["what", "measured", "met"], _interrupts(found, ended, slowest, wrong)),
    ]
    return lines, all(each.is_met for each in found) and not wrong


def _interrupts(found: list[Interrupt], ended: list[Interrupt], slowest: float, wrong: str) -> list[list[str]]:
    met = sum(each.is_met for each in found)
    return [
        ["status 130, one line, no traceback, or already over", f"{met} of {len(found)}", _yes(met == len(found))],
        ["of these ended by the signal", f"{len(ended)}, the slowest after {slowest:.1f} s", _yes(slowest <= MOST_S)],
        ["the homes afterwards: every article, every ledger balanced", wrong or "all", _yes(not wrong)],
    ]


def _yes(met: bool) -> str:
    return "yes" if met else "**no**"


def _row(target: Target) -> list[str]:
    return [target.name, f"{target.executions:,}", f"{target.seconds / 60:.1f}", str(len(target.crashes))]


if __name__ == "__main__":
    sys.exit(main())
