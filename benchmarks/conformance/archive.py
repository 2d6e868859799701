"""The marks of the archive: other people's WARC files, damages, kills, and a stream that does not fit into memory."""

import io
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.base.marks import Mark, cell
from tasks.archive.adopting import orphans
from tasks.archive.errors import BrokenRecord, UnreadableWarc
from tasks.archive.importing import WarcItem, import_warc
from tasks.archive.reading import read_body
from tasks.archive.records import read_records
from tasks.archive.salvage import salvage
from tasks.archive.segments import OPEN
from tasks.archive.verifying import verify_archive
from tasks.archive.walking import segments
from tests.archive_samples import NOW, fill, new_writer
from tests.test_archive_import import stream
from tests.test_archive_salvage import WRITER, check_readable
from tests.test_archive_verify import append, cut, delete, edit, flip, invent, remove

DAMAGES = (flip, flip, flip, cut, cut, remove, append, edit, edit, delete, invent)
CUTS = 50  # places at which each file of the corpus is cut
KILLS = 40
STREAM_MIB = 500


def measure() -> list[Mark]:
    """Those that need no corpus; about a minute."""
    return [damages(), kills(), streamed(), standard()]


def corpus(folder: Path) -> Mark:
    """warcio's own files: as they are, and cut at many places."""
    rows, unread, wrong_cuts, cuts = [], [], 0, 0
    for path in sorted((folder / "test" / "data").iterdir()):
        items, broken = _taken(path.read_bytes())
        warcio = _by_warcio(path)
        pages = sum(item.place is not None for item in items)
        reasons = ", ".join(f"{n} {why}" for why, n in Counter(i.problem[1] for i in items if i.problem).items())
        said = broken.partition(" than ")[2].partition(". The")[0] or broken if broken else ""
        rows.append(f"| {path.name} | {warcio} | {len(items)} | {pages} | {reasons} | {cell(said) if said else ''} |")
        if broken and path.name != "bad.arc":
            unread.append(path.name)
        if not broken:
            cuts, wrong_cuts = cuts + CUTS - 1, wrong_cuts + _wrong_cuts(path.read_bytes(), items)
    return Mark(
        what="WARC and ARC files (warc-warcio)",
        wanted="all readable ones read; broken ones reported with the offset, the good records before it kept",
        measured=f"{len(rows) - len(unread) - 1} of {len(rows)} read to their end, 1 reported (bad.arc, no record of "
        f"which has a length); {cuts - wrong_cuts} of {cuts} cuts: what is before them kept, the rest told of",
        met=not unread and wrong_cuts == 0,
        details=(
            "| file | responses, warcio 1.8 | responses here | pages kept | others | broken |",
            "|---|---|---|---|---|---|",
            *rows,
        ),
    )


def damages() -> Mark:
    """Random damages to a small archive and to the rows of it, one at a time."""
    rng, named, kinds = random.Random(1), 0, Counter[str]()
    with _folder() as folder:
        rows = fill(folder / "whole")
        clean = verify_archive(folder / "whole", rows)
        for number in range(200):
            archive, left = folder / str(number), list(rows)
            shutil.copytree(folder / "whole", archive)
            is_right = DAMAGES[number % len(DAMAGES)](archive, left, rng)
            findings = verify_archive(archive, left)
            named += bool(findings) and is_right(findings)
            kinds.update({finding.kind for finding in findings})
    return Mark(
        what="archive: 200 random damages",
        wanted="each named, and nothing else",
        measured=f"{named} of 200 ({', '.join(f'{n} {kind}' for kind, n in kinds.most_common())}); "
        f"{len(clean)} findings on the whole archive",
        met=named == 200 and not clean,
    )


def kills() -> Mark:
    """SIGKILL to a process that writes, at random moments; then salvage and adoption.

    A kill by itself hardly ever tears a record, which is one write; a power cut does. So every second time some of the
    last bytes of the open segment are taken away too, which may cost the last two captures.
    """
    rng, told, kept, torn, wrong = random.Random(2), 0, 0, 0, 0
    for number in range(KILLS):
        with _folder() as folder:
            known = _killed(folder, rng.random() * 0.3)
            for path in folder.rglob(f"*{OPEN}") if number % 2 else ():
                os.truncate(path, max(path.stat().st_size - rng.randrange(1, 2000), 0))
            torn += sum(done.bytes_lost > 0 for done in salvage(folder, now=NOW))
            items = [item for orphan in orphans(folder, (), loaded=lambda _: ()) for item in orphan.items]
            captures = [item.capture for item in items if item.capture]
            wrong += check_readable(folder) != len(captures) or bool(verify_archive(folder, captures))
            wrong += not known - 2 * (number % 2) <= len(captures) <= known + 1
            told, kept = told + known, kept + len(captures)
    return Mark(
        what=f"archive: {KILLS} writers killed with SIGKILL",
        wanted="no whole capture lost, all adopted, readable by warcio and verified",
        measured=f"{told} captures written, {kept} adopted; every second open segment was torn by up to 2 KB more: "
        f"{torn} salvaged up to their last good record; {wrong} archives wrong",
        met=wrong == 0 and told > 0,
    )


def streamed() -> Mark:
    """A WARC through a pipe."""
    with _folder() as folder:
        began = time.monotonic()
        sent, pages, growth = stream(folder, STREAM_MIB)
        took = time.monotonic() - began
    return Mark(
        what=f"WARC of {STREAM_MIB} MiB from standard input",
        wanted="constant memory: < 64 MB growth",
        measured=f"{sent >> 20} MiB of gzip, {pages} pages kept, {growth:.0f} MiB growth, {took:.0f} s with making it",
        met=growth < 64 and pages > 0,
    )


def standard() -> Mark:
    """warcio's own check and the place of every capture."""
    with _folder() as folder:
        captures = fill(folder, segments=5, pages=40, revisits=20)
        paths = [str(folder / file) for file in segments(folder)]
        program = [sys.executable, "-c", "from warcio.cli import main; main()", "check", "-v", *paths]
        done = subprocess.run(program, capture_output=True, text=True, check=False)
        passed = done.stdout.count("digest pass")
        sizes = [len(read_body(folder, c.warc_file, c.warc_offset, c.warc_length)[0]) for c in captures]
    good = sizes == [c.body_bytes for c in captures]
    return Mark(
        what="archive: warcio check",
        wanted="every digest verifies; any capture read in one seek",
        measured=f"exit {done.returncode}, {passed} records' digests verified; {len(sizes)} captures (20 of them "
        f"revisits) read {'as they were' if good else 'otherwise'}",
        met=done.returncode == 0 and good and passed > len(captures),
    )


def _taken(data: bytes) -> tuple[list[WarcItem], str]:
    items: list[WarcItem] = []
    with _folder() as folder:
        writer = new_writer(folder)
        try:
            items.extend(import_warc(io.BytesIO(data), writer, is_loaded=lambda _: False))
        except UnreadableWarc as error:
            return items, str(error)
        finally:
            writer.close()
    return items, ""


def _wrong_cuts(data: bytes, whole: list[WarcItem]) -> int:
    """Cuts after which something else than the beginning was kept, or a response went missing without a word."""
    starts, wrong = list[int](), 0
    with suppress(BrokenRecord):
        starts.extend(r.offset for r in read_records(io.BytesIO(data)) if r.kind == "response" and r.is_http)
    for part in range(1, CUTS):
        end = len(data) * part // CUTS
        items, broken = _taken(data[:end])
        begun = sum(start < end for start in starts)
        is_prefix = [(i.url, i.digest) for i in items] == [(i.url, i.digest) for i in whole[: len(items)]]
        wrong += not is_prefix or (len(items) < begun and not broken)
    return wrong


def _by_warcio(path: Path) -> str:
    """Responses that warcio reads, in a process of its own: it prints what it dislikes."""
    code = (
        "import sys; from warcio.archiveiterator import ArchiveIterator as A; n = 0\n"
        "try:\n for r in A(open(sys.argv[1], 'rb'), arc2warc=True):\n"
        "  n += r.rec_type == 'response' and r.rec_headers['WARC-Target-URI'][:4] == 'http'\n"
        "except Exception: print(n, '(raises)')\nelse: print(n)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _killed(archive: Path, after_s: float) -> int:
    """How many captures a writer had told of when it was killed."""
    with subprocess.Popen([sys.executable, "-c", WRITER, str(archive)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        process.kill()
        return 1 + process.stdout.read().count("\n")


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)
