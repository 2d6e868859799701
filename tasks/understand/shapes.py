"""What the words between two marks look like: an utterance, a part of one, a title, a label."""

from __future__ import annotations

import re

from tasks.understand.lexicon import word_set

_SMALL = word_set("a an the of and or in on to for from at by with is as but nor de la le el und der die das et y &")
_LETTER = re.compile(r"[^\W\d_]")
_LABEL = re.compile(
    r"(?:so-called|known (?:\w+ )?as|nicknamed|dubbed|titled|entitled|called|named|labell?ed|label|reads?|"
    r"reading|slogans?|"
    r"phrases?|words?|terms?|songs?|films?|movies?|books?|novels?|series|episodes?|albums?|singles?|show|play|title|headlined?|"
    r"hashtags?|signs?|billed as|codenamed|marked|starred in|starring in|podcast|documentary|"
    r"musical|hits?|stamped|spelled|"
    r"sogenannten?|llamad[oa]s?|cosiddett[oa])[\s,:]*$",
    re.IGNORECASE,
)
# What stands before three words that are a judgement: "said it was “a complete disaster”".
_PREDICATE = re.compile(r"\b(?:is|was|were|are|be|been|being|it|him|her|them|said|says|as|that|to)\s+$", re.IGNORECASE)


def ends_utterance(words: str, behind: str) -> bool:
    """Whether a stretch ends as speech does, with its mark inside or, in the British way, a comma right behind."""
    return words[-1] in ",.!?…—–-" or behind[:1] in {",", "."}


def is_sentence(words: str) -> bool:
    """Whether a stretch stands for a whole sentence: begins as one and ends as one."""
    first = _LETTER.search(words)
    return bool(first) and not words[first.start()].islower() and words.rstrip("’'”\"")[-1:] in {*".!?…—–"}  # type: ignore[union-attr]


def is_title(words: str) -> bool:
    """Whether every word of weight is capitalised, as in the title of a work: "A Winter of Small Lies"."""
    tokens = list(re.findall(r"[\w’'&-]+", words))
    heavy = [token for token in tokens if token.lower() not in _SMALL]
    return bool(heavy) and all(not token[0].islower() for token in heavy) and len(tokens) <= 12


def is_label(before: str, words: str) -> bool:
    """Whether a part of a sentence is a name, a term or scare quotes and not somebody's words.

    Three words count when they are a predicate or object (said it was “a complete disaster”), otherwise four are
    needed, and six behind "so-called", "the song", "nicknamed" and the like.
    """
    count = len(words.split())
    if count < 3 or is_title(words):
        return True
    if _LABEL.search(before[-40:]):
        return count < 6
    return count < 4 and not _PREDICATE.search(before[-40:])
