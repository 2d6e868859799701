"""Migrations for a lake: what DuckLake does not have is left out or said otherwise, here and nowhere else.

    sequences                      left out: the one that there was is dropped by a later migration
    arrays of a fixed length       lists
    comments on columns of views   left out; docs/tables.md has them

All else runs as it stands on both kinds, merges, `update … from`, `insert by name`, temporary tables, macros and row
numbers included. DuckLake 1.5.5; a migration that uses more fails in `make test-lake`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

_ARRAY = re.compile(r"\b(u?(?:tiny|small|big|huge)?int(?:eger)?|float|double|real|boolean|uuid|varchar)\[\d+\]")
_VIEW = re.compile(r"^create (?:or replace )?view (\w+)", re.MULTILINE)
_COMMENT = re.compile(r"comment on column (\w+)\.")
_SEQUENCE = re.compile(r"(?:create|drop) sequence\b")
_BEFORE = re.compile(r"(?:\s+|--[^\n]*\n)*")
_STATEMENT = re.compile(r"(?:'(?:[^']|'')*'|--[^\n]*|[^;'-]|-(?!-))+")


def for_lake(migrations: Iterable[str]) -> list[str]:
    """The SQL of all migrations, as a lake takes it.

    Args:
        migrations: all of them, in order.
    """
    texts = list(migrations)
    views = frozenset(_VIEW.findall("\n".join(texts)))
    return [_translated(text, views) for text in texts]


@functools.lru_cache(maxsize=256)
def _translated(text: str, views: frozenset[str]) -> str:
    return ";\n".join(_ARRAY.sub(r"\1[]", each) for each in _statements(text) if not _is_left_out(each, views))


def _statements(text: str) -> Iterator[str]:
    """The statements of a migration, with the comments before them; one within quotes or a comment ends none."""
    return (each for each in _STATEMENT.findall(text) if _bare(each))


def _is_left_out(statement: str, views: frozenset[str]) -> bool:
    bare = _bare(statement)
    comment = _COMMENT.match(bare)
    return bool(_SEQUENCE.match(bare)) or (comment is not None and comment[1] in views)


def _bare(statement: str) -> str:
    begun = _BEFORE.match(statement)
    return statement[begun.end() if begun else 0 :].strip()
