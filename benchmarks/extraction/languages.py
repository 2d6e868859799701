"""The reader by language of the page: text, authors and day, each over the pages whose truth has it.

    python -m benchmarks.extraction.languages PAGES.warc.gz [--truth TRUTH.jsonl] [--write]

The language is that of the read text (`Page.language`), the declared one where the text is too short to tell.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.base.page import grid, write_section
from benchmarks.extraction import folds
from benchmarks.extraction.measure import FETCHED_AT, dateline, samples, warm
from benchmarks.extraction.scoring import score
from tasks.extract.encoding.charset import decode
from tasks.extract.page import read_page
from warehouse.records import Hints, Page

_NAMES = ("body_f1", "authors", "day_right")


def rows(warc: Path, truth: Path) -> list[list[str]]:
    """A row a language, most pages first: its pages, and each figure with the pages it counts."""
    marks: dict[str, list[dict[str, float]]] = defaultdict(list)
    for sample in samples(warc, truth):
        if sample.truth.get("kind", "article") == "article":
            html, _ = decode(sample.body, sample.content_type)
            page = read_page(html, url=sample.url, hints=Hints(fetched_at=FETCHED_AT))
            language = page.language if isinstance(page, Page) else None
            marks[language or "?"].append(score(dateline(html, sample.url), sample.truth))
    ordered = sorted(marks, key=lambda language: (-len(marks[language]), language))
    return [[code, str(len(marks[code])), *(_cell(name, marks[code]) for name in _NAMES)] for code in ordered]


def _cell(name: str, marks: list[dict[str, float]]) -> str:
    known = "precision" if name == "body_f1" else name
    pages = sum(known in each for each in marks)
    value = folds.figure(name, marks)
    return "" if value is None else f"{100 * value:.1f} ({pages})"


def main(
    warc: Annotated[Path, typer.Argument(exists=True)],
    truth: Annotated[Path | None, typer.Option(help="default: beside the WARC file, .truth.jsonl")] = None,
    write: Annotated[bool, typer.Option("--write", help="write the section of docs/benchmarks.md")] = False,
) -> None:
    """Read the pages and print a table."""
    warm(("dateline",))
    found = rows(warc, truth or warc.with_name(warc.name.split(".")[0] + ".truth.jsonl"))
    lines = [
        "## Extraction by language",
        "",
        "`python -m benchmarks.extraction.languages PAGES.warc.gz --write` with news-dev.warc.gz: body F1, authors",
        "equal as sets, day right, in %; in brackets the pages whose truth has it.",
        "",
        *grid(("language", "pages", "body F1", "authors", "day"), found),
    ]
    print("\n".join(lines))
    if write:
        write_section("extraction-languages", "\n".join(lines))


if __name__ == "__main__":
    typer.run(main)
