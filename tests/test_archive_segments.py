"""Writing and reading the archive: WARC 1.1 as other readers understand it, revisits, odd headers, a full disk."""

import hashlib
import io
import os
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from tasks.archive.adopting import items_of, run_of
from tasks.archive.errors import LostCapture
from tasks.archive.importing import import_warc
from tasks.archive.members import HEADER, as_ours, pack, pack_stored, unpack
from tasks.archive.reading import read_body
from tasks.archive.walking import segments
from tests.archive_samples import NOW, RUN, fetched, fill, link, new_writer, page, record
from warehouse.records import Capture


def by_warcio(path: Path) -> list[tuple[str, Any, bytes]]:
    """All records as warcio reads them: type, fields, body."""
    with path.open("rb") as file:
        return [(r.rec_type, r.rec_headers, r.content_stream().read()) for r in ArchiveIterator(file)]


def body_of(archive: Path, capture: Capture) -> bytes:
    return read_body(archive, capture.warc_file, capture.warc_offset, capture.warc_length)[0]


def test_a_segment_is_warcinfo_then_groups_then_a_seal(tmp_path: Path) -> None:
    captures = fill(tmp_path, segments=1, pages=2, revisits=1)
    first, second = (by_warcio(tmp_path / file) for file in segments(tmp_path))
    group = ["request", "metadata", "response"]
    assert [kind for kind, _, _ in first] == ["warcinfo", *group, *group, "metadata"]
    assert [kind for kind, _, _ in second] == ["warcinfo", "request", "metadata", "revisit", "metadata"]
    for position, capture in ((1, captures[0]), (4, captures[1])):
        ident = f"<urn:uuid:{capture.capture_id}>"
        request, metadata, response = (fields for _, fields, _ in first[position : position + 3])
        assert request["WARC-Concurrent-To"] == metadata["WARC-Concurrent-To"] == response["WARC-Record-ID"] == ident
    assert run_of(tmp_path / segments(tmp_path)[0]) == RUN


def test_warcio_finds_every_digest_right_and_every_offset(tmp_path: Path) -> None:
    captures = fill(tmp_path)
    paths = [str(tmp_path / file) for file in segments(tmp_path)]
    program = [sys.executable, "-c", "from warcio.cli import main; main()"]
    done = subprocess.run([*program, "check", "-v", *paths], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("digest pass") == len(paths) * 2 + len(captures) * 3 - 2
    assert done.stdout.count("not checked (revisit)") == 2
    index = subprocess.run([*program, "index", "-f", "offset,warc-type", paths[0]], capture_output=True, text=True)
    offsets = [int(line.split('"')[3]) for line in index.stdout.splitlines() if '"response"' in line]
    assert offsets == [c.warc_offset for c in captures[:4]]


def test_a_capture_is_read_in_one_seek_also_by_warcio(tmp_path: Path) -> None:
    for number, capture in enumerate(fill(tmp_path)):
        body = page(number % 12)
        assert body_of(tmp_path, capture) == body
        with (tmp_path / capture.warc_file).open("rb") as file:
            file.seek(capture.warc_offset)
            member = io.BytesIO(file.read(capture.warc_length))
        assert next(ArchiveIterator(member)).content_stream().read() == body
        assert capture.digest == "sha256:" + hashlib.sha256(body).hexdigest()


def test_a_revisit_names_the_record_that_holds_the_body(tmp_path: Path) -> None:
    captures = fill(tmp_path)
    again = new_writer(tmp_path)
    third = again.add(link(0), fetched(0), earlier=captures[-2])  # which is a revisit itself
    again.close()
    for revisit, original in ((captures[-2], captures[0]), (captures[-1], captures[1]), (third, captures[0])):
        assert revisit.capture_id != original.capture_id
        places = {(c.warc_file, c.warc_offset, c.warc_length, c.digest) for c in (revisit, original)}
        assert len(places) == 1
    found = [
        fields for file in segments(tmp_path) for kind, fields, _ in by_warcio(tmp_path / file) if kind == "revisit"
    ]
    assert len(found) == 3
    first = next(f for f in found if captures[-2].capture_id in f["WARC-Record-ID"])
    assert first["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert first["WARC-Refers-To"] == f"<urn:uuid:{captures[0].capture_id}>"
    assert first["WARC-Refers-To-Target-URI"] == captures[0].url
    assert first["WARC-Refers-To-Date"] == captures[0].fetched_at.isoformat().replace("+00:00", "Z")
    fields = [f for kind, f, _ in by_warcio(tmp_path / captures[0].warc_file) if kind == "response"]
    assert first["WARC-Payload-Digest"] == fields[0]["WARC-Payload-Digest"]


@pytest.mark.parametrize("why", ["other body", "other address", "original gone", "original damaged"])
def test_a_body_is_stored_whole_when_nothing_can_stand_for_it(tmp_path: Path, why: str) -> None:
    first = fill(tmp_path, segments=1, revisits=0)[0]
    path, came, earlier = tmp_path / first.warc_file, fetched(0), first
    if why == "other body":
        came = fetched(0, page(0, edition=2))
    elif why == "other address":
        earlier = replace(first, url="http://other.test/", requested_url="http://other.test/")
    elif why == "original gone":
        path.unlink()
    else:
        data = bytearray(path.read_bytes())
        data[first.warc_offset + first.warc_length // 2] ^= 1
        path.write_bytes(data)
    writer = new_writer(tmp_path)
    capture = writer.add(link(0), came, earlier=earlier)
    assert writer.close() == capture.warc_file != first.warc_file
    assert body_of(tmp_path, capture) == came.body


def test_a_page_from_a_foreign_warc_in_its_own_coding_is_not_referred_to(tmp_path: Path) -> None:
    writer = new_writer(tmp_path)
    chunked = record(body=b"5\r\n<p>Hi\r\n0\r\n\r\n", http="Transfer-Encoding: chunked\r\n")
    (item,) = import_warc(io.BytesIO(chunked), writer, is_loaded=lambda _: False)
    assert item.place is not None
    file, offset, length = item.place
    first = fill(tmp_path / "other", segments=1, revisits=0)[0]
    earlier = replace(first, digest=item.digest, warc_file=file, warc_offset=offset, warc_length=length)
    writer.close()
    assert writer.add(link(0), fetched(0, b"<p>Hi"), earlier=earlier).warc_file != earlier.warc_file
    writer.close()


def test_what_the_pipe_knew_comes_back_from_the_archive(tmp_path: Path) -> None:
    given_link = link(3, title="two  spaces,\na line \ud800 and ☕", author="Zoë", published_raw="4 Mar 2026")
    came = fetched(3, final_url="http://harbor-ledger.test/nach?x=1", hops=("http://a.test/",), tdm=("header: 1",))
    writer = new_writer(tmp_path)
    capture = writer.add(given_link, came)
    (item,) = items_of(tmp_path, writer.close() or "")
    assert (item.link, item.capture, item.outcome) == (given_link, capture, None)
    assert item.fetched == replace(came, body=None)


HEADERS = st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=8)


@settings(max_examples=150)
@given(headers=HEADERS, url=st.text(max_size=60), body=st.binary(max_size=300), title=st.text(max_size=30))
def test_no_header_url_or_body_breaks_a_segment(
    tmp_path_factory: pytest.TempPathFactory, headers: list[tuple[str, str]], url: str, body: bytes, title: str
) -> None:
    archive = tmp_path_factory.mktemp("odd")
    writer = new_writer(archive)
    kinds = (("Content-Type", "text/html"), ("ETag", url))
    capture = writer.add(
        link(1, title=title), fetched(1, body, headers=(*kinds, *headers), final_url=f"http://a.test/{url}")
    )
    after = writer.add(link(2), fetched(2))
    file = writer.close() or ""
    assert [body_of(archive, each) for each in (capture, after)] == [body, page(2)]
    assert [item.capture for item in items_of(archive, file)] == [capture, after]
    assert [kind for kind, _, _ in by_warcio(archive / file)].count("response") == 2


def test_a_full_disk_leaves_the_segment_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = new_writer(tmp_path)
    first = writer.add(link(1), fetched(1))
    segment: Any = writer._segment
    real = segment._file

    class Full:
        """Takes half of what it is given once, and then nothing."""

        def write(self, data: memoryview) -> int:
            if len(data) > 3000:
                return int(real.write(data[:3000]))
            raise OSError(28, "No space left on device")

        def __getattr__(self, name: str) -> Any:
            return getattr(real, name)

    monkeypatch.setattr(segment, "_file", Full())
    with pytest.raises(OSError, match="No space"):
        writer.add(link(2), fetched(2, os.urandom(9000)))
    monkeypatch.setattr(segment, "_file", real)
    third = writer.add(link(3), fetched(3))
    file = writer.close() or ""
    assert [item.capture for item in items_of(tmp_path, file)] == [first, third]
    assert [kind for kind, _, _ in by_warcio(tmp_path / file)].count("response") == 2


def test_many_threads_write_one_segment(tmp_path: Path) -> None:
    writer, captures = new_writer(tmp_path), list[Capture]()
    threads = [
        threading.Thread(target=lambda n=n: captures.extend(writer.add(link(i), fetched(i)) for i in range(n, 60, 6)))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    file = writer.close() or ""
    assert sorted(c.capture_id for c in captures) == sorted(
        item.capture.capture_id for item in items_of(tmp_path, file) if item.capture
    )
    assert all(body_of(tmp_path, c) == page(int(c.url.rpartition("/")[2])) for c in captures)


def test_an_open_segment_has_another_name_and_closing_nothing_gives_none(tmp_path: Path) -> None:
    writer = new_writer(tmp_path)
    assert writer.close() is None
    writer.add(link(1), fetched(1))
    assert (segments(tmp_path), writer.bytes_written > 1000) == ([], True)
    file = writer.close()
    assert (segments(tmp_path), writer.bytes_written) == ([file], 0)
    assert str(file).startswith(f"{NOW:%Y/%m}/dateline-{NOW:%Y%m%dT%H%M%SZ}-")


@pytest.mark.parametrize("harm", ["flip", "cut", "elsewhere", "not a response", "missing"])
def test_a_capture_that_is_not_there_is_never_a_shorter_one(tmp_path: Path, harm: str) -> None:
    capture = fill(tmp_path, segments=1, revisits=0)[1]
    path, offset, length = tmp_path / capture.warc_file, capture.warc_offset, capture.warc_length
    data = bytearray(path.read_bytes())
    if harm == "flip":
        data[offset + length - 30] ^= 4
    elif harm == "cut":
        del data[offset + length - 9 :]
    elif harm == "elsewhere":
        offset += 1
    elif harm == "not a response":
        offset, length = 0, bytes(data).index(HEADER, 1)
    path.write_bytes(data)
    if harm == "missing":
        path.unlink()
    with pytest.raises(LostCapture, match="cannot read the capture at byte"):
        read_body(tmp_path, capture.warc_file, offset, length)


def test_members_have_one_form() -> None:
    import gzip

    foreign = io.BytesIO()
    with gzip.GzipFile(filename="name.warc", fileobj=foreign, mode="wb", mtime=1234567) as file:
        file.write(b"a page")
    ours = as_ours(foreign.getvalue())
    assert (ours[:10], unpack(ours)) == (HEADER, b"a page")
    for made in (pack(b"a page"), pack_stored(b"a page")):
        assert (made[:10], gzip.decompress(made)) == (HEADER, b"a page")
    for bad in (ours[:-1], ours + b"x", ours[:-3] + b"xyz", b""):
        with pytest.raises(ValueError, match="gzip member"):
            unpack(bad)
