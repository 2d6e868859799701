"""Where a page says when: the claims, in the words they were made in, before any of them is believed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from tasks.base.strings import squeeze
from tasks.extract.signals.dateparse import ReadDate, find, read
from tasks.extract.signals.jsonld import is_page
from tasks.extract.signals.jsonld import text_of as json_text
from tasks.extract.signals.page_signals import Sources, own_urls
from tasks.extract.tree.index import PageTree
from tasks.extract.tree.position import is_elsewhere, nearest_first
from tasks.extract.tree.vocabulary import BYLINE, DATED, MODIFIED, PUBLISHED

_I = re.IGNORECASE
_MODIFIED = re.compile(
    r"modif|updat|revis|last.?(?:change|edit)|moddate|aktuali[sz]|mis(?:e)? à jour|actuali[sz]|aggiornat|atualiz|"
    r"bijgewerkt|oppdatert|uppdat|opdater|geändert|corrected|更新",
    re.IGNORECASE,
)
_PUBLISHED_META = re.compile(
    r"publi(?:sh|c)|pub.?date|date.?pub|issued|(?:^|[.:_-])(?:date|created|datecreated|articledate|uploaddate|ptime)$|"
    r"date.?created|^date\b|article.?date|release.?date|firstpub",
    re.IGNORECASE,
)
_PUBLISHED = re.compile("publish|entry-date|posted")
_NOT_A_DATE = re.compile(
    r"expir|i18n|year|month|day$|build|publisher|valid|embargo|pubid|publication(?!.?(?:date|time))|user|"
    r"copyright",
    re.IGNORECASE,
)
# A date that is whole parts of the path is the publication's; one inside of a slug may be the story's topic.
_URL_DATE = re.compile(
    r"/(?P<y>(?:19[89]|20[0-3])\d)(?P<s>[/_.-]?)(?P<m>0?[1-9]|1[0-2])(?P=s)(?P<d>0?[1-9]|[12]\d|3[01])(?=/|$)"
)
_SLUG_DATE = re.compile(
    r"(?<!\d)(?P<y>20[0-3]\d)(?P<s>[_.-]?)(?P<m>0[1-9]|1[0-2])(?P=s)(?P<d>0[1-9]|[12]\d|3[01])(?!\d)"
)
_DATED_TAGS = (
    "time", "span", "div", "p", "li", "small", "dd", "td", "em", "i", "font", "b", "strong", "abbr",
)  # fmt: skip
_DATE_WORD = re.compile(
    r"^\W*(?:(?:datum|date|fecha|data|published|posted|veröffentlicht|erstellt|stand|publié|publicado|pubblicato|"
    r"publicerad|publisert|gepubliceerd|tarih|yayınlanma|diterbitkan|opublikowano|дата|опубликовано)\b|"
    r"(?:公開|掲載|投稿|配信|更新|発表|作成|发布|發布|발행|입력|승인|등록))",
    _I,
)
_HAS_DATE = re.compile(r"\d{4}")
_UNREADABLE = re.compile(r"(?<!\d)\d{1,2}(?!\d)\D{2,24}(?<!\d)\d{4}(?!\d)")  # day, word and year in an unknown tongue
_SPLIT = re.compile(
    r"(?=\b(?:last )?(?:updated?|modified|aktualisiert|mis à jour|actualizado|aggiornato|atualizado|"
    r"bijgewerkt)\b)",
    re.IGNORECASE,
)
_TIME_TAGS = ("relative-time", "time-ago", "local-time", "time-element")  # of GitHub's library, used by others too
_MAX_VISIBLE = 12
_MAX_PARTS = 6  # elements in one that says no more than a date
_ABOVE, _BELOW = 40, 80  # elements from the headline, among which its line of author and date stands
_ONLY_DATE_CHARS = 60
_OTHER_CHARS = 12  # of a weekday, "Uhr", a zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A role, who says it, the words, and what they mean (None: unreadable or impossible)."""

    role: str
    signal: str
    raw: str
    read: ReadDate | None


def claims(sources: Sources) -> list[Claim]:
    """Every structured claim on or about the page, and the dates of its `time` elements and URL."""
    day_first = not month_first(sources)
    found = [
        Claim(role=role, signal=signal, raw=raw, read=read_raw(raw, day_first=day_first))
        for role, signal, raw in _raw_claims(sources)
        if raw and raw.strip()
    ]
    found += _of_times(sources, day_first)
    found += _of_url(sources.url)
    return list(dict.fromkeys(found))


def shown(sources: Sources) -> list[Claim]:
    """What visible text says, in short texts that are labelled as dates."""
    return list(dict.fromkeys(islice(_visible(sources, sources.page.of(*_DATED_TAGS)), _MAX_VISIBLE)))


def printed(sources: Sources) -> Iterator[Claim]:
    """What stands as a date beside the headline, nearest first: by it readers know when. None without a headline.

    Above it mastheads print the day on which the page was sent, which says nothing of the story.
    """
    page, heading = sources.page, sources.heading
    if heading is None:
        return
    at = page.place[heading]
    for stretch in (page.elements[at : page.end[at] + _BELOW], page.elements[max(0, at - _ABOVE) : at]):
        near = [each for each in stretch if each.tag in _DATED_TAGS and page.is_there(each)]
        for claim in _visible(sources, near):
            if page.elements[at] is stretch[0] or not _is_of_today(claim, sources.hints.fetched_at):
                yield claim


def _is_of_today(claim: Claim, now: datetime) -> bool:
    """Whether a date is that of the page's capture, somewhere on earth."""
    return claim.read is not None and abs((claim.read.local.date() - now.date()).days) <= 1


@lru_cache(maxsize=1024)
def read_raw(raw: str, *, day_first: bool) -> ReadDate | None:
    """The date of a claim that is supposed to be one."""
    return read(raw.strip(), day_first=day_first)


def month_first(sources: Sources) -> bool:
    """Whether 01/02/2022 is the second of January: English, and not of a country that writes the day first."""
    lang = (sources.lang or sources.first("og:locale", "content-language") or "en").lower().replace("_", "-")
    if not lang.startswith("en"):
        return False
    country = (urlsplit(sources.url).hostname or "").rsplit(".", 1)[-1]
    day_first = ("uk", "au", "nz", "ie", "in", "za", "pk", "sg", "my", "ke", "ng", "tz", "gh")
    return lang[3:] not in ("gb", "au", "nz", "ie", "in", "za") and country not in day_first


def _raw_claims(sources: Sources) -> Iterator[tuple[str, str, str]]:
    article, hints = sources.article, sources.hints
    for name, role in (("datePublished", "published"), ("dateCreated", "created"), ("dateModified", "modified")):
        raw = json_text(article.get(name))
        if raw and not (role == "created" and article.get("datePublished")):
            yield ("published" if role == "created" else role), "jsonld", raw
    if not article.get("datePublished"):
        yield "published", "jsonld", json_text(article.get("coverageStartTime")) or ""  # of a live blog
    yield from _of_page_node(sources)
    for name, values in sources.meta.items():
        yield from _of_meta(name, values[0])
    for name, role in (("datePublished", "published"), ("dateCreated", "published"), ("dateModified", "modified")):
        for element in sources.items.get(name, ())[:1]:
            if element.tag != "meta" or name.lower() not in sources.meta:
                yield role, "microdata", element.get("content") or element.get("datetime") or sources.page.text(element)
    yield "published", "feed", hints.feed_published or ""
    yield "modified", "feed", hints.feed_updated or ""
    yield "modified", "http", hints.http_last_modified or ""


def _of_page_node(sources: Sources) -> Iterator[tuple[str, str, str]]:
    """Of a node that is this page: not of a clip in it, an event that it tells of, a comment below it."""
    if sources.article.get("datePublished"):
        return
    for node in sources.nodes:
        raw = json_text(node.get("datePublished") or node.get("uploadDate"))
        if raw and is_page(node, own_urls(sources)):
            yield "published", "jsonld", raw
            return


def _of_meta(name: str, value: str) -> Iterator[tuple[str, str, str]]:
    if _NOT_A_DATE.search(name) or not _HAS_DATE.search(value) or len(value) > 80:
        return
    signal = "og" if name.startswith(("article:", "og:")) else "meta"
    if _MODIFIED.search(name):
        yield "modified", signal, value
    elif _PUBLISHED_META.search(name):
        yield "published", signal, value


def _of_times(sources: Sources, day_first: bool) -> list[Claim]:
    """The `time` elements of the article itself: those that say so, else the first near the headline."""
    marked: list[Claim] = []
    others: list[Claim] = []
    page = sources.page
    for element in nearest_first(page, sources.heading, page.of("time", *_TIME_TAGS)):
        raw = element.get("datetime") or page.text(element)
        found = read_raw(raw, day_first=day_first) if _HAS_DATE.search(raw) else None
        if found is None or element.get("itemprop") or is_elsewhere(page, element):
            continue
        at = page.place[element]
        own, around = page.own[at], page.own[at] | page.own[page.parent[at]]
        before = _before(page, element)
        is_modified = bool(around & MODIFIED or _MODIFIED.search(before))
        # WordPress says "entry-date published updated" of the one date of a story that was never changed
        role = "modified" if is_modified and not own & PUBLISHED else "published"
        claim = Claim(role=role, signal="time", raw=raw, read=found)
        certain = element.get("pubdate") is not None or around & PUBLISHED or _PUBLISHED.search(before)
        (marked if certain or role == "modified" else others).append(claim)
    if not any(claim.role == "published" for claim in marked):
        marked += others[:1]
    return marked[:4]


def _before(page: PageTree, element: HtmlElement) -> str:
    previous = element.getprevious()
    parent = element.getparent()
    words = (
        (previous.tail or page.text(previous)[-60:])
        if previous is not None
        else (parent.text if parent is not None else "")
    )
    return words or ""


def of_slug(url: str) -> list[Claim]:
    """A date inside of the address's slug: for pages that say nothing else."""
    return _of_url(url, _SLUG_DATE)


def _of_url(url: str, pattern: re.Pattern[str] = _URL_DATE) -> list[Claim]:
    match = pattern.search(urlsplit(url).path)
    found = read(f"{match['y']}-{match['m']}-{match['d']}") if match else None
    return [Claim(role="published", signal="url", raw=match[0].strip("/"), read=found)] if match and found else []


def _visible(sources: Sources, elements: list[HtmlElement]) -> Iterator[Claim]:
    """Dates in those elements that are labelled as dates, those nearest to the headline first."""
    day_first = not month_first(sources)
    page = sources.page
    for element in nearest_first(page, sources.heading, elements):
        if len(element) > _MAX_PARTS or not _is_dated(page, element) or is_elsewhere(page, element):
            continue
        text = page.text(element)
        if not 6 <= len(text) <= 200:
            continue
        found = list(in_text(text, day_first=day_first, is_modified=page.means(element, MODIFIED)))
        if not found and page.means(element, DATED) and _UNREADABLE.search(text):
            yield Claim(role="published", signal="text", raw=text, read=None)
            return  # what the page says is its date; another's would be wrong
        yield from found


def in_text(text: str, *, day_first: bool, is_modified: bool = False) -> Iterator[Claim]:
    """The claims in one visible text: "Feb 1, 2022, 12:39 PM | Updated: Jun 13, 2022, 3:40 pm" makes two."""
    for part in _SPLIT.split(text):
        end = 0
        for found in list(find(part, day_first=day_first))[:2]:
            words = part[end : found.start] + part[found.end : found.end + 12]
            end = found.end
            modified = _MODIFIED.search(words) or (is_modified and not _SPLIT.search(text))
            yield Claim(
                role="modified" if modified else "published",
                signal="text",
                raw=part[found.start : found.end].strip(),
                read=found,
            )


def _is_dated(page: PageTree, element: HtmlElement) -> bool:
    """Whether its label or its first word says that an element holds a date."""
    if page.means(element, DATED | BYLINE):
        return True
    first = next((child.text for child in element), "") or "" if len(element) else ""
    if _DATE_WORD.match(f"{(element.text or '').strip()}{first.strip()}"):
        return True
    label = element.getprevious() if element.tag in ("dd", "td") else None
    if label is not None and label.tag in ("dt", "th", "td") and _DATE_WORD.match(page.text(label)):
        return True
    return _is_only_date(element)


def _is_only_date(element: HtmlElement) -> bool:
    """Whether an element says a date and hardly a word more: "Freitag, 4. Februar 2022, 9.55 Uhr"."""
    said = f"{element.text or ''} {' '.join(child.tail or '' for child in element)}"
    if not _HAS_DATE.search(said) or len(said) > 4 * _ONLY_DATE_CHARS:
        return False
    text = squeeze(said)
    found = next(find(text), None) if len(text) <= _ONLY_DATE_CHARS else None
    return found is not None and len(re.sub(r"[\W\d]", "", text[: found.start] + text[found.end :])) <= _OTHER_CHARS
