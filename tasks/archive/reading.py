"""Reading one capture back: one seek, one gzip member. Runs in extraction workers, so it imports little."""

from __future__ import annotations

import io
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from tasks.archive.errors import LostCapture


def read_body(archive: Path, warc_file: str, offset: int, length: int) -> tuple[bytes, str | None]:
    """The decoded body of a capture and its Content-Type.

    Raises:
        LostCapture: there is no such file, or no readable response record at that place.
    """
    try:
        with (archive / warc_file).open("rb") as file:
            file.seek(offset)
            member = file.read(length)
        for record in ArchiveIterator(io.BytesIO(member)):
            content_type = record.http_headers.get_header("Content-Type") if record.http_headers else None
            return record.content_stream().read(), content_type
    except (OSError, ArchiveLoadFailed, EOFError, ValueError) as error:
        raise LostCapture(_lost(archive, warc_file, offset, str(error))) from error
    raise LostCapture(_lost(archive, warc_file, offset, "no record there"))


def _lost(archive: Path, warc_file: str, offset: int, what: str) -> str:
    return (
        f"cannot read the capture at byte {offset} of {archive / warc_file}: {what}. "
        "Restore the file from a backup, or run `dateline verify` to see what else is missing."
    )
