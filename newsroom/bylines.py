"""Who wrote a story, as its outlet prints it."""

from __future__ import annotations

from newsroom.outlets import AGENCIES
from newsroom.stories import Story

_STAFF = {
    "harbor-ledger": "Harbor Ledger staff",
    "kvrn": "KVRN Staff",
    "meridian-post": "Meridian Post Staff",
    "plainsfield-courier": "Courier staff",
    "nordhafener-tagblatt": "NT-Redaktion",
    "upland-gazette": "",
    "the-junction": "The Junction staff",
    "closed-circle": "",
}


def people(story: Story) -> str:
    """The names, joined as in a sentence; empty when nobody is named."""
    word = "und" if story.outlet.language == "de" else "and"
    return f" {word} ".join(story.bylines)


def named(story: Story) -> str:
    """The names, or the agency, or the desk."""
    return people(story) or agency(story) or _STAFF[story.outlet.id]


def agency(story: Story) -> str:
    """The agency's full name; empty for the outlet's own reporting."""
    return AGENCIES[story.agency] if story.agency else ""


FILTERS = {"people": people, "named": named, "agency": agency}
