"""Mentions by a spaCy model that the owner installed and named in the configuration; spaCy is no dependency."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tasks.understand.errors import ModelMissing
from warehouse.records import Mention

# Labels of spaCy's OntoNotes (English) and WikiNER (other languages) models.
_KINDS = {
    "PERSON": "person", "PER": "person", "ORG": "organization",
    "GPE": "place", "LOC": "place", "FAC": "place",
}  # fmt: skip
# Without these a pipeline finds entities all the same, and in half the time.
_UNUSED = ["parser", "lemmatizer", "attribute_ruler", "tagger", "morphologizer"]


@lru_cache(maxsize=2)
def mentions_with_spacy(model: str) -> Callable[[str], tuple[Mention, ...]]:
    """A function from a text to its mentions; the model is loaded here, once a process.

    Raises:
        ModelMissing: spaCy or the model is not installed.
    """
    try:
        spacy = importlib.import_module("spacy")
    except ImportError as error:
        raise ModelMissing(model, "spaCy is not installed") from error
    try:
        pipeline = spacy.load(model, exclude=_UNUSED)
    except (OSError, ImportError) as error:
        raise ModelMissing(model, "there is no such model") from error
    return lambda text: _mentions(pipeline(text))


def _mentions(document: Any) -> tuple[Mention, ...]:
    return tuple(
        Mention(kind=_KINDS[e.label_], name=e.text, entity=e.text, char_start=e.start_char, char_end=e.end_char)
        for e in document.ents
        if e.label_ in _KINDS
    )
