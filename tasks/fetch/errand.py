"""One get() under way: what it was asked for, and what it has met on its way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import requests

from tasks.fetch.transport import Exchange

GAP = b"\x00 dateline left bytes out here \x00"  # between the two ends of a body that is longer than what is kept


@dataclass(slots=True)
class Errand:
    """One get() under way."""

    url: str
    exchange: Exchange
    headers: dict[str, str]
    keep: int | None  # bytes of the body that count; None: all of it, or too_large
    both_ends: bool  # of which half are the last ones
    obey: bool  # robots.txt
    cookies: requests.cookies.RequestsCookieJar
    hops: list[str]
    rule: str | None = None
    is_robots: bool = False
    moved_to: str | None = None  # as far as every redirect said "for good"
    is_moving: bool = True  # whether the next such redirect still counts

    @property
    def is_conditional(self) -> bool:
        """Whether validators are sent."""
        return "If-None-Match" in self.headers or "If-Modified-Since" in self.headers


def first_bytes(pieces: Iterable[bytes], size: int) -> Iterable[bytes]:
    """The pieces up to `size` bytes; the rest is never read."""
    left = size
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def both_ends(pieces: Iterable[bytes], size: int, most: int) -> Iterable[bytes]:
    """The pieces; of more than `size` bytes the first and the last half, with GAP between, as far as `most` reach."""
    head, tail, length = bytearray(), bytearray(), 0
    for piece in first_bytes(pieces, most):
        length += len(piece)
        room = max(0, size - size // 2 - len(head))
        head += piece[:room]
        tail += piece[room:]
        if len(tail) > size:
            del tail[: len(tail) - size // 2]
    return (bytes(head), bytes(tail)) if length <= size else (bytes(head), GAP, bytes(tail[len(tail) - size // 2 :]))
