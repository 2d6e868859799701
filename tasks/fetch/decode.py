"""Content-Encoding, undone under a cap and only as a whole: a body that ends before its compression does is refused.

Each coding is a generator from pieces to pieces, none of which is much larger than PIECE, so that a bomb is stopped
after one piece too many and not after it has gone off. Sources: RFC 9110 section 8.4, RFC 1950 to 1952, RFC 7932, RFC
8878; window limits RFC 9659 (zstd, 8 MiB).
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli
import zstandard

from tasks.fetch.errors import TooLarge, Truncated, Undecodable

PIECE = 64 * 1024
MAX_CODINGS = 4  # three are met in the wild (gzip over deflate over gzip); more is an attack
_ZSTD_WINDOW = 8 * 1024 * 1024
_ZSTD_SLICE = 128  # a compressed block of 4 bytes can be 128 KiB of output: 128 bytes are at most 4 MiB
_WBITS = {"gzip": 31, "zlib": 15, "raw": -15}
_GZIP = b"\x1f\x8b\x08"
_ENOUGH_TO_TELL = 64  # bytes
# No compressed stream begins with so much text: of random bytes one in ten has no place in it.
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
ACCEPT_ENCODING = "gzip, deflate, br, zstd"

Pieces = Iterator[bytes]


def decode(pieces: Iterable[bytes], content_encoding: str | None, max_bytes: int) -> bytes:
    """The decoded body; raises TooLarge, Truncated or Undecodable (`max_bytes` holds at every layer)."""
    return b"".join(decoded(pieces, content_encoding, max_bytes))


def decoded(pieces: Iterable[bytes], content_encoding: str | None, max_bytes: int) -> Pieces:
    """The same in pieces: whoever needs only the beginning stops asking."""
    stream = capped(pieces, max_bytes)
    for coding in reversed(_codings(content_encoding)):
        stream = capped(_if_encoded(coding, stream), max_bytes)
    return stream


def _if_encoded(coding: str, pieces: Pieces) -> Pieces:
    """The pieces decoded; whatever the header says, text that nobody encoded as it stands, and gzip as gzip."""
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= _ENOUGH_TO_TELL:
            break
    stream = _chained(first, pieces)
    if first and _CODINGS[coding] is not _unsupported and not _begins(coding, first):
        if first.startswith(_GZIP):
            coding = "gzip"
        elif not _NO_TEXT.search(first[:_ENOUGH_TO_TELL]):
            yield from stream
            return
    yield from _CODINGS[coding](stream)


def _begins(coding: str, first: bytes) -> bool:
    """Whether a body that begins so can be in this coding."""
    if coding in ("gzip", "x-gzip"):
        return first.startswith(_GZIP[: len(first)])
    try:
        next(_CODINGS[coding](iter([first])), None)
    except Undecodable:
        return False
    except Truncated:
        return True
    return True


def capped(pieces: Iterable[bytes], max_bytes: int) -> Pieces:
    """The pieces, until they are more than `max_bytes`: then TooLarge."""
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > max_bytes:
            raise TooLarge(f"more than {max_bytes} bytes")
        yield piece


def gunzip(pieces: Iterable[bytes]) -> Pieces:
    """gzip, also of several members; what follows the last one and is no member is ignored, as browsers do."""
    return _inflate(pieces, "gzip")


def ungzipped(body: bytes, max_bytes: int, *, is_strict: bool = False) -> bytes:
    """A body that is gzip although no header says so, unpacked; as it is when it is none, or cannot be.

    Raises:
        TooLarge: it is more than `max_bytes`.
        Truncated, Undecodable: it cannot be unpacked, and `is_strict`.
    """
    for _ in range(MAX_CODINGS if body.startswith(_GZIP) else 0):
        try:
            body = b"".join(capped(gunzip([body]), max_bytes))
        except (Undecodable, Truncated):
            if is_strict:
                raise
            break
        if not body.startswith(_GZIP):
            break
    return body


def _codings(content_encoding: str | None) -> list[str]:
    """The codings of a header, in the order in which they were applied.

    What names no coding (`UTF-8`, `aws-chunked`, `none`, `text/html`) changes nothing: so browsers and urllib3 read it.
    """
    names = [name.strip().lower() for name in (content_encoding or "").split(",")]
    names = [name for name in names if name in _CODINGS]
    if len(names) > MAX_CODINGS:
        raise Undecodable(f"{len(names)} content codings, one over another")
    return names


def _deflate(pieces: Iterable[bytes]) -> Pieces:
    """ "deflate" is zlib by the standard and raw by many servers: the first two bytes tell (RFC 1950 section 2.2)."""
    stream = _pieces_from_second_byte(pieces)
    first = next(stream, b"")
    zlib_header = len(first) > 1 and first[0] & 0x0F == 8 and int.from_bytes(first[:2]) % 31 == 0
    yield from _inflate(_chained(first, stream), "zlib" if zlib_header else "raw")


def _inflate(pieces: Iterable[bytes], container: str) -> Pieces:
    decoder, started, done = zlib.decompressobj(_WBITS[container]), False, False
    for piece in pieces:
        data = piece
        while data:
            if done:  # another gzip member, or padding that is none of our business
                if container != "gzip" or data[:1] != b"\x1f":
                    return
                decoder, done = zlib.decompressobj(_WBITS[container]), False
            out, started = _guarded(lambda: decoder.decompress(data, PIECE), container), True  # noqa: B023
            if out:
                yield out
            done = decoder.eof
            data = decoder.unused_data if done else decoder.unconsumed_tail
    if started and not done:
        yield from _tail(decoder, container)


def _tail(decoder: "zlib._Decompress", container: str) -> Pieces:
    """What zlib still holds back when the input is over; anything but a finished stream is a cut one."""
    while not decoder.eof:
        out = _guarded(lambda: decoder.decompress(decoder.unconsumed_tail, PIECE), container)
        if not out:
            raise Truncated(f"the {container} stream does not end")
        yield out


def _brotli(pieces: Iterable[bytes]) -> Pieces:
    decoder, started = brotli.Decompressor(), False
    for piece in pieces:
        if decoder.is_finished():
            return
        data, started = piece, started or bool(piece)
        while not decoder.is_finished():
            out, data = _guarded(lambda: decoder.process(data, output_buffer_limit=PIECE), "br"), b""  # noqa: B023
            if not out and decoder.can_accept_more_data():
                break  # "can accept" alone does not mean that nothing is left to come out (brotli 1.2.1)
            yield out
    if started and not decoder.is_finished():
        raise Truncated("the br stream does not end")


def _zstd(pieces: Iterable[bytes]) -> Pieces:
    context = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
    decoder, started = context.decompressobj(), False
    for piece in pieces:
        data = piece
        while data:
            if started and decoder.eof:  # another frame
                decoder = context.decompressobj()
            part, data = data[:_ZSTD_SLICE], data[_ZSTD_SLICE:]
            out, started = _guarded(lambda: decoder.decompress(part), "zstd"), True  # noqa: B023
            if out:
                yield out
            data = decoder.unused_data + data if decoder.eof else data
    if started and not decoder.eof:
        raise Truncated("the zstd stream does not end")


def _guarded(step: Callable[[], bytes], coding: str) -> bytes:
    try:
        return step()
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        raise Undecodable(f"broken {coding} stream: {error}") from None


def _unsupported(pieces: Iterable[bytes]) -> Pieces:
    raise Undecodable("a content coding that Dateline never asks for")
    yield from pieces


def _pieces_from_second_byte(pieces: Iterable[bytes]) -> Pieces:
    """The pieces, the first of which has at least two bytes if there are that many."""
    stream, first = iter(pieces), b""
    for piece in stream:
        first += piece
        if len(first) > 1:
            break
    if first:
        yield first
    yield from stream


def _chained(first: bytes, rest: Pieces) -> Pieces:
    yield first
    yield from rest


_CODINGS: dict[str, Callable[[Iterable[bytes]], Pieces]] = {
    "gzip": gunzip,
    "x-gzip": gunzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
    # Registered codings (IANA) that nobody decodes: unlike a word that names none, they say that the body is encoded.
    **dict.fromkeys(("compress", "x-compress", "exi", "pack200-gzip", "aes128gcm", "dcb", "dcz", "sdch"), _unsupported),
}
