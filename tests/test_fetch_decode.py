"""Content codings: whole bodies come out, bombs and cut bodies are refused, whatever the pieces they arrive in."""

import gzip
import zlib
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.fetch.decode import PIECE, decode, decoded
from tasks.fetch.errors import TooLarge, Truncated, Undecodable
from tests.webserver import bomb

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "compression-scrapy"
CAP = 1_000_000
PAGE = b"The lock keepers voted on Tuesday. " * 300


def in_pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def raw(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


ENCODED = {
    "gzip": gzip.compress(PAGE),
    "x-gzip": gzip.compress(PAGE),
    "GZip": gzip.compress(PAGE[:100]) + gzip.compress(PAGE[100:]),
    "deflate": zlib.compress(PAGE),
    " deflate ,identity": raw(PAGE),
    "br": brotli.compress(PAGE),
    "zstd": zstandard.compress(PAGE),
    "zstd,gzip": gzip.compress(zstandard.compress(PAGE)),
    "gzip, deflate, gzip": gzip.compress(zlib.compress(gzip.compress(PAGE))),
    "": PAGE,
    "identity": PAGE,
}


@pytest.mark.parametrize("size", [1, 7, 100_000])
@pytest.mark.parametrize("coding", ENCODED)
def test_a_whole_body(coding: str, size: int) -> None:
    assert decode(in_pieces(ENCODED[coding], size), coding, CAP) == PAGE


@pytest.mark.parametrize("coding", ["gzip", "deflate", " deflate ,identity", "br", "zstd", "zstd,gzip"])
def test_every_cut_is_noticed(coding: str) -> None:
    body = ENCODED[coding]
    for end in range(1, len(body)):
        with pytest.raises((Truncated, Undecodable)):
            decode([body[:end]], coding, CAP)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_a_changed_byte_never_becomes_another_page(coding: str) -> None:
    """br has no checksum, and zstd's is optional: there a change may pass, but never as an unknown exception."""
    body = ENCODED[coding]
    for position in range(len(body)):
        broken = body[:position] + bytes([body[position] ^ 0x55]) + body[position + 1 :]
        try:
            out = decode([broken], coding, CAP)
        except (Truncated, Undecodable, TooLarge):
            continue
        assert out == PAGE or coding in ("br", "zstd") or position < 10


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_an_empty_body_needs_no_coding(coding: str) -> None:
    assert decode([], coding, CAP) == b""
    assert decode([b""], coding, CAP) == b""


def test_what_follows_a_gzip_body_is_ignored() -> None:
    assert decode([ENCODED["gzip"] + b"\0\0\0\0"], "gzip", CAP) == PAGE
    assert decode([ENCODED["gzip"], b"<!-- cached -->"], "gzip", CAP) == PAGE


@pytest.mark.parametrize("coding", ["exi", "gzip, sdch", "gzip,gzip,gzip,gzip,gzip", "compress"])
def test_an_unknown_or_endless_coding_is_refused(coding: str) -> None:
    with pytest.raises(Undecodable):
        decode([PAGE], coding, CAP)


ZEROS = bytes(100_000_000)
BOMBS = {
    "gzip": bomb(),
    "gzip, gzip": gzip.compress(bomb()),
    "br": brotli.compress(ZEROS, quality=1),
    "zstd": zstandard.compress(ZEROS),
    "deflate": zlib.compress(ZEROS, 9),
    "": ZEROS,
}


@pytest.mark.parametrize("coding", BOMBS)
def test_a_bomb_is_stopped_soon_after_the_cap(coding: str) -> None:
    sizes: list[int] = []
    with pytest.raises(TooLarge):
        sizes.extend(len(piece) for piece in decoded(in_pieces(BOMBS[coding], 4096), coding, CAP))
    assert sum(sizes) <= CAP
    assert max(sizes, default=0) <= 4 * 1024 * 1024 + PIECE


def test_an_inner_layer_has_the_cap_too() -> None:
    inner = gzip.compress(bomb())
    assert len(inner) < 20_000
    with pytest.raises(TooLarge):
        decode([inner], "gzip, gzip", 100_000)


def test_a_zstd_window_beyond_the_web_s_limit_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    wide = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(Undecodable):
        decode([wide.compress(ZEROS[:1_000_000]) + wide.flush()], "zstd", CAP * 2)


@given(st.binary(max_size=400), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br"]))
@settings(max_examples=300)
def test_garbage_never_gives_another_exception(data: bytes, coding: str) -> None:
    try:
        decode([data], coding, CAP)
    except (Truncated, Undecodable, TooLarge):
        return


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpora are not part of the project")
def test_the_corpus_of_scrapy() -> None:
    folder = CORPUS / "tests" / "sample_data" / "compressed"
    page = decode([(folder / "html-gzip.bin").read_bytes()], "gzip", CAP)
    for name, coding in {
        "html-br.bin": "br",
        "html-gzip-deflate.bin": "gzip,deflate",
        "html-gzip-deflate-gzip.bin": "gzip,deflate,gzip",
        "html-zstd-static-content-size.bin": "zstd",
        "html-zstd-static-no-content-size.bin": "zstd",
        "html-zstd-streaming-no-content-size.bin": "zstd",
    }.items():
        assert decode([(folder / name).read_bytes()], coding, CAP) == page, name
    for name, coding in {"bomb-br": "br", "bomb-deflate": "deflate", "bomb-gzip": "gzip", "bomb-zstd": "zstd"}.items():
        with pytest.raises(TooLarge):
            decode([(folder / f"{name}.bin").read_bytes()], coding, CAP)
    for name in ("truncated-crc-error-short.gz", "truncated-crc-error.gz", "unexpected-eof.gz"):
        with pytest.raises(Truncated):
            decode([(folder / name).read_bytes()], "gzip", CAP)
