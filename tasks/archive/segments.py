"""Writing the archive: WARC 1.1 segments, one gzip member a record, closed by fsync and rename, never appended to.

A segment is written under `NAME.open`; what has its plain name is whole, and ends with a seal (tasks.archive.writing).
Appending after a torn tail would make all that follows unreadable to every WARC reader, so a torn segment is never
continued: tasks.archive.salvage closes it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tasks.archive import writing
from tasks.archive.errors import LostCapture
from tasks.archive.members import as_ours, pack, pack_stored
from tasks.archive.payload import digest_of
from tasks.archive.reading import read_original
from warehouse.records import Capture, Fetched, Link

OPEN = ".open"


class SegmentWriter:
    """One open segment at a time; thread safe.

    Args:
        archive: the archive folder.
        now: the clock (aware datetime).
        user_agent: of this program.
        agent_of: with which User-Agent the host of an address is asked, when not with this one.
        run_id: of the run that writes; kept in each segment, for whoever has to adopt it.
    """

    def __init__(
        self,
        archive: Path,
        *,
        now: Callable[[], datetime],
        user_agent: str,
        agent_of: Callable[[str], str] | None = None,
        run_id: str | None = None,
    ) -> None:
        self._archive, self._now, self._user_agent, self._run_id = archive, now, user_agent, run_id
        self._agent_of = agent_of or (lambda _: user_agent)
        self._mutex = threading.Lock()
        self._segment: Segment | None = None
        self._opens = 0
        self.bytes_written = 0

    def add(self, link: Link, fetched: Fetched, *, earlier: Capture | None = None) -> Capture:
        """Archive one response with its request and what was known of the link; return where its body stands.

        Args:
            link: what was asked for.
            fetched: what came.
            earlier: the last capture of the same page. When its body is the same and can be read, a revisit record is
                written, and the capture returned has file, offset and length of the record that holds the body: any
                capture is read back in one seek.

        Raises:
            OSError: it could not be written; the segment is as it was before.
        """
        record_id = writing.new_id()
        url = fetched.final_url or fetched.url
        original = _original(self._archive, earlier, url, digest_of(fetched.body or b""))
        with self._mutex:
            segment = self._opened()
            headers = {"WARC-Date": writing.warc_date(fetched.started_at), "WARC-Warcinfo-ID": segment.urn}
            beside = headers | {"WARC-Concurrent-To": writing.urn(record_id)}
            own = headers | {"WARC-Record-ID": writing.urn(record_id)}
            if original and earlier:
                place = (earlier.warc_file, earlier.warc_offset, earlier.warc_length)
                main = writing.revisit(url, own, fetched, original=original, place=place)
            else:
                main = writing.response(url, own, fetched)
            companions = writing.request(url, beside, self._agent_of(url)), writing.metadata(url, beside, link, fetched)
            here = segment.append([pack(plain) for plain in (*companions, main)], captures=1)
            self.bytes_written = segment.size
        return _capture(link, fetched, record_id, place if original else here)

    def copy(self, raw: bytes, *, is_member: bool) -> tuple[str, int, int]:
        """Take over a record of another WARC: a gzip member under our header, or a plain record, packed.

        Returns file, offset and length of its member here.

        Raises:
            OSError: it could not be written; the segment is as it was before.
        """
        member = as_ours(raw) if is_member else pack(raw)
        with self._mutex:
            segment = self._opened()
            place = segment.append([member], captures=1)
            self.bytes_written = segment.size
            return place

    def close(self) -> str | None:
        """Close the open segment durably and return its name relative to the archive; None when nothing was written."""
        with self._mutex:
            if self._segment is None:
                return None
            self._segment.close(self._now())
            name, self._segment, self.bytes_written = self._segment.name, None, 0
            return name

    def _opened(self) -> Segment:
        if self._segment is None:
            stamp = self._now().astimezone(UTC)
            serial, self._opens = self._opens, self._opens + 1
            file = f"dateline-{stamp:%Y%m%dT%H%M%SZ}-{serial:05}-{uuid.uuid4().hex[:10]}.warc.gz"
            name = f"{stamp:%Y/%m}/{file}"
            segment = Segment(self._archive, name)
            segment.begin(now=stamp, user_agent=self._user_agent, run_id=self._run_id)
            self._segment = segment
        return self._segment


class Segment:
    """One file that is being written, under its working name."""

    def __init__(self, archive: Path, name: str) -> None:
        self.name, self._final = name, archive / name
        self._path = self._final.with_name(self._final.name + OPEN)
        _make_folder(self._path.parent, below=archive)
        self._file = self._path.open("wb", buffering=0)
        self._hash, self.size, self._records, self._captures = hashlib.sha256(), 0, 0, 0
        self._warcinfo_id = writing.new_id()
        self.urn = writing.urn(self._warcinfo_id)

    def begin(self, *, now: datetime, user_agent: str, run_id: str | None) -> None:
        """Write what the segment is."""
        said = writing.warcinfo(
            self._warcinfo_id, file=self._final.name, now=now, user_agent=user_agent, run_id=run_id
        )  # fmt: skip
        self.append([pack(said)])

    def append(self, members: Sequence[bytes], *, captures: int = 0) -> tuple[str, int, int]:
        """Write records, all or none; returns file, offset and length of the last of them.

        They reach the operating system at once: of a run that is killed, no more is torn than these.
        """
        data = b"".join(members)
        try:
            view = memoryview(data)
            while view:
                view = view[self._file.write(view) :]
        except OSError:
            with contextlib.suppress(OSError):
                self._file.truncate(self.size)
                self._file.seek(self.size)
            raise
        self._hash.update(data)
        self.size += len(data)
        self._records += len(members)
        self._captures += captures
        return self.name, self.size - len(members[-1]), len(members[-1])

    def close(self, now: datetime) -> None:
        """Seal, fsync, rename, fsync the folder."""
        if not self._file.closed:
            said = seal_fields(self._hash.hexdigest(), self.size, records=self._records, captures=self._captures)
            self.append([pack_stored(writing.seal(self._warcinfo_id, now, said))])
            os.fsync(self._file.fileno())
            self._file.close()
        self._path.rename(self._final)
        sync_folder(self._final.parent)


def seal_fields(digest: str, size: int, *, records: int, captures: int, torn: int = 0) -> dict[str, str | int]:
    """What a seal says: SHA-256 (hex) and number of the bytes before it, what is in them, how many were torn off."""
    said: dict[str, str | int] = {"sealed": f"sha256:{digest}", "bytes": size, "records": records, "captures": captures}
    return said | ({"torn": torn} if torn else {})


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path, *, below: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    while folder != below:  # a folder is durable when its name in the one above is
        folder = folder.parent
        sync_folder(folder)


def _original(archive: Path, earlier: Capture | None, url: str, digest: str) -> dict[str, str] | None:
    """The fields of the record that holds this very body; None when the body has to be stored."""
    if earlier is None or earlier.digest != digest or url not in (earlier.url, earlier.requested_url):
        return None
    try:
        return read_original(archive, earlier, digest)
    except LostCapture:  # damaged: all the better that the body came again
        return None


def _capture(link: Link, fetched: Fetched, record_id: str, place: tuple[str, int, int]) -> Capture:
    headers = {name.lower(): value for name, value in writing.kept_headers(fetched.headers)}
    body = fetched.body or b""
    return Capture(
        capture_id=record_id,
        url=fetched.final_url or fetched.url,
        requested_url=fetched.url,
        source=link.source,
        fetched_at=fetched.started_at,
        status=fetched.status or 200,
        content_type=headers.get("content-type"),
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        digest=digest_of(body),
        body_bytes=len(body),
        warc_file=place[0],
        warc_offset=place[1],
        warc_length=place[2],
    )
