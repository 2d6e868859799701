"""MinHash signatures: 24 numbers by which near-duplicates of a text are found among millions. Pure; runs in workers.

96 minima over the text's 5-word shingles (Broder 1997) in 24 bands of 4 (Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, 3.4). Two texts are compared exactly when a band of theirs agrees:

    Jaccard similarity   0.1    0.3   0.5   0.7     0.8      0.9
    are compared         0.2 %  18 %  79 %  99.8 %  all but 1 in 300,000

numpy, because a signature outlives the library that made it: datasketch 2.0 (MIT) takes 1.2 ms for the minima alone and
imports scipy, 1.2 s; rensa 0.5 (MIT, a compiled wheel per platform) takes 0.01 ms, but 0.5 gives other values than 0.4
did. This takes 0.04 ms, and its constants stand below.
"""

from dataclasses import dataclass

import numpy as np

from warehouse.clustering.shingles import Hashes, mix, shingles

BANDS = 24
ROWS = 4
_AT_ONCE = 1024  # shingles: 400 KB, which stay in the cache; a page of a million words takes no more
_GOLDEN = 0x9E3779B97F4A7C15


def _stream(seed: int, count: int) -> Hashes:
    """The first numbers of splitmix64."""
    steps = [(seed + _GOLDEN * (index + 1)) % (1 << 64) for index in range(count)]
    return mix(np.array(steps, dtype=np.uint64))


# Of every shingle 32 bits are permuted: four times as fast as 64, and too few only for texts of a million words.
_FLIPS = _stream(1, BANDS * ROWS).astype(np.uint32)[:, None]
_FACTORS = _stream(2, BANDS * ROWS).astype(np.uint32)[:, None] | np.uint32(1)
_WEIGHTS = _stream(3, ROWS) | np.uint64(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is kept of a text: a row of a package's table `signatures` is its article's id and `bands`."""

    bands: tuple[int, ...]  # 24 numbers of 32 bits, or none when the text is too short to be compared
    shingles: int  # how many distinct ones


def signature(text: str) -> Signature:
    """The signature of an article's text, as the articles table will hold it."""
    found = shingles(text)
    if not len(found):
        return Signature(bands=(), shingles=0)
    banded = (_minima(found).reshape(BANDS, ROWS) * _WEIGHTS).sum(axis=1, dtype=np.uint64)
    return Signature(bands=tuple((mix(banded) >> np.uint64(32)).tolist()), shingles=len(found))


def _minima(found: Hashes) -> Hashes:
    upper = (found >> np.uint64(32)).astype(np.uint32)
    smallest = np.full(BANDS * ROWS, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, len(upper), _AT_ONCE):
        permuted = upper[start : start + _AT_ONCE] ^ _FLIPS
        permuted *= _FACTORS
        smallest = np.minimum(smallest, permuted.min(axis=1))
    return smallest.astype(np.uint64)
