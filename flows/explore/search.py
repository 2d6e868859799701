"""What a search page asks: the words as typed, and what was chosen beside them, in the language of docs/search.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flows.explore.pages import Asked
from flows.explore.questions import literal
from flows.explore.snapshots import View
from flows.reading.searching import SearchRequest, limits_of, read_time
from warehouse.searching.compiling import has_rank
from warehouse.searching.grammar import parse
from warehouse.searching.query_tree import All, Node
from warehouse.searching.reading import Hit, Limits

ROWS, MOST_ROWS, MOST_PAGES = 20, 1000, 500
BY_WORDS = ("language", "agency", "section")  # facets that the language of searches has as fields with words
FACETS = ("source", "collection", *BY_WORDS)
_MARKS = str.maketrans('"“”„‟«»', "       ")
_AS_OF_HITS = 1000  # of today's index, that are looked up as of another time


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search as it was asked.

    Attributes:
        words: as typed.
        text: in the language of searches, with the facets that are words; empty for all articles.
        node: its tree.
        request: with the limits.
        rows, page: how many, and which of the pages of so many; from 1.
        newest: whether the newest come first.
    """

    words: str
    text: str
    node: Node
    request: SearchRequest
    rows: int
    page: int
    newest: bool

    @property
    def is_ranked(self) -> bool:
        """Whether the best come first."""
        return not self.newest and has_rank(self.node)


def read_search(asked: Asked) -> Search:
    """What an address asks for.

    Raises:
        BadSearch, BadUsage: it cannot be meant.
    """
    words, newest = asked.text("q"), asked.text("newest") == "1"
    text = in_words(words, {name: asked.many(name) for name in BY_WORDS})
    request = SearchRequest(
        text=text,
        since=asked.text("since") or None,
        until=asked.text("until") or None,
        sources=asked.many("source"),
        collections=asked.many("collection"),
        newest=newest,
    )
    return Search(
        words=words,
        text=text,
        node=parse(text) if text else All(()),
        request=request,
        rows=asked.number("rows", ROWS, most=MOST_ROWS),
        page=asked.number("page", 1, most=MOST_PAGES),
        newest=newest,
    )


def in_words(words: str, facets: dict[str, tuple[str, ...]]) -> str:
    """A search with facets beside it as one text.

    Args:
        words: as typed; may be empty.
        facets: values by field; one of each field's has to fit.
    """
    wanted = [[f'{name}:"{value.translate(_MARKS)}"' for value in values] for name, values in facets.items() if values]
    parts = [f"({words})" if words and wanted else words, *(_either(each) for each in wanted)]
    return " ".join(filter(None, parts))


def _either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def watch_text(search: Search) -> str:
    """The search with its sources and collections in its own words, for a watch, which has no limits beside it."""
    facets = {"source": search.request.sources, "collection": search.request.collections}
    return in_words(search.text, facets)


def limits(view: View, search: Search) -> Limits:
    """The bounds as the index takes them.

    Raises:
        BadUsage: a time cannot be read.
        BadSearch: a source or a collection is not there.
    """
    return limits_of(view.reader, search.request)


def hits(view: View, search: Search, bounds: Limits) -> list[Hit]:
    """The articles of this page of the search, in order.

    Raises:
        NoIndex: there is no search index.
    """
    if not search.text:
        newest = view.answer("articles", search_sql(search, bounds)).rows
        return [Hit(row["article_id"], 0.0) for row in newest]
    index, names = view.reader.searches.index, view.reader.searches.names
    last = _AS_OF_HITS if view.when else search.page * search.rows
    found = index.search(search.node, names, limits=bounds, rows=last, newest=search.newest)
    return found if view.when else found[last - search.rows :]


def search_sql(search: Search, bounds: Limits) -> str:
    """SQL that finds what `hits` finds, for `dateline sql`."""
    found = f"search({literal(search.text)}) join articles using (article_id)" if search.text else "articles"
    score = "round(score, 2) as score" if search.is_ranked else "0::double as score"
    order = "rank" if search.is_ranked else "published_at desc, article_id"
    return (
        "-- One row per article that is found, the best first, or the newest.\n"
        f"select\n    {score}, coalesce(date_published, first_seen) as published_at, source, headline, "
        "language, agency, section, url,\n    article_id\n"
        f"from {found}\n{conditions(search, bounds)}"
        f"order by {order}\nlimit {search.rows} offset {(search.page - 1) * search.rows}\n"
    )


def by_day_sql(search: Search, bounds: Limits) -> str:
    """SQL that counts what `attention.by_day` counts."""
    found = f"search({literal(search.text)})" if search.text else "(select article_id from articles)"
    return (
        "-- One row per day (UTC) of publication, or else of first sight, with an article that is found.\n"
        "select\n    cast(coalesce(date_published, first_seen) as date) as day, count(found.article_id) as articles,\n"
        "    count(*) as all_articles, round(count(found.article_id) / count(*), 6) as share\n"
        f"from articles left join {found} as found using (article_id)\n{conditions(search, bounds)}"
        "group by day\nhaving count(found.article_id) > 0\norder by day\n"
    )


def conditions(search: Search, bounds: Limits) -> str:
    """The bounds as a WHERE clause, or nothing."""
    since, until = (
        read_time(name, said) for name, said in (("since", search.request.since), ("until", search.request.until))
    )
    parts = []
    if bounds.sources is not None:
        names = ", ".join(map(literal, sorted(bounds.sources)))
        parts.append(f"source in ({names})" if names else "false")
    published = "coalesce(date_published, first_seen)"
    parts += [f"{published} {sign} {literal(when)}" for sign, when in ((">=", since), ("<", until)) if when]
    return f"where {' and '.join(parts)}\n" if parts else ""


def day_bounds(day: date) -> dict[str, str]:
    """What an address says for one day."""
    return {"since": day.isoformat(), "until": (day + timedelta(days=1)).isoformat()}
