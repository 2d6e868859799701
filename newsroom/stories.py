"""The stories, read from stories/*.toml, as each outlet has them in each edition."""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

from newsroom.blocks import Block, parse
from newsroom.cases import ASSIGNED, CONSENT
from newsroom.outlets import BY_ID, Outlet

Raw = Mapping[str, Any]
FAR_FUTURE_YEAR = 2099
_WIRE, _AWKWARD = "wire", "awkward"
_FRESHEST = timedelta(minutes=6)  # what a carrier's delay would put after the anchor was published just before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One article of one outlet as it stands in one edition. Times are aware, in the outlet's zone."""

    outlet: Outlet
    slug: str
    number: int
    path: str
    headline: str
    deck: str
    bylines: tuple[str, ...]
    section: str
    keywords: tuple[str, ...]
    published: datetime
    modified: datetime
    place: str | None
    agency: str | None
    caption: str | None
    credit: str | None
    kind: str
    blocks: tuple[Block, ...]
    case: str | None
    edition: int  # the first one that has it
    revised: str | None = None  # the kind of its revision, in the edition that has it

    @property
    def url(self) -> str:
        return self.outlet.url(self.path)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(block.text for block in self.blocks)

    @property
    def image_path(self) -> str | None:
        if self.caption is None:
            return None
        return self.outlet.media_path.format(number=self.number, slug=self.slug, day=self.published)

    @property
    def is_wire(self) -> bool:
        return self.agency is not None


def tell(anchor: datetime, gap: timedelta, edition: int) -> dict[str, tuple[Story, ...]]:
    """The stories of every outlet in an edition, newest first.

    Args:
        anchor: the moment of the first edition, aware; `hours_ago` counts back from it.
        gap: from the first edition to the second.
        edition: 1 or 2.
    """
    told: dict[str, list[Story]] = {name: [] for name in BY_ID}
    for outlet, raw in _raw_stories():
        if raw.get("edition", 1) <= edition:
            story = _story(outlet, raw, anchor)
            told[outlet.id].append(_revise(story, raw, anchor, gap) if edition > 1 else story)
    return {name: tuple(sorted(stories, key=lambda s: s.published, reverse=True)) for name, stories in told.items()}


def slugify(text: str) -> str:
    """Lower-case words with hyphens, at most 60 characters."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "").replace("'", "")).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
    return words if len(words) <= 60 else words[:60].rsplit("-", 1)[0]


def _raw_stories() -> Iterator[tuple[Outlet, dict[str, Any]]]:
    for outlet in BY_ID.values():
        if outlet.id != "closed-circle":
            yield from ((outlet, raw) for raw in _read(outlet.id))
    for raw in _read(_WIRE):
        yield from ((BY_ID[carried["outlet"]], _as_carried(raw, carried)) for carried in raw["carried"])
    yield from ((BY_ID[raw["outlet"]], raw) for raw in _read(_AWKWARD))
    yield from ((BY_ID["closed-circle"], _behind_wall(*pair, hours)) for hours, pair in enumerate(CONSENT, start=5))


@cache
def _read(name: str) -> list[dict[str, Any]]:
    path = resources.files("newsroom") / "stories" / f"{name}.toml"
    stories: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["story"]
    return stories


def _as_carried(raw: Raw, carried: Raw) -> dict[str, Any]:
    """An agency's story as an outlet carries it: later, perhaps with its own headline, edited, cut from below."""
    story = {**raw, "hours_ago": raw["hours_ago"] - carried["delay_hours"]}
    if "updated_hours_ago" in raw:
        story["updated_hours_ago"] = raw["updated_hours_ago"] - carried["delay_hours"]
    if "headline" in carried:
        story |= {"headline": carried["headline"], "slug": slugify(carried["headline"])}
    story["replace"] = carried.get("replace", [])
    story["drop_last"] = carried.get("drop_last", 0)
    return story


def _behind_wall(slug: str, headline: str, hours: float) -> dict[str, Any]:
    story = {"slug": slug, "headline": headline, "deck": "", "bylines": [], "section": "Dossiers", "keywords": []}
    return {**story, "hours_ago": hours, "kind": "article", "text": headline, "case": "consent_wall"}


def _story(outlet: Outlet, raw: Raw, anchor: datetime) -> Story:
    case = raw.get("case") or ASSIGNED.get((outlet.id, raw["slug"]))
    first = raw.get("edition", 1)
    latest = anchor - _FRESHEST if first == 1 else anchor + timedelta(days=1)
    published = min(anchor - timedelta(hours=raw["hours_ago"]), latest).astimezone(outlet.zone).replace(microsecond=0)
    updated = anchor - timedelta(hours=raw.get("updated_hours_ago", raw["hours_ago"]))
    modified = max(published, min(updated, latest)).astimezone(outlet.zone).replace(microsecond=0)
    if case == "far_future":
        published = modified = published.replace(year=FAR_FUTURE_YEAR, month=3, day=2)
    number = _number(outlet.id, raw["slug"])
    section = "members" if case == "members" else slugify(raw["section"])
    return Story(
        outlet=outlet,
        slug=raw["slug"],
        number=number,
        path=outlet.path.format(slug=raw["slug"], section=section, number=number, day=published),
        headline=raw["headline"],
        deck=raw["deck"],
        bylines=tuple(raw["bylines"]),
        section=raw["section"],
        keywords=tuple(raw["keywords"]),
        published=published,
        modified=modified,
        place=raw.get("place"),
        agency=raw.get("agency"),
        caption=raw.get("image_caption"),
        credit=raw.get("image_credit"),
        kind=raw["kind"],
        blocks=_with_dateline(_body(raw), outlet, raw),
        case=case,
        edition=first,
    )


def _body(raw: Raw) -> tuple[Block, ...]:
    blocks = parse(raw["text"])
    kept = blocks[: len(blocks) - raw.get("drop_last", 0)]
    return _replaced(kept, raw.get("replace", []))


def _replaced(blocks: Iterable[Block], pairs: Iterable[tuple[str, str]]) -> tuple[Block, ...]:
    result = list(blocks)
    for old, new in pairs:
        result = [replace(block, text=block.text.replace(old, new)) for block in result]
    return tuple(result)


def _with_dateline(blocks: tuple[Block, ...], outlet: Outlet, raw: Raw) -> tuple[Block, ...]:
    if "place" not in raw:
        return blocks
    form = outlet.wire_dateline if "agency" in raw else outlet.own_dateline
    dateline = form.format(place=raw["place"], agency=raw.get("agency"))
    return (replace(blocks[0], text=dateline + blocks[0].text), *blocks[1:])


def _revise(story: Story, raw: Raw, anchor: datetime, gap: timedelta) -> Story:
    revision = raw.get("revision")
    if revision is None:
        return story
    at = anchor + gap * (0.7 + story.number % 50 / 250)
    return replace(
        story,
        headline=revision.get("headline", story.headline),
        blocks=_replaced(story.blocks, revision.get("replace", [])) + parse(revision.get("append", "")),
        modified=at.astimezone(story.outlet.zone).replace(microsecond=0),
        revised=revision["kind"],
    )


def _number(outlet: str, slug: str) -> int:
    """A content management system's number for a story: seven digits that never change."""
    return 1_000_000 + int(hashlib.sha256(f"{outlet}/{slug}".encode()).hexdigest()[:8], 16) % 8_999_999
