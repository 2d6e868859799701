"""`dateline query`: the queries that ship, listed, shown and asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from rich.table import Table

from flows.output import answer
from flows.queries import VISIT, Query, find, given, queries
from flows.settings import Settings
from flows.show import console
from flows.sql import Reader


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
    settings: Settings, name: str, said: list[str], *, form: str, timeout_s: float, output: Path | None, show: bool
) -> None:
    """Ask one of the queries, or show it.

    Raises:
        EdgeError: no such query, or a parameter is wrong.
        NoWarehouse: nothing has been published yet.
        QueryFailed: the query did not run.
    """
    query = find(name)
    if show:
        console.print(query.sql, markup=False, highlight=False)
        return
    visits = settings.folder.state / "visits.json"
    now = datetime.now(UTC)
    values = given(query, said, last_visit=_last(visits, query), now=now)
    reader = Reader(settings.folder.snapshot, timeout_s=timeout_s)
    try:
        answer(reader, query.sql, values, form=form, output=output)
    finally:
        reader.close()
    if any(p.kind == VISIT for p in query.parameters):
        _remember(visits, query, now)


def _read(visits: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(visits.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _last(visits: Path, query: Query) -> datetime | None:
    said = _read(visits).get(query.name)
    return datetime.fromisoformat(said) if said else None


def _remember(visits: Path, query: Query, now: datetime) -> None:
    """Keep when it was asked; a reader who may not write there has the last day as default again."""
    try:
        visits.write_text(json.dumps(_read(visits) | {query.name: now.isoformat()}), encoding="utf-8")
    except OSError:
        return
