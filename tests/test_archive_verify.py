"""`verify_archive`: of random damages it names every one, and nothing else."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tasks.archive.importing import import_warc
from tasks.archive.items import to_item
from tasks.archive.salvage import salvage
from tasks.archive.segments import OPEN
from tasks.archive.verifying import ArchiveDamage, verify_archive
from tasks.archive.walking import Found, segments, walk
from tests.archive_samples import CORPUS, NOW, die, fetched, fill, link, new_writer, packed, record
from warehouse.records import Capture

Rows = list[Capture]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows]:
    archive = tmp_path_factory.mktemp("whole")
    return archive, fill(archive)


@pytest.fixture
def copy(whole: tuple[Path, Rows], tmp_path: Path) -> tuple[Path, Rows]:
    shutil.copytree(whole[0], tmp_path / "archive")
    return tmp_path / "archive", list(whole[1])


def touched(archive: Path, rows: Rows, file: str, start: int, end: int) -> set[str]:
    """Rows that lose their body or their own record with these bytes of a file."""
    ids = {row.capture_id for row in rows if row.warc_file == file and start < row.warc_offset + row.warc_length}
    ids &= {row.capture_id for row in rows if row.warc_offset < end}
    own = [f for f in walk(archive / file) if isinstance(f, Found) and f.kind == "revisit"]
    return ids | {f.record_id for f in own if start < f.offset + f.length and f.offset < end}


def flip(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    file = rng.choice(segments(archive))
    data = bytearray((archive / file).read_bytes())
    at = rng.randrange(len(data))
    lost = touched(archive, rows, file, at, at + 1)
    hit = next(f for f in walk(archive / file) if f.offset <= at < f.offset + f.length)
    data[at] ^= 1 << rng.randrange(8)
    (archive / file).write_bytes(data)

    def is_right(findings: list[ArchiveDamage]) -> bool:
        (found,) = findings
        if found.kind == "altered_bytes":  # a bit that gzip does not look at: no capture is lost
            return found.file == file and not found.captures
        named = (found.kind, found.file, found.offset)
        kinds = ("damaged_record", "truncated_segment")
        return named in [(kind, file, hit.offset) for kind in kinds] and lost <= set(found.captures)

    return is_right


def cut(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    file = rng.choice(segments(archive))
    data = (archive / file).read_bytes()
    at = rng.choice([rng.randrange(len(data)), *(f.offset for f in walk(archive / file))])
    lost = touched(archive, rows, file, at, len(data))
    records = [f for f in walk(archive / file) if f.offset <= at]
    (archive / file).write_bytes(data[:at])

    def is_right(findings: list[ArchiveDamage]) -> bool:
        first, *others = findings
        by_name = {ident for f in findings for ident in f.captures}
        revisits = all(f.kind == "lost_capture" and set(f.captures) <= lost for f in others)
        return (first.kind, first.file, first.offset) == (
            "truncated_segment", file, records[-1].offset,
        ) and by_name == lost and revisits  # fmt: skip

    return is_right


def remove(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    file = rng.choice(segments(archive))
    lost = touched(archive, rows, file, 0, 1 << 60)
    has_bodies = any(row.warc_file == file for row in rows)
    (archive / file).unlink()

    def is_right(findings: list[ArchiveDamage]) -> bool:
        if not has_bodies:  # nothing but revisits: no row says where they stood
            return {(f.kind, f.captures) for f in findings} == {("lost_capture", (i,)) for i in lost}
        (found,) = findings
        return (found.kind, found.file, set(found.captures)) == ("missing_segment", file, lost)

    return is_right


def append(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    file = rng.choice(segments(archive))
    size = (archive / file).stat().st_size
    with (archive / file).open("ab") as stream:
        stream.write(rng.choice([b"\0" * 512, rng.randbytes(40), b"\x1f\x8b\x08"]))
    return lambda findings: [(f.kind, f.file, f.offset) for f in findings] == [("trailing_garbage", file, size)]


def edit(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    number = rng.randrange(len(rows))
    row = rows[number]
    changes = (
        {"digest": "sha256:" + "0" * 64}, {"body_bytes": row.body_bytes + 1}, {"warc_offset": row.warc_offset + 1},
        {"warc_length": row.warc_length - 1}, {"status": 404}, {"url": row.url + "?x=1"}, {"etag": None},
        {"fetched_at": row.fetched_at + timedelta(seconds=1)}, {"warc_file": "2026/03/elsewhere.warc.gz"},
        {"source": "else"}, {"content_type": "text/plain"},
    )  # fmt: skip
    change = rng.choice(changes)
    rows[number] = replace(row, **change)
    return lambda findings: (
        [(f.kind, f.captures) for f in findings] == [("edited_row", (row.capture_id,))]
        and next(iter(change)) in findings[0].detail
    )


def delete(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    row = rows.pop(rng.randrange(len(rows)))
    return lambda findings: [(f.kind, f.captures) for f in findings] == [("orphaned_captures", (row.capture_id,))]


def invent(archive: Path, rows: Rows, rng: random.Random) -> Callable[[list[ArchiveDamage]], bool]:
    ident = f"{rng.getrandbits(128):032x}"
    rows.append(replace(rng.choice(rows), capture_id=ident))
    return lambda findings: [(f.kind, f.captures) for f in findings] == [("lost_capture", (ident,))]


def test_a_whole_archive_has_no_findings(whole: tuple[Path, Rows]) -> None:
    assert verify_archive(*whole) == []


def test_200_random_damages_each_named_and_nothing_else(whole: tuple[Path, Rows], tmp_path: Path) -> None:
    rng = random.Random(20260304)
    damages = (flip, flip, flip, cut, cut, remove, append, edit, edit, delete, invent)
    wrong = []
    for number in range(220):
        archive, rows = tmp_path / str(number), list(whole[1])
        shutil.copytree(whole[0], archive)
        damage = damages[number % len(damages)]
        is_right = damage(archive, rows, rng)
        findings = verify_archive(archive, rows)
        if not findings or not is_right(findings):
            wrong.append((number, damage.__name__, findings))
        shutil.rmtree(archive)
    assert wrong == []


def test_every_single_bit_of_a_segment_counts(tmp_path: Path) -> None:
    """One in 29 bits of a small segment, in its headers, its padding and its seal as well."""
    writer = new_writer(tmp_path)
    rows = [writer.add(link(1), fetched(1, b"<p>Short.</p>"))]
    path = tmp_path / (writer.close() or "")
    data = path.read_bytes()
    for bit in range(0, len(data) * 8, 29):
        harmed = bytearray(data)
        harmed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(harmed)
        findings = verify_archive(tmp_path, rows)
        assert [f.file for f in findings] == [rows[0].warc_file], (bit, findings)


def test_two_damages_are_two_findings(copy: tuple[Path, Rows]) -> None:
    archive, rows = copy
    path = archive / rows[0].warc_file
    data = bytearray(path.read_bytes())
    for row in (rows[0], rows[2]):
        data[row.warc_offset + 100] ^= 1
    path.write_bytes(data)
    (archive / rows[4].warc_file).unlink()
    found = verify_archive(archive, rows)
    assert {(f.kind, f.offset) for f in found} == {
        ("damaged_record", rows[0].warc_offset), ("damaged_record", rows[2].warc_offset), ("missing_segment", None),
    }  # fmt: skip
    named = {ident for f in found for ident in f.captures}
    assert named == {r.capture_id for r in (rows[0], rows[2], *rows[4:8])} | {rows[-2].capture_id}


def test_an_open_segment_is_named_until_it_is_salvaged(copy: tuple[Path, Rows]) -> None:
    archive, rows = copy
    writer = new_writer(archive)
    rows.append(writer.add(link(99), fetched(99)))
    die(writer)
    found = verify_archive(archive, rows)
    assert [f.kind for f in found] == ["missing_segment", "open_segment"]
    assert (found[1].file or "").endswith(OPEN)
    salvage(archive, now=NOW)
    assert verify_archive(archive, rows) == []


def test_what_was_taken_in_from_other_files_is_whole_too(tmp_path: Path) -> None:
    warc = tmp_path / "other.warc.gz"
    warc.write_bytes(
        packed(
            record("http://harbor-ledger.test/ä b", http='ETag: "1"\r\n'),
            record(
                "http://harbor-ledger.test/c", warc="WARC-Record-ID: <urn:x:1>\r\nWARC-Block-Digest: sha1:WRONG\r\n"
            ),
        )
    )
    archive = tmp_path / "archive"
    writer = new_writer(archive)
    paths = [warc, *(CORPUS / n for n in ("example.arc.gz", "example.warc", "example-iana.org-chunked.warc"))]
    items = [
        to_item(record, file="x", sources={"harbor-ledger.test": "harbor-ledger"})
        for path in paths
        if path.exists()
        for record in import_warc(path, writer, is_loaded=lambda _: False)
    ]
    writer.close()
    rows = [item.capture for item in items if item.capture]
    assert len(rows) in (2, 5)
    assert verify_archive(archive, rows) == []
    edited = replace(rows[0], url=rows[0].url + "x")
    assert [f.kind for f in verify_archive(archive, [edited, *rows[1:]])] == ["edited_row"]
