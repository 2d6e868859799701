"""From records of a WARC file to items of a run: who the source is, and what cannot be an article."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from tasks.archive.importing import WarcItem
from tasks.base.items import TrackedLink
from tasks.base.urls import InvalidUrl, article_id, host_of, normalise, requestable, source_of
from warehouse.records import Capture, Link, Outcome


def to_item(record: WarcItem, *, file: str, sources: Mapping[str, str]) -> TrackedLink:
    """The item of one response record.

    A copy out of an AMP cache is accounted for by the address in the file; its page is the publisher's.

    Args:
        record: as imported.
        file: name of the WARC file, for `discoveries.found_in`.
        sources: as for `tasks.base.urls.source_of`.
    """
    try:
        url, asked = normalise(record.url), requestable(record.url)
    except InvalidUrl as error:
        return _unusable(record, file, str(error))
    written = url if host_of(asked) == host_of(url) else asked
    link = Link(source=source_of(url, sources), url=written, via="warc", found_in=file)
    outcome = None
    if record.problem:
        outcome = Outcome(source=link.source, url=written, outcome=record.problem[0], reason=record.problem[1])
    return TrackedLink(link=link, url_id=article_id(url), capture=_capture(record, link, url), outcome=outcome)


def _capture(record: WarcItem, link: Link, url: str) -> Capture | None:
    if record.place is None:
        return None
    file, offset, length = record.place
    return Capture(
        capture_id=record.capture_id,
        url=url,
        requested_url=link.url,
        source=link.source,
        fetched_at=record.fetched_at,
        status=record.status,
        content_type=record.headers.get("content-type"),
        etag=record.headers.get("etag"),
        last_modified=record.headers.get("last-modified"),
        digest=record.digest,
        body_bytes=record.body_bytes,
        warc_file=file,
        warc_offset=offset,
        warc_length=length,
    )


def _unusable(record: WarcItem, file: str, why: str) -> TrackedLink:
    link = Link(source="warc", url=record.url[:2000] or record.capture_id, via="warc", found_in=file)
    outcome = Outcome(source="warc", url=link.url, outcome="skipped", reason=f"bad_url: {why[:200]}")
    return TrackedLink(link=link, url_id=str(uuid.uuid5(uuid.NAMESPACE_URL, link.url)), outcome=outcome)
