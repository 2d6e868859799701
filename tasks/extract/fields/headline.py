"""The headline: every title a page gives itself, cleaned of outlet and section, and a ranking.

Three claims are strong: JSON-LD's headline, og:title and the h1. Where they agree, or two of them do with the title
element out of the way, there is nothing to decide. Where they differ, the title element tells: it is written for search
engines, so the strong claim that is nearest to it is the search form, and the other one is the editors' headline. Two
things count against that: an og:title that ends in the outlet's name comes from a template, not from an editor; and
where JSON-LD stands alone, the address tells: it was made from the first version's headline, so what it repeats in full
is the editors'. (Of the 62 disagreements of the dev corpus this decides 52 as its truth does, the majority 27.) The
loser is kept as the alternative headline. Without strong claims the rest votes. Only outlet names and sections that the
page itself states are removed; markup stays verbatim.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from tasks.base.strings import key
from tasks.extract.fields import titles
from tasks.extract.fields.outlet import Outlet
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
_NEARER = 0.1  # by which the title element must be nearer to one claim than to the other (Jaccard of words)
_SLUG_WORDS = 4
_BARS = re.compile(r"\s*[|｜ㅣ_]\s*")
_GENERIC = re.compile(r"^(?:home|news|article|untitled|index|startseite|homepage|subscribe|menu)$", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What was chosen and everything that was claimed."""

    headline: str | None
    alternative: str | None
    signals: tuple[FieldSignal, ...]


def decide(sources: Sources, outlet: Outlet) -> Headline:
    """Read and rank a page's titles."""
    claims = [(signal, raw) for signal, raw in titles.claims(sources) if raw]
    sections = titles.sections(sources)
    cleaned = [(signal, raw, titles.clean(raw, outlet, sections, claims)) for signal, raw in claims]
    chosen = _strong(cleaned, outlet, sources.url) or _vote(cleaned, outlet)
    signals = tuple(
        FieldSignal(field="headline", signal=signal, raw=raw[:500], chosen=bool(chosen) and text == chosen)
        for signal, raw, text in cleaned
    )
    return Headline(headline=chosen, alternative=_alternative(sources, cleaned, chosen), signals=signals)


def _strong(cleaned: list[tuple[str, str, str]], outlet: Outlet, url: str) -> str | None:
    """The ranking of the three strong claims; None when fewer than two of them are there."""
    claims: dict[str, str] = {}
    for signal, raw, text in cleaned:
        if text and not _GENERIC.match(text) and not outlet.is_named(text):
            claims.setdefault(signal, text)
            if signal == "og" and titles.names_outlet(raw, outlet):
                claims.setdefault("template", text)
    parties = _parties([claims[signal] for signal in ("jsonld", "og", "h1") if signal in claims])
    if "jsonld" not in claims and "h1" in claims:
        return claims["h1"]  # without JSON-LD, the title that the reader sees
    if len(parties) < 2:
        return max(parties[0], key=len) if parties and len(parties[0]) > 1 else None
    if len(parties) == 3 or ("og" in claims and claims["og"] in parties[0]):
        return parties[0][0]
    return _editors(parties, claims, url)


def _editors(parties: list[list[str]], claims: dict[str, str], url: str) -> str | None:
    """Of two parties, JSON-LD's first, the one that is not the search form."""
    mine, others = parties
    if claims.get("template") in others and "h1" in claims and claims["h1"] in mine:
        return mine[0]
    if len(mine) == 1 and len(others) == 2 and _in_address(others, url) and not _in_address(mine, url):
        return others[0]
    search = _nearest(claims.get("title", ""), parties)
    if search is None:
        return None
    if any(_same(text, claims.get("twitter", "")) for text in search) and claims.get("og") not in search:
        return search[0]
    return others[0] if search is mine else mine[0]


def _nearest(title: str, parties: list[list[str]]) -> list[str] | None:
    """The party that the title element sides with: it is the same, or shares clearly more words; None if neither."""
    same = [party for party in parties if any(_same(text, title) for text in party)]
    if len(same) == 1:
        return same[0]
    near = sorted(((_likeness(title, party), party is parties[0], party) for party in parties), reverse=True)
    return near[0][2] if near[0][0] - near[1][0] >= _NEARER else None


def _likeness(title: str, party: Iterable[str]) -> float:
    words = set(key(title).split())
    return max(len(words & other) / len(words | other) for text in party if (other := set(key(text).split())))


def _in_address(party: Iterable[str], url: str) -> bool:
    """Whether the URL's last part repeats one of the titles word for word."""
    path = key(unquote(urlsplit(url).path).replace("-", " ").replace("_", " ").replace("/", " ")).translate(_UMLAUTS)
    wanted = (key(re.sub(r"[\W_]+", " ", text)).translate(_UMLAUTS) for text in party)
    return any(words.count(" ") >= _SLUG_WORDS - 1 and words in path for words in wanted)


def _parties(texts: list[str]) -> list[list[str]]:
    found: list[list[str]] = []
    for text in texts:
        party = next((party for party in found if _same(party[0], text)), None)
        if party is None:
            found.append([text])
        else:
            party.append(text)
    return found


def _same(one: str, other: str) -> bool:
    """Whether two titles are one: the same words, or one cut where Google once allowed no more.

    A shorter beginning is another title: publishers shorten for sharing (3 pages of the dev corpus against 1).
    """
    short, long = sorted((key(one), key(other)), key=len)
    return short == long or (len(short) >= _CUT_CHARS and long.startswith(short))


def _vote(cleaned: list[tuple[str, str, str]], outlet: Outlet) -> str | None:
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
