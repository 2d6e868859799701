"""Signatures of stories: what is compared, hashes that never change, exactness at the border."""

import random
import subprocess
import sys

import numpy as np
import pytest

from tasks.understand.signature import BANDS, signature
from warehouse.clustering.compare import Comparison, components
from warehouse.clustering.shingles import LEAST_WORDS, shingle_words, shingles

PINNED = (3677107863, 2449409303, 893272919)  # of the words word0 to word39
VOCABULARY = [f"{a}{b}{c}" for a in ("ba", "ke", "li", "no", "tu") for b in ("ra", "se", "mi", "do") for c in "nstrl"]


def story(seed: int, count: int = 200) -> list[str]:
    draw = random.Random(seed)
    return [draw.choice(VOCABULARY) for _ in range(count)]


def edited(base: list[str], *, words_changed: int, seed: int) -> list[str]:
    """`base` with so many words changed, far enough apart that each costs five shingles."""
    draw = random.Random(seed)
    places = draw.sample(range(0, len(base), 6), words_changed)
    return [f"edit{seed}x{i}" if i in places else word for i, word in enumerate(base)]


def jaccard(one: list[str], other: list[str]) -> float:
    a, b = ({tuple(w[i : i + 5]) for i in range(len(w) - 4)} for w in (one, other))
    return len(a & b) / len(a | b)


# -- what is compared


@pytest.mark.parametrize(
    "text",
    [
        "The council met on Monday.",
        "MOSCOW (AP) — The council met on Monday.",
        "PARIS, 3 mai (AFP) - The council met on Monday.",
        "ST. LOUIS, May 3 — The council met on Monday.",
        "(Reuters) – The council met on Monday.",
        "BERLIN (dpa/lnw) - The COUNCIL met on Monday.",
        "The council met on Monday.\n\nCopyright 2026 The Associated Press. All rights reserved. This material may not "
        "be published, broadcast, rewritten or redistributed.",
        "The council met on Monday.\n\nReporting by Ada Lumen; Editing by Bo Quill\n\n(AFP)",
        "The ｃｏｕｎｃｉｌ met\u00a0on Monday.\n\n© 2026 dpa-infocom",
    ],
)
def test_what_outlets_put_around_a_story_is_not_compared(text: str) -> None:
    assert shingle_words(text) == ["the", "council", "met", "on", "monday"]


def test_quotes_and_dashes_make_no_difference_and_a_sentence_with_a_dash_is_no_dateline() -> None:
    assert shingle_words("“Don’t,” she said.") == shingle_words('"Don\'t," she said.')
    assert shingle_words("The vote — the third — failed")[:3] == ["the", "vote", "the"]


def test_scripts_without_spaces_count_characters_and_vowel_signs_stay_in_their_word() -> None:
    assert shingle_words("東京で会議") == ["東", "京", "で", "会", "議"]
    assert shingle_words("दिल्ली में बैठक") == ["दिल्ली", "में", "बैठक"]
    assert shingle_words("서울에서 회의") == ["서울에서", "회의"]


def test_shingles_are_those_of_five_words() -> None:
    assert len(shingles(" ".join(f"w{i}" for i in range(100)))) == 96
    assert len(shingles(" ".join("again" for _ in range(100)))) == 1
    one, other = story(1), edited(story(1), words_changed=4, seed=2)
    a, b = set(shingles(" ".join(one)).tolist()), set(shingles(" ".join(other)).tolist())
    assert len(a & b) / len(a | b) == jaccard(one, other)


def test_a_text_of_under_thirty_words_has_no_signature() -> None:
    assert signature(" ".join(story(1, LEAST_WORDS - 1))).bands == ()
    assert len(signature(" ".join(story(1, LEAST_WORDS))).bands) == BANDS
    assert signature("").shingles == 0


# -- signatures


def test_signatures_never_change() -> None:
    """They are kept in warehouses: a change of these numbers needs a migration that makes them all anew."""
    found = signature(" ".join(f"word{i}" for i in range(40)))
    assert (found.bands[:3], found.shingles) == (PINNED, 36)
    code = (
        "from tasks.understand.signature import signature\n"
        "print(signature(' '.join(f'word{i}' for i in range(40))).bands[:3])"
    )
    for seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert told.stdout.strip() == str(PINNED)


def test_texts_of_any_length_and_content_have_one() -> None:
    long = " ".join(f"w{i}" for i in range(5000))
    assert signature(long).shingles == 4996
    assert len(signature("\ud800 " * 3 + long).bands) == BANDS


def test_a_tenth_of_the_words_changed_is_found_in_a_band_and_another_story_is_not() -> None:
    base = story(3, 600)
    near, far = edited(base, words_changed=12, seed=4), story(5, 600)
    one, other, third = (signature(" ".join(w)).bands for w in (base, near, far))
    assert any(a == b for a, b in zip(one, other, strict=True))
    assert not any(a == b for a, b in zip(one, third, strict=True))


def test_the_comparison_is_exact_at_the_border() -> None:
    whole = shingles(" ".join(f"w{i}" for i in range(104)))
    assert len(whole) == 100
    comparison = Comparison({0: whole})
    comparison.add(1, whole[:80])
    comparison.add(2, whole[:79])
    edges = comparison.edges(np.array([0, 0]), np.array([2, 1]))
    assert (edges.one.tolist(), edges.other.tolist(), edges.similarity.tolist()) == ([0], [1], [0.8])
    assert edges.closest() == {0: 0.8, 1: 0.8}
    nothing = np.empty(0, dtype=np.int64)
    assert Comparison({}).edges(nothing, nothing).closest() == {}


def test_components_are_named_by_their_smallest_member() -> None:
    assert components([(5, 3), (9, 8), (3, 9), (1, 2)]) == {5: 3, 3: 3, 9: 3, 8: 3, 1: 1, 2: 1}
