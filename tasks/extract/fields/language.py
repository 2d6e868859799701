"""The language of a text: a bundled model's opinion, checked against what the page declares."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources

SAMPLE_CHARS = 1000  # the model's time is linear, and 1,000 characters already separate the languages of one family
MIN_CHARS = 120
SURE = 0.95
_CODE = re.compile(r"^([a-z]{2})(?:[-_]|$)")
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "bs": "hr", "sr": "hr"}
MISMATCH = "language_mismatch"


def weigh(sources: Sources, text: str) -> tuple[str | None, tuple[str, ...]]:
    """The two-letter code (ISO 639-1) and flags: `language_mismatch` when a sure model contradicts the page.

    The model wins when it is sure; a page's declaration is often the template's.
    """
    declared = _declared(sources)
    if len(text) < MIN_CHARS:
        return declared, ()
    guessed, confidence = _guess(text[:SAMPLE_CHARS])
    if declared and (_SAME.get(guessed, guessed) == _SAME.get(declared, declared) or declared not in _known()):
        return declared, ()  # the model cannot contradict a language it never learned
    if confidence >= SURE or not declared:
        return guessed, ((MISMATCH,) if declared else ())
    return declared, ()


def _declared(sources: Sources) -> str | None:
    claims = (
        json_text(sources.article.get("inLanguage")),
        sources.lang,
        sources.first("og:locale", "content-language", "dc.language", "language"),
    )
    codes = [match[1] for claim in claims if claim and (match := _CODE.match(claim.strip().lower()))]
    return codes[0] if codes else None


@lru_cache(maxsize=1)
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(str(label)[:2] for label in _model().nb_classes)


def _guess(text: str) -> tuple[str, float]:
    code, confidence = _model().classify(text)
    return str(code), float(confidence)
