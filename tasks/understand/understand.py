"""Everything that is read out of a story's text, in one pass over its names and marks.

Runs in extraction worker processes: pure, and it imports nothing but the standard library.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.understand.marks import paragraphs
from tasks.understand.mentions import mentions_of
from tasks.understand.models import mentions_with_spacy
from tasks.understand.names import names_in
from tasks.understand.people import People
from tasks.understand.quotes import quotes_of
from tasks.understand.verbs import SPEECH
from warehouse.records import Mention, Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """Who is quoted in a text and who and what is named; all offsets are code points of that text."""

    quotes: tuple[Quote, ...] = ()
    mentions: tuple[Mention, ...] = ()


def understand(text: str, language: str | None = None, *, spacy_model: str | None = None) -> Understanding:
    """Quotations and mentions of a text.

    Args:
        text: as it is stored.
        language: ISO 639-1, English when None.
        spacy_model: name of an installed spaCy model that finds the mentions instead of the rules.

    Raises:
        ModelMissing: the model, or spaCy, is not installed.
    """
    code = (language or "en")[:2].lower()
    parts = paragraphs(text)
    people = People(text, names_in(text), [(span.start, span.end) for part in parts for span in part.spans])
    quotes = quotes_of(text, parts, people, code) if code in SPEECH else ()
    if spacy_model:
        return Understanding(quotes=quotes, mentions=mentions_with_spacy(spacy_model)(text))
    speakers = {quote.speaker for quote in quotes if quote.speaker}
    return Understanding(quotes=quotes, mentions=() if code == "de" else mentions_of(text, people, speakers))
