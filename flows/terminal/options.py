"""Options that several commands share. Importing it must stay cheap, as for flows.cli.app."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

if TYPE_CHECKING:  # importing this module must stay cheap
    from flows.reading.searching import SearchRequest

EXIT_CODES = (
    "Exit status: 0 done and balanced · 1 failed · 2 usage · 3 done, but with an alarm (quality, silent source) · 130 "
    "stopped by Ctrl-C, SIGTERM or SIGHUP."
)
Home = Annotated[
    Optional[Path],  # noqa: UP045 - Typer reads this at run time
    typer.Option(
        "--home", help="The owner's folder. Default: DATELINE_HOME, `home` of dateline.toml, or dateline-data."
    ),
]
Config = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--config", help="The configuration file. Default: dateline.toml in the working directory."),
]
Form = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--format",
        "-f",
        help="table, csv, json, jsonl, markdown, parquet or xlsx. Default: as the file is called; else a table.",
    ),
]
Output = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--output", "-o", help="Write the result to this file."),
]
Timeout = Annotated[float, typer.Option("--timeout", help="Seconds a query may take.", min=0.1)]
Since = Annotated[Optional[str], typer.Option("--since", help="Published from this day or time on.")]  # noqa: UP045
Until = Annotated[Optional[str], typer.Option("--until", help="Published before this day or time.")]  # noqa: UP045
Sources = Annotated[Optional[list[str]], typer.Option("--source", help="Of this source; repeatable.")]  # noqa: UP045
Collections = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--collection", help="Of the sources of this collection; repeatable."),
]


def search_request(
    text: str, since: str | None, until: str | None, source: list[str] | None, collection: list[str] | None
) -> SearchRequest:
    """The options of a search as one request."""
    from flows.reading.searching import SearchRequest

    return SearchRequest(
        text=text, since=since, until=until, sources=tuple(source or ()), collections=tuple(collection or ())
    )


def form_of_result(form: str | None, output: Path | None) -> str:
    """The form that was asked for, or that the file's name asks for, or a table."""
    from flows.terminal.output import FORMS, form_of

    if form is None:
        return form_of(output) if output else "table"
    if form not in FORMS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(FORMS)}", param_hint="--format")
    return form
