"""What counts as a new version of an article, and what kind of change it is. Pure."""

from __future__ import annotations

import re

from tasks.base.content import normal
from warehouse import prose
from warehouse.prose import paragraphs

_CORRECTION = re.compile(
    r"^(?:correction|corrections|editor[’']s note|clarification|korrektur|anmerkung der redaktion|in einer früheren"
    r"|rectificatif|correctif|corrección|fe de errores|rettifica|correção|errata)\b"
    r"|\bthis (?:story|article|post|report|version) (?:has been|was) (?:corrected|updated to correct)\b",
    re.IGNORECASE,
)


def change_kind(old_headline: str | None, old_text: str, new_headline: str | None, new_text: str) -> str:
    """What kind of revision turns the old content into the new: correction, headline, lede, body or noise.

    Sentences are compared, so that a paragraph split in two is no change. The rarer and weightier kind is named when
    several apply: a notice of correction before all, then the headline, then the opening two paragraphs, then the rest.
    """
    old, new = sentences(old_text), sentences(new_text)
    known = set(map(normal, paragraphs(old_text)))
    if any(_CORRECTION.search(p) and normal(p) not in known for p in paragraphs(new_text)):
        return "correction"
    if normal(old_headline or "") != normal(new_headline or ""):
        return "headline"
    if old == new:
        return "noise"
    first = _first_difference(old, new)
    return "lede" if first < max(len(_opening(old_text)), len(_opening(new_text))) else "body"


def _first_difference(old: list[str], new: list[str]) -> int:
    """How many sentences both begin with. (Matching all of them takes quadratic time where many are equal.)"""
    pairs = enumerate(zip(old, new, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(old), len(new)))


def sentences(text: str) -> list[str]:
    """The sentences of a text, normalised, those without a letter or digit left out."""
    found = map(normal, prose.sentences(text))
    return [sentence for sentence in found if any(map(str.isalnum, sentence))]


def _opening(text: str) -> list[str]:
    """The sentences of the standfirst, where a page shows one, and of the first paragraph of the story."""
    return sentences("\n\n".join(paragraphs(text)[:2]))
