"""What is derived from an article's text once it is settled: its signature, for finding the same story elsewhere.

Runs in worker processes.
"""

from __future__ import annotations

from dataclasses import dataclass

from tasks.syndication.signature import signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What was derived from one text."""

    bands: tuple[int, ...] = ()  # of its MinHash signature; none when it is too short


def derive(text: str, language: str | None) -> Derived:  # noqa: ARG001 - quotations will need it
    """Derive everything from a body; `language` is its BCP 47 code, where known."""
    return Derived(bands=signature(text).bands)
