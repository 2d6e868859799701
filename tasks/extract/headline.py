"""The headline: every title a page gives itself, cleaned of outlet and section, and a ranking.

Three claims are strong: JSON-LD's headline, og:title and the h1. Where they agree, or two of them do with the title
element out of the way, there is nothing to decide. Where they differ, the title element tells: it is written for search
engines, so the strong claim that repeats it is the search form, and the other one is the editors' headline (25 of the
35 disagreements of the dev corpus; taking the majority: 15). The loser is kept as the alternative headline. Without
strong claims the rest votes. Only outlet names and sections that the page itself states are removed; markup stays
verbatim.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from tasks.extract.jsonld import as_list
from tasks.extract.jsonld import text_of as json_text
from tasks.extract.outlet import Outlet
from tasks.extract.signals import Sources, in_chrome, labels, text_of, value_of
from tasks.extract.strings import key, squeeze
from warehouse.records import FieldSignal

_SEPARATOR = re.compile(r"\s+(?:[*|\-–—‒•·»«›/]|::|//)\s+|\s*[|｜ㅣ_]\s*|\s:\s")
_TIGHT = re.compile(r"\s*[:：\-–—]\s*")  # separates an outlet's name only
_NO_TITLE = re.compile(r"^(?:by|von) \S+|^\d{1,2}[./]\d{1,2}[./]\d{4}$", re.IGNORECASE)  # a byline, a date
_ARCHIVED = re.compile(r"\s*\(Published \d{4}\)$")
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
_CUT_CHARS = 90
_META_TITLES = (
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "cxenseparse:title",
    "title",
)
_GENERIC = re.compile(r"^(?:home|news|article|untitled|index|startseite|homepage|subscribe|menu)$", re.IGNORECASE)
_NO_HEADLINE = re.compile(r"logo|site-(?:title|name)|brand|masthead|visually-hidden|sr-only|screen-reader")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What was chosen and everything that was claimed."""

    headline: str | None
    alternative: str | None
    signals: tuple[FieldSignal, ...]


def decide(sources: Sources, outlet: Outlet) -> Headline:
    """Read and rank a page's titles."""
    claims = [(signal, raw) for signal, raw in _claims(sources) if raw]
    sections = _sections(sources)
    cleaned = [(signal, raw, clean(raw, outlet, sections, claims)) for signal, raw in claims]
    chosen = _strong(cleaned, outlet) or _vote(cleaned, outlet)
    signals = tuple(
        FieldSignal(field="headline", signal=signal, raw=raw[:500], chosen=bool(chosen) and text == chosen)
        for signal, raw, text in cleaned
    )
    return Headline(headline=chosen, alternative=_alternative(sources, cleaned, chosen), signals=signals)


def clean(title: str, outlet: Outlet, sections: set[str], claims: list[tuple[str, str]] | None = None) -> str:
    """The title without the outlet's name and section at its ends.

    Args:
        sections: keys of the sections the page states.
        claims: the page's other titles; a part that makes the rest one of them may go whatever it says.
    """
    others = {key(raw) for _, raw in claims or () if raw != title}
    text = _ARCHIVED.sub("", squeeze(title))
    for _ in range(3):
        shorter = _shorter(text, outlet, sections, others)
        if shorter == text:
            break
        text = shorter
    return text


def _shorter(text: str, outlet: Outlet, sections: set[str], others: set[str]) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    if not cuts:
        return _tight(text, outlet)
    head, tail = text[: cuts[-1].start()].strip(), text[cuts[-1].end() :].strip()
    if _is_foreign(tail, head, outlet, sections, others):
        return head
    front, rest = text[: cuts[0].start()].strip(), text[cuts[0].end() :].strip()
    if (outlet.is_named(front) and len(rest) > len(front)) or key(rest) in others:
        return rest
    return text


def _tight(text: str, outlet: Outlet) -> str:
    """The title without an outlet's name that a colon or dash without spaces sets off."""
    for cut in reversed(list(_TIGHT.finditer(text))):
        if outlet.is_named(text[cut.end() :]) and cut.start() >= 4:
            return text[: cut.start()].strip()
    return text


def _is_foreign(part: str, rest: str, outlet: Outlet, sections: set[str], others: set[str]) -> bool:
    if len(rest) < 4 or len(part) > 60:
        return False
    if outlet.is_named(part) or _NO_TITLE.match(part) or (outlet.begins(part) and len(part.split()) <= 5):
        return True
    section = re.sub(r" (?:news|nachrichten|noticias|notizie|actualités)$", "", key(part))
    return key(rest) in others or (section in sections and len(rest.split()) >= 3)


def _strong(cleaned: list[tuple[str, str, str]], outlet: Outlet) -> str | None:
    """The ranking of the three strong claims; None when fewer than two of them are there."""
    claims: dict[str, str] = {}
    for signal, _, text in cleaned:
        if text and not _GENERIC.match(text) and not outlet.is_named(text):
            claims.setdefault(signal, text)
    parties = _parties([claims[signal] for signal in ("jsonld", "og", "h1") if signal in claims])
    if "jsonld" not in claims and "h1" in claims:
        return claims["h1"]  # without JSON-LD, the title that the reader sees
    if len(parties) < 2:
        return max(parties[0], key=len) if parties and len(parties[0]) > 1 else None
    if len(parties) == 3 or ("og" in claims and claims["og"] in parties[0]):
        return parties[0][0]
    return _editors(parties, claims)


def _editors(parties: list[list[str]], claims: dict[str, str]) -> str | None:
    """Of two parties, the one that the title element does not side with, unless twitter:title does too."""
    search = [party for party in parties if any(_same(text, claims.get("title", "")) for text in party)]
    if len(search) != 1:
        return None
    if any(_same(text, claims.get("twitter", "")) for text in search[0]) and claims.get("og") not in search[0]:
        return search[0][0]
    return next(party[0] for party in parties if party is not search[0])


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
    """Whether two titles are one: the same words, or one cut at the 110 characters that Google once allowed."""
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
    best = max(votes, key=lambda name: votes[name])
    return max((text for _, _, text in cleaned if key(text) == best), key=lambda text: _worth(text, cleaned))


def _worth(text: str, cleaned: list[tuple[str, str, str]]) -> float:
    return sum(_WEIGHTS[signal] for signal, _, other in cleaned if other == text)


def _claims(sources: Sources) -> Iterator[tuple[str, str]]:
    article, meta = sources.article, sources.meta
    yield "jsonld", _json_headline(sources)
    yield "og", next(iter(meta.get("og:title", ())), "")
    heading = main_heading(sources)
    yield "h1", text_of(heading) if heading is not None else ""
    for element in sources.items.get("headline", ())[:1]:
        yield "microdata", value_of(element)
    yield "twitter", next(iter(meta.get("twitter:title", ())), "")
    yield "title", sources.title
    for name in _META_TITLES:
        yield "meta", next(iter(meta.get(name, ())), "")
    yield "feed", sources.hints.feed_title or ""
    if not article.get("headline") and isinstance(article.get("name"), str):
        yield "jsonld", json_text(article["name"]) or ""


def _json_headline(sources: Sources) -> str:
    return json_text(sources.article.get("headline")) or ""


def main_heading(sources: Sources) -> HtmlElement | None:
    """The h1 that is the article's: the one whose words other titles repeat, else the first that is no logo."""
    titles = key(" ".join([sources.title, *sources.meta.get("og:title", ()), _json_headline(sources)]))
    last = key(_SEPARATOR.split(sources.title)[-1]) if _SEPARATOR.search(sources.title) else ""
    usable = [h for h in sources.headings if _is_heading(h, titles, last)]
    repeated = [h for h in usable if (name := key(text_of(h))) and len(name) > 10 and name in titles]
    outside = [h for h in usable if not in_chrome(h)]
    return next(iter(repeated or outside or usable), None)


def _is_heading(heading: HtmlElement, titles: str, last: str) -> bool:
    """Whether an h1 can be a headline: no logo, not the title's last part (the outlet), not one stray word."""
    name = key(text_of(heading))
    if len(name) < 4 or name == last or _NO_HEADLINE.search(labels(heading)):
        return False
    return name.count(" ") >= 2 or name in titles or max(name) > "\u2e80"


def _sections(sources: Sources) -> set[str]:
    found = [json_text(item) for item in as_list(sources.article.get("articleSection"))]
    found += sources.meta.get("article:section", [])
    parts = [part for part in sources.url.split("/")[3:-1] if part.isalpha()]
    return {key(section) for section in (*found, *parts) if section}


def _alternative(sources: Sources, cleaned: list[tuple[str, str, str]], chosen: str | None) -> str | None:
    stated = json_text(sources.article.get("alternativeHeadline"))
    others = [stated] if stated else []
    others += [text for _, _, text in cleaned]
    return next((text for text in others if text and chosen and key(text) != key(chosen)), None)
