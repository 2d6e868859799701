"""Moments as the outlets write them; each is a Jinja filter. `at` is aware and in the outlet's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_AP_MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
_MONATE = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def iso(at: datetime) -> str:
    """2026-11-22T16:11:00-08:00"""
    return at.isoformat(timespec="seconds")


def iso_utc(at: datetime) -> str:
    """2026-11-23T00:11:00Z"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_millis(at: datetime) -> str:
    """2026-11-23T00:11:00.000Z, as JavaScript writes it"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def rfc822(at: datetime) -> str:
    """Sun, 22 Nov 2026 16:11:00 -0800"""
    return format_datetime(at)


def http_date(at: datetime) -> str:
    """Mon, 23 Nov 2026 00:11:00 GMT (RFC 9110 section 5.6.7)"""
    return format_datetime(at.astimezone(UTC), usegmt=True)


def long_us(at: datetime) -> str:
    """November 22, 2026 at 4:11 pm"""
    return f"{_MONTHS[at.month - 1]} {at.day}, {at.year} at {_clock(at)} {_half(at)}"


def ap_style(at: datetime) -> str:
    """Nov. 22, 2026"""
    return f"{_AP_MONTHS[at.month - 1]} {at.day}, {at.year}"


def broadcast(at: datetime) -> str:
    """Feb 1, 2022, 12:39 PM"""
    return f"{_MONTHS[at.month - 1][:3]} {at.day}, {at.year}, {_clock(at)} {_half(at).upper()}"


def broadcast_updated(at: datetime) -> str:
    """Jun 13, 2022, 3:40 pm"""
    return f"{_MONTHS[at.month - 1][:3]} {at.day}, {at.year}, {_clock(at)} {_half(at)}"


def day_first(at: datetime) -> str:
    """22 November 2026"""
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"


def weekday_first(at: datetime) -> str:
    """Sunday 22 November 2026"""
    return f"{_DAYS[at.weekday()]} {day_first(at)}"


def german(at: datetime) -> str:
    """23. November 2026, 14:05 Uhr"""
    return f"{at.day}. {_MONATE[at.month - 1]} {at.year}, {at:%H:%M} Uhr"


def ago(at: datetime, now: datetime) -> str:
    """3 hours ago"""
    hours = max(0, round((now - at).total_seconds() / 3600))
    if hours < 1:
        return "Just now"
    return f"{hours} hour{'s' if hours > 1 else ''} ago" if hours < 24 else f"{hours // 24} day{'s'[: hours // 48]} ago"


def _clock(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02d}"


def _half(at: datetime) -> str:
    return "am" if at.hour < 12 else "pm"


FILTERS = {
    f.__name__: f
    for f in (iso, iso_utc, iso_millis, rfc822, http_date, long_us, ap_style, broadcast, broadcast_updated, day_first,
              weekday_first, german, ago)
}  # fmt: skip
