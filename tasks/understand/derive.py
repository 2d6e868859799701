"""What is derived from an article's text once it is settled: quotations, mentions, and the signature by which the same
story is found elsewhere.

Runs in worker processes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.understand.signature import signature
from tasks.understand.understand import understand
from warehouse.records import Mention, Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What was derived from one text; offsets are into that text."""

    quotes: tuple[Quote, ...] = ()
    mentions: tuple[Mention, ...] = ()
    bands: tuple[int, ...] = ()  # of its MinHash signature; none when it is too short


def derive(text: str, language: str | None, spacy_model: str | None = None) -> Derived:
    """Derive everything from a body.

    Args:
        text: as it is stored.
        language: BCP 47 code, where known.
        spacy_model: name of an installed spaCy model that finds the mentions instead of the rules.

    Raises:
        ModelMissing: there is no such model.
    """
    found = understand(text, language, spacy_model=spacy_model)
    return Derived(quotes=found.quotes, mentions=found.mentions, bands=signature(text).bands)
