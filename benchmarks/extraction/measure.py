"""How well and how fast pages are read, against a truth, beside plain trafilatura on the same pages in the same run.

    python -m benchmarks.extraction PAGES.warc.gz [--truth TRUTH.jsonl] [--others-python PATH] [--json] [--write]

How is counted: `scoring`.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from warcio.archiveiterator import ArchiveIterator

from benchmarks.base.page import grid, machine, write_section
from benchmarks.extraction import folds
from benchmarks.extraction import others as extraction_others
from benchmarks.extraction.lines import HEADINGS, Line, cells, summary, table
from benchmarks.extraction.scoring import Read, score
from tasks.extract.encoding.charset import decode
from tasks.extract.fields.dates import Dates, day_of
from tasks.extract.page import read_page
from warehouse.records import DateSignal, Hints, Page

_SAID = ("headline", "authors", "day", "text")
FETCHED_AT = datetime(2026, 11, 1, tzinfo=UTC)  # of the corpus


@dataclass(frozen=True, slots=True)
class Sample:
    """One archived page and its truth."""

    url: str
    content_type: str | None
    body: bytes
    truth: dict[str, Any]


System = Callable[[str, str], Read]


def dateline(html: str, url: str) -> Read:
    """Dateline's own reading."""
    page = read_page(html, url=url, hints=Hints(fetched_at=FETCHED_AT))
    if not isinstance(page, Page):
        return Read()
    chosen = next((signal for signal in page.dates if signal.chosen and signal.role == "published"), None)
    day = _day(chosen)
    changed = _day(next((signal for signal in page.dates if signal.chosen and signal.role == "modified"), None))
    return Read(
        headline=page.headline,
        authors=list(page.authors),
        day=day,
        changed=changed,
        instant=page.date_published,
        local=_wall_clock(chosen),
        text=page.text,
        kind=page.page_kind,
    )


def _day(signal: DateSignal | None) -> str | None:
    day = day_of(Dates(published=signal, modified=None, signals=(), flags=()))
    return day.isoformat() if day else None


def trafilatura_alone(html: str, url: str, *, precise: bool = False) -> Read:
    """bare_extraction with its own metadata."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(html, url=url, with_metadata=True, favor_precision=precise)
    if found is None:
        return Read()
    names = [name for name in re.split(r";\s*", found.author or "") if name]
    return Read(headline=found.title, authors=names, day=found.date, text=found.text or "")


def trafilatura_precise(html: str, url: str) -> Read:
    """As `trafilatura_alone`, in its precision mode."""
    return trafilatura_alone(html, url, precise=True)


SYSTEMS: dict[str, System] = {
    "dateline": dateline,
    "trafilatura": trafilatura_alone,
    "trafilatura, precision": trafilatura_precise,
}


def samples(warc: Path, truth: Path) -> Iterator[Sample]:
    """The response records that the truth knows."""
    with truth.open(encoding="utf-8") as lines:
        known = {row["url"]: row for row in map(json.loads, lines)}
    with warc.open("rb") as stream:
        for record in ArchiveIterator(stream):
            url = record.rec_headers.get_header("WARC-Target-URI")
            if record.rec_type == "response" and url in known:
                yield Sample(
                    url, record.http_headers.get_header("Content-Type"), record.content_stream().read(), known[url]
                )


def warm(names: tuple[str, ...]) -> None:
    """Load what a system loads on its first page, so that it is not counted."""
    logging.disable(logging.CRITICAL)
    story = "<p>" + "The council met for three hours and decided nothing of importance. " * 20 + "</p>"
    for name in names:
        with suppress(Exception):
            SYSTEMS[name](
                f"<html><body><article><h1>Nothing</h1>{story * 3}</article></body></html>", "https://a.example/b"
            )


def measure(sample: Sample, names: tuple[str, ...]) -> dict[str, tuple[dict[str, float], float]]:
    """For each system: what was right (1.0 or 0.0, or a share) and the seconds of CPU it took."""
    html, _ = decode(sample.body, sample.content_type)
    measured = {}
    for name in names:
        started = time.process_time()
        try:
            read = SYSTEMS[name](html, sample.url)
        except Exception:  # another system's crash is its miss
            read = Read()
        measured[name] = (score(read, sample.truth), time.process_time() - started)
    return measured


def of_others(python: Path, pages: list[Sample]) -> Iterator[dict[str, tuple[dict[str, float], float]]]:
    """As `measure`, by the systems of another interpreter."""
    handed = ((sample.url, decode(sample.body, sample.content_type)[0]) for sample in pages)
    for sample, answers in zip(pages, extraction_others.ask(python, handed), strict=True):
        yield {
            said["system"]: (score(Read(**{name: said[name] for name in _SAID}), sample.truth), said["seconds"])
            for said in answers
        }


def _wall_clock(signal: DateSignal | None) -> datetime | None:
    from tasks.extract.signals.dateparse import read

    found = read(signal.raw) if signal else None
    return found.local if found else None


def main(
    warc: Annotated[Path, typer.Argument(exists=True, help="response records, gzip or not")],
    truth: Annotated[Path | None, typer.Option(help="default: beside the WARC file, .truth.jsonl")] = None,
    others_python: Annotated[
        Path | None, typer.Option(help="newspaper4k and news-please too, by the interpreter that has them")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for a program")] = False,
    write: Annotated[bool, typer.Option("--write", help="write the section of docs/benchmarks.md")] = False,
    jobs: Annotated[int, typer.Option(help="processes")] = 2,
) -> None:
    """Measure the extractor on archived pages."""
    truth = truth or warc.with_name(warc.name.split(".")[0] + ".truth.jsonl")
    names = tuple(SYSTEMS)
    pages = list(samples(warc, truth))
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=warm, initargs=(names,)) as pool:
        measured = list(pool.map(measure, pages, [names] * len(pages), chunksize=5))
    if others_python is not None:
        measured = [ours | other for ours, other in zip(measured, of_others(others_python, pages), strict=True)]
    both = list(zip(pages, measured, strict=True))
    lines = summary((group, found) for page, found in both for group in _sets(page))
    lines += summary(zip(["all"] * len(pages), measured, strict=True))
    ours = ((group, page.url, found["dateline"][0]) for page, found in both for group in _sets(page))
    spread = folds.spreads(ours)
    if as_json:
        print(json.dumps([asdict(line) for line in lines], indent=1))
        return
    console = Console(width=140)
    console.print(table(lines))
    for each in spread:
        console.print(f"{each.set} {each.name}: {each.mean:.3f}, folds {each.low:.3f} to {each.high:.3f}")
    cost = {line.system: line.ms_per_page for line in lines if line.set == "all"}
    ratio = f"time relative to trafilatura with its metadata: {cost['dateline'] / cost['trafilatura']:.2f}"
    console.print(ratio)
    console.print(_kinds(lines))
    if write:
        write_section("extraction", section(lines, ratio, spread))


def _sets(page: Sample) -> list[str]:
    """The sets that a page is in."""
    found: list[str] = page.truth.get("sets") or [page.truth["set"]]
    return found


def _kinds(lines: list[Line]) -> str:
    """How many articles were lost, and lists taken for articles."""
    marks = next(line.marks for line in lines if line.set == "all" and line.system == "dateline")
    lost, taken = (f"{100 * marks.get(name, 0.0):.2f} %" for name in ("lost", "taken"))
    return (
        f"Articles that dateline takes for something else: {lost}; lists and collections taken for articles: {taken}."
    )


def section(lines: list[Line], ratio: str, spread: list[folds.Spread]) -> str:
    """The result for docs/benchmarks.md."""
    text = [
        "## Extraction",
        "",
        "`python -m benchmarks.extraction PAGES.warc.gz --write` with news-dev.warc.gz. Shares in %; the body",
        "as F1 / precision / recall of 4-word shingles; headline after normalisation (exact in brackets);",
        "authors equal as sets; the instant to the minute. What the truth of a page lacks is not counted.",
        "",
        machine("trafilatura", "lxml", "py3langid"),
        "",
        *grid(HEADINGS, [cells(line) for line in sorted(lines, key=lambda line: (line.set, line.system))]),
        "",
        f"On the same pages in the same run, {ratio}. {_kinds(lines)}",
        "",
        "By five folds over registrable domains (mean, lowest and highest fold):",
        "",
        *grid(("set", "figure", "mean", "lowest", "highest"), [_fold_cells(each) for each in spread]),
        "",
        *map(_changes, (line for line in lines if line.system == "dateline" and line.set != "all")),
    ]
    return "\n".join(text)


def _fold_cells(each: folds.Spread) -> list[str]:
    return [each.set, each.name, f"{each.mean:.3f}", f"{each.low:.3f}", f"{each.high:.3f}"]


def _changes(line: Line) -> str:
    """How many of the wrong days are a day that the page itself gives as that of a change."""
    counts = [round(line.marks.get(name, 0.0) * line.days) for name in ("day_wrong", "day_changed")]
    return (
        f"- {line.set}: of {counts[0]} days that differ from the truth, {counts[1]} do because the truth has the day "
        "that the page names as that of its last change, apart from its publication."
    )
