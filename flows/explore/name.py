"""A person, an organization or a place: where it is named, over time, beside whom, and what was quoted of it."""

from __future__ import annotations

from flows.base.errors import BadUsage
from flows.explore.pages import Asked, NotThere, Page
from flows.explore.snapshots import View

KINDS = ("person", "organization", "place")


def name_page(view: View, asked: Asked) -> Page:
    """Where a name stands, and what was quoted of it.

    Raises:
        BadUsage: no name, or no kind, is given.
        NotThere: nothing names it.
    """
    name, kind = _name(asked)
    rows = asked.number("rows", 50, most=1000)
    articles = view.ask("name_articles", "articles", name=name, kind=kind, rows=rows)
    quotations = view.ask("name_quotations", "quotations", name=name, rows=rows)
    if not articles.rows and not quotations.rows:
        raise NotThere(f"no article of this snapshot names the {kind} {name[:80]!r}")
    shown = {"name": name, "kind": kind, "tab": "articles"}
    return Page("name.html", f"{name}, {kind}", (articles, quotations), shown)


def over_time_page(view: View, asked: Asked) -> Page:
    """When a name stood in the news, and which others stand beside it.

    Raises:
        BadUsage: no name, or no kind, is given.
    """
    name, kind = _name(asked)
    months = view.ask("name_months", "months", name=name, kind=kind)
    beside = view.ask("name_beside", "beside", name=name, kind=kind)
    shown = {"name": name, "kind": kind, "tab": "over time", "beside": beside.rows}
    return Page(
        "name_over_time.html", f"{name} over time", (months, beside), shown, ("months", "month", "articles", 660)
    )


def _name(asked: Asked) -> tuple[str, str]:
    name, kind = asked.text("name"), asked.text("kind") or "person"
    if not name or kind not in KINDS:
        raise BadUsage(f"give a name, and a kind that is one of {', '.join(KINDS)}")
    return name, kind
