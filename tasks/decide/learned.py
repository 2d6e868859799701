"""What the warehouse has learned of its outlets: blocks of their pages, and habits."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from tasks.base.boilerplate import MIN_ARTICLES, Recurrence, recurring
from tasks.base.habits import Observation
from tasks.decide.lookups import ask


def recurring_blocks(
    connection: duckdb.DuckDBPyConnection, blocks: Mapping[str, Collection[int]]
) -> dict[str, dict[int, Recurrence]]:
    """What the warehouse has seen of some blocks, by source and key.

    One question for all sources, not one for each: with a million articles and ten sources that is 0.14 s and not 24
    (see the question itself).
    """
    sources = [source for source, keys in blocks.items() for _ in keys]
    keys = [key for keys in blocks.values() for key in keys]
    found: dict[str, dict[int, Recurrence]] = {source: {} for source in blocks}
    for row in ask(connection, "outlet_blocks", sources=sources, blocks=keys) if keys else ():
        found[row["source"]][row["block"]] = Recurrence(row["articles"], row["since"])
    return found


def learned_blocks(connection: duckdb.DuckDBPyConnection, sources: Collection[str]) -> dict[str, dict[int, Recurrence]]:
    """The blocks that would be taken out of a new page of these sources, by source and key."""
    found: dict[str, dict[int, Recurrence]] = {source: {} for source in sources}
    if sources:
        for row in ask(connection, "learned_blocks", sources=list(sources), least=MIN_ARTICLES - 1):
            found[row["source"]][row["block"]] = Recurrence(row["articles"], row["since"])
    return {source: recurring(each) for source, each in found.items()}


def counted_habits(
    connection: duckdb.DuckDBPyConnection, sources: Collection[str]
) -> dict[str, dict[Observation, int]]:
    """By source, how many articles have shown each of its habits, as far as they were seen lately."""
    found: dict[str, dict[Observation, int]] = {source: {} for source in sources}
    for row in ask(connection, "outlet_habits", sources=list(sources)) if sources else ():
        found[row["source"]][row["habit"], row["value"]] = row["articles"]
    return found
