"""What a run has to account for: which of the links that were found it fetches, and in which order. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tasks.base.items import FrontierEntry, TrackedLink
from tasks.base.urls import article_id
from tasks.extract.signals.dateparse import read
from warehouse.records import Link, Outcome


@dataclass(slots=True, kw_only=True)
class Plan:
    """`fetch` are requested in order; `decided` need no request; links known and not due are in neither."""

    fetch: list[TrackedLink] = field(default_factory=list)
    decided: list[TrackedLink] = field(default_factory=list)

    @property
    def items(self) -> list[TrackedLink]:
        return [*self.fetch, *self.decided]


def plan(
    found: Iterable[Link],
    seen: Mapping[str, FrontierEntry],
    *,
    now: datetime,
    budget: int | None = None,
    since: datetime | None = None,
) -> Plan:
    """Decide which links a run takes on.

    Args:
        found: links in order of discovery; the same address may be there many times, in many forms. What the owner
            names by hand (via `url`) is fetched whether due or not.
        seen: what the frontier knows, by url_id; rows that are due are taken on although no feed names them.
        now: the clock.
        budget: requests per source; what does not fit is pending, and comes first next time.
        since: a page that its feed or sitemap dates before this is pending; without a date it is taken on.
    """
    forms, spent = _by_identity(found), Counter[str]()
    result = Plan()
    for ident in dict.fromkeys((*_due(seen, now), *forms)):
        known = seen.get(ident)
        links = _owned(forms.get(ident, []), known)
        if not (known is None or _is_due(known, now) or any(_is_wanted(link, known) for link in links)):
            continue
        first = _first(known, links)
        item = TrackedLink(link=first, url_id=ident, seen=known)
        if since is not None and is_before(first, since):
            result.decided.append(_postponed(item, "before_since"))
        elif budget is not None and spent[first.source] >= budget:
            result.decided.append(_postponed(item, "budget"))
        else:
            spent[first.source] += 1
            result.fetch.append(item)
        others = [link for link in links if (link.source, link.url) != (first.source, first.url)]
        result.decided.extend(_duplicate(link, ident, first) for link in others)
    return result


def _by_identity(found: Iterable[Link]) -> dict[str, list[Link]]:
    """The distinct (source, URL) pairs of each address, in order of discovery."""
    forms: dict[str, list[Link]] = {}
    said: set[tuple[str, str]] = set()
    for link in found:
        if (link.source, link.url) not in said:
            said.add((link.source, link.url))
            forms.setdefault(article_id(link.url), []).append(link)
    return forms


def _owned(links: list[Link], known: FrontierEntry | None) -> list[Link]:
    """Addresses named by hand belong to the source that has the article, or announces it: theirs was guessed."""
    owner = known.source if known else next((link.source for link in links if not link.is_named_by_owner), None)
    if owner is None or not any(link.is_named_by_owner for link in links):
        return links
    owned = [replace(link, source=owner) if link.is_named_by_owner else link for link in links]
    return list({(link.source, link.url): link for link in reversed(owned)}.values())[::-1]


def _due(seen: Mapping[str, FrontierEntry], now: datetime) -> list[str]:
    """What was left pending comes first, then the longest overdue."""
    due = [s for s in seen.values() if _is_due(s, now)]
    return [s.url_id for s in sorted(due, key=lambda s: (s.state != "pending", s.next_check or now, s.url))]


def _is_due(known: FrontierEntry, now: datetime) -> bool:
    return known.next_check is not None and known.next_check <= now


def _is_wanted(link: Link, known: FrontierEntry) -> bool:
    """Whether the owner names it, or its feed or sitemap says that it was updated, or gives it another title."""
    if link.is_named_by_owner:
        return True
    updated = link.updated_raw and known.updated_raw and link.updated_raw != known.updated_raw
    said = known.announced or {}  # two feeds may call a page differently: each is compared with itself
    renamed = link.title and said.get("title") and link.found_in == said.get("found_in") and link.title != said["title"]
    return bool(updated or renamed)


def _first(known: FrontierEntry | None, links: list[Link]) -> Link:
    """The form that is requested: the one that the frontier knows, with what the feed says of it today, or said."""
    if known is None:
        return links[0]
    if not links:
        via = "pending" if known.state == "pending" else "refetch"
        said = known.announced or {"title": known.title}
        values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in said.items()}
        values |= {name: values.get(name) or () for name in ("categories", "enclosures")}
        return Link(source=known.source, url=known.url, via=via, **values)
    return replace(links[0], source=known.source, url=known.url)


def said_at(link: Link) -> datetime | None:
    """When a page was published, or last changed, as its feed or sitemap says; None where it does not say."""
    for raw in (link.published_raw, link.updated_raw):
        if raw and (found := read(raw)):
            return found.instant()
    return None


def is_before(link: Link, when: datetime) -> bool:
    """Whether a feed or sitemap dates the page before `when`; False where it says nothing."""
    at = said_at(link)
    return at is not None and at < when


def _postponed(item: TrackedLink, reason: str) -> TrackedLink:
    outcome = Outcome(source=item.link.source, url=item.link.url, outcome="pending", reason=reason)
    return replace(item, outcome=outcome)


def _duplicate(link: Link, ident: str, first: Link) -> TrackedLink:
    reason = f"another form of {first.url}" if link.url != first.url else f"also found by {first.source}"
    outcome = Outcome(source=link.source, url=link.url, outcome="duplicate", reason=reason)
    return TrackedLink(link=link, url_id=ident, outcome=outcome)
