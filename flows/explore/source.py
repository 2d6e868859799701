"""A source: how it is, what came of it, what was learned of it, what was rejected, and how it is set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flows.base.settings import Settings
from flows.explore.pages import Asked, Handler, NotThere, Page
from flows.explore.snapshots import View

_PARTS = ("alarms", "gaps", "polls", "blocks", "navigation", "reasons")
_SECRET = ("headers", "cookies")  # of which the names are shown, and no value


def sources_page(view: View, _: Asked) -> Page:
    """All sources, those in trouble first."""
    sources = view.ask("sources")
    return Page("sources.html", "Sources", (sources,), {"sources": sources.rows})


def source_page(settings: Callable[[], Settings]) -> Handler:
    """The page of one source.

    Args:
        settings: reads the owner's, for what dateline.toml says of it.
    """

    def page(view: View, asked: Asked) -> Page:
        name, rows = asked.text("name"), asked.number("rows", 30, most=1000)
        source = view.ask("source", source=name)
        articles = view.ask("source_articles", "articles", source=name, rows=rows)
        if not source.rows and not articles.rows:
            raise NotThere(f"there is no source {name[:80]!r} in this snapshot")
        parts = [source, articles, view.ask("source_days", "days", source=name, rows=max(rows, 120))]
        parts += [view.ask(f"source_{part}", part, source=name) for part in _PARTS]
        parts.append(view.ask("source_rejected", "rejected", source=name, rows=rows))
        shown: dict[str, Any] = {part.name: part.rows for part in parts}
        shown |= {"name": name, "row": source.row or {}, "settings": _settings(settings(), name)}
        return Page("source.html", f"{name} · source", tuple(parts), shown, ("days", "day", "articles", 660))

    return page


def _settings(settings: Settings, name: str) -> dict[str, Any]:
    """What dateline.toml says of a source, without a secret."""
    found = next((each for each in settings.all_sources if each.name == name), None)
    if found is None:
        return {}
    said = found.model_dump(exclude_defaults=True, exclude=set(_SECRET))
    hidden = {name: sorted(getattr(found, name)) for name in _SECRET if getattr(found, name)}
    return said | {name: f"{', '.join(names)} (values are not shown)" for name, names in hidden.items()}
