"""Who wrote it: claims become people, agencies and outlets, and the best claim that names people wins."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml.html import HtmlElement

from tasks.extract import jsonld
from tasks.extract.agencies import agency_of
from tasks.extract.outlet import Outlet
from tasks.extract.signals import Sources, in_chrome, labels, text_of, value_of
from tasks.extract.strings import key, plain, squeeze
from warehouse.records import FieldSignal

_META = ("author", "article:author", "article:author_name", "og:article:author", "parsely-author", "sailthru.author",
         "byl", "dc.creator", "dcterms.creator", "dcsext.author", "cxenseparse:author", "bt:author", "og:author",
         "analyticsattributes.author", "smartbanner:author", "citation_author", "sailthru.byline_name", "twitter:data1")  # fmt: skip
_BYLINE = re.compile(r"(?:^|[\s_-])(?:by-?line|author|contributor)s?(?:[\s_-]{1,2}(?:name|link|text)s?)?(?=$|[\s_-])|^p-author|fn$")
_NOT_NAME = re.compile(r"https?:|www\.|@|\.com\b|facebook|twitter|\d{3}|[{}<>|=#]|profil", re.IGNORECASE)
_BY = re.compile(
    r"^(?:(?:written|posted|reported|published|story|words|text|report|analysis|review|interview|opinion|exclusive|von unserem korrespondenten)\s+)?"
    r"(?:by|von|vom|par|por|da|di|door|av|af|text|texte|texto|testo|oleh|di|author|authors|autor|autorin|autoren|auteur|written by|reporter|"
    r"от|автор|著者|著|文|作者|記者)\s*[:：]?\s+(?=\S)|^(?:by|von|author|autor|text|words|著者|作者)\s*[:：]\s*", re.IGNORECASE
)
_ROLE_WORDS = (
    r"correspondent|reporter|editor|columnist|writer|staff|journalist|contributor|producer|photographer|analyst|critic|"
    r"redakteur(?:in)?|redaktor(?:in)?|korrespondent(?:in)?|autor(?:in)?|volont[äa]r(?:in)?|chefredakt\w+|reporterin|journalistin|"
    r"journaliste|correspondant|rédact\w+|redactor|periodista|corresponsal|giornalista|inviato|jornalista|"
    r"anchor|director|professor|lecturer|fellow|president|ceo|author|presenter|guest|specialist|"
    r"senior|chief|deputy|head of|leiter(?:in)?|ressort\w*|mitarbeiter(?:in)?|bureau|desk|journalist|freelance"
)
_ROLE = re.compile(rf"\b(?:{_ROLE_WORDS})\b", re.IGNORECASE)
_ROLE_TAIL = re.compile(rf"\s*(?:[,|•·–—(]|\s-\s|\bfor\b|\bis an?\b|\bin [A-Z]).*$|\s+(?:{_ROLE_WORDS})\b.*$", re.IGNORECASE)
_SPLIT = re.compile(r"\s*(?:;|\||\n|、|／|\s/\s|\s&\s|\s\+\s|\s•\s|\s·\s|,?\s+(?:and|und|et|y|e|og|och|en|with|mit|avec|con|com|dan)\s+)\s*", re.IGNORECASE)
_PARTICLES = frozenset("de da di do dos das du del della van von der den ten ter la le bin ibn al el y e zu zur ben af av".split())
_TITLES = re.compile(r"^(?:dr|prof|mr|mrs|ms|sir|dame|rev|hon)\.?\s+(?=\S+\s)", re.IGNORECASE)
_STAFF = re.compile(r"\b(?:staff|newsroom|redaktion|redacci[óo]n|r[ée]daction|redazione|reda[çc][ãa]o|desk|team|reporters?|editors?|editorial|news|agencies|agenturen|web|online|press|media|digital|board|correspondents?|bureau)\b", re.IGNORECASE)
_JUNK = re.compile(r"^(?:admin(?:istrator)?|editor|author|guest|user|null|none|undefined|unknown|n/?a|anonymous|share|follow|subscribe|updated?|published|redazione web)$", re.IGNORECASE)
MAX_NAME_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """People, the agency that a byline names, and every claim."""

    people: tuple[str, ...]
    agency: str | None
    signals: tuple[FieldSignal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    signal: str
    raw: str
    people: tuple[str, ...]
    desks: tuple[str, ...]
    agencies: tuple[str, ...]


def decide(sources: Sources, outlet: Outlet) -> Authors:
    """Read and rank a page's bylines."""
    readings = [_read(signal, raws, outlet) for signal, raws in _claims(sources) if raws]
    best = _best(readings)
    agency = next((name for reading in readings for name in reading.agencies), None)
    names = best.people or best.desks[:1] or () if best else ()
    signals = tuple(
        FieldSignal(field="author", signal=r.signal, raw=r.raw[:500], chosen=r is best and bool(names)) for r in readings
    )
    return Authors(people=names, agency=agency, signals=signals)


def people_in(raw: str) -> list[str]:
    """The names in one byline, split and cleaned: "By Ann Lee and Bo Ray, Staff Writers" gives two."""
    text = _TITLES.sub("", _BY.sub("", squeeze(plain(raw))))
    text = re.sub(r"\S+@\S+|\(?@\w+\)?|\([^)]*\)", " ", text)
    names: list[str] = []
    for part in _SPLIT.split(text):
        names.extend(_by_comma(part or ""))
    return [name for name in dict.fromkeys(names) if name]


def _by_comma(part: str) -> list[str]:
    pieces = [piece for piece in (squeeze(p) for p in part.split(",")) if piece]
    kept: list[str] = []
    for piece in pieces:
        name = _name(piece)
        if not name or (kept and (_ROLE.search(piece) or not _like_name(name))):
            continue
        kept.append(name)
    return kept


def _name(piece: str) -> str:
    text = _BY.sub("", piece.strip(" .,:;-–—|•·\"'"))
    text = _TITLES.sub("", text)
    shorter = squeeze(_ROLE_TAIL.sub("", text))
    if len(shorter.split()) >= 2 or (shorter and not _STAFF.search(text)):
        text = shorter
    text = text.strip(" .,:;-–—|•·")
    if not text or len(text) > MAX_NAME_CHARS or _NOT_NAME.search(text) or _JUNK.match(text):
        return ""
    return text


def _like_name(text: str) -> bool:
    words = text.split()
    if any(ord(c) > 0x2E80 for c in text):
        return len(text) <= 20
    return 2 <= len(words) <= 6 and all(word[0].isupper() or word.lower() in _PARTICLES or not word[0].isalpha() for word in words)


def _read(signal: str, raws: list[str], outlet: Outlet) -> _Reading:
    people: list[str] = []
    desks: list[str] = []
    agencies: list[str] = []
    for raw in raws:
        for name in people_in(raw):
            agency = agency_of(name)
            if agency:
                agencies.append(agency)
            if outlet.is_named(name) or agency or (_STAFF.search(name) and not _person_despite(name)) or (outlet.begins(name) and len(name.split()) != 2):
                desks.append(name)
            else:
                people.append(name)
    return _Reading(
        signal=signal, raw=" | ".join(raws), people=_distinct(people), desks=_distinct(desks), agencies=_distinct(agencies)
    )


def _person_despite(name: str) -> bool:
    return False


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({key(name).replace(" ", ""): name for name in reversed(list(names))}.values())[::-1]


def _best(readings: list[_Reading]) -> _Reading | None:
    """The first claim that names people in full; then one word for a person; then a desk or the outlet itself."""
    for wanted in (
        lambda r: any(_like_name(name) for name in r.people),
        lambda r: bool(r.people),
        lambda r: bool(r.desks),
    ):
        found = [reading for reading in readings if wanted(reading)]
        if found:
            return found[0]
    return None


def _claims(sources: Sources) -> Iterator[tuple[str, list[str]]]:
    yield "jsonld", _of_json(sources, "author") or _of_json(sources, "creator")
    for name in _META:
        values = sources.meta.get(name, [])
        if name == "twitter:data1" and not re.search("writ|author|verfasst|geschrieben|[ée]crit|escrito|scritto|by", sources.first("twitter:label1") or "", re.IGNORECASE):
            continue
        yield "meta", [value for value in values if not _NOT_NAME.search(value)]
    yield "microdata", _of_items(sources)
    yield "rel", _of_rel(sources)
    yield "byline", _of_bylines(sources)
    yield "feed", [sources.hints.feed_author] if sources.hints.feed_author else []


def _of_json(sources: Sources, member: str) -> list[str]:
    names: list[str] = []
    for item in jsonld.resolve(sources.nodes, sources.article.get(member)):
        names.extend(_json_names(item))
    return names


def _json_names(item: Any) -> list[str]:
    value = item.get("name") if isinstance(item, dict) else item
    return [text for part in jsonld.as_list(value) if isinstance(part, str) and (text := plain(part))]


def _of_items(sources: Sources) -> list[str]:
    names = []
    for element in sources.items.get("author", ()):
        inner = [child for child in element.iterdescendants() if "name" in (child.get("itemprop") or "").split()]
        names.append(value_of(inner[0]) if inner else value_of(element))
    return [name for name in names if len(name) < 2 * MAX_NAME_CHARS]


def _of_rel(sources: Sources) -> list[str]:
    links = [a for a in sources.tree.iter("a") if "author" in (a.get("rel") or "").split() and not in_chrome(a)]
    return _texts(links[:4])


def _of_bylines(sources: Sources) -> list[str]:
    body = sources.tree.find("body")
    if body is None:
        return []
    found: list[HtmlElement] = []
    for element in body.iter("span", "div", "p", "a", "address", "cite", "li", "strong", "em"):
        if _BYLINE.search(labels(element)) and not in_chrome(element) and len(text_of(element)) < 150:
            if any(parent in found for parent in element.iterancestors()):
                continue
            found.append(element)
            if len(found) >= 3:
                break
    return _texts(found[:1])


def _texts(elements: Iterable[HtmlElement]) -> list[str]:
    return [text for element in elements if (text := text_of(element)) and len(text) < 150]
