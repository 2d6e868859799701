"""Times as people type them."""

from __future__ import annotations

from datetime import UTC, datetime


def parse_time(said: str) -> datetime:
    """ISO 8601, such as 2026-11-23 or 2026-11-23T09:00+01:00; UTC where no offset is given, and in the result.

    Raises:
        ValueError: it is no time, or one that is in no year from 1 to 9999 in UTC.
    """
    when = datetime.fromisoformat(said)
    try:
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except OverflowError:
        raise ValueError(f"{said} is in no year from 1 to 9999 in UTC") from None
