"""What a page is made of, and what was asked for in its address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlencode

from flows.base.errors import BadUsage
from flows.explore.questions import Part
from flows.explore.snapshots import View


class NotThere(Exception):
    """The snapshot has no such article, story, source or run."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An address: its path without the form's ending, what stands in the path, and the query string."""

    path: str
    named: Mapping[str, Any] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()

    def text(self, name: str) -> str:
        """What was given under a name, without blanks around it; empty when nothing was."""
        return next((value.strip() for key, value in self.pairs if key == name), "")

    def many(self, name: str) -> tuple[str, ...]:
        """All that was given under a name."""
        return tuple(dict.fromkeys(value for key, value in self.pairs if key == name and value.strip()))

    def number(self, name: str, default: int, *, most: int) -> int:
        """A whole number from 1 to `most`.

        Raises:
            BadUsage: it is none.
        """
        said = self.text(name)
        if not said:
            return default
        if not (said.isascii() and said.isdigit() and len(said) < 10 and 1 <= int(said) <= most):
            raise BadUsage(f"{name}={said[:20]} is no whole number from 1 to {most}")
        return int(said)

    def address(self, path: str | None = None, /, **changed: str | None) -> str:
        """This address, or another path with the same time, with some values changed (None: left out)."""
        pairs = self.pairs if path is None else [(key, value) for key, value in self.pairs if key == "run"]
        kept = [(key, value) for key, value in pairs if key not in changed]
        kept += [(key, value) for key, value in changed.items() if value is not None]
        query = urlencode([(key, value) for key, value in kept if value])
        return f"{path or self.path}?{query}" if query else path or self.path


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its template, its title, its rows (the first part is what CSV gives), and what else it shows.

    `chart` names a part, its column of days, its column of numbers, and how wide it is in pixels.
    """

    template: str
    title: str
    parts: tuple[Part, ...]
    shown: Mapping[str, Any] = field(default_factory=dict)
    chart: tuple[str, str, str, int] | None = None

    def part(self, name: str) -> Part:
        """A part by name, the first for no name.

        Raises:
            NotThere: the page has none of that name.
        """
        for part in self.parts:
            if name in ("", part.name):
                return part
        known = ", ".join(part.name for part in self.parts)
        raise NotThere(f"this page has no part {name[:40]!r}; it has {known}")


Handler: TypeAlias = Callable[[View, Asked], Page]


def found(part: Part, what: str) -> dict[str, Any]:
    """The only row of a part.

    Raises:
        NotThere: there is none.
    """
    if part.row is None:
        raise NotThere(f"there is no such {what} in this snapshot")
    return part.row
