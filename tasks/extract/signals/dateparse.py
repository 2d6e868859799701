"""One date as somebody wrote it, read: ISO 8601, RFC 5322, epoch seconds, and prose in the languages of CLDR.

Stricter than dateparser and hundreds of times faster: nothing relative, nothing without a year, no guess at a day that
is not there. Sources: ISO 8601, RFC 3339, RFC 5322 section 3.3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tasks.extract.signals.months import BEGINNING, BEGINNINGS, MONTHS, US_ZONES, ZONES, fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDate:
    """What a written date says. `local` is naive; `offset` is None when no zone was written."""

    local: datetime
    offset: timedelta | None
    precision: str  # instant, local, day, month, year
    start: int = 0
    end: int = 0

    def instant(self, assumed: timedelta | None = None) -> datetime:
        """The instant in UTC; a time without a zone is read in the assumed one, a day without a time at 00:00 UTC."""
        offset = self.offset if self.offset is not None else assumed
        if self.precision not in ("instant", "local") or offset is None:
            return self.local.replace(tzinfo=UTC)
        return self.local.replace(tzinfo=timezone(offset)).astimezone(UTC)


_TIME = (
    r"(?P<hour>[01]?\d|2[0-4])(?:[:.h時]\s?(?P<minute>[0-5]\d)(?:[:.分](?P<second>[0-5]?\d|60)(?:[.,]\d+)?)?分?"
    r"|(?=\s?[ap]\.?m\b))(?:\s?(?P<half>[ap])\.?m\b\.?)?(?:\s?uhr\b)?"
    r"(?:\s?\(?(?P<zone>z\b|(?:utc|gmt)?[+-]\d\d?:?(?:\d\d)?(?!\d)|[a-z]{3,10}/[a-z_]{2,20}\b|[a-z]{2,4}\b))?"
)
# A word that may be a month's name: looked up, so that no pattern has to list the names of eighty languages.
_WORD = r"(?P<month_name>[^\s\d,;:|/()\-–—]{2,16}(?: [^\s\d,;:|/()\-–—.]{4,9})?)"
_YEAR = r"(?P<year>(?:1[89]|20|25)\d\d)(?!\d)"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_OF = r"(?:de |of |ta['’] ?|del |d['’]|di |ngày |tháng )"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d/.])(?P<year>\d{4})(?P<sep>[-/.]\s?|[年년]\s?)(?P<month>\d\d?)(?:(?P=sep)|[月월]\s?)(?P<day>\d\d?)(?!\d)[日일]?",
        r"(?<![\d/.])(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?=\D|$|\d{4,6}$)",
        r"令和\s?(?P<reiwa>\d\d?|元)年\s?(?P<month>\d\d?)月\s?(?P<day>\d\d?)日",
        rf"(?<!\d){_DAY}(?:st|nd|rd|th|er|η|ης|º|°|\.)?(?:\s*[-/ ]\s*|\s*){_OF}?{_WORD}\.?"
        r"(?:/[^\s\d]+(?: [^\s\d]+)?)?(?:\s*[-/, ]\s*|\s+de[l]?\s+|"
        rf"\s+năm\s+|\s+พ\.ศ\.\s?|\s*){_YEAR}",
        rf"(?<!\d){_DAY}(?: tháng |,? tháng )(?P<month>\d\d?)(?:,? năm |[,/ ]\s*){_YEAR}",
        rf"(?<![^\s(,|>]){_WORD}\.?\s*{_DAY}(?:st|nd|rd|th)?(?:\s*[,،]\s*|\s+)(?:at\s+)?{_YEAR}",
        rf"\b{_WORD}\s+{_DAY}\s+(?=\d\d:\d\d:\d\d\s\S+\s\d{{4}})",  # Tue Feb 01 12:39:00 EST 2022
        rf"(?<!\d){_YEAR}(?:\.|\s?m\.|,|\(?[ek]\)?k?o)?\s+{_WORD}\s*{_DAY}(?!\d)",  # Hungarian, Lithuanian, Basque
        rf"(?<!\d){_YEAR}[.-]?\s?[^\W\d]{{1,6}}\.?\s+{_DAY}[.-]?\s?{_WORD}",  # Latvian, Kazakh, Uzbek
        rf"(?<!\d){_YEAR}\s\w{{2,4}}\s(?P<month>\d\d?)-р\s\w{{3,6}}\s(?P<day>\d\d?)(?!\d)",  # Mongolian
        r"(?<![\d./-])(?P<first>\d\d?)(?P<sep2>[-/.])\s?(?P<second_>\d\d?)(?P=sep2)\s?(?P<year>(?:19|20|25)\d\d)(?!\d)",
    )
)
_AFTER = re.compile(
    r"(?:T|[\s,;|•·–—\-()]|\bat\b|\bum\b|\bà\b|\ba las\b|\balle\b|\bàs\b|\bas\b|\bkl\b\.?|\bore\b|"
    r"\bo'clock\b){0,8}" + _TIME,
    re.IGNORECASE,
)
_BEFORE = re.compile(
    _TIME + r"\)?(?:[\s,;|•·–—\-]|\bon\b|\bam\b|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|"
    r"sun)(?:day)?\b\.?){0,8}$",
    re.IGNORECASE,
)
_HAS_YEAR = re.compile(r"\d{4}|令和")
_BUDDHIST = 543  # years that the Thai calendar is ahead
_FIRST_BUDDHIST = 2443  # 1900
_REIWA = 2018  # the year before the era's first
_DOTNET = re.compile(r"/Date\((-?\d{9,14})(?:[+-]\d{4})?\)/")
_NAMED_ZONE = re.compile(r"\[[A-Za-z]+/[A-Za-z_/+-]+\]$")
_LOST_PLUS = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)$")
_UNIX_YEAR = re.compile(r"\s(\d{4})\b")
_EPOCH = re.compile(r"\s*(\d{10})(\d{3})?(?:\.\d+)?\s*$")
_COMPACT_TIME = re.compile(
    r"T?(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<zone>Z|[+-]\d\d:?\d\d)?$"
)
# RFC 822 wrote years with two digits; RFC 5322 section 4.3 says which century is meant.
_SHORT_YEAR = re.compile(
    r"(\s{0,9}(?:[a-z]{2,9}\.?,?\s{1,9})?\d{1,2}[\s-]{1,9}[a-z]{3,9}\.?[\s-]{1,9})(\d\d)(?=\s{1,9}\d{1,2}:\d\d)",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:utc|gmt)?([+-])(\d\d?):?(\d\d)?$", re.IGNORECASE)


def read(raw: str, *, day_first: bool = True) -> ReadDate | None:
    """The first date in the text; None when there is none or it is not in the calendar (31 February).

    Args:
        day_first: how to read 01/02/2022.
    """
    raw = _LOST_PLUS.sub(r"\1+\2", _NAMED_ZONE.sub("", raw.strip()).replace("\u2212", "-"))
    if match := _SHORT_YEAR.match(raw):
        raw = f"{match[1]}{_full_year(int(match[2]))}{raw[match.end() :]}"
    if match := _EPOCH.match(raw) or _DOTNET.match(raw):
        moment = datetime.fromtimestamp(int(match[1]) // (1000 if match.re is _DOTNET else 1), UTC)
        return ReadDate(local=moment.replace(tzinfo=None), offset=timedelta(0), precision="instant")
    return next(find(raw, day_first=day_first), None)


def find(text: str, *, day_first: bool = True) -> Iterator[ReadDate]:
    """Every date in the text, in its order, each with the time that stands beside it."""
    if not _HAS_YEAR.search(text):
        return
    text = _in_ascii_digits(text)
    hits = sorted(
        (match for pattern in _DATES for match in pattern.finditer(text)), key=lambda m: (m.start(), -m.end())
    )
    end = 0
    for position, match in enumerate(hits):
        if match.start() < end:
            continue
        following = next((hit.start() for hit in hits[position + 1 :] if hit.start() >= match.end()), len(text))
        found = _one(text, match, end, following, day_first)
        if found:
            end = found.end
            yield found


def _one(text: str, match: re.Match[str], floor: int, ceiling: int, day_first: bool) -> ReadDate | None:
    time = _time_beside(text, match, floor, ceiling)
    day = _day(text, match, time, day_first)
    if day is None:
        return None
    end = max(match.end(), time.end() if time else 0)
    local = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall clock's reading
    clock = _clock(time) if time else None
    if time is None or clock is None:
        return ReadDate(local=local, offset=None, precision="day", start=match.start(), end=match.end())
    offset = offset_of(time.groupdict().get("zone"), day)
    precision = "local" if offset is None else "instant"
    return ReadDate(local=local + clock, offset=offset, precision=precision, start=match.start(), end=end)


def _time_beside(text: str, match: re.Match[str], floor: int, ceiling: int) -> re.Match[str] | None:
    compact = _COMPACT_TIME.match(text, match.end())
    if compact:
        return compact
    after = _AFTER.match(text, match.end(), min(ceiling, match.end() + 40))
    return after or _BEFORE.search(text, max(floor, match.start() - 40), match.start())


def _day(text: str, match: re.Match[str], time: re.Match[str] | None, day_first: bool) -> date | None:
    parts = match.groupdict()
    year = str(_year(parts)) if parts.get("year") or parts.get("reiwa") else None
    if year is None and time is not None:
        late = _UNIX_YEAR.search(text, time.end())
        year = late[1] if late else None
    try:
        if parts.get("first"):
            return _numeric(
                int(parts["first"]), int(parts["second_"]), int(year or 0), day_first or parts["sep2"] == "."
            )
        month = int(parts["month"]) if parts.get("month") else _month(parts["month_name"])
        return date(int(year or 0), month, int(parts["day"]))
    except ValueError:
        return None


def _year(parts: dict[str, str | None]) -> int:
    if era := parts.get("reiwa"):
        return _REIWA + (1 if era == "元" else int(era))
    year = int(parts.get("year") or 0)
    return year - _BUDDHIST if year >= _FIRST_BUDDHIST else year


def _month(written: str) -> int:
    """The month's number; 0 when it is no month's name. "de November", "בנובמבר" and "november" are one."""
    name = fold(written)
    for form in (name, name.rsplit(" ", 1)[-1], name.split(" ", 1)[0], name[1:]):
        if form in MONTHS:
            return MONTHS[form]
    return BEGINNINGS.get(name[:BEGINNING], 0)


def _in_ascii_digits(text: str) -> str:
    """The text with the digits of any script as 0 to 9, at the same places."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def _numeric(first: int, second: int, year: int, day_first: bool) -> date:
    if first > 12 or (day_first and second <= 12):
        return date(year, second, first)
    return date(year, first, second)


def _clock(time: re.Match[str]) -> timedelta | None:
    parts = time.groupdict()
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    half = (parts.get("half") or "").lower()
    if half and hour > 12:
        half = ""
    if half == "p" and hour < 12:
        hour += 12
    elif half == "a" and hour == 12:
        hour = 0
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59)) if hour <= 24 else None


def offset_of(zone: str | None, day: date) -> timedelta | None:
    """A written zone's offset from UTC: "+0100", "GMT+2", "EST", "ET"; None when unknown."""
    if not zone:
        return None
    name = zone.lower()
    if name in ZONES:
        return timedelta(minutes=ZONES[name])
    if name in US_ZONES:
        return timedelta(minutes=US_ZONES[name] + (60 if _us_daylight(day) else 0))
    if "/" in zone:
        return _offset_in(zone, day)
    match = _OFFSET.match(zone)
    if not match or int(match[2]) > 14:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    return size if match[1] == "+" else -size


def _offset_in(zone: str, day: date) -> timedelta | None:
    """The offset at noon in a zone of the IANA database; None for one that it does not have."""
    try:
        place = ZoneInfo("/".join(part.title() for part in zone.split("/")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return datetime(day.year, day.month, day.day, 12, tzinfo=place).utcoffset()


def _full_year(short: int) -> int:
    return short + (2000 if short < 50 else 1900)


def _us_daylight(day: date) -> bool:
    """Daylight saving time in the United States since 2007: second Sunday of March to first Sunday of November."""
    march, november = date(day.year, 3, 8), date(day.year, 11, 1)
    start = march + timedelta(days=(6 - march.weekday()) % 7)
    end = november + timedelta(days=(6 - november.weekday()) % 7)
    return start <= day < end
