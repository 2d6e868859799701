"""The embedded newsroom's server: conditional requests, encodings, hosts, and the same bytes each time."""

import gzip
import re
import time
import zlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from newsroom.server import Newsroom
from tests.newsroom_reader import ANCHOR, Reader, feeds, opened


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with opened() as reader:
        yield reader


def test_starts_at_once() -> None:
    began = time.perf_counter()
    with Newsroom(anchor=ANCHOR) as newsroom:
        assert newsroom.sources
    assert time.perf_counter() - began < 2


def test_conditional_requests(reader: Reader) -> None:
    urls = [*feeds(reader.newsroom), *(row["url"] for row in reader.newsroom.truth()[::7] if row["case"] is None)]
    for url in urls:
        first = reader.get(url)
        if first.headers["Last-Modified"] is None:
            assert urlsplit(url).path == "/feed/"  # the login page
            continue
        again = reader.get(url, If_None_Match=first.headers["ETag"])
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert reader.get(url, If_Modified_Since=first.headers["Last-Modified"]).status == 304
        assert reader.get(url, If_None_Match='"other"', If_Modified_Since=first.headers["Last-Modified"]).status == 200
        assert reader.get(url, If_Modified_Since="Mon, 01 Jan 2001 00:00:00 GMT").status == 200
        assert reader.get(url, If_Modified_Since="the day before yesterday").status == 200


def test_gzip_where_accepted_has_its_own_tag(reader: Reader) -> None:
    url = reader.rows(case=None)[0]["url"]
    plain, coded = reader.get(url), reader.get(url, Accept_Encoding="gzip, deflate")
    assert coded.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(coded.body) == plain.body
    assert plain.headers["ETag"] != coded.headers["ETag"]
    assert reader.get(url, If_None_Match=coded.headers["ETag"], Accept_Encoding="gzip").status == 304


def test_the_same_bytes_for_everybody(reader: Reader) -> None:
    urls = [*feeds(reader.newsroom), *(row["listed"] for row in reader.newsroom.truth())]
    with opened() as other:
        assert [reader.get(url).body for url in urls] == [other.get(url).body for url in urls]


def test_nothing_names_the_port_or_another_scheme(reader: Reader) -> None:
    for url in (*feeds(reader.newsroom), *(row["listed"] for row in reader.newsroom.truth())):
        body = reader.get(url).body
        assert str(reader.newsroom.port).encode() not in re.sub(rb"\d{6,}", b"", body)
        assert b"127.0.0.1" not in body
        assert b"localhost" not in body


def test_cut_gzip_agrees_with_its_length(reader: Reader) -> None:
    got = reader.get(reader.only("cut_gzip")["url"])
    assert got.headers["Content-Encoding"] == "gzip"
    assert int(got.headers["Content-Length"]) == len(got.body)
    unpacker = zlib.decompressobj(31)
    assert len(unpacker.decompress(got.body)) > 500
    assert not unpacker.eof


def test_slow_page_takes_its_time(reader: Reader) -> None:
    began = time.perf_counter()
    assert reader.get(reader.only("slow")["url"]).status == 200
    assert time.perf_counter() - began >= 0.3


def test_log_head_and_unknown_hosts(reader: Reader) -> None:
    url = reader.rows(case=None)[0]["url"]
    got = reader.get(url, method="HEAD")
    assert (got.status, got.body) == (200, b"")
    assert int(got.headers["Content-Length"]) > 1000
    host, path, status, sent = reader.newsroom.requests[-1]
    assert (f"http://{host}{path}", status, sent) == (url, 200, 0)
    assert reader.get("http://www.elsewhere.example/").status == 421
    assert set(reader.newsroom.connect_to.values()) == {f"127.0.0.1:{reader.newsroom.port}"}


def test_there_are_two_editions(reader: Reader) -> None:
    with pytest.raises(ValueError, match="no edition 3"):
        reader.newsroom.edition = 3
