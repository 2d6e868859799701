"""Exact resemblance of candidate pairs, and what hangs together because of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from warehouse.clustering.shingles import Hashes

Numbers = NDArray[np.int64]

# Near-duplicates share at least four fifths of their shingles: as whole numbers, so that 0.8 itself never depends on
# rounding.
_PART, _WHOLE = 4, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Edges:
    """Pairs of near-duplicates, by their numbers, and their Jaccard similarity, 0.8 to 1: three columns."""

    one: Numbers
    other: Numbers
    similarity: NDArray[np.float64]

    def closest(self) -> dict[int, float]:
        """For every article in a pair, its greatest similarity to another."""
        numbers, places = np.unique(np.concatenate([self.one, self.other]), return_inverse=True)
        greatest = np.zeros(len(numbers))
        np.maximum.at(greatest, places, np.tile(self.similarity, 2))
        return dict(zip(numbers.tolist(), greatest.tolist(), strict=True))


class Comparison:
    """Compares seeds (what a package brings) with candidates; texts can be added one by one and forgotten.

    Shingles are translated once into places in the seeds' vocabulary. A seed is then compared with all its candidates
    at once by looking their places up: about 1 microsecond a pair, where intersecting sorted hashes costs 20.
    """

    def __init__(self, seeds: Mapping[int, Hashes]) -> None:
        self._vocabulary: Hashes = np.unique(np.concatenate([*seeds.values(), np.empty(0, dtype=np.uint64)]))
        self._known: dict[int, NDArray[np.int32]] = {}
        self._sizes: dict[int, int] = {}
        for number, hashes in seeds.items():
            self.add(number, hashes)

    def add(self, number: int, hashes: Hashes) -> None:
        """Make a candidate known."""
        places = np.searchsorted(self._vocabulary, hashes)
        inside = places < len(self._vocabulary)
        places, inner = places[inside], hashes[inside]
        self._known[number] = places[self._vocabulary[places] == inner].astype(np.int32)
        self._sizes[number] = len(hashes)

    def edges(self, seeds: Numbers, candidates: Numbers) -> Edges:
        """Those pairs (a seed and its candidate, two columns) that are near-duplicates."""
        order = np.argsort(seeds, kind="stable")
        seeds, candidates = seeds[order], candidates[order]
        starts = np.flatnonzero(np.diff(seeds, prepend=-1))
        marks = np.zeros(len(self._vocabulary), dtype=np.bool_)
        similarity = [
            self._similarities(int(seeds[start]), theirs.tolist(), marks)
            for start, theirs in zip(starts, np.split(candidates, starts)[1:], strict=True)
        ]
        found = np.concatenate([*similarity, np.empty(0)])
        near = found > 0
        return Edges(one=seeds[near], other=candidates[near], similarity=found[near])

    def _similarities(self, seed: int, candidates: list[int], marks: NDArray[np.bool_]) -> NDArray[np.float64]:
        """To each candidate; 0 where it is under four fifths."""
        marks[self._known[seed]] = True
        known = [self._known[candidate] for candidate in candidates]
        ends = np.cumsum([0, *map(len, known)])
        shared = np.concatenate([[0], np.cumsum(marks[np.concatenate(known)])])
        marks[self._known[seed]] = False
        common = shared[ends[1:]] - shared[ends[:-1]]
        union = self._sizes[seed] + np.array([self._sizes[candidate] for candidate in candidates]) - common
        near = (common > 0) & (_WHOLE * common >= _PART * union)
        return np.where(near, common / np.maximum(union, 1), 0.0)


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
