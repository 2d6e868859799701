"""`dateline query`: the queries that ship, listed, shown and asked."""

from __future__ import annotations

import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from flows.base.errors import BadUsage
from flows.base.output_path import refuse_files_of
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.queries import VISIT, Query, find, given, queries
from flows.reading.sql import Reader
from flows.terminal.output import answer
from flows.terminal.show import console, errors


def list_queries() -> None:
    """Every query with what it answers and what it takes."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("query", "what it answers", "parameters"):
        table.add_column(heading, no_wrap=heading == "query")
    for query in queries():
        table.add_row(
            query.name, query.about, ", ".join(f"{p.name}{'' if p.required else '?'}" for p in query.parameters)
        )
    console.print(table)
    console.print(
        "\ndateline query NAME --param x=y   a parameter with ? may be left out; --sql shows the query", style="dim"
    )


def query_command(
    settings: Settings,
    name: str,
    said: list[str],
    *,
    form: str,
    timeout_s: float,
    output: Path | None,
    show: bool,
    match: str | None = None,
) -> None:
    """Ask one of the queries, or show it; with `match` of the articles only that this search finds.

    Raises:
        EdgeError: no such query, or a parameter is wrong.
        NoWarehouse: nothing has been published yet.
        QueryFailed: the query did not run.
    """
    query = find(name)
    refuse_files_of(settings.folder, output)
    if show:
        console.print(query.sql, markup=False, highlight=False)
        return
    visits = settings.folder.state / "visits.json"
    values = given(query, said, last_visit=_last(visits, query), now=datetime.now(UTC))
    reader = open_published(settings, timeout_s=timeout_s)
    try:
        if match is not None:
            _restrict(reader, query, match)
        rows = answer(reader, query.sql, values, form=form, output=output)
        if any(p.kind == VISIT for p in query.parameters):
            _visited(visits, query, said, reader, is_cut=rows >= values.get("rows", math.inf))
    finally:
        reader.close()


def _restrict(reader: Reader, query: Query, match: str) -> None:
    named = reader.show_matching(match)
    if not named & set(re.findall(r"\w+", query.sql)):
        raise BadUsage(f"the query {query.name} asks nothing of single articles: --match cannot restrict it")


def _visited(visits: Path, query: Query, said: list[str], reader: Reader, *, is_cut: bool) -> None:
    """Remember the visit when all that is new was shown: not a part of it, nor of another time.

    What is remembered is the snapshot's age and not the clock's time: a run may be at work, or not published yet.
    """
    if is_cut:
        errors.print("there may be more: this visit is not remembered; --param rows=… shows more", style="dim")
    elif all(each.startswith("rows=") for each in said):
        ((newest,),) = reader.query("select max(ended_at) from runs").rows
        if newest:
            _remember(visits, query, newest)


def _read(visits: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(visits.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _last(visits: Path, query: Query) -> datetime | None:
    said = _read(visits).get(query.name)
    return datetime.fromisoformat(said) if said else None


def _remember(visits: Path, query: Query, until: datetime) -> None:
    """Keep what was seen; a reader who may not write there has the last day as default again."""
    try:
        visits.write_text(json.dumps(_read(visits) | {query.name: until.isoformat()}), encoding="utf-8")
    except OSError:
        return
