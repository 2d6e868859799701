"""Articles beside what today's extractor reads of the same captures. Pure, but for the reading itself.

A change of our extractor is never a revision: `article_versions` stays as it is, whatever is applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from expectations.alarms import SUSPECT
from tasks.base.boilerplate import Recurrence, strip
from tasks.base.content import content_hash
from tasks.base.habits import Habits, settle
from tasks.base.items import DecidedPage, ReadPage, TrackedLink
from warehouse.article_columns import COMPARED
from warehouse.records import Capture, Link, Page, UnreadablePage

_SHOWN = 3  # examples of each field


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of one article that would be different."""

    field: str
    url: str
    before: Any
    after: Any


@dataclass(slots=True)
class Tally:
    """What reading everything again would change."""

    articles: int = 0
    same: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)  # URL, rule
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Change]] = field(default_factory=dict)

    def add(self, changes: Iterable[Change]) -> None:
        """Count the changes of one article."""
        found = list(changes)
        self.articles += 1
        self.same += not found
        for change in found:
            self.counts[change.field] += 1
            shown = self.examples.setdefault(change.field, [])
            if len(shown) < _SHOWN:
                shown.append(change)

    def refuse(self, url: str, refusal: UnreadablePage) -> None:
        """Count an article whose capture can no longer be read."""
        self.articles += 1
        self.refused.append((url, refusal.rule))


def differences(stored: Mapping[str, Any], page: Page) -> list[Change]:
    """The fields that differ between a row of `articles` and a page."""
    return [
        Change(field=name, url=stored["url"], before=_plain(stored[name]), after=_plain(getattr(page, name)))
        for name in COMPARED
        if _plain(stored[name]) != _plain(getattr(page, name))
    ]


def as_learned(page: ReadPage, seen: Mapping[int, Recurrence], habits: Habits) -> ReadPage:
    """The page with what has been learned of its outlet: its boilerplate out, its bylines and its clock understood."""
    return settle(replace(page, text=strip(page.text, seen, page.blocks).text), habits)


def candidate_of(stored: Mapping[str, Any], page: Page) -> DecidedPage:
    """The article again, in its current version, with what the page says now.

    Whether its canonical address is believed was decided beside other articles: that stays.
    """
    page = replace(page, flags=(*page.flags, SUSPECT)) if SUSPECT in (stored["quality_flags"] or ()) else page
    link = Link(source=stored["source"], url=stored["url"], via="reextract", title=stored["feed_title"])
    return DecidedPage(
        item=TrackedLink(link=link, url_id=stored["article_id"], capture=capture_of(stored)),
        page=page,
        article_id=stored["article_id"],
        canonical_url=stored["canonical_url"],
        content_hash=content_hash(page.headline, page.text),
        outcome="unchanged",
        version=stored["version"],
    )


def capture_of(stored: Mapping[str, Any]) -> Capture:
    """The capture that a row of `articles_to_reread` names."""
    same = ("capture_id", "source", "fetched_at", "status", "content_type", "etag", "last_modified", "digest",
            "body_bytes", "warc_file", "warc_offset", "warc_length")  # fmt: skip
    return Capture(
        **{name: stored[name] for name in same},
        url=stored["capture_url"],
        requested_url=stored["requested_url"] or stored["capture_url"],
    )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
