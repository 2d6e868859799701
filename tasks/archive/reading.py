"""Reading one capture back: one seek, one gzip member. Runs in extraction workers, so it imports little.

Also a capture whose answer was the same as an earlier one (a revisit record): its file, offset and length in `captures`
are those of the record that holds the body.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from tasks.archive.errors import LostCapture
from tasks.archive.payload import digest_of, has_codings, payload
from tasks.archive.records import Head, HttpHead, only_record, split_http
from tasks.fetch.errors import FetchError
from warehouse.records import Capture


def read_body(archive: Path, warc_file: str, offset: int, length: int) -> tuple[bytes, str | None]:
    """The decoded body of a capture and its Content-Type.

    Raises:
        LostCapture: there is no such file, or no readable response record at that place.
    """
    _, http, raw = _read(archive, warc_file, offset, length)
    try:
        return payload(http, raw), http.get("Content-Type") if http else None
    except FetchError as error:
        raise LostCapture(_lost(archive, warc_file, offset, str(error))) from error


def read_original(archive: Path, capture: Capture, digest: str) -> dict[str, str] | None:
    """What a revisit record says of the record that holds a capture's body.

    Args:
        archive: the archive folder.
        capture: whose body it is.
        digest: what the body must have.

    Returns:
        WARC-Record-ID, -Target-URI, -Date and -Payload-Digest; None when the body stands there in another form than
        decoded (other people's files), for a reader could not put the two together.

    Raises:
        LostCapture: it cannot be read, or is another body.
    """
    head, http, body = _read(archive, capture.warc_file, capture.warc_offset, capture.warc_length)
    if digest_of(body) != digest:
        raise LostCapture(_lost(archive, capture.warc_file, capture.warc_offset, "another body"))
    found = {name: head.get(name) for name in ("WARC-Record-ID", "WARC-Target-URI", "WARC-Date")}
    sha1 = base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    found["WARC-Payload-Digest"] = head.get("WARC-Payload-Digest") or f"sha1:{sha1}"
    if http is None or has_codings(http):
        return None
    known = {name: value for name, value in found.items() if value}
    return known if len(known) == len(found) else None


def _read(archive: Path, warc_file: str, offset: int, length: int) -> tuple[Head, HttpHead | None, bytes]:
    try:
        with (archive / warc_file).open("rb") as file:
            file.seek(offset)
            head, block = only_record(file.read(length))
        if (head.get("WARC-Type") or "").lower() != "response":
            raise ValueError("no response record there")
        return (head, *split_http(block))
    except (OSError, ValueError, OverflowError) as error:
        raise LostCapture(_lost(archive, warc_file, offset, str(error) or "no record there")) from error


def _lost(archive: Path, warc_file: str, offset: int, what: str) -> str:
    return (
        f"cannot read the capture at byte {offset} of {archive / warc_file}: {what}. "
        "Restore the file from a backup, or run `dateline verify` to see what else is missing."
    )
