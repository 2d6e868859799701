"""From segments back to items of a run: captures that reached the archive and not the warehouse, and rebuilding.

closed segments | those that no capture row names | their captures without a row | items to load and to read again
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tasks.archive.importing import capture_id, foreign_item
from tasks.archive.items import to_item
from tasks.archive.payload import digest_of, not_html, payload
from tasks.archive.records import HttpHead, fields_of, split_http
from tasks.archive.walking import Found, bare, segments, walk
from tasks.archive.writing import PAYLOAD_AT, RUN_PREFIX, UNDONE
from tasks.base.items import TrackedLink
from tasks.base.urls import InvalidUrl, article_id
from tasks.fetch.errors import FetchError
from warehouse.records import Capture, Fetched, Link, Outcome

Known = dict[str, Any]
_ERRORS = 400  # statuses from here on: the page of a story that only its feed has


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """A closed segment with captures that the warehouse does not have."""

    file: str  # relative to the archive
    run_id: str | None  # of the run that wrote it
    items: tuple[TrackedLink, ...]

    def __str__(self) -> str:
        return f"{len(self.items)} captures of segment {self.file} had not been loaded: read again, not fetched again"


def orphans(
    archive: Path,
    known_files: Collection[str],
    *,
    loaded: Callable[[Sequence[str]], Collection[str]],
    sources: Mapping[str, str] | None = None,
) -> Iterator[Orphan]:
    """Segments that were closed and whose captures never reached the warehouse: their run was killed in between.

    To be called after `salvage` and after staged packages have been loaded, by the holder of the writer's lock. The
    items are as those that the run had made: link, capture, `fetched` without a body, and the outcome where there is
    no page to read. What the run has to add is `seen`, from the frontier; then they go into the ledger (`announce`) and
    the batcher like pages that have just come, and their URLs (url_id) are not fetched again in this run.

    Args:
        archive: the archive folder.
        known_files: `select distinct warc_file from captures`. Segments with nothing but revisits are named by no row,
            their bodies being elsewhere; for them `loaded` decides, and they are small.
        loaded: which of some capture ids the warehouse has (tasks.decide.lookups.loaded_captures).
        sources: as for `tasks.base.urls.source_of`, for records that came out of other people's
            WARC files.
    """
    for file in segments(archive):
        if file in known_files:
            continue
        found = list(items_of(archive, file, sources=sources))
        have = set(loaded([item.capture.capture_id for item in found if item.capture])) if found else set()
        fresh = tuple(item for item in found if item.capture and item.capture.capture_id not in have)
        if fresh:
            yield Orphan(file=file, run_id=run_of(archive / file), items=fresh)


def run_of(segment: Path) -> str | None:
    """Which run wrote a segment; None when it does not say."""
    first = next(walk(segment), None)
    if not isinstance(first, Found) or first.kind != "warcinfo":
        return None
    part = dict(fields_of(first.block)).get("isPartOf", "")
    return part.removeprefix(RUN_PREFIX) if part.startswith(RUN_PREFIX) else None


def items_of(archive: Path, file: str, *, sources: Mapping[str, str] | None = None) -> Iterator[TrackedLink]:
    """The items of all captures of a segment that can be read, in their order; damaged ones are left to `verify`."""
    known: dict[str, Known] = {}
    for found in walk(archive / file):
        if isinstance(found, Found):
            item = to_capture(found, file, known, sources or {})
            if item is not None:
                yield item


def to_capture(found: Found, file: str, known: dict[str, Known], sources: Mapping[str, str]) -> TrackedLink | None:
    """The item of a response or revisit record; None for another record.

    Args:
        found: the record.
        file: its segment.
        known: what the metadata records of this segment have said, by the id of their capture; is added to.
        sources: as for `orphans`.
    """
    if found.kind == "metadata":
        stated = dict(fields_of(found.block))
        if "dateline" in stated:
            known.clear()
            known[bare(found.head.get("WARC-Concurrent-To"))] = _json(stated)
        return None
    if found.kind not in ("response", "revisit"):
        return None
    said = known.pop(found.record_id, None)
    http, raw = split_http(found.block)
    if said is None:
        return _foreign(found, http, raw, file, sources) if found.kind == "response" else None
    try:
        return _own(found, http, raw, file, said)
    except (InvalidUrl, KeyError, TypeError, ValueError):  # written by a version that knew other fields
        return _foreign(found, http, raw, file, sources) if found.kind == "response" else None


def _json(said: Mapping[str, str]) -> Known:
    try:
        known = json.loads(said["dateline"])
    except ValueError:
        return {}
    return {"elapsed_ms": said.get("fetchTimeMs", "0"), **known} if isinstance(known, dict) else {}


def _own(found: Found, http: HttpHead | None, raw: bytes, file: str, said: Known) -> TrackedLink:
    names = {field.name for field in fields(Link)}
    stored = {name: value for name, value in said["link"].items() if name in names}
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in stored.items()}
    link = Link(**values)
    headers = _headers(http)
    by_name = {name.lower(): value for name, value in headers}
    place = (file, found.offset, found.length) if found.kind == "response" else _payload_at(found)
    capture = Capture(
        capture_id=found.record_id,
        url=said["url"],
        requested_url=said["requested_url"],
        source=link.source,
        fetched_at=datetime.fromisoformat(said["started_at"]),
        status=http.status if http else 0,
        content_type=by_name.get("content-type"),
        etag=by_name.get("etag"),
        last_modified=by_name.get("last-modified"),
        digest=digest_of(raw) if found.kind == "response" else said["digest"],
        body_bytes=len(raw) if found.kind == "response" else int(said["body_bytes"]),
        warc_file=place[0],
        warc_offset=place[1],
        warc_length=place[2],
    )
    why = not_html(capture.content_type) if capture.status < _ERRORS else None
    outcome = Outcome(source=link.source, url=link.url, outcome="skipped", reason=why) if why else None
    fetched = _fetched(capture, said, headers)
    return TrackedLink(link=link, url_id=article_id(link.url), fetched=fetched, capture=capture, outcome=outcome)


def _fetched(capture: Capture, said: Known, headers: list[tuple[str, str]]) -> Fetched:
    return Fetched(
        url=capture.requested_url,
        started_at=capture.fetched_at,
        elapsed_ms=int(said["elapsed_ms"]),
        outcome="ok" if capture.status < _ERRORS else "failed",
        status=capture.status,
        error=None if capture.status < _ERRORS else f"http_{capture.status}",
        robots_rule=said.get("robots_rule"),
        final_url=capture.url,
        headers=tuple(headers),
        hops=tuple(said.get("hops") or ()),
        tdm=tuple(said.get("tdm") or ()),
    )


def _headers(http: HttpHead | None) -> list[tuple[str, str]]:
    """As they were received: our own Content-Length is the last of them."""
    kept = list(http.head.fields[:-1]) if http else []
    return [(name.removeprefix(UNDONE), value) for name, value in kept]


def _payload_at(found: Found) -> tuple[str, int, int]:
    file, offset, length = (found.head.get(PAYLOAD_AT) or "").rsplit(" ", 2)
    return file, int(offset), int(length)


def _foreign(
    found: Found, http: HttpHead | None, raw: bytes, file: str, sources: Mapping[str, str]
) -> TrackedLink | None:
    """A record that was taken over from another WARC file."""
    if http is None:
        return None
    try:
        body = payload(http, raw)
    except FetchError:
        return None
    record = foreign_item(found.head, http, body, capture_id(found.head, digest_of(body)))
    return to_item(replace(record, place=(file, found.offset, found.length)), file=file, sources=sources)
