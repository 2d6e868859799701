"""The measured table of acquiring: other people's test cases, attacks, damages, and a crawl against a real server.

    python -m benchmarks.conformance CORPORA_DIR [--no-live]

prints the table and writes docs/conformance.md. Exit status 1 when a mark is missed. About two minutes, of which the
crawls are 30 seconds; nothing leaves 127.0.0.1.
"""

import argparse
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks.base.marks import Mark
from benchmarks.base.page import write_section
from benchmarks.conformance import archive as marks_archive
from benchmarks.conformance import corpora as marks_corpora
from benchmarks.conformance import live as marks_live

_LIBRARIES = ("ada-url", "feedparser", "lxml", "requests", "urllib3", "brotli", "zstandard", "tldextract", "warcio")


def main(arguments: list[str] | None = None) -> int:
    """Measures, prints, writes; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, help="the folder that holds robots-google, url-wpt and the others")
    parser.add_argument("--no-live", action="store_true", help="only the corpora: no servers, half a minute")
    options = parser.parse_args(arguments)
    marks = marks_corpora.measure(options.corpora)
    if not options.no_live:
        marks += [*marks_live.measure(), *marks_archive.measure()]
    text = page(marks)
    print(text)
    write_section("corpora", text)
    return 0 if all(mark.met for mark in marks) else 1


def page(marks: list[Mark]) -> str:
    """The Markdown page."""
    lines = [
        "## Corpora, attacks and damages",
        "",
        "Written by `python -m benchmarks.conformance CORPORA_DIR`; do not edit. The corpora are third-party",
        "data and no part of the project; where they come from and under which licences their own README says.",
        "",
        f"Python {platform.python_version()}, " + ", ".join(f"{name} {version(name)}" for name in _LIBRARIES) + ".",
        "",
        "| what | mark | measured | met |",
        "|---|---|---|---|",
        *(f"| {mark.what} | {mark.wanted} | {mark.measured} | {'yes' if mark.met else '**no**'} |" for mark in marks),
    ]
    for mark in marks:
        if mark.details:
            lines += ["", f"### {mark.what}", "", *mark.details]
    return "\n".join(lines) + "\n"
