"""The records of a segment, as plain bytes: what stands in them, made by warcio's record builder.

A segment is

    warcinfo, { request, metadata, response | revisit }, seal

A response comes last of its group, so that whatever survives of a torn segment has its companions. The metadata record
holds what the pipe knew of the page (fields `via` and `fetchTimeMs` of WARC 1.1 section 6.6, and `dateline`, JSON), so
that the warehouse can be made again from the archive alone. The seal is a metadata record about the warcinfo record:
SHA-256 of all bytes before it.

A revisit (profile identical-payload-digest, WARC 1.1 section 6.7.2) names the record that holds the body by
WARC-Refers-To, and for us by `Dateline-Payload-At: FILE OFFSET LENGTH`.

Bodies are kept decoded. As in Common Crawl's files, a `Content-Encoding` that was undone is kept as
`X-Crawl-Content-Encoding`, so that readers do not try to undo it again.
"""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tasks.archive.payload import digest_of
from warehouse.records import Fetched, Link

UNDONE = "X-Crawl-"
PAYLOAD_AT = "Dateline-Payload-At"
RUN_PREFIX = "dateline-run-"
_VERSION = "WARC/1.1"
_UNDONE = {"content-encoding", "content-length", "transfer-encoding"}
_REASONS = {200: "OK", 203: "Non-Authoritative Information"}
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
_NO_NAME = re.compile(r"[^!#$%&'*+.^`|~\w-]+", re.ASCII)  # RFC 9110 section 5.6.2, token

Headers = dict[str, str]


def new_id() -> str:
    """A record's UUID."""
    return str(uuid.uuid4())


def urn(record_id: str) -> str:
    """The form in which records name one another."""
    return f"<urn:uuid:{record_id}>"


def warcinfo(record_id: str, *, file: str, now: datetime, user_agent: str, run_id: str | None) -> bytes:
    """What the segment is, and which run wrote it."""
    said = {
        "software": "Dateline",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "http-header-user-agent": user_agent,
        "isPartOf": f"{RUN_PREFIX}{run_id}" if run_id else "",
    }
    body = "".join(f"{name}: {_clean(value)}\r\n" for name, value in said.items() if value)
    headers = {"WARC-Record-ID": urn(record_id), "WARC-Date": warc_date(now), "WARC-Filename": file}
    return _record("", "warcinfo", headers, payload=body.encode())


def request(url: str, headers: Headers, user_agent: str) -> bytes:
    """The request, as far as it is not the client's own business."""
    parts = urlsplit(url)
    target = _clean((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
    fields = [("Host", _clean(parts.netloc.rpartition("@")[2])), ("User-Agent", _clean(user_agent))]
    http = _Http(f"GET {target} HTTP/1.1", fields, is_http_request=True)
    return _record(url, "request", headers, http=http)


def metadata(url: str, headers: Headers, link: Link, fetched: Fetched) -> bytes:
    """What the pipe knew of the page; tasks.archive.adopting reads it."""
    body = fetched.body or b""
    known = {
        "link": asdict(link),
        "requested_url": fetched.url,
        "url": fetched.final_url or fetched.url,
        "started_at": fetched.started_at.isoformat(),
        "robots_rule": fetched.robots_rule,
        "hops": fetched.hops,
        "tdm": fetched.tdm,
        "digest": digest_of(body),
        "body_bytes": len(body),
    }
    via = f"via: {_clean(link.found_in)}\r\n" if link.found_in and "://" in link.found_in else ""
    text = f"{via}fetchTimeMs: {fetched.elapsed_ms}\r\ndateline: {json.dumps(known)}\r\n"
    return _record(url, "metadata", headers, payload=text.encode("utf-8", "replace"), kind="application/warc-fields")


def response(url: str, headers: Headers, fetched: Fetched) -> bytes:
    """The response with its body."""
    return _record(url, "response", headers, http=_http(fetched), payload=fetched.body or b"")


def revisit(url: str, headers: Headers, fetched: Fetched, *, original: Headers, place: tuple[str, int, int]) -> bytes:
    """The response without its body, which is the one of another record.

    Args:
        url: whose response it is.
        headers: of this record.
        fetched: what came.
        original: WARC-Record-ID, -Target-URI, -Date and -Payload-Digest of the record that holds the body.
        place: where that record stands.
    """
    refers = {
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        "WARC-Refers-To": original["WARC-Record-ID"],
        "WARC-Refers-To-Target-URI": original["WARC-Target-URI"],
        "WARC-Refers-To-Date": original["WARC-Date"],
        "WARC-Payload-Digest": original["WARC-Payload-Digest"],
        PAYLOAD_AT: " ".join(map(str, place)),
    }
    return _record(url, "revisit", headers | refers, http=_http(fetched))


def foreign_head(url: str, record_id: str, date: str, address: str, length: int) -> bytes:
    """The fields of a WARC response around a block of so many bytes, such as a document of an ARC file."""
    fields = {
        "WARC-Type": "response",
        "WARC-Target-URI": url,
        "WARC-Date": date,
        "WARC-Record-ID": urn(record_id),
        "WARC-IP-Address": address,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(length),
    }
    head = "".join(f"{name}: {_clean(value)}\r\n" for name, value in fields.items() if value)
    return f"{_VERSION}\r\n{head}\r\n".encode()


def seal(warcinfo_id: str, now: datetime, said: dict[str, Any]) -> bytes:
    """The last record of a segment: what stands before it."""
    body = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    headers = {"WARC-Refers-To": urn(warcinfo_id), "WARC-Date": warc_date(now)}
    return _record("", "metadata", headers, payload=body.encode(), kind="application/warc-fields")


def warc_date(moment: datetime) -> str:
    """As WARC 1.1 section 5.4 has it, to the microsecond, so that a capture comes back as it was."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class _Http(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """Fields as they came over the wire, byte by byte; warcio's own would percent-encode what is not ASCII."""

    def to_ascii_bytes(self, filter_func: Any = None) -> bytes:
        return _latin(self.to_str(filter_func)).encode("latin-1") + b"\r\n"


class _Writer(WARCWriter):  # type: ignore[misc]  # warcio has no types
    """warcio's writer, its digests worked out in memory: bodies are bounded, and its temporary files stay unclosed."""

    def _create_temp_file(self) -> io.BytesIO:
        return io.BytesIO()


def _record(
    url: str, what: str, headers: Headers, *, http: _Http | None = None, payload: bytes = b"", kind: str = ""
) -> bytes:
    out = io.BytesIO()
    writer = _Writer(out, gzip=False, warc_version=_VERSION)
    record = writer.create_warc_record(
        _clean(url).replace(" ", "%20"),
        what,
        payload=io.BytesIO(payload),
        length=len(payload),
        warc_content_type=kind,
        warc_headers_dict={name: _clean(value) for name, value in headers.items()},
        http_headers=http,
    )
    writer.write_record(record)
    return out.getvalue()


def _http(fetched: Fetched) -> _Http:
    status = fetched.status or 200
    fields = _kept(fetched.headers, len(fetched.body or b""))
    return _Http(f"{status} {_REASONS.get(status, 'Status')}", fields, protocol="HTTP/1.1")


def _kept(headers: Sequence[tuple[str, str]], length: int) -> list[tuple[str, str]]:
    kept = [(UNDONE + name if name.lower() in _UNDONE else name, value) for name, value in kept_headers(headers)]
    return [*kept, ("Content-Length", str(length))]


def kept_headers(headers: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """HTTP fields such that what is written can be read back as the same: one line each, names that are names."""
    return [(_NO_NAME.sub("_", name.strip()) or "_", _latin(_clean(value))) for name, value in headers]


def _clean(text: str) -> str:
    """On one line, and such that it can be written: a field that breaks its line would be read as another field."""
    return _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()


def _latin(text: str) -> str:
    """The bytes that a header is on the wire, as HTTP libraries show them."""
    try:
        return text.encode("latin-1").decode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("latin-1")
