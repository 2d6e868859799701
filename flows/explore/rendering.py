"""From a page to bytes: HTML, CSV, JSON, the SQL, or its chart. Text of the world is made inert here, all of it.

Whatever a template writes goes through `_inert` and is then escaped: no template can forget it.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from flows.base.escape import for_json, for_terminal
from flows.explore.charts import drawn
from flows.explore.pages import Asked, Page
from flows.explore.questions import Part
from flows.explore.snapshots import View
from flows.reading.report.page import age, web_address
from flows.terminal.output import write_csv

FORMS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "sql": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
}


def environment() -> Environment:
    """The templates of this room."""
    made = Environment(
        loader=PackageLoader("flows.explore", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_inert,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"web": web_address, "age": age, "cell": cell, "count": _count}
    return made


def _inert(value: Any) -> Any:
    return value if isinstance(value, Markup) else cell(value)


def cell(value: Any) -> str:
    """A value as a person reads it; control characters and marks that reorder text as U+FFFD."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(cell, value))
    return for_terminal(str(value))


def _count(value: Any) -> str:
    return "" if value is None else f"{value:,}"


def as_html(templates: Environment, page: Page, asked: Asked, shared: Mapping[str, Any]) -> str:
    """The page; `shared` is what all templates may use."""
    parts = {part.name: part for part in page.parts}
    return templates.get_template(page.template).render(
        {**page.shown, **shared, "page": page, "parts": parts, "asked": asked}
    )


def as_form(form: str, view: View, page: Page, asked: Asked) -> str:
    """The rows of a page, its SQL or its chart; `part` in the address names one part.

    Raises:
        NotThere: the page has no such part.
    """
    name = asked.text("part")
    if form == "csv":
        out = io.StringIO()
        write_csv(page.part(name).result, out)
        return out.getvalue()
    if form == "sql":
        return page.part(name).sql or "-- No SQL makes these rows: the search index counts them.\n"
    if form == "svg":
        return drawn(view, page)
    return for_json(page.part(name).rows if name else _document(view, page)) + "\n"


def _document(view: View, page: Page) -> dict[str, Any]:
    run = view.run or {}
    return {
        "title": page.title,
        "published_at": view.publication.published_at,
        "run_id": run.get("run_id"),
        "as_of": view.when,
        "parts": {part.name: _part(part) for part in page.parts},
    }


def _part(part: Part) -> dict[str, Any]:
    return {"sql": part.sql or None, "rows": part.rows}
