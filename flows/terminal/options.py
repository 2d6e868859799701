"""Options that several commands share. Importing it must stay cheap, as for flows.cli.app."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, Signature, get_annotations, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional, get_type_hints

import typer

if TYPE_CHECKING:  # importing this module must stay cheap
    from flows.base.settings import Settings
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


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a warehouse is asked, and how the answer is given: the options of `sql`, `query` and all that searches."""

    form: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--format",
            "-f",
            help="table, csv, json, jsonl, markdown, parquet or xlsx. Default: as the file is called; else a table.",
        ),
    ] = None
    output: Annotated[Optional[Path], typer.Option("--output", "-o", help="Write the result to this file.")] = None  # noqa: UP045
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds a query may take.", min=0.1)] = 60.0
    home: Home = None
    config: Config = None

    def settings(self) -> Settings:
        """The owner's settings."""
        from flows.base.settings import load

        return load(self.config, self.home)

    def form_of_result(self) -> str:
        """The form that was asked for, or that the file's name asks for, or a table."""
        from flows.terminal.output import FORMS, form_of

        if self.form is None:
            return form_of(self.output) if self.output else "table"
        if self.form not in FORMS:
            raise typer.BadParameter(f"{self.form!r} is none of {', '.join(FORMS)}", param_hint="--format")
        return self.form


@dataclass(frozen=True, kw_only=True)
class Searching(Asking):
    """The options of `search`, `trend` and `top`."""

    since: Annotated[Optional[str], typer.Option("--since", help="Published from this day or time on.")] = None  # noqa: UP045
    until: Annotated[Optional[str], typer.Option("--until", help="Published before this day or time.")] = None  # noqa: UP045
    source: Annotated[Optional[list[str]], typer.Option("--source", help="Of this source; repeatable.")] = None  # noqa: UP045
    collection: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--collection", help="Of the sources of this collection; repeatable."),
    ] = None

    def request(self, text: str) -> SearchRequest:
        """A search with what narrows it."""
        from flows.reading.searching import SearchRequest

        return SearchRequest(
            text=text,
            since=self.since,
            until=self.until,
            sources=tuple(self.source or ()),
            collections=tuple(self.collection or ()),
        )


@dataclass(frozen=True, kw_only=True)
class Running:
    """The options of `ingest` and `backfill`."""

    sources: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(help="Sources or collections of dateline.toml; default all."),
    ] = None
    limit: Annotated[Optional[int], typer.Option("--limit", min=1, help="Pages per source; more is for later.")] = None  # noqa: UP045
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be fetched.")] = False
    home: Home = None
    config: Config = None
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON on standard output.")] = False


def with_options(group: type) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options of a group; it gets them as one object, in its parameter of that type.

    Args:
        group: a dataclass whose fields are annotated as Typer wants its parameters; those of a base class come last.
    """
    hints = get_type_hints(group, include_extras=True)
    names = [name for each in group.__mro__ for name in get_annotations(each)]
    shared = [Parameter(n, Parameter.KEYWORD_ONLY, default=getattr(group, n), annotation=hints[n]) for n in names]

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        own = list(signature(command, eval_str=True).parameters.values())
        taker = next(each.name for each in own if each.annotation is group)

        @wraps(command)
        def typed(**given: Any) -> None:
            command(**{taker: group(**{name: given.pop(name) for name in names})}, **given)

        # Typer reads what a function takes from its signature.
        typed.__signature__ = Signature([*(each for each in own if each.name != taker), *shared])  # type: ignore[attr-defined]
        return typed

    return decorated
