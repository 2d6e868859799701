"""A client of the embedded newsroom, for the tests of its pages and of its server."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import Message
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from newsroom.server import Newsroom

ANCHOR = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Got(NamedTuple):
    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Reader:
    """A client of one newsroom over one kept-alive connection."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self.connection = http.client.HTTPConnection("127.0.0.1", newsroom.port, timeout=10)

    def get(self, url: str, method: str = "GET", **headers: str) -> Got:
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.connection.request(method, path, headers={"Host": parts.netloc, **named})
        response = self.connection.getresponse()
        return Got(response.status, response.headers, response.read())

    def rows(self, **wanted: Any) -> list[dict[str, Any]]:
        return [row for row in self.newsroom.truth() if all(row[name] == value for name, value in wanted.items())]

    def only(self, case: str) -> dict[str, Any]:
        (row,) = self.rows(case=case)
        return row


@contextmanager
def opened() -> Iterator[Reader]:
    with Newsroom(anchor=ANCHOR) as newsroom:
        reader = Reader(newsroom)
        yield reader
        reader.connection.close()


def feeds(newsroom: Newsroom) -> list[str]:
    return [url for source in newsroom.sources for url in (*source["feeds"], *source["sitemaps"])]
