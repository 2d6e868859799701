"""The commands that read the published warehouse: sql, query, search, report, export."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from flows.terminal.options import Collections, Config, Form, Home, Output, Since, Sources, Timeout, Until

if TYPE_CHECKING:  # importing this module must stay cheap
    from flows.reading.searching import SearchRequest


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for command in (sql, query, search, trend, top, report, export):
        app.command()(command)


def sql(
    query: Annotated[Optional[str], typer.Argument(help="SQL; - reads standard input; none opens a shell.")] = None,  # noqa: UP045
    form: Form = None,
    file: Annotated[Optional[Path], typer.Option("--file", help="Read the query from a file.")] = None,  # noqa: UP045
    output: Output = None,
    as_of: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--as-of", metavar="TIME|RUN", help="articles as they were then: headline, text, version."),
    ] = None,
    database: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--database", help="Another snapshot, such as one that was frozen by export."),
    ] = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """Read-only SQL on the published warehouse: a query, or a shell when none is given."""
    from flows.base.settings import load
    from flows.cli.sql import sql_command

    sql_command(
        load(config, home),
        query,
        form=_form(form, output),
        timeout_s=timeout,
        file=file,
        output=output,
        as_of=as_of,
        database=database,
    )


def query(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Which one; list shows all.")] = "list",
    param: Annotated[Optional[list[str]], typer.Option("--param", "-p", metavar="X=Y", help="A parameter.")] = None,  # noqa: UP045
    match: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--match", metavar="QUERY", help="Of the articles only that this search finds."),
    ] = None,
    show: Annotated[bool, typer.Option("--sql", help="Show the query instead of asking it.")] = False,
    form: Form = None,
    output: Output = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """Questions that come with Dateline: who covered a story, wire copy, corrections, silent sources and more."""
    from flows.base.settings import load
    from flows.cli.query import list_queries, query_command

    if name == "list":
        list_queries()
        return
    settings = load(config, home)
    query_command(
        settings,
        name,
        param or [],
        form=_form(form, output),
        timeout_s=timeout,
        output=output,
        show=show,
        match=match,
    )


def search(
    text: Annotated[
        str,
        typer.Argument(help='Words that must all be there, OR, NOT or -, ( ), "a phrase", begin*, field:value.'),
    ],
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    collection: Collections = None,
    newest: Annotated[bool, typer.Option("--newest", help="The newest first, not the best.")] = False,
    rows: Annotated[int, typer.Option("--rows", help="At most so many.", min=1)] = 20,
    form: Form = None,
    output: Output = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """Articles in which something stands, the best first; docs/search.md has the language with 40 examples.

    A search that begins with - goes after --, as in: dateline search -- -council
    """
    from flows.base.settings import load
    from flows.cli.search import search_command

    asked = replace(_search(text, since, until, source, collection), newest=newest, rows=rows)
    search_command(load(config, home), asked, form=_form(form, output), timeout_s=timeout, output=output)


def trend(
    text: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    unit: Annotated[str, typer.Option("--every", help="day, week or month.")] = "day",
    by: Annotated[Optional[str], typer.Option("--by", help="source or collection: a line for each.")] = None,  # noqa: UP045
    share: Annotated[bool, typer.Option("--share", help="Bars and chart show the share of all articles.")] = False,
    picture: Annotated[Optional[Path], typer.Option("--chart", help="Draw it to this file: .svg or .png.")] = None,  # noqa: UP045
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    collection: Collections = None,
    form: Form = None,
    output: Output = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """Attention over time: articles that match, by day, week or month, and their share of all."""
    from flows.base.settings import load
    from flows.cli.attention import trend_command

    trend_command(
        load(config, home),
        _search(text, since, until, source, collection),
        unit=unit,
        by=by,
        is_share=share,
        picture=picture,
        form=_form(form, output),
        timeout_s=timeout,
        output=output,
    )


def top(
    text: Annotated[str, typer.Argument(help="A search, as for `dateline search`.")],
    kind: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option("--kind", help="word, person, place, organization, source, author; repeatable; default all."),
    ] = None,
    rows: Annotated[int, typer.Option("--rows", help="At most so many of each kind.", min=1)] = 10,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    collection: Collections = None,
    form: Form = None,
    output: Output = None,
    timeout: Timeout = 60.0,
    home: Home = None,
    config: Config = None,
) -> None:
    """What stands out in the articles that match, against all others, by log-likelihood (G2)."""
    from flows.base.settings import load
    from flows.cli.attention import top_command
    from flows.reading.standing_out import KINDS

    top_command(
        load(config, home),
        _search(text, since, until, source, collection),
        kinds=kind or list(KINDS),
        rows=rows,
        form=_form(form, output),
        timeout_s=timeout,
        output=output,
    )


def report(
    open_it: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    output: Annotated[Optional[Path], typer.Option("--output", help="Folder to write it to; default quality/.")] = None,  # noqa: UP045
    home: Home = None,
    config: Config = None,
) -> None:
    """One page to look at: volume, freshness, revisions with their diffs, big stories, wire copy, alarms."""
    from flows.base.settings import load
    from flows.cli.report import report_command

    report_command(load(config, home), open_it=open_it, folder=output)


def export(
    target: Annotated[str, typer.Argument(metavar="DIR", help="A folder, or a URL that fsspec knows: s3://…")],
    frozen: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option("--frozen", metavar="NAME", help="Also copy the snapshot, to be cited and opened again."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    home: Home = None,
    config: Config = None,
) -> None:
    """Parquet by day with a manifest; a second export writes only what changed."""
    from flows.base.settings import load
    from flows.cli.export import export_command

    export_command(load(config, home), target, frozen=frozen, as_json=as_json)


def _search(
    text: str, since: str | None, until: str | None, source: list[str] | None, collection: list[str] | None
) -> SearchRequest:
    from flows.reading.searching import SearchRequest

    return SearchRequest(
        text=text, since=since, until=until, sources=tuple(source or ()), collections=tuple(collection or ())
    )


def _form(form: str | None, output: Path | None) -> str:
    """The form that was asked for, or that the file's name asks for, or a table."""
    from flows.terminal.output import FORMS, form_of

    if form is None:
        return form_of(output) if output else "table"
    if form not in FORMS:
        raise typer.BadParameter(f"{form!r} is none of {', '.join(FORMS)}", param_hint="--format")
    return form
