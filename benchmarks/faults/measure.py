"""What is not a kill of the whole run: a server, readers or judge that die, a full disk, a clock that is set back.

    python -m benchmarks.faulty [--only SERVER] [--write]

As in `make crash`, two editions of the embedded newsroom, a run each by a clock that stands still, and something is
done to one of them at a named point. Where a part of it is killed, the run has to go on, and its content has to be that
of an undisturbed run. Where the disk is full (a tmpfs of 160 MB, on which a file takes up what is left), the run has to
say so, and when there is space again the next run has to make it good, to the same content. Where the clock is set
back, the run and the next one have to leave a warehouse in which `dateline verify` finds nothing. Each run starts its
own Prefect server.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.base.page import grid, machine, write_section
from benchmarks.crash.child import BALLAST
from benchmarks.crash.measure import Stage, faults_of, stages, undisturbed

_DISK = "size=160m"
_EARLY = ("links are announced", "20th page is archived", "pages are being read")
_LATE = ("within a load, before its commit", "the run is judged", "books are closed")
_WRITES = (
    "the run has begun", "links are announced", "first page is archived", "a segment is about to close",
    "pages are read", "a package is about to be written", "a package is written", "within a load, before its commit",
    "the run is about to be judged", "books are closed", "the run is finished", "the search index is up to date",
)  # fmt: skip
CASES = {
    "fill the disk": _WRITES,
    "kill the server": (*_EARLY, *_LATE),
    "kill the readers": ("20th page is archived", "pages are being read", "a batch is judged"),
    "kill the judge": ("20th page is archived", "pages are read", "a batch is judged"),
    "set the clock back": ("the run has begun", "20th page is archived", "a batch is judged", "a package is loaded"),
}


@dataclass(slots=True, kw_only=True)
class Done:
    """One run to which something was done."""

    action: str
    point: str
    edition: int
    status: int
    seconds: float
    said: str = ""
    wrong: list[str] = field(default_factory=list)


def trial(stage: Stage, reference: list[dict[str, str]], home: Path, *, edition: int, action: str, point: str) -> Done:
    """Do it, run again, and compare.

    Args:
        stage: of pages in one batch.
        reference: content after each edition of runs that nobody disturbed.
        home: with the edition before, if any.
        edition: 1 or 2.
        action: of benchmarks.crash.child.
        point: where.
    """
    began, before = time.monotonic(), _log(stage)
    status = stage.start(home, edition, "--kill-at", point, "--then", action).wait(300)
    said = _log(stage)[len(before) :]
    done = Done(action=action, point=point, edition=edition, status=status, seconds=time.monotonic() - began)
    if action == "fill the disk":
        done.said = _error(said)
        (home / BALLAST).unlink(missing_ok=True)
        if status and "disk is full" not in done.said:
            done.wrong.append(f"it says {done.said!r}")
    elif status:
        done.wrong.append(f"it ended with {status}: {_error(said)}")
    elif action != "set the clock back":
        done.wrong += [
            f"{each}, before the next run" for each in faults_of(home, stage.batches, reference[edition - 1])
        ]
    if (again := stage.finish(home, edition)) != 0:
        done.wrong.append(f"the next run ended with {again}")
        return done
    found = faults_of(home, stage.batches, reference[edition - 1])
    done.wrong += [each for each in found if action != "set the clock back" or not each.endswith(" differs")]
    return done


def _log(stage: Stage) -> str:
    path = stage.folder / "child.log"
    return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""


def _error(log: str) -> str:
    """What the run said in the end, as `dateline ingest` says it; else the last line of a traceback."""
    lines = [line for line in log.splitlines() if line and not line.startswith(" ")]
    said = [line for line in lines if line.startswith("error: ")]
    return (said or lines or [""])[-1][:300]


@contextmanager
def small_disk(home: Path, *, wanted: bool) -> Iterator[None]:
    """The home on a tmpfs of its own, when wanted; removed afterwards."""
    home.mkdir()
    try:
        if wanted:
            subprocess.run(["mount", "-t", "tmpfs", "-o", _DISK, "tmpfs", str(home)], check=True)
        yield
    finally:
        if home.is_mount():
            subprocess.run(["umount", "--lazy", str(home)], check=True)
        shutil.rmtree(home, ignore_errors=True)


def measure(only: str | None) -> tuple[list[Done], float]:
    """All cases; and the seconds of an undisturbed run."""
    found = []
    with stages() as (stage, _):
        (usually,) = undisturbed(stage)
        os.environ.pop("PREFECT_API_URL")  # from here on each run has a server of its own
        empty = _with_a_prefect_database(stage)
        began = time.monotonic()
        stage.finish(shutil.copytree(empty, stage.folder / "undisturbed"), 1)
        usual = time.monotonic() - began
        todo = [(a, p) for a, points in CASES.items() if only in (None, a) for p in points]
        for number, (action, point) in enumerate(todo):
            edition, home = 1 + number % 2, stage.folder / "trial"
            with small_disk(home, wanted=action == "fill the disk"):
                shutil.copytree(usually.before if edition == 2 else empty, home, dirs_exist_ok=True)
                done = trial(stage, usually.contents, home, edition=edition, action=action, point=point)
            found.append(done)
            print(f"{action}, {point}, edition {edition}: {done.wrong or 'nothing wrong'}; "
                  f"{done.status}, {done.seconds:.0f} s {done.said}", flush=True)  # fmt: skip
    return found, usual


def _with_a_prefect_database(stage: Stage) -> Path:
    """A home in which nothing is but the Prefect database of one run: its migrations take 10 s."""
    home, empty = stage.folder / "usual", stage.folder / "empty"
    stage.finish(home, 1)
    (empty / "state").mkdir(parents=True)
    for path in (home / "state").glob("prefect.db*"):
        shutil.copy(path, empty / "state")
    return empty


def section(found: list[Done], usual: float) -> str:
    """The page's part."""
    lines = grid(
        ("what", "when", "edition", "the run itself", "took", "wrong after it or the next run"),
        [(each.action, each.point, str(each.edition), "completed" if each.status == 0 else "ended with an error",
          f"{each.seconds / usual:.1f} ×", "; ".join(each.wrong) or "nothing") for each in found],
    )  # fmt: skip
    right = sum(not each.wrong for each in found)
    told = " ".join((__doc__ or "").split("\n\n")[-1].split())
    return "\n".join([
        "## Other faults", "", f"`make faults` (`python -m benchmarks.faulty --write`). {told}", "",
        machine("prefect", "duckdb", "pebble"), "",
        f"{right} of {len(found)} were right. Times are to an undisturbed run of the first edition.", "", *lines,
    ])  # fmt: skip


def main() -> int:
    """Run them; 1 when something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--write", action="store_true", help="write the section of docs/reliability.md")
    options = parser.parse_args()
    if options.only in (None, "fill the disk") and os.geteuid() != 0:
        parser.error("a small disk can be mounted by root only; use --only for the other cases")
    found, usual = measure(options.only)
    text = section(found, usual)
    print(text)
    if options.write:
        write_section("faults", text)
    return int(any(each.wrong for each in found))
