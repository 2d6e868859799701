"""The `search('…')` in a query: what has to be searched for before it runs."""

from __future__ import annotations

from itertools import pairwise

import duckdb

from warehouse.errors import BadSearch


def searches(sql: str) -> list[str]:
    """The texts of all `search('…')` in a query; DuckDB's own lexer cuts it.

    Raises:
        BadSearch: one is called with something else than one text in single quotes.
    """
    if "search" not in sql.lower():
        return []
    words = _words(sql)
    calls = [at for at, (word, after) in enumerate(pairwise(words)) if _is_search(word) and after.startswith("(")]
    return [_literal(words[at + 2 : at + 4]) for at in calls]


def _words(sql: str) -> list[str]:
    """The tokens; a comment hangs on the one before it."""
    raw = sql.encode()
    starts = [offset for offset, _ in duckdb.tokenize(sql)]
    pieces = zip(starts, [*starts[1:], len(raw)], strict=True)
    return [raw[start:end].decode(errors="replace") for start, end in pieces]


def _is_search(word: str) -> bool:
    return word.split("--")[0].split("/*")[0].strip().strip('"').lower() == "search"


def _literal(words: list[str]) -> str:
    """The text that a string literal stands for, which must be all that is between the parentheses."""
    text = words[0].strip() if len(words) == 2 and words[1].startswith(")") else ""
    if len(text) > 1 and text.startswith("'") and text.endswith("'"):
        return text[1:-1].replace("''", "'")
    raise BadSearch(
        "search() takes one text in single quotes, such as: from search('ferry') join articles using (article_id)"
    )
