"""What an outlet announces: the entries of its feeds and sitemaps, and the JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsroom.cases import GONE
from newsroom.dates import iso
from newsroom.outlets import Outlet
from newsroom.stories import FAR_FUTURE_YEAR, Story, slugify

_GONE_AGE = timedelta(hours=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """One line of a feed: an address, and what is said of it. `story` is None when nothing is there."""

    path: str
    outlet: Outlet
    title: str
    published: datetime
    modified: datetime
    story: Story | None
    case: str | None = None  # why it is no plain article address: variant, gone

    @property
    def url(self) -> str:
        return self.outlet.url(self.path)


def entries(outlet: Outlet, stories: Sequence[Story], anchor: datetime) -> tuple[ListedEntry, ...]:
    """Everything that the outlet's feeds list, in feed order."""
    listed = [entry for story in stories for entry in _of(story)]
    return (*listed, *(_gone(outlet, slug, title, anchor) for slug, title in GONE.get(outlet.id, ())))


def variants(story: Story) -> tuple[str, ...]:
    """Other paths under which the story is listed, for the cases that have some."""
    if story.case == "variants":
        utm = "?utm_source=rss&utm_medium=feed&utm_campaign=latest"
        return story.path + utm, f"{story.path}amp/", story.path.rstrip("/")
    return (old_path(story),) if story.case == "redirected" else ()


def old_path(story: Story) -> str:
    """The address that a redirected story had before the outlet changed its system."""
    return f"/news/{slugify(story.section)}/{story.slug}-{story.number}"


def built(stories: Sequence[Story]) -> datetime:
    """When the newest of these was last touched."""
    return max(s.modified for s in stories if s.modified.year < FAR_FUTURE_YEAR)


def json_feed(outlet: Outlet, listed: Sequence[ListedEntry]) -> str:
    """JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": outlet.home,
        "feed_url": outlet.url(outlet.feeds[0]),
        "description": outlet.tagline,
        "language": outlet.language,
        "items": [_json_item(entry.story) for entry in listed if entry.story],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(story: Story) -> dict[str, object]:
    item: dict[str, object] = {
        "id": str(story.number),
        "url": story.url,
        "title": story.headline,
        "summary": story.deck,
        "content_text": story.deck,
        "date_published": iso(story.published),
        "date_modified": iso(story.modified),
        "authors": [{"name": name} for name in story.bylines],
        "tags": list(story.keywords),
    }
    return item | ({"image": story.outlet.url(story.image_path)} if story.image_path else {})


def _of(story: Story) -> list[ListedEntry]:
    return [_entry(story, story.path, None), *(_entry(story, path, "variant") for path in variants(story))]


def _entry(story: Story, path: str, case: str | None) -> ListedEntry:
    return ListedEntry(
        path=path,
        outlet=story.outlet,
        title=story.headline,
        published=story.published,
        modified=story.modified,
        story=story,
        case=case,
    )


def _gone(outlet: Outlet, slug: str, title: str, anchor: datetime) -> ListedEntry:
    at = (anchor - _GONE_AGE).astimezone(outlet.zone).replace(microsecond=0)
    path = outlet.path.format(slug=slug, section="photos", number=0, day=at)
    return ListedEntry(path=path, outlet=outlet, title=title, published=at, modified=at, story=None, case="gone")
