"""A response whose body has not been read yet, and what statuses, headers and exceptions mean for the ledger."""

import email.utils
import http.client
import ssl
from collections.abc import Iterator
from contextlib import suppress

import requests
import urllib3

from tasks.fetch.errors import FetchError, TooLarge, Undecodable
from tasks.fetch.policy import FetchPolicy

_LIBRARIES = frozenset(("http", "urllib3", "requests", "socket", "ssl", "email", "codecs", "encodings"))
_MOST_LENGTH = 10**15  # bytes: Python reads no number of more than 4,300 digits, and would take the body for whole
_WORTH_DRAINING = 64 * 1024  # bytes of a body nobody wants that are read to keep the connection


class Answer:
    """Status, headers as received, and the raw body as a stream."""

    def __init__(self, response: requests.Response) -> None:
        self._raw: urllib3.HTTPResponse = response.raw
        self.status: int = response.status_code
        self.headers: tuple[tuple[str, str], ...] = tuple(
            (str(name), _text(value)) for name, value in self._raw.headers.iteritems()
        )
        self._finished = False

    def header(self, name: str) -> str | None:
        """The values of a header, joined by commas; None when it is absent."""
        values = [value for key, value in self.headers if key.lower() == name]
        return ", ".join(values) if values else None

    def location(self) -> str | None:
        """Where a redirect leads, as written: browsers read the header as UTF-8, http.client as Latin-1."""
        raw = next((value for key, value in self.headers if key.lower() == "location"), None)
        try:
            octets = raw.encode("latin-1") if raw else b""
        except UnicodeError:
            return raw
        try:
            return octets.decode() or None
        except UnicodeError:  # of another encoding, or of none: browsers send such bytes back as they are
            return "".join(chr(octet) if octet < 0x80 else f"%{octet:02X}" for octet in octets)

    def pieces(self, size: int) -> Iterator[bytes]:
        """The body as sent, without transfer coding; urllib3 raises when it is shorter than announced."""
        yield from self._raw.stream(size, decode_content=False)
        self._finished = True

    def check_length(self, limit: int | None) -> None:
        """Looks at the announced length before any byte is waited for.

        Raises:
            TooLarge: it is beyond `limit`.
            FetchError: `protocol`, for a length that HTTP forbids and that http.client has taken for a number ("+5",
                "1_000"); what is no number at all is passed over, as browsers do.
        """
        written = (self.header("content-length") or "").strip()
        length = _number(written)
        if length is None and self.header("transfer-encoding") is None and _python_takes(written):
            raise FetchError(f"Content-Length is {written[:40]!r}", "protocol")
        limit = _MOST_LENGTH if limit is None else limit
        if length is not None and length > limit:
            raise TooLarge(f"{written[:20]} bytes announced, {limit} allowed")

    def release(self) -> None:
        """Gives the connection back when that is cheap, else closes it."""
        length = _number(self.header("content-length") or "")
        if not self._finished and length is not None and length <= _WORTH_DRAINING and self.status != 200:
            with suppress(Exception):
                self._raw.drain_conn()
        if not self._finished:
            self._raw.close()
        self._raw.release_conn()


def classify(status: int, *, conditional: bool, paused: bool) -> tuple[str, str | None]:
    """Outcome and error of a final status; `conditional`: validators were sent, `paused`: Retry-After came."""
    if status == 304 and conditional:
        return "not_modified", None
    if status == 429 or (status == 503 and paused):
        return "pending", f"http_{status}"
    if 200 <= status < 300 and status != 206:
        return "ok", None
    return "failed", f"http_{status}"


def retry_after(answer: Answer, policy: FetchPolicy, now: float) -> float:
    """Seconds to wait by Retry-After (RFC 9110 section 10.2.3: seconds or a date), within the policy's bounds."""
    raw = (answer.header("retry-after") or "").strip()
    seconds = policy.default_retry_after_s
    if raw.isascii() and raw.isdigit():
        seconds = float(raw[:12])
    else:
        with suppress(ValueError, OverflowError):
            seconds = email.utils.parsedate_to_datetime(raw).timestamp() - now
    return min(max(seconds, policy.delay_s), policy.max_retry_after_s)


def reason_of(error: Exception, *, expired: bool, in_body: bool = False) -> str | None:
    """The ledger's word for an exception of the network; None for anything else, which is a bug and must be raised.

    `in_body`: the head had come, so that a breach of protocol is a body that is not all there.
    """
    if isinstance(error, TooLarge | Undecodable):
        return error.reason
    if expired:
        return "deadline"
    if isinstance(error, FetchError):
        return error.reason
    for cause in _causes(error):
        for kinds, reason in _REASONS:
            if isinstance(cause, kinds):
                return "truncated" if in_body and reason == "protocol" else reason
    return "protocol" if _is_of_a_library(error) else None


def _is_of_a_library(error: Exception) -> bool:
    """Whether the exception began in the code that reads HTTP: what a server sent is at fault, not a bug of ours.

    http.client and urllib3 hand what stands in a header or before a chunk to int(), read() and the like, which raise
    ValueError, OverflowError and others (cpython#150751).
    """
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    module = str(frame.tb_frame.f_globals.get("__name__", "")) if frame else ""
    return module.partition(".")[0] in _LIBRARIES


def _number(written: str) -> int | None:
    """A length as HTTP writes it: decimal digits. One of more than 18 of them is beyond every limit."""
    digits = written.strip()
    if not (digits.isascii() and digits.isdigit()):
        return None
    return int(digits) if len(digits) <= 18 else 10**18


def _python_takes(written: str) -> bool:
    try:
        return int(written) >= 0
    except ValueError:
        return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it wraps, innermost first: requests and urllib3 each put one around it."""
    chain: list[BaseException] = []
    todo: list[object] = [error]
    while todo:
        item = todo.pop()
        if isinstance(item, BaseException) and item not in chain:
            chain.append(item)
            todo.extend((*item.args, getattr(item, "reason", None), item.__cause__, item.__context__))
    return reversed(chain)


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((FetchError,), "failed"),
    ((ssl.SSLError, ssl.CertificateError, requests.exceptions.SSLError), "tls"),
    ((TimeoutError, urllib3.exceptions.TimeoutError, requests.Timeout), "timeout"),
    ((ConnectionResetError, BrokenPipeError, http.client.RemoteDisconnected), "reset"),
    (
        (http.client.IncompleteRead, urllib3.exceptions.IncompleteRead, urllib3.exceptions.InvalidChunkLength),
        "truncated",
    ),
    ((requests.exceptions.InvalidURL, urllib3.exceptions.LocationParseError), "bad_url"),
    ((http.client.HTTPException, urllib3.exceptions.HTTPError, requests.RequestException, OSError), "protocol"),
)
