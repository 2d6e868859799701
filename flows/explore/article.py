"""The pages of an article: its text, its versions and their differences, where each field comes from, its links."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flows.explore.pages import Asked, NotThere, Page, found
from flows.explore.questions import Part
from flows.explore.snapshots import View


def article_page(view: View, asked: Asked) -> Page:
    """An article as it stands, or as one of its versions stood.

    Raises:
        NotThere: it, or the version, is not in the snapshot.
    """
    article, row = _article(view, asked)
    ident = row["article_id"]
    names = ("versions", "quotations", "pictures", "addresses", "same_story")
    parts = {name: view.ask(name, article_id=ident) for name in names}
    text = _text(row, parts["versions"], asked)
    shown = {"article": row, "tab": "text", "version": text, "paragraphs": (text["text"] or "").split("\n\n")}
    shown |= {name: part.rows for name, part in parts.items()}
    return Page("article.html", row["headline"] or row["url"], (article, *parts.values()), shown)


def _article(view: View, asked: Asked) -> tuple[Part, dict[str, Any]]:
    part = view.ask("article", article_id=asked.named["id"])
    return part, found(part, "article")


def _text(article: dict[str, Any], versions: Part, asked: Asked) -> dict[str, Any]:
    """The version that is asked for, by default the current one."""
    if not asked.text("version"):
        return {**article, "is_current": True}
    wanted = asked.number("version", 1, most=100_000)
    for row in versions.rows:
        if row["version"] == wanted:
            return {**row, "is_current": wanted == article["version"]}
    raise NotThere(f"this article has no version {wanted} in this snapshot")


def changes_page(view: View, asked: Asked) -> Page:
    """What each version took out and put in, sentence by sentence."""
    _, row = _article(view, asked)
    versions = view.ask("versions", article_id=row["article_id"])
    differences = view.ask("differences", article_id=row["article_id"])
    edits = {number: list(rows) for number, rows in groupby(differences.rows, key=lambda each: each["version"])}
    shown = {"article": row, "tab": "changes", "versions": versions.rows, "edits": edits}
    return Page("changes.html", f"Changes of {row['headline'] or row['url']}", (differences, versions), shown)


def provenance_page(view: View, asked: Asked) -> Page:
    """Who claims what of each field, and which claim won."""
    _, row = _article(view, asked)
    claims = view.ask("provenance", article_id=row["article_id"])
    fields = {name: list(rows) for name, rows in groupby(claims.rows, key=lambda each: each["field"])}
    return Page(
        "provenance.html",
        f"Provenance of {row['headline'] or row['url']}",
        (claims,),
        {"article": row, "tab": "provenance", "fields": fields, "values": _values(row)},
    )


def _values(row: dict[str, Any]) -> dict[str, Any]:
    """What a field of claims became in the article."""
    columns = {"author": "authors", "image": "image_url", "paywall": "is_accessible_for_free"}
    columns |= {f"date {role}": f"date_{role}" for role in ("published", "modified")}
    names = ("headline", "description", "section", "keywords", "language", "canonical_url", *columns)
    return {name: row.get(columns.get(name, name)) for name in names}


def names_page(view: View, asked: Asked) -> Page:
    """Whom and what an article names, and who is quoted in it."""
    _, row = _article(view, asked)
    named = view.ask("named", article_id=row["article_id"])
    quotations = view.ask("quotations", article_id=row["article_id"])
    shown = {"article": row, "tab": "names", "named": named.rows, "quotations": quotations.rows}
    return Page("names.html", f"Names in {row['headline'] or row['url']}", (named, quotations), shown)


def links_page(view: View, asked: Asked) -> Page:
    """The links on an article's page, by kind."""
    _, row = _article(view, asked)
    links = view.ask("links", article_id=row["article_id"])
    kinds = {kind: list(rows) for kind, rows in groupby(links.rows, key=lambda each: each["kind"])}
    shown = {"article": row, "tab": "links", "kinds": kinds}
    return Page("links.html", f"Links of {row['headline'] or row['url']}", (links,), shown)
