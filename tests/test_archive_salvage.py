"""A killed run: its torn segment is salvaged, and what had not been loaded is adopted."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from tasks.archive.adopting import items_of, orphans
from tasks.archive.importing import import_warc
from tasks.archive.reading import read_body
from tasks.archive.salvage import salvage
from tasks.archive.segments import OPEN
from tasks.archive.verifying import verify_archive
from tasks.archive.walking import segments
from tests.archive_samples import NOW, RUN, die, fetched, fill, link, new_writer, packed, page, record
from warehouse.records import Capture

WRITER = """
import sys
from pathlib import Path
from tests.archive_samples import fetched, link, new_writer, page
writer = new_writer(Path(sys.argv[1]))
for number in range(100_000):
    writer.add(link(number), fetched(number, page(number) * 40))
    print(number, flush=True)
    if number % 7 == 6:
        writer.close()
"""


def torn(archive: Path, lost: int) -> tuple[Path, list[Capture]]:
    """An archive whose only segment was open when its run died, `lost` bytes short of what had been meant."""
    writer = new_writer(archive)
    captures = [writer.add(link(n), fetched(n)) for n in range(4)]
    die(writer)
    (path,) = archive.rglob(f"*{OPEN}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size - lost])
    return path, captures


def check_readable(archive: Path) -> int:
    """Responses of all closed segments as warcio reads them."""
    count = 0
    for file in segments(archive):
        with (archive / file).open("rb") as stream:
            for each in ArchiveIterator(stream, check_digests="raise"):
                each.content_stream().read()
                count += each.rec_type == "response"
    return count


@pytest.mark.parametrize(("lost", "kept"), [(0, 4), (1, 3), (500, 3), (1100, 3), (2600, 2)])
def test_a_torn_segment_is_closed_at_its_last_good_record(tmp_path: Path, lost: int, kept: int) -> None:
    path, captures = torn(tmp_path, lost)
    size = path.stat().st_size
    (done,) = salvage(tmp_path, now=NOW)
    assert not path.exists()
    assert (done.captures, done.file) == (kept, captures[0].warc_file)
    assert f"{kept} captures" in str(done)
    assert f"{done.bytes_lost} bytes" in str(done)
    assert 0 <= done.bytes_lost < size
    assert check_readable(tmp_path) == kept
    assert [i.capture for i in items_of(tmp_path, done.file)] == captures[:kept]
    assert verify_archive(tmp_path, captures[:kept]) == []
    assert salvage(tmp_path, now=NOW) == []


def test_nothing_but_a_beginning_is_removed(tmp_path: Path) -> None:
    path, captures = torn(tmp_path, 0)
    path.write_bytes(path.read_bytes()[: captures[0].warc_offset + 20])
    (done,) = salvage(tmp_path, now=NOW)
    assert (done.captures, list(tmp_path.rglob("*.warc.gz*"))) == (0, [])
    assert "held no whole capture" in str(done)


def test_a_kill_between_seal_and_rename_loses_nothing(tmp_path: Path) -> None:
    captures = fill(tmp_path, segments=1, revisits=0)
    path = tmp_path / captures[0].warc_file
    before = path.read_bytes()
    path.rename(path.with_name(path.name + OPEN))
    (done,) = salvage(tmp_path, now=NOW)
    assert (done.bytes_lost, done.captures, path.read_bytes()) == (0, 4, before)


def test_a_kill_during_the_salvage_is_made_good(tmp_path: Path) -> None:
    path, captures = torn(tmp_path, 100)
    salvage(tmp_path, now=NOW)
    (file,) = segments(tmp_path)
    half_sealed = (tmp_path / file).read_bytes()[:-50]
    (tmp_path / file).unlink()
    path.write_bytes(half_sealed)
    (done,) = salvage(tmp_path, now=NOW)
    assert done.captures == 3
    assert verify_archive(tmp_path, captures[:3]) == []


def test_orphans_are_the_captures_that_no_row_names(tmp_path: Path) -> None:
    captures = fill(tmp_path)
    files = segments(tmp_path)
    loaded = {c.capture_id for c in captures[:4]}
    found = list(orphans(tmp_path, {files[0]}, loaded=lambda ids: loaded & set(ids)))
    assert sorted((o.file, o.run_id, len(o.items)) for o in found) == sorted(
        (file, RUN, 2 if file == revisits_of(captures, files) else 4) for file in files if file != captures[0].warc_file
    )
    adopted = [item.capture for o in found for item in o.items]
    assert len(adopted) == len(captures[4:])
    assert set(adopted) == set(captures[4:])
    assert "read again, not fetched again" in str(found[0])
    everything = {c.capture_id for c in captures}
    assert list(orphans(tmp_path, {c.warc_file for c in captures}, loaded=lambda ids: everything & set(ids))) == []


def revisits_of(captures: list[Capture], files: list[str]) -> str:
    return next(file for file in files if file not in {c.warc_file for c in captures})


def test_an_orphan_that_is_no_page_has_its_outcome(tmp_path: Path) -> None:
    writer = new_writer(tmp_path)
    writer.add(link(1), fetched(1, b"%PDF", headers=(("Content-Type", "application/pdf"),)))
    writer.close()
    ((item,),) = (orphan.items for orphan in orphans(tmp_path, (), loaded=lambda _: ()))
    assert item.outcome is not None
    assert (item.outcome.outcome, item.outcome.reason) == ("skipped", "not_html: application/pdf")


def test_what_an_import_had_taken_in_is_adopted_too(tmp_path: Path) -> None:
    warc = tmp_path / "other.warc.gz"
    warc.write_bytes(packed(record("http://www.harbor-ledger.test/a"), record("http://else.test/b", body=b"<p>B</p>")))
    archive = tmp_path / "archive"
    writer = new_writer(archive)
    imported = list(import_warc(warc, writer, is_loaded=lambda _: False))
    ((path, _),) = {(i.place[0], 1) for i in imported if i.place}
    die(writer)
    (done,) = salvage(archive, now=NOW)
    (orphan,) = orphans(archive, (), loaded=lambda _: (), sources={"harbor-ledger.test": "harbor-ledger"})
    assert (done.file, orphan.file) == (path, path)
    assert [item.link.source for item in orphan.items] == ["harbor-ledger", "else.test"]
    assert [i.capture.capture_id for i in orphan.items if i.capture] == [i.capture_id for i in imported]
    assert [(i.link.via, i.capture.digest) for i in orphan.items if i.capture] == [("warc", i.digest) for i in imported]


def test_a_writer_killed_at_any_moment_loses_no_capture_that_it_had_told_of(tmp_path: Path) -> None:
    """SIGKILL at 12 random moments; every capture written before is there, and readable by warcio."""
    rng, torn_once = random.Random(20260304), 0
    for attempt in range(12):
        archive = tmp_path / str(attempt)
        program = [sys.executable, "-c", WRITER, str(archive)]
        with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.random() * 0.12)
            process.kill()
            told = 1 + len([line for line in process.stdout.read().split("\n")[:-1] if line])
        for done in salvage(archive, now=NOW):
            torn_once += done.bytes_lost > 0
        items = [item for orphan in orphans(archive, (), loaded=lambda _: ()) for item in orphan.items]
        captures = {item.capture for item in items if item.capture}
        numbers = sorted(int(c.url.rpartition("/")[2]) for c in captures)
        assert numbers == list(range(len(numbers)))
        assert told <= len(numbers) <= told + 1
        for each in captures:
            body, _ = read_body(archive, each.warc_file, each.warc_offset, each.warc_length)
            assert body == page(int(each.url.rpartition("/")[2])) * 40
        assert check_readable(archive) == len(numbers)
        assert verify_archive(archive, captures) == []
        assert not list(archive.rglob(f"*{OPEN}"))
