"""How the time of every reader grows: at n, 2n and 4n, and at the largest text that its caps let through.

python -m benchmarks.bulkheads complexity [--write]
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.bulkheads.readers import Reader, readers

MOST_GROWTH = 2.5  # per doubling
MOST_SECONDS = 2.0  # of CPU, on what the caps allow
_SURE_S = 0.02  # shorter times say nothing of growth
_START = 16_384  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """One reader under one shape: sizes in bytes, CPU seconds."""

    reader: Reader
    size: int
    seconds: tuple[float, float, float]  # at n, 2n, 4n
    at_largest: float

    @property
    def factor(self) -> float:
        """The lesser of the factors of two doublings: a step at a limit is in one of them, growth in both."""
        first, second, third = self.seconds
        return min(second / first, third / second) if first >= _SURE_S else 1.0

    @property
    def is_met(self) -> bool:
        return self.factor <= MOST_GROWTH and self.at_largest <= MOST_SECONDS


def measure(reader: Reader, *, most_s: float = 60.0) -> Growth:
    """Sizes double until four of them take a time that can be measured; no call is begun that would take `most_s`."""
    size = min(_START, max(1, reader.largest // 4))
    while 4 * size < reader.largest and cpu(reader.call(size)) < _SURE_S:
        size *= 2
    seconds = tuple(cpu(reader.call(size * factor)) for factor in (1, 2, 4))
    expected = seconds[2] * max(1.0, reader.largest / (4 * size))
    largest = cpu(reader.call(reader.largest)) if expected < most_s else expected
    return Growth(reader=reader, size=size, seconds=(seconds[0], seconds[1], seconds[2]), at_largest=largest)


def cpu(call: Callable[[], None]) -> float:
    """CPU seconds of a call; the better of two where it is short."""
    best = _once(call)
    return min(best, _once(call)) if best < 0.5 else best


def _once(call: Callable[[], None]) -> float:
    began = time.process_time()
    call()
    return time.process_time() - began


def table(found: Iterable[Growth]) -> list[list[str]]:
    """The slowest shape of each reader: shape, n, ms at n, 2n and 4n, growth, the largest text, seconds for it."""
    worst: dict[str, Growth] = {}
    for each in found:
        known = worst.get(each.reader.name)
        if known is None or (each.is_met, -each.at_largest) < (known.is_met, -known.at_largest):
            worst[each.reader.name] = each
    return [_row(each) for each in worst.values()]


def _row(each: Growth) -> list[str]:
    times = " · ".join(f"{seconds * 1000:.0f}" for seconds in each.seconds)
    return [
        each.reader.name, each.reader.shape, f"{each.size:,}", times, f"{each.factor:.2f}",
        f"{each.reader.largest:,}", f"{each.at_largest:.2f}", "yes" if each.is_met else "**no**",
    ]  # fmt: skip


def measure_all() -> list[Growth]:
    """Every reader under every shape: some minutes."""
    return [measure(reader) for reader in readers()]
