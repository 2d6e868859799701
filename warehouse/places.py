"""In which schema a table stands: `main` has what analysts need, `internal` the machinery (docs/decisions/0020)."""

from __future__ import annotations

INTERNAL = frozenset(
    {
        "address_forms", "domain_pauses", "feeds", "frontier", "lsh_index", "outlet_blocks", "outlet_habits",
        "packages",
    }
)  # fmt: skip


def place_of(table: str) -> str:
    """The name by which SQL finds a table that packages bring: with its schema, unless that is `main`."""
    return f"internal.{table}" if table in INTERNAL else table
