"""Whether two pages tell the same story, by what stands on them. Pure.

A page contradicts a claim of identity ("this is the same article as …") only when its headline and its text both
differ. Texts are compared by their shingles of five words; the measure is the part of the smaller set that the larger
one has, so that a text that grew, or lost its end, stays the same story. Edited versions share 0.6 and more, unrelated
texts of one outlet under 0.1, unrelated texts made from one template 0.2.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tasks.base.content import normal
from warehouse.clustering.shingles import Hashes, shingles

ALIKE = 0.4
TWINS = 0.8  # print, AMP and mobile forms of one page differ by furniture only


@lru_cache(maxsize=1024)  # of a batch and what it is compared with
def _shingles(text: str) -> Hashes:
    return shingles(text)


def shared(one: str, other: str) -> float:
    """The part of the smaller text's shingles that the other has, 0 to 1; short texts are the same (1) or not (0)."""
    small, large = sorted((_shingles(one), _shingles(other)), key=len)
    if not len(small):
        return float(bool(one.strip()) and normal(one) == normal(other))
    return len(np.intersect1d(small, large, assume_unique=True)) / len(small)


def same_headline(one: str | None, other: str | None) -> bool:
    """Whether two headlines say the same in the same words."""
    return bool(one and other) and normal(one or "") == normal(other or "")


def same_language(one: str | None, other: str | None) -> bool:
    """Whether two texts may be in one language; one that is not known may be any."""
    return one is None or other is None or one == other
