"""Where a content belongs in the history of an article: versions are distinct contents, in the order of time. Pure.

    number      the contents in the order in which each was first captured, from 1
    stretch     valid_from to valid_to: the last time that this content stood, as far as the captures show
    current     the content of the newest capture: its stretch has no end

A content that comes back (two headlines that alternate) gets a new stretch under its old number. An older capture
(a WARC file imported later, a backfill) fills in what was before, and never becomes current. Stretches neither overlap
nor invert; between them is nothing, except where a content that stood there came back later.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from tasks.base.articles import Version


def place(
    known: Sequence[Version], *, content_hash: str, at: datetime, last_seen: datetime, capture_id: str | None = None
) -> tuple[Version, ...] | None:
    """The versions with a content in its place; None when a capture of that time changes nothing.

    Args:
        known: the versions of the article, one of them current.
        content_hash: of what was captured.
        at: when it was captured.
        last_seen: when the current content was last seen.
        capture_id: the capture.
    """
    current = next(v for v in known if v.valid_to is None)
    own = next((v for v in reversed(known) if v.content_hash == content_hash), None)
    if any(v.valid_from == at for v in known):
        return None  # two contents of one moment: nobody knows which came first
    if at > last_seen and at > current.valid_from:
        return None if own is current else _newest(known, current, own, content_hash, at, capture_id)
    if own is None:
        return _filled_in(known, content_hash, at, capture_id)
    return _began_earlier(known, own, at, capture_id)


def changed(placed: Sequence[Version], known: Sequence[Version]) -> list[Version]:
    """Those of the versions in the warehouse that are no longer what they were."""
    before = {v.was: v for v in known}
    return [v for v in placed if v.was is not None and v != before[v.was]]


def current_of(versions: Sequence[Version]) -> Version:
    """The version that stands now."""
    return next(v for v in versions if v.valid_to is None)


def _newest(
    known: Sequence[Version],
    current: Version,
    own: Version | None,
    content_hash: str,
    at: datetime,
    capture_id: str | None,
) -> tuple[Version, ...]:
    others = [v for v in known if v not in (current, own)]
    ended = replace(current, valid_to=at)
    if own is not None:
        return _numbered([*others, ended, replace(own, valid_from=at, valid_to=None)])
    return _numbered([*others, ended, _new(content_hash, at, None, capture_id)])


def _filled_in(
    known: Sequence[Version], content_hash: str, at: datetime, capture_id: str | None
) -> tuple[Version, ...] | None:
    """A content that nobody had seen, in the past."""
    there = _standing(known, at)
    if there is not None and there.valid_to is None:
        return None  # it came and went between two looks at the current content: noted, and the archive has it
    ends = there.valid_to if there else min(v.valid_from for v in known if v.valid_from > at)
    others = [v for v in known if v is not there]
    before = [replace(there, valid_to=at)] if there else []
    return _numbered([*others, *before, _new(content_hash, at, ends, capture_id)])


def _began_earlier(
    known: Sequence[Version], own: Version, at: datetime, capture_id: str | None
) -> tuple[Version, ...] | None:
    """A known content seen before its stretch: the stretch begins earlier, unless another one is between."""
    if at >= own.valid_from or any(at < v.valid_from < own.valid_from for v in known):
        return None
    there = _standing(known, at)
    others = [v for v in known if v is not own and v is not there]
    before = [replace(there, valid_to=at)] if there else []
    earlier = replace(own, valid_from=at)
    if at < own.first_at:
        earlier = replace(earlier, first_at=at, capture_id=capture_id)
    return _numbered([*others, *before, earlier])


def _standing(known: Sequence[Version], at: datetime) -> Version | None:
    return next((v for v in known if v.valid_from <= at and (v.valid_to is None or at < v.valid_to)), None)


def _new(content_hash: str, at: datetime, until: datetime | None, capture_id: str | None) -> Version:
    return Version(
        version=0, content_hash=content_hash, first_at=at, valid_from=at, valid_to=until, capture_id=capture_id
    )


def _numbered(versions: Sequence[Version]) -> tuple[Version, ...]:
    """In the order of first sight; what was numbered before keeps its place among its like."""
    ordered = sorted(versions, key=lambda v: (v.first_at, v.version))
    return tuple(replace(v, version=n) for n, v in enumerate(ordered, start=1))
