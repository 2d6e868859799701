"""The columns of `articles`, declared once: rows, loading, seals and reextract follow from this list.

A field that is read from a page is an attribute of `records.Page` by the same name, a line here, and a column in a
migration with its comment.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Args:
        name: in the table.
        is_read: from the page, an attribute of `records.Page`; the others are worked out (tasks.load.rows).
        is_sealed: part of the row's seal (warehouse.seals); not what later loads change on their own.
        is_mutable: a later package's value takes its place; the others stay those of the first load.
        is_compared: reextract shows where today's extractor would say otherwise.
    """

    name: str
    is_read: bool = False
    is_sealed: bool = True
    is_mutable: bool = True
    is_compared: bool = False


def _read(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, is_read=True, is_compared=True) for name in names)


ARTICLE = (
    Column(name="article_id", is_mutable=False),
    # Those of the first version's capture, whatever a later package says.
    Column(name="source", is_sealed=False, is_mutable=False),
    Column(name="url", is_sealed=False, is_mutable=False),
    Column(name="canonical_url"),
    Column(name="domain"),
    *_read("headline", "alternative_headline", "description", "authors", "agency", "dateline", "date_published"),
    Column(name="date_published_source", is_read=True),  # the same date by another signal is no difference
    *_read("date_published_precision", "published_day", "date_modified", "language", "section", "keywords", "text"),
    Column(name="word_count"),
    *_read("image_url", "is_accessible_for_free", "page_kind"),
    # Not compared: articles from before it was counted have none, and no outlet means anything by it.
    Column(name="navigation_links", is_read=True),
    Column(name="version"),
    Column(name="content_hash"),
    Column(name="first_seen", is_sealed=False, is_mutable=False),
    Column(name="last_seen", is_sealed=False),
    Column(name="extractor"),
    Column(name="capture_id"),
    Column(name="run_id"),
    Column(name="quality_flags"),
    Column(name="removed_at", is_sealed=False, is_mutable=False),  # written by tables of its own (removals)
)
READ = tuple(column.name for column in ARTICLE if column.is_read)
COMPARED = tuple(column.name for column in ARTICLE if column.is_compared)
UNSEALED = frozenset(column.name for column in ARTICLE if not column.is_sealed)


def filled_in(sql: str) -> str:
    """A statement of a .sql file with the lists that it asks for: `/* mutable columns */`, `/* columns read */`."""
    assigned = ", ".join(f"{column.name} = incoming.{column.name}" for column in ARTICLE if column.is_mutable)
    read = ", ".join(f"articles.{name}" for name in READ)
    return sql.replace("/* mutable columns */", assigned).replace("/* columns read */", read)
