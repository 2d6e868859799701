"""What two texts are compared by: the set of their 5-word shingles, as 64-bit hashes. Pure.

Words are runs of letters and digits of the NFKC form in lower case, so that curly and straight quotes, dashes and case
make no difference; where a script writes no spaces (Han, kana, Thai, Lao, Khmer, Burmese) every character is a word.
What an outlet puts around a wire story is not compared: the dateline before it, copyright and credit lines after it.

The hash is fixed for ever, because signatures made from it are kept in the warehouse: a word is BLAKE2b with a digest
of 8 bytes over its UTF-8 (read little-endian), a shingle the polynomial of its five words in `_BASE` modulo 2**64,
finished by splitmix64. It depends neither on the machine nor on PYTHONHASHSEED; tests/test_syndication.py holds its
values.
"""

import functools
import hashlib
import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

SIZE = 5  # words in a shingle: issue 4
LEAST_WORDS = 30  # shorter texts (a caption, a score line, "This video is no longer available") say too little

_NO_SPACES = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_MARKS = r"\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff"  # \w leaves vowel signs out
_WORD = re.compile(rf"[{_NO_SPACES}]|(?:(?![{_NO_SPACES}])[\w{_MARKS}])+")
_PLAIN_WORD = re.compile(r"\w+")  # says the same of Latin, Greek, Cyrillic and Hangul text, four times as fast
_NEEDS_CARE = re.compile(rf"[{_NO_SPACES}{_MARKS}]")

_CREDITED = re.compile(r"\s*[^\n()]{0,80}?\([^()\n]{2,40}\)\s*(?:[-–—―]+|:)\s*")  # "PARIS, 3 mai (AFP) - "
_PLACED = re.compile(r"\s*(?P<place>[^\n]{3,60}?)(?:\s*[–—―]+\s*|\s+-{1,2}\s+)")  # "ST. LOUIS, May 3 — "
_LINE = re.compile(r"\n+")
_CLOSING = re.compile(
    r"copyright|©|\(c\) ?\d{4}|all rights reserved|alle rechte vorbehalten|tous droits r[ée]serv|"
    r"todos (?:los derechos|os direitos)|tutti i diritti|"
    r"^\W*\(?(?:additional )?(?:reporting|writing|editing) (?:and \w+ )?by\b|"
    r"contributed to this (?:report|story)|^\W*[A-Za-z]{2,5}(?:/[A-Za-z]{2,5})?\W*$",
    re.IGNORECASE,
)
_CLOSING_WORDS = 60
_CLOSING_LINES = 6

_BASE = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.array([pow(int(_BASE), power, 1 << 64) for power in range(SIZE)], dtype=np.uint64)


def shingle_words(text: str) -> list[str]:
    """The words that a story is compared by.

    >>> words("MOSCOW (AP) — Don’t panic.")
    ['don', 't', 'panic']
    """
    story = _story(unicodedata.normalize("NFKC", text)).lower()
    return (_WORD if _NEEDS_CARE.search(story) else _PLAIN_WORD).findall(story)


def shingles(text: str) -> Hashes:
    """The distinct 5-word shingles of a text, ascending; none when it has fewer than LEAST_WORDS words."""
    found = shingle_words(text)
    if len(found) < LEAST_WORDS:
        return np.empty(0, dtype=np.uint64)
    hashed = np.fromiter(map(_word_hash, found), dtype=np.uint64, count=len(found))
    last = len(hashed) - SIZE + 1
    summed = np.zeros(last, dtype=np.uint64)
    for place in range(SIZE):
        summed += hashed[place : place + last] * _POWERS[place]
    distinct: Hashes = np.unique(mix(summed))
    return distinct


def mix(values: Hashes) -> Hashes:
    """The finalizer of splitmix64 (Steele, Lea and Flood, OOPSLA 2014): every bit of the input reaches every bit."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


@functools.lru_cache(maxsize=1 << 16)  # a few MB; nine words of ten have been seen before
def _word_hash(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def _story(text: str) -> str:
    start = _dateline_end(text)
    lines = _LINE.split(text[start:].rstrip())
    kept = len(lines)
    while kept > max(1, len(lines) - _CLOSING_LINES) and _closes(lines[kept - 1]):
        kept -= 1
    return "\n".join(lines[:kept])


def _closes(line: str) -> bool:
    return len(line) < 600 and len(line.split()) <= _CLOSING_WORDS and _CLOSING.search(line) is not None


def _dateline_end(text: str) -> int:
    """Characters at the start that are a dateline; looser than fields.wire: a wrong guess costs a few words."""
    if match := _CREDITED.match(text):
        return match.end()
    match = _PLACED.match(text)
    place = match["place"].split(",")[0] if match else ""
    return match.end() if match and place.isupper() and sum(map(str.isalpha, place)) >= 3 else 0
