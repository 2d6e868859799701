"""What each rule of the reader wins or loses: the same pages read with one rule switched off at a time.

    python -m benchmarks.extraction.rules PAGES.warc.gz [--truth TRUTH.jsonl] [--only NAME] [--write]

A rule is a function that is replaced by one that does nothing. A figure is that of the whole reader minus that of the
reader without the rule, in points of a hundred, and in how many of the five folds (`folds`) the rule wins and loses:
what wins in no more folds than it loses in has not earned its place.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.base.page import grid, write_section
from benchmarks.extraction import folds
from benchmarks.extraction.measure import Sample, dateline, samples, warm
from benchmarks.extraction.scoring import score
from tasks.extract.encoding.charset import decode
from tasks.extract.tree.position import is_elsewhere

_STORY = "tasks.extract.story"
_FIELDS = "tasks.extract.fields"
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A name for the table, and what is replaced by what."""

    name: str
    module: str
    attribute: str
    instead: Any


def _nothing(answer: Any) -> Callable[..., Any]:
    return lambda *_, **__: answer() if callable(answer) else answer


def _first(found: Any, *_: Any, **__: Any) -> Any:
    return found


RULES = (
    Rule("a link that is the story's sentence", f"{_STORY}.own_links", "settle", _nothing(set)),
    Rule("prompts by their targets and setting", f"{_STORY}.prompts", "find", _nothing(set)),
    Rule("stray short lines", f"{_STORY}.prompts", "_strays", _nothing(set)),
    Rule("recovery of lost paragraphs", f"{_STORY}.recovery", "complete", _first),
    Rule("nothing before the heading", f"{_STORY}.clutter", "after_heading", _first),
    Rule("labels that recur", f"{_STORY}.clutter", "_recurring", _nothing(set)),
    Rule("stamps, copyright, mail addresses", f"{_STORY}.clutter", "_is_service", _nothing(False)),
    Rule("phrases: picture credits", f"{_STORY}.clutter", "CREDIT", _NEVER),
    Rule("phrases: labels of advertising", f"{_STORY}.clutter", "ADVERTISING", _NEVER),
    Rule("phrases: headings of other stories", f"{_STORY}.clutter", "TRAILER", _NEVER),
    Rule("lead-in and a title or link", f"{_STORY}.clutter", "_LEAD", _NEVER),
    Rule("what stands twice", f"{_STORY}.clutter", "_once", _first),
    Rule("teaser cards and boxes", f"{_STORY}.teasers", "find", _nothing(list)),
    Rule("boxes by their names, as a set", f"{_STORY}.prune", "_boxes", _nothing(list)),
    Rule("comments", f"{_STORY}.prune", "_comments", _nothing(list)),
    Rule("comments by their make", f"{_STORY}.prune", "_signed", _nothing(list)),
    Rule("articles that follow", f"{_STORY}.prune", "_drop_following", _nothing(None)),
    Rule("embedded posts", f"{_STORY}.prune", "_settle_embeds", _nothing(set)),
    Rule("the standfirst that is shown", f"{_STORY}.body", "standfirst", _nothing(None)),
    Rule("stories held for machines", f"{_STORY}.body", "_is_elsewhere", _nothing(False)),
    Rule("bylines by their labels", f"{_FIELDS}.bylines", "_of_bylines", _nothing(list)),
    Rule("rel=author", f"{_FIELDS}.bylines", "_of_rel", _nothing(list)),
    Rule("a line that is a byline", f"{_FIELDS}.bylines", "of_text", _nothing(list)),
    Rule("a link to an author's page", f"{_FIELDS}.bylines", "of_link", _nothing(list)),
    Rule("links to authors' pages, side by side", f"{_FIELDS}.bylines", "of_links", _nothing(list)),
    Rule("credits of pictures are no bylines", f"{_FIELDS}.bylines", "_is_anothers", is_elsewhere),
    Rule("who did something else for a story", f"{_FIELDS}.bylines", "other_credits", _nothing(set)),
    Rule("names in the first lines", f"{_FIELDS}.authors", "with_first_lines", _first),
    Rule("an author whom two more claims name", f"{_FIELDS}.authors", "_supported", lambda named: named[0]),
    Rule("h1 first", f"{_FIELDS}.headline", "_seen", _nothing(None)),
    Rule("an h1 that is a section", f"{_FIELDS}.headline", "_is_section", _nothing(False)),
    Rule("kickers in the h1", f"{_FIELDS}.titles", "KICKER", 0),
    Rule("the permalink's date of a migrated page", f"{_FIELDS}.dates", "_original", _nothing(None)),
    Rule("two claims outvote one", f"{_FIELDS}.dates", "_outvoted", _first),
    Rule("the claim that keeps the page's zone", f"{_FIELDS}.dates", "_is_local_twin", _nothing(False)),
    Rule("the day that is printed", f"{_FIELDS}.day", "_told", _nothing(None)),
    Rule("a zone from two claims", f"{_FIELDS}.dates", "zone_of", _nothing(None)),
)


@contextmanager
def without(rule: Rule) -> Iterator[None]:
    """The reader with a rule switched off."""
    module = importlib.import_module(rule.module)
    kept = getattr(module, rule.attribute)
    setattr(module, rule.attribute, rule.instead)
    try:
        yield
    finally:
        setattr(module, rule.attribute, kept)


def read_all(pages: list[Sample]) -> list[tuple[str, str, dict[str, float]]]:
    """Set, URL and marks of each page, as the reader is now."""
    return [
        (page.truth["set"], page.url, score(dateline(decode(page.body, page.content_type)[0], page.url), page.truth))
        for page in pages
    ]


def worth(whole: list[tuple[str, str, dict[str, float]]], less: list[tuple[str, str, dict[str, float]]]) -> list[str]:
    """What a rule is worth, a cell for each figure: points over all sets, folds won and lost."""
    cells = []
    for name in folds.NAMES:
        gained = [_figure(name, whole, fold) - _figure(name, less, fold) for fold in range(folds.FOLDS)]
        total = _figure(name, whole, None) - _figure(name, less, None)
        won, lost = (sum(sign * each > 1e-9 for each in gained) for sign in (1, -1))
        cells.append(f"{100 * total:+.2f} ({won}:{lost})" if won or lost else "0")
    return cells


def _figure(name: str, pages: list[tuple[str, str, dict[str, float]]], fold: int | None) -> float:
    marks = [marks for _, url, marks in pages if fold is None or folds.fold_of(url) == fold]
    return folds.figure(name, marks) or 0.0


def main(
    warc: Annotated[Path, typer.Argument(exists=True)],
    truth: Annotated[Path | None, typer.Option(help="default: beside the WARC file, .truth.jsonl")] = None,
    only: Annotated[str | None, typer.Option(help="rules with these words in their name")] = None,
    write: Annotated[bool, typer.Option("--write", help="write the section of docs/benchmarks.md")] = False,
) -> None:
    """Read the pages once as they are, and once without each rule."""
    warm(("dateline",))
    pages = list(samples(warc, truth or warc.with_name(warc.name.split(".")[0] + ".truth.jsonl")))
    whole = read_all(pages)
    rows = []
    for rule in RULES:
        if only is None or only in rule.name:
            with without(rule):
                rows.append([rule.name, *worth(whole, read_all(pages))])
            print(" | ".join(rows[-1]), flush=True)
    if write:
        write_section("extraction-rules", section(rows))


def section(rows: list[list[str]]) -> str:
    """The result for docs/benchmarks.md."""
    return "\n".join(
        [
            "## Extraction, rule by rule",
            "",
            "`python -m benchmarks.extraction.rules PAGES.warc.gz --write` with news-dev.warc.gz: what the reader",
            "loses without each rule, in points of a hundred over all sets; in brackets the folds (of five, over",
            "registrable domains) in which the rule wins and loses.",
            "",
            *grid(("rule", *folds.NAMES), rows),
        ]
    )


if __name__ == "__main__":
    typer.run(main)
