"""Datelines and wire credits: "MOSCOW (AP) —", "PARIS, 3 mai (AFP) -", "(Reuters)", "© dpa-infocom".

A dateline is a place at the very start of a story, set off by a dash, colon or a bracketed agency. It stays in the
text, because that is what was published; `Wire` says what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tasks.base.strings import squeeze
from tasks.extract.fields.agencies import agency_of
from tasks.extract.signals.months import COMMON_MONTHS

_UPPER = r"A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĹĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽА-ЯЁ"
_PLACE_WORD = rf"(?:[{_UPPER}][\w'’.]*(?:[-/][\w'’.]+)*)"
_LINK = (
    r"(?:\s+(?:de|del|la|las|los|el|do|da|dos|das|am|an der|im|in|of|the|sur|sous|les|le|der|di|d'|und|y|e|et|"
    r"and|ob der)\s+|\s+a\.\s?|\s+|[-/]\s?)"
)
_COMMA = rf"(?:,\s?{_PLACE_WORD}(?:{_LINK}{_PLACE_WORD}){{0,2}}){{0,2}}"  # "WEST PALM BEACH, Fla."
_PLACE = rf"(?P<place>{_PLACE_WORD}(?:{_LINK}{_PLACE_WORD}){{0,4}}(?:\s?(?:\([A-Z][\w. ]{{1,15}}\)|\[\w[\w. ]{{1,15}}\]))?{_COMMA})"  # noqa: E501
_MONTH = "(?i:" + "|".join(sorted(COMMON_MONTHS, key=len, reverse=True)) + ")"
_DAY_MONTH = rf"(?:\d{{1,2}}(?:er|º|°|\.)?\s+(?:de\s+)?{_MONTH}\b\.?|{_MONTH}\b\.?\s+\d{{1,2}})"
_DATE = (
    rf"(?:[,\s]\s*(?:(?:le|den|el|il|em)\s+)?{_DAY_MONTH}(?:,?\s+(?:de\s+)?\d{{4}})?"
    r"|[,\s]\s*\d{1,2}[./]\d{1,2}[./]?(?:\d{2,4})?|,\s\d{1,2})?"
)
_AGENCY = r"[(/](?P<agency>[A-Za-zÀ-ÿ][\w\-./ ]{1,39}?)[)/]"
_DASH = r"\s*(?:[-–—‒―:]|\.\s?[-–—]|--)+\s*"
_BRACKETED = re.compile(rf"^{_PLACE}{_DATE}\s*[,.]?\s*{_AGENCY}(?:{_DASH}|\.?\s+)(?=\S)")
_AGENCY_FIRST = re.compile(rf"^{_AGENCY}{_DASH}(?=\S)|^{_AGENCY.replace('agency', 'alone')}\s+(?=[{_UPPER}„“\"«])")
_SET_OFF = r"(?:\s+[-–—‒―]{1,2}|[–—]|\s?\.\s?[-–—]|\s--)\s*"
_AGENCY_LED = re.compile(rf"^(?P<agency>[A-Za-z]{{2,12}}){_SET_OFF}{_PLACE}\s*[,.:]?{_DASH}(?=\S)")
_AGENCY_ONLY = re.compile(rf"^(?P<agency>[A-Z][A-Za-z]{{1,11}}){_SET_OFF}(?=\S)")
_PLAIN = re.compile(
    rf"^{_PLACE}{_DATE}(?:\s+[-–—‒―]{{1,2}}|[–—]|\s?\.\s?[-–—]|\s--|(?<=[{_UPPER}]{{3}}):)\s+"
    rf"(?=[{_UPPER}\d„“”\"«»‹›'‘’‚(¡¿\[])(?!\S{{0,30}}\s\d+:\d)"
)
_SPEAKER = re.compile(rf"[{_UPPER}]{{3}}[{_UPPER} ]{{0,30}}:\s")
_LOWER = re.compile(r"^[a-zäöü]{2,5}(?:/[a-zäöü]{2,5})*$")
_SHORT = re.compile(r"^[A-Z]{3,12}$")
_COPYRIGHT = re.compile(
    r"(?:(?:copyright|©|\(c\))\s*)+(?:\d{4}(?:\s?[-–]\s?\d{2,4})?)?\s*,?\s*(?:by\s+)?(?P<who>[\w .\-]{2,40}?)\s*(?:[.,:;|(]|"  # noqa: E501
    r"\ball rights|\balle rechte|\btous droits|\bvia\b|$)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?:^|[.;(\s])(?:source|quelle|fuente|fonte|mit material von|mit (?:inhalten|agenturmaterial) (?:von|der)|"
    r"avec|con información de|com informações d[aeo]s?|con informazioni di)\s*:?\s+"
    r"(?P<who>[\w\-/, ]{2,40}?)\s*[).]?$",
    re.IGNORECASE,
)
_TAIL = re.compile(r"^[(/–—-]*\s?©?\s?(?P<who>[\w \-/]{2,30})\)?\.?$")
_BRACKET = re.compile(r"[(;]\s*(?P<who>[\w \-/]{2,30})\)?\.?\s*$")
_CONTRIBUTED = re.compile(
    r"^\W*(?P<who>(?:the )?[\w ]{2,24}?) (?:writers?|reporters?|journalists?|correspondents?|staff)\b.{0,200}"
    r"\b(?:contributed|reported|reporting)\b",
    re.IGNORECASE,
)
_REPORT_BY = re.compile(
    r"\b(?:report|story|article) (?:by|from) (?P<who>[\w ]{2,30}?) (?:was|is|has)\b|"
    r"\bwith (?:agency )?inputs? (?:from|by)\s(?P<from>[\w/, ]{2,30})|\bmit (?P<stuff>\w{2,12})-material\b",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"(?:,\s[A-Z][A-Za-z.]{0,5}|\ba\.\s?[A-Z])\.$")  # "MIAMI, Fla.", "Frankfurt a.M."
_NOT_AGENCY = re.compile(
    r"^(?:i+|iv|vi*|updated?|video|photos?|file|live|ots|us|uk|eu|usa|spd|cdu|csu|afd|fdp)$", re.IGNORECASE
)
_NOT_PLACE = re.compile(
    r"^(?:warning|toss|updated?|breaking|exclusive|live|watch|video|read|scandal|analysis|opinion|fact|note|correction|"
    r"editor|spoiler|crisis|achtung|eilmeldung|exklusiv|kommentar|urgent|direct|exclusif|vidéo|última hora|ultim'ora|"
    r"urgente|opinión|photos?|fotos?|score|result|verdict|review|recap|what|why|how|who|key|top|best|your|our|this|"
    r"der|die|das|the|el|les|il|fc|sv|sc|vfb|vfl|tsv|ii+|iv|fakten|faktencheck|interview|hintergrund|analyse|"
    r"nato|nasa|otan|onu|uno|un|eu|ue|usa|cdu|csu|spd|fdp|afd|bsw|fifa|uefa|fbi|cia|google|apple|amazon|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b"
    r"|\b(?:crisis|points|online|story|stories|news|war|weltkrieg)$|\.com\b|\d",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """A story's place and the agency it came from; each None when not stated."""

    dateline: str | None = None
    agency: str | None = None


def read_dateline(text: str) -> Wire:
    """Place and agency at the beginning of a text.

    >>> read_dateline("PARIS, 3 mai (AFP) - Le gouvernement")
    Wire(dateline='PARIS', agency='AFP')
    """
    start = squeeze(text[:300])
    for pattern in (_BRACKETED, _AGENCY_LED):
        if (match := pattern.match(start)) and (agency := _agency(match)):
            return Wire(dateline=_place(match["place"]), agency=agency)
    if (match := _AGENCY_ONLY.match(start)) and (agency := agency_of(match["agency"])):
        return Wire(dateline=_plain_place(start[match.end() :]), agency=agency)
    if match := _AGENCY_FIRST.match(start):
        agency = agency_of(match["agency"] or match["alone"], outlets=True)
        if agency:
            return Wire(dateline=_plain_place(start[match.end() :]), agency=agency)
    if (match := _BRACKETED.match(start)) and _LOWER.match(match["agency"]) and _shouted(match["place"]):
        return Wire(dateline=_place(match["place"]))  # "BERLIN (abc) - ": an agency that nobody knows, or who wrote it
    place = _plain_place(start)
    if place and "," in place and (agency := agency_of(place.rsplit(",", 1)[1])):
        return Wire(dateline=place.rsplit(",", 1)[0], agency=agency)  # "SYDNEY, AAP - "
    return Wire(dateline=place)


def is_spoken(paragraphs: Iterable[str]) -> bool:
    """Whether paragraphs begin with who speaks ("SPIEGEL: …"), as interviews do; a place has that form only once."""
    return sum(bool(_SPEAKER.match(paragraph)) for paragraph in paragraphs) > 1


def _plain_place(start: str) -> str | None:
    match = _PLAIN.match(start)
    return _place(match["place"]) if match and _shouted(match["place"]) else None


def agency_in(paragraphs: Iterable[str]) -> str | None:
    """The agency that a story's last lines credit: "© AFP", "Copyright 2024 The Associated Press", "(dpa)"."""
    for paragraph in paragraphs:
        text = squeeze(paragraph)
        for pattern in (_COPYRIGHT, _CREDIT, _TAIL, _BRACKET, _CONTRIBUTED, _REPORT_BY):
            for match in pattern.finditer(text[-250:] if pattern is not _TAIL else text[:60]):
                if agency := _first_of(next(who for who in match.groups() if who)):
                    return agency
    return None


def _first_of(written: str) -> str | None:
    """The agency, alone or before a hyphen ("ANSA-AFP", "dpa-infocom GmbH")."""
    return agency_of(written, outlets=True) or agency_of(written.split("-")[0], outlets=True)


def _agency(match: re.Match[str]) -> str | None:
    """The agency of a matched dateline: a known one, or capitals after a place in capitals ("DUBAI (WXYZ) -")."""
    written = match["agency"].strip()
    if _NOT_PLACE.search(match["place"].split(",")[0]):
        return None
    if known := _first_of(written):
        return known
    dashed = re.search(r"[-–—‒―]\s*$", match[0]) and _shouted(match["place"])
    return written if dashed and _SHORT.match(written) and not _NOT_AGENCY.match(written) else None


def _place(written: str) -> str:
    place = squeeze(written).strip(" ,-–—")
    return place if _ABBREVIATED.search(place) else place.rstrip(" .")


def _shouted(place: str) -> bool:
    """Whether a place stands in capitals, as agencies write it; anything less could be a sentence's beginning."""
    first = place.split(",")[0]
    letters = [c for c in first if c.isalpha()]
    upper = sum(c.isupper() for c in letters)
    if _NOT_PLACE.search(first):
        return False
    return len(letters) >= 3 and upper >= 0.8 * len(letters) and len(first.split()) <= 4
