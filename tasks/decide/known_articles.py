"""What the warehouse knows of the articles that pages may belong to: found by their names, or by their texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import duckdb

from tasks.base.articles import Version
from tasks.decide.identity import LONG_TEXT, Evidence
from tasks.decide.known import KnownArticle
from tasks.decide.lookups import ask
from warehouse.prose import words


def known_articles(connection: duckdb.DuckDBPyConnection, article_ids: Iterable[str]) -> dict[str, KnownArticle]:
    """The current versions of these articles, by article_id."""
    idents = list(article_ids)
    if not idents:
        return {}
    names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in ask(connection, "addresses_of_articles", article_ids=idents):
        names[row["article_id"]][row["url_id"]].add(row["kind"])
    rows = ask(connection, "known_articles", article_ids=idents)
    return {row["article_id"]: _known(row, names[row["article_id"]]) for row in rows}


def known_guids(connection: duckdb.DuckDBPyConnection, url_ids: Collection[str]) -> dict[str, datetime]:
    """When the articles of these guids were first met under them, by url_id; those of none are left out."""
    if not url_ids:
        return {}
    rows = ask(connection, "known_guids", url_ids=sorted(url_ids))
    return {row["url_id"]: row["first_seen"] for row in rows}


def articles_called(
    connection: duckdb.DuckDBPyConnection, names: Sequence[Collection[str]]
) -> list[list[KnownArticle]]:
    """For each set of url_ids, the articles that are known by one of them."""
    wanted = sorted({name for each in names for name in each})
    found: dict[str, list[str]] = defaultdict(list)
    for row in ask(connection, "articles_called", url_ids=wanted):
        found[row["url_id"]].append(row["article_id"])
    known = known_articles(connection, sorted({ident for idents in found.values() for ident in idents}))
    return [_each_once(known, (ident for name in sorted(each) for ident in found[name])) for each in names]


def articles_with_text(
    connection: duckdb.DuckDBPyConnection, pages: Sequence[Evidence], stripped: Sequence[str]
) -> list[list[KnownArticle]]:
    """For each page, the articles of its source and site whose text is its text, as read or without boilerplate.

    Only long texts are looked for: short ones at several addresses may be what stands before the stories.
    """
    given = [
        (n, page, text)
        for n, (page, less) in enumerate(zip(pages, stripped, strict=True))
        for text in {page.text, less}
        if words(text) >= LONG_TEXT
    ]
    if not given:
        return [[] for _ in pages]
    rows = ask(
        connection,
        "articles_with_text",
        numbers=[n for n, _, _ in given],
        sources=[page.source for _, page, _ in given],
        domains=[page.domain for _, page, _ in given],
        words=[words(text) for _, _, text in given],
        texts=[text for _, _, text in given],
    )
    known = known_articles(connection, sorted({row["article_id"] for row in rows}))
    return [_each_once(known, (row["article_id"] for row in rows if row["number"] == n)) for n in range(len(pages))]


def with_contents(connection: duckdb.DuckDBPyConnection, articles: Sequence[KnownArticle]) -> dict[str, KnownArticle]:
    """The articles with headline and text of all their versions, to find the place of an older capture among them."""
    contents: dict[str, dict[int | None, tuple[str | None, str]]] = defaultdict(dict)
    if articles:
        for row in ask(connection, "version_contents", article_ids=[each.article_id for each in articles]):
            contents[row["article_id"]][row["version"]] = (row["headline"], row["text"])
    return {each.article_id: replace(each, contents=contents[each.article_id]) for each in articles}


def _each_once(known: Mapping[str, KnownArticle], idents: Iterable[str]) -> list[KnownArticle]:
    return [known[ident] for ident in dict.fromkeys(idents) if ident in known]


def _known(row: dict[str, Any], names: Mapping[str, set[str]]) -> KnownArticle:
    versions = tuple(Version(**each) for each in row.pop("versions") or ())
    flags = tuple(row.pop("flags") or ())
    addresses = {url_id: frozenset(kinds) for url_id, kinds in names.items()}
    return KnownArticle(**row, flags=flags, versions=versions, addresses=addresses)
