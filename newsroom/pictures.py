"""Press photographs, of a sort: a gradient per number, as a PNG of a few hundred bytes."""

from __future__ import annotations

import struct
import zlib

_WIDTH, _HEIGHT = 64, 36


def gradient(seed: int) -> bytes:
    """A PNG (W3C Portable Network Graphics, colour type 2) that is the same for the same seed."""
    low = [seed // part % 128 for part in (1, 131, 17161)]
    high = [90 + seed // part % 160 for part in (7, 911, 33331)]
    rows = b"".join(b"\0" + bytes(_row(low, high, y)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    )


def _row(low: list[int], high: list[int], y: int) -> list[int]:
    row: list[int] = []
    for x in range(_WIDTH):
        part = (x / _WIDTH + y / _HEIGHT) / 2
        row.extend(int(a + (b - a) * part) for a, b in zip(low, high, strict=True))
    return row


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
