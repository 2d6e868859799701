"""The search page: what is found, where it stands, how much attention it had, and what else could be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from markupsafe import Markup, escape

from flows.base.escape import for_terminal
from flows.explore.pages import Asked, Page
from flows.explore.questions import Part
from flows.explore.search import (
    BY_WORDS,
    FACETS,
    MOST_PAGES,
    Search,
    by_day_sql,
    day_bounds,
    hits,
    limits,
    read_search,
    search_sql,
    watch_text,
)
from flows.explore.snapshots import View
from flows.reading.sql import Result
from warehouse.rowids import selects
from warehouse.searching.excerpts import Excerpt, Marker
from warehouse.searching.query_tree import PHRASE, All, Term
from warehouse.searching.reading import Limits

_SHOWN = (
    "article_id, coalesce(date_published, first_seen) as published_at, source, headline, text, language, agency, "
    "section, version, url"
)
_COLUMNS = (
    "score",
    "published_at",
    "source",
    "headline",
    "excerpt",
    "language",
    "agency",
    "section",
    "url",
    "article_id",
)
_HEAD_CHARACTERS = 220  # of an article that no words were looked for in


def search_page(view: View, asked: Asked) -> Page:
    """Articles that are found, with facets and attention.

    Raises:
        BadSearch, BadUsage: the search cannot be meant.
        NoIndex: there is no search index.
    """
    search = read_search(asked)
    bounds = limits(view, search)
    articles, excerpts = _articles(view, search, bounds)
    days, facets = by_day(view, search, bounds), _facets(view, search, bounds)
    total = view.reader.searches.index.count(search.node, view.reader.searches.names, limits=bounds)
    shown = {
        "search": search,
        "excerpts": excerpts,
        "total": total,
        "days": days.rows[-1:-15:-1],
        "more": total > search.page * search.rows and search.page < MOST_PAGES and not view.when,
        "facets": _by_facet(facets),
        "day_bounds": day_bounds,
        "watch": watch_text(search),
    }
    title = f"{search.words} · search" if search.words else "Search"
    return Page("search.html", title, (articles, days, facets), shown, ("attention", "day", "articles", 280))


def _articles(view: View, search: Search, bounds: Limits) -> tuple[Part, list[Markup]]:
    found = hits(view, search, bounds)
    articles = _read(view, [hit.article_id for hit in found])
    marker = Marker(search.node)
    rows: list[tuple[Any, ...]] = []
    excerpts: list[Markup] = []
    for hit in found:
        if hit.article_id in articles and len(rows) < search.rows:
            row = articles[hit.article_id] | {"score": round(hit.score, 2)}
            excerpt = marker.excerpt(row["text"] or "", row["language"], width=_HEAD_CHARACTERS)
            row["excerpt"] = excerpt.marked("**", "**")
            rows.append(tuple(row[name] for name in _COLUMNS))
            excerpts.append(marked(excerpt))
    return Part("articles", Result(list(_COLUMNS), rows), search_sql(search, bounds)), excerpts


def _read(view: View, idents: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """The articles by id; as of another time those that were there then."""
    if view.when:
        found = view.ask("shown_as_of", articles=idents).rows
    else:
        asked = "select rowid from articles where article_id in (select unnest($ids::uuid[]))"
        places = [place for (place,) in view.reader.query(asked, {"ids": idents}).rows]
        found = view.answer("articles", " union all ".join(selects(_SHOWN, places))).rows
    return {row["article_id"]: row for row in found}


def marked(excerpt: Excerpt) -> Markup:
    """An excerpt for a page, with <mark> around what was looked for."""
    parts, at = [Markup("")], 0
    for start, end in excerpt.spans:
        parts += [_inert(excerpt.text[at:start]), Markup("<mark>"), _inert(excerpt.text[start:end]), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, _inert(excerpt.text[at:])])


def _inert(text: str) -> Markup:
    return escape(for_terminal(text))


def by_day(view: View, search: Search, bounds: Limits) -> Part:
    """Attention: articles by day, and as share of all articles within the same bounds."""
    index, names = view.reader.searches.index, view.reader.searches.names
    everything = view.publication.remembered(("by day", bounds), lambda: index.by_day(All(()), names, limits=bounds))
    found = index.by_day(search.node, names, limits=bounds) if search.text else everything
    rows = [(day, count, everything[day], round(count / everything[day], 6)) for day, count in found.items()]
    return Part("attention", Result(["day", "articles", "all_articles", "share"], rows), by_day_sql(search, bounds))


def _facets(view: View, search: Search, bounds: Limits) -> Part:
    """What else could be chosen, and how many articles that would leave: the most frequent values of each facet."""
    rows = sorted(_counted(view, search, bounds), key=lambda row: (FACETS.index(row[0]), -row[2], row[1]))
    return Part("facets", Result(["facet", "value", "articles"], rows))


def _counted(view: View, search: Search, bounds: Limits) -> Iterator[tuple[str, str, int]]:
    index, names = view.reader.searches.index, view.reader.searches.names
    for row in vocabulary(view):
        facet, value = row["facet"], row["value"]
        node, within = search.node, bounds
        if facet in BY_WORDS:
            node = All((search.node, Term(value, PHRASE, facet)))
        else:
            sources = {value} if facet == "source" else names.collections.get(value, frozenset())
            within = replace(bounds, sources=frozenset(sources) if bounds.sources is None else bounds.sources & sources)
        if count := index.count(node, names, limits=within):
            yield facet, value, count


def vocabulary(view: View) -> list[dict[str, Any]]:
    """The values of facets that most articles have: facet, value, articles."""
    return view.publication.remembered(("vocabulary", view.when), lambda: view.ask("vocabulary").rows)


def _by_facet(facets: Part) -> dict[str, list[dict[str, Any]]]:
    return {name: [row for row in facets.rows if row["facet"] == name] for name in FACETS}
