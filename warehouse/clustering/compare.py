"""Exact resemblance of candidate pairs, and what hangs together because of it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.clustering.shingles import Hashes

# Near-duplicates share at least four fifths of their shingles: as whole numbers, so that 0.8 itself never depends on
# rounding.
_PART, _WHOLE = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two near-duplicates, by their numbers, and their Jaccard similarity, 0.8 to 1."""

    one: int
    other: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Mapped:
    size: int
    known: NDArray[np.intp]  # those of its shingles that any seed has, as places in the vocabulary


class Comparison:
    """Compares seeds (what a package brings) with candidates.

    Shingles are translated once into places in the seeds' vocabulary; a pair then costs one lookup per shared place,
    about 3 microseconds, where intersecting sorted hashes costs 20. Texts can be added one by one and forgotten.
    """

    def __init__(self, seeds: Mapping[int, Hashes]) -> None:
        self._vocabulary: Hashes = np.unique(np.concatenate([*seeds.values(), np.empty(0, dtype=np.uint64)]))
        self._mapped: dict[int, _Mapped] = {}
        for number, hashes in seeds.items():
            self.add(number, hashes)

    def add(self, number: int, hashes: Hashes) -> None:
        """Make a candidate known."""
        places = np.searchsorted(self._vocabulary, hashes)
        inside = places < len(self._vocabulary)
        places, inner = places[inside], hashes[inside]
        self._mapped[number] = _Mapped(len(hashes), places[self._vocabulary[places] == inner])

    def edges(self, pairs: Iterable[tuple[int, int]]) -> list[Edge]:
        """Those pairs (seed, candidate) that are near-duplicates."""
        by_seed: dict[int, list[int]] = defaultdict(list)
        for seed, candidate in pairs:
            by_seed[seed].append(candidate)
        marks = np.zeros(len(self._vocabulary), dtype=np.bool_)
        found: list[Edge] = []
        for seed, candidates in by_seed.items():
            known = self._mapped[seed].known
            marks[known] = True
            found += filter(None, (self._edge(seed, candidate, marks) for candidate in candidates))
            marks[known] = False
        return found

    def _edge(self, seed: int, candidate: int, marks: NDArray[np.bool_]) -> Edge | None:
        one, other = self._mapped[seed].size, self._mapped[candidate]
        if _WHOLE * min(one, other.size) < _PART * max(one, other.size):
            return None
        common = int(np.count_nonzero(marks[other.known]))
        union = one + other.size - common
        if not common or _WHOLE * common < _PART * union:
            return None
        return Edge(one=seed, other=candidate, similarity=common / union)


def components(links: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Connected components: for every number that is linked, the smallest number it hangs together with."""
    above: dict[int, int] = {}

    def top(number: int) -> int:
        while above.setdefault(number, number) != number:
            above[number] = above[above[number]]
            number = above[number]
        return number

    for one, other in links:
        low, high = sorted((top(one), top(other)))
        above[high] = low
    return {number: top(number) for number in list(above)}
