"""What a flow was given, checked: the owner's settings, and the sources that were named."""

from __future__ import annotations

from pathlib import Path

from flows.base.errors import BadUsage
from flows.base.settings import Settings, load
from flows.base.source import Source


def settings_of(config: str | None, home: str | None) -> Settings:
    """The owner's settings, from a flow's two parameters for them.

    Raises:
        BadConfig: the file is wrong.
    """
    return load(Path(config) if config else None, Path(home) if home else None)


def choose(configured: tuple[Source, ...], names: list[str], *, by_hand: bool) -> list[Source]:
    """The sources of this run, each once; a collection stands for its sources.

    Raises:
        BadUsage: a name is not configured, or nothing is configured at all.
    """
    by_name = {s.name: s for s in configured}
    names = expand(configured, names)
    unknown = [n for n in names if n not in by_name]
    if unknown:
        raise BadUsage(f"no source is called {unknown[0]!r}; dateline.toml has {', '.join(by_name) or 'none'}")
    if by_hand and not names:
        return []
    if not by_name:
        raise BadUsage("no sources are configured. `dateline init` writes a dateline.toml to begin with")
    return [by_name[n] for n in names or by_name]


def expand(configured: tuple[Source, ...], names: list[str]) -> list[str]:
    """The names with those of its sources in the place of each collection, each once."""
    found: list[str] = []
    for name in names:
        found += [s.name for s in configured if name in s.all_collections] or [name]
    return list(dict.fromkeys(found))
