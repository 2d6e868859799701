"""The headline: every title a page gives itself, cleaned of outlet and section, and a ranking.

The h1 is what the reader sees, and it is the headline: JSON-LD's headline and og:title are often written for search
engines and for sharing. Exceptions: an h1 that has hardly a word of what all others agree on; one that differs from
them by a kicker; and where JSON-LD alone differs from the rest, it has what the editors wrote. Without an h1 the claims
vote. The first claim that differs is kept as the alternative headline. Only outlet names and sections that the page
itself states are removed; markup stays verbatim. The truths of the dev corpus differ in what they call the headline:
docs/decisions/0021-the-reader-on-folds.md.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from tasks.base.strings import key
from tasks.extract.fields import titles
from tasks.extract.fields.outlet import OutletNames
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources
from warehouse.records import FieldSignal

# On the dev corpus: JSON-LD and h1 are what the reader sees; og and twitter titles are often written for sharing.
_WEIGHTS = {
    "jsonld": 3.0,
    "h1": 3.0,
    "og": 2.5,
    "microdata": 2.0,
    "twitter": 1.2,
    "title": 1.5,
    "meta": 1.0,
    "feed": 1.5,
}
_CUT_CHARS = 90  # a title that ends here or later may be cut at the 110 characters that Google once allowed
_BARS = re.compile(r"\s*[|｜ㅣ_]\s*")
_SHORT_WORD = 3  # letters
_COMMON = 0.2  # of the h1's longer words
_GENERIC = re.compile(r"^(?:home|news|article|untitled|index|startseite|homepage|subscribe|menu)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What was chosen and everything that was claimed."""

    headline: str | None
    alternative: str | None
    signals: tuple[FieldSignal, ...]


def weigh(sources: Sources, outlet: OutletNames) -> Headline:
    """Read and rank a page's titles."""
    claims = [(signal, raw) for signal, raw in titles.claims(sources) if raw]
    sections = titles.sections(sources)
    cleaned = [(signal, raw, titles.clean(raw, outlet, sections, claims)) for signal, raw in claims]
    chosen = _seen(cleaned, outlet) or _vote(cleaned, outlet)
    signals = tuple(
        FieldSignal(field="headline", signal=signal, raw=raw[:500], chosen=bool(chosen) and text == chosen)
        for signal, raw, text in cleaned
    )
    return Headline(headline=chosen, alternative=_alternative(sources, cleaned, chosen), signals=signals)


def _seen(cleaned: list[tuple[str, str, str]], outlet: OutletNames) -> str | None:
    """The h1 that the reader sees, or the editors' form of it; None when there is no h1."""
    claims: dict[str, str] = {}
    for signal, _, text in cleaned:
        if text and not _GENERIC.match(text) and not outlet.is_named(text):
            claims.setdefault(signal, text)
    if not (shown := claims.get("h1")):
        return None
    stated, shared, title = (claims.get(signal, "") for signal in ("jsonld", "og", "title"))
    if not stated:
        return shared if shared and _same(shared, title) and _is_other(shown, shared) else shown
    is_alone = not any(_same(shown, other) for other in (stated, shared, title))
    if is_alone and _same(shared, stated) and _same(title, stated):
        return stated if _is_part(shown, stated) or _is_other(shown, stated) else shown
    is_agreed = _same(shared, shown) and _same(title, shown)
    return stated if is_agreed and not _same(stated, shown) and not _is_part(stated, shown) else shown


def _is_part(one: str, other: str) -> bool:
    """Whether one title is the other with a kicker or an addition."""
    short, long = sorted((key(one), key(other)), key=len)
    return short in long


def _is_other(shown: str, stated: str) -> bool:
    """Whether an h1 has hardly a word of what all others agree on: the name of a section or of the template."""
    words = {word for word in key(shown).split() if len(word) > _SHORT_WORD} or {key(shown)}
    return len([word for word in words if word in key(stated)]) <= _COMMON * len(words)


def _same(one: str, other: str) -> bool:
    """Whether two titles are one: the same words, or one cut where Google once allowed no more.

    A shorter beginning is another title: publishers shorten for sharing (3 pages of the dev corpus against 1).
    """
    short, long = sorted((key(one), key(other)), key=len)
    return short == long or (len(short) >= _CUT_CHARS and long.startswith(short))


def _vote(cleaned: list[tuple[str, str, str]], outlet: OutletNames) -> str | None:
    votes: dict[str, float] = defaultdict(float)
    seen: set[tuple[str, str]] = set()
    for signal, _, text in cleaned:
        name = key(text)
        if name and (signal, name) not in seen and not _GENERIC.match(text) and not outlet.is_named(text):
            seen.add((signal, name))
            votes[name] += _WEIGHTS[signal]
    if not votes:
        return None
    if len(votes) == 1 and all(signal == "title" for signal, _ in seen):
        return max(_BARS.split(cleaned[0][2]), key=len).strip()  # "Headline_Section_Outlet", nothing known of the rest
    best = max(votes, key=lambda name: votes[name])
    return max((text for _, _, text in cleaned if key(text) == best), key=lambda text: _worth(text, cleaned))


def _worth(text: str, cleaned: list[tuple[str, str, str]]) -> float:
    return sum(_WEIGHTS[signal] for signal, _, other in cleaned if other == text)


def _alternative(sources: Sources, cleaned: list[tuple[str, str, str]], chosen: str | None) -> str | None:
    stated = json_text(sources.article.get("alternativeHeadline"))
    others = [stated] if stated else []
    others += [text for _, _, text in cleaned]
    return next((text for text in others if text and chosen and key(text) != key(chosen)), None)
