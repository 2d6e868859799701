"""Taking in WARC files: streamed, every response accounted for, whatever is broken named with its byte."""

import gzip
import io
import os
import subprocess
import sys
import zlib
from pathlib import Path

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tasks.archive.errors import UnreadableWarc
from tasks.archive.importing import WarcItem, import_warc
from tasks.archive.items import to_item
from tasks.archive.reading import read_body
from tasks.archive.segments import SegmentWriter
from tests.archive_samples import CORPUS, new_writer, packed, record

HTML = b"<html><p>The ferry.</p></html>"


def taken(source: bytes | Path, archive: Path, *, loaded: bool = False) -> tuple[list[WarcItem], str | None]:
    """The items of a WARC, and what was said when it broke off; nothing may reach the terminal."""
    writer, items = new_writer(archive), list[WarcItem]()
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        items.extend(import_warc(stream, writer, is_loaded=lambda _: loaded))
    except UnreadableWarc as error:
        return items, str(error)
    finally:
        writer.close()
    return items, None


def only(source: bytes, archive: Path) -> WarcItem:
    items, broken = taken(source, archive)
    assert broken is None
    (item,) = items
    return item


def body_of(archive: Path, item: WarcItem) -> bytes:
    assert item.place is not None
    return read_body(archive, *item.place)[0]


@pytest.mark.parametrize("form", ["gzip", "plain", "one member", "lf", "padded"])
def test_every_form_of_file_is_read(tmp_path: Path, form: str) -> None:
    records = [record(f"http://a.test/{n}", HTML + b"%d" % n) for n in range(30)]
    data = {
        "gzip": packed(*records),
        "plain": b"".join(records),
        "one member": gzip.compress(b"".join(records)),
        "lf": b"".join(map(lf, records)),
        "padded": packed(*records) + b"\0" * 700,
    }[form]
    items, broken = taken(data, tmp_path)
    assert broken is None
    assert [(i.url, body_of(tmp_path, i)) for i in items] == [
        (f"http://a.test/{n}", HTML + b"%d" % n) for n in range(30)
    ]
    with next(tmp_path.rglob("*.warc.gz")).open("rb") as file:
        kinds = [r.rec_type for r in ArchiveIterator(file, check_digests="raise") if r.content_stream().read() or True]
    assert kinds == ["warcinfo", *["response"] * 30, "metadata"]


def lf(whole: bytes) -> bytes:
    head, _, block = whole.partition(b"\r\n\r\n")
    return head.replace(b"\r\n", b"\n") + b"\n\n" + block


@pytest.mark.parametrize(
    ("given_record", "problem"),
    [
        (record(status="301 Moved"), ("skipped", "redirect")),
        (record(status="404 Not Found"), ("skipped", "http_404")),
        (record(status="503"), ("skipped", "http_503")),
        (record(status="what"), ("skipped", "http_0")),
        (record(content_type="image/png"), ("skipped", "not_html: image/png")),
        (record(content_type="Application/JSON; charset=utf-8"), ("skipped", "not_html: application/json")),
        (record(warc="WARC-Truncated: length\r\n"), ("failed", "truncated: length")),
        (record(head=False), ("skipped", "no_http_response")),
        (record(url="http://"), ("skipped", "bad_url")),
        (record(body=gzip.compress(HTML)[:-4], http="Content-Encoding: gzip\r\n"), ("failed", "truncated")),
        (record(body=b"5\r\n<p>Hi\r\n", http="Transfer-Encoding: chunked\r\n"), ("failed", "truncated")),
        (record(body=b"<" * (21 << 20)), ("failed", "too_large")),
        (record(body=gzip.compress(b"<" * (21 << 20)), http="Content-Encoding: gzip\r\n"), ("failed", "too_large")),
    ],
)
def test_what_is_no_page_has_its_reason_and_is_not_kept(
    tmp_path: Path, given_record: bytes, problem: tuple[str, str]
) -> None:
    item = only(packed(given_record), tmp_path)
    assert item.problem is not None
    assert item.place is None
    assert (item.problem[0], item.problem[1][: len(problem[1])]) == problem
    assert to_item(item, file="x", sources={}).outcome is not None
    assert list(tmp_path.rglob("*.warc.gz")) == []


@pytest.mark.parametrize(
    ("body", "http"),
    [
        (gzip.compress(HTML, mtime=0), "Content-Encoding: gzip\r\n"),
        (brotli.compress(HTML), "Content-Encoding: br\r\n"),
        (zlib.compress(HTML), "Content-Encoding: deflate\r\n"),
        (HTML, "Content-Encoding: gzip\r\n"),  # the header was kept, the coding was not
        (HTML, "Content-Encoding: br\r\n"),
        (HTML, "Transfer-Encoding: chunked\r\n"),
        (b"a\r\n" + HTML[:10] + b"\r\n14;x=y\r\n" + HTML[10:] + b"\r\n0\r\n\r\n", "Transfer-Encoding: Chunked\r\n"),
        (HTML, "Content-Length: 3\r\nX-Odd\r\n : folded\r\n"),
    ],
)
def test_codings_are_undone_as_they_are_or_were(tmp_path: Path, body: bytes, http: str) -> None:
    item = only(packed(record(body=body, http=http)), tmp_path)
    assert item.problem is None
    assert body_of(tmp_path, item) == HTML
    assert item.body_bytes == len(HTML)


@pytest.mark.parametrize(
    "before",
    ["http/1.1 200 OK\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/2 103\r\nA: b\r\n\r\nHTTP/2 200\r\n\r\n"],
)
def test_heads_are_read_in_small_letters_and_behind_those_that_promise_more(tmp_path: Path, before: str) -> None:
    item = only(packed(record(body=before.encode() + HTML, head=False)), tmp_path)
    assert (item.problem, item.status) == (None, 200)
    assert body_of(tmp_path, item) == HTML


@pytest.mark.parametrize("number", ["9" * 5000, "²", "-1"])
def test_numbers_that_are_none_are_no_error_of_ours(tmp_path: Path, number: str) -> None:
    item = only(packed(record(status=f"{number} OK", http=f"Content-Length: {number}\r\n")), tmp_path)
    assert item.problem is not None


def test_records_that_are_no_addresses_are_passed_over(tmp_path: Path) -> None:
    kinds = ("warcinfo", "request", "metadata", "revisit", "resource", "conversion", "x-own", "")
    others = [record(kind=kind) for kind in kinds]
    dns = record("dns:a.test", b"20260301 a.test. 60 IN A 192.0.2.1", head=False)
    items, broken = taken(packed(*others, dns, record(), *others), tmp_path)
    assert (len(items), broken) == (1, None)
    assert taken(packed(*others), tmp_path) == ([], None)


def test_a_capture_that_is_loaded_is_not_archived_again(tmp_path: Path) -> None:
    (item,), _ = taken(packed(record()), tmp_path, loaded=True)
    assert (item.problem, item.place) == (("unchanged", "already_loaded"), None)


def test_the_same_record_always_has_the_same_id(tmp_path: Path) -> None:
    own = "WARC-Record-ID: <urn:uuid:0b0d6d5e-3c60-4f3e-9a3b-0d5b8d3f6d11>\r\n"
    other = "WARC-Record-ID: <urn:x-wget:7>\r\n"
    found = [only(packed(record(warc=w)), tmp_path).capture_id for w in (own, own, other, other, "", "")]
    assert found[0] == found[1] == "0b0d6d5e-3c60-4f3e-9a3b-0d5b8d3f6d11"
    assert found[2] == found[3] == found[4] == found[5] != found[0]


BROKEN = {
    "cut": lambda data: data[:-30],
    "flipped": lambda data: data[:-60] + bytes([data[-60] ^ 1]) + data[-59:],
    "garbage": lambda data: data + b"and then some",
    "no gzip after": lambda data: data + record(),
}


@pytest.mark.parametrize("harm", BROKEN)
def test_what_breaks_off_is_named_with_its_byte_and_what_was_before_is_kept(tmp_path: Path, harm: str) -> None:
    first, second = packed(record("http://a.test/1")), packed(record("http://a.test/2"))
    items, broken = taken(first + BROKEN[harm](second), tmp_path)
    kept = 1 if harm in ("cut", "flipped") else 2
    offset = len(first) if kept == 1 else len(first + second)
    assert [i.url for i in items] == [f"http://a.test/{n + 1}" for n in range(kept)]
    assert [body_of(tmp_path, i) for i in items] == [HTML] * kept
    assert broken is not None
    assert f"further than byte {offset}: " in broken
    assert f"The {kept} responses before it are kept" in broken


@pytest.mark.parametrize(
    "data", [b"", b"<html>", b"PK\x03\x04zip", gzip.compress(b"not a warc", mtime=0), os.urandom(900), b"\n\n"]
)
def test_what_is_no_warc_is_refused(tmp_path: Path, data: bytes) -> None:
    items, broken = taken(data, tmp_path)
    assert items == []
    assert "Is it a WARC file" in str(broken)


@settings(max_examples=60)
@given(data=st.data())
def test_no_damage_raises_anything_else(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    archive = tmp_path_factory.mktemp("harm")
    records = [record(f"http://a.test/{n}", HTML + b"%d" % n) for n in range(4)]
    whole = data.draw(st.sampled_from([packed(*records), b"".join(records), gzip.compress(b"".join(records), mtime=0)]))
    harmed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(harmed) - 1))
        harmed[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    for item in taken(bytes(harmed), archive)[0]:
        assert item.place is None or len(body_of(archive, item)) == item.body_bytes


def test_odd_files_of_the_corpus_say_nothing_on_the_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    if not CORPUS.exists():
        pytest.skip("the corpora are not here")
    read = {path.name: taken(path, tmp_path) for path in sorted(CORPUS.iterdir())}
    assert {name for name, (_, broken) in read.items() if broken} == {"bad.arc"}
    pages = {name: [i.problem for i in items] for name, (items, _) in read.items() if items}
    assert pages["example.warc"] == pages["example.arc.gz"] == pages["example-bad-non-chunked.warc.gz"] == [None]
    assert pages["example-trunc.warc"] == [("failed", "truncated")]
    assert pages["example-bad.warc.gz.bad"] == [None, ("skipped", "redirect")]
    assert pages["post-test.warc.gz"] == [("skipped", "not_html: application/json")] * 3
    assert capfd.readouterr() == ("", "")


STREAM = """
import sys
from pathlib import Path
from tasks.archive.importing import import_warc
from tests.archive_samples import new_writer
from tests.fetch.bombs import forget_peak, peak_mib
writer, count = new_writer(Path(sys.argv[1])), 0
forget_peak()
before = peak_mib()
for item in import_warc(sys.stdin.buffer, writer, is_loaded=lambda _: False):
    count += item.problem is None
    if writer.bytes_written > 8 << 20:
        writer.close()
writer.close()
print(count, peak_mib() - before)
"""


def stream(archive: Path, mebibytes: int) -> tuple[int, int, float]:
    """Bytes piped through an import, pages of them, and the growth of its memory in MiB."""
    noise = os.urandom(1 << 20).hex().encode()
    with subprocess.Popen(
        [sys.executable, "-c", STREAM, str(archive)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        sent = number = 0
        while sent < mebibytes << 20:
            big = number % 50 == 49
            body = b"<html>%d " % number + (noise * 4 if big else noise[number % 1000 : number % 1000 + 120_000])
            kind = "video/mp4" if big else "text/html"
            sent += process.stdin.write(packed(record(f"http://a.test/{number}", body, content_type=kind), pack=_quick))
            number += 1
        process.stdin.close()
        pages, growth = process.stdout.read().split()
    return sent, int(pages), float(growth)


def _quick(data: bytes) -> bytes:
    return gzip.compress(data, 1)


def test_a_pipe_is_streamed_in_constant_memory(tmp_path: Path) -> None:
    """40 MiB of gzip, 70 of WARC; benchmarks/conformance/measure.py does the same with 500."""
    _, pages, growth = stream(tmp_path, 40)
    assert pages > 200
    assert growth < 64


def test_a_full_disk_during_an_import_is_an_error_of_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(SegmentWriter, "copy", full)
    with pytest.raises(OSError, match="No space"):
        list(import_warc(io.BytesIO(packed(record())), new_writer(tmp_path), is_loaded=lambda _: False))
