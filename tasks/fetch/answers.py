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
        with suppress(UnicodeError):
            return raw.encode("latin-1").decode() if raw else None
        return raw

    def pieces(self, size: int) -> Iterator[bytes]:
        """The body as sent, without transfer coding; urllib3 raises when it is shorter than announced."""
        yield from self._raw.stream(size, decode_content=False)
        self._finished = True

    def check_length(self, limit: int | None) -> None:
        """Raises TooLarge for an announced length beyond `limit`: there is no need to wait for the bytes."""
        length = self.header("content-length") or ""
        if limit is not None and length.isdigit() and int(length) > limit:
            raise TooLarge(f"{length} bytes announced, {limit} allowed")

    def release(self) -> None:
        """Gives the connection back when that is cheap, else closes it."""
        length = self.header("content-length") or ""
        if not self._finished and length.isdigit() and int(length) <= _WORTH_DRAINING and self.status != 200:
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
    return None


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
