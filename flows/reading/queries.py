"""The queries that ship with Dateline: warehouse/queries/NAME.sql, each with a description and its parameters.

-- What it answers, in a sentence.
-- :name type = default  what it means          (no default: it must be given; last_visit: remembered)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from typing import Any

from flows.base.errors import BadUsage
from flows.base.times import parse_time

_PARAMETER = re.compile(
    r"^-- :(?P<name>\w+) (?P<kind>text|integer|last_visit)(?: = (?P<default>'[^']*'|\S+))?  (?P<what>.+)$"
)
VISIT = "last_visit"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its type (text, integer, last_visit) and default; `required` when it has none."""

    name: str
    kind: str
    what: str
    required: bool
    default: Any = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query that ships."""

    name: str
    about: str
    parameters: tuple[Parameter, ...]
    sql: str


def queries() -> list[Query]:
    """All of them, by name."""
    folder = resources.files("warehouse").joinpath("queries")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [parse(f.name.removesuffix(".sql"), f.read_text(encoding="utf-8")) for f in files]


def find(name: str) -> Query:
    """One of them.

    Raises:
        BadUsage: there is none of that name.
    """
    import difflib

    known = {query.name: query for query in queries()}
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "`dateline query list` shows them"
        raise BadUsage(f"no query is called {name!r}; {hint}")
    return known[name]


def parse(name: str, text: str) -> Query:
    """A query from its file.

    Raises:
        ValueError: a line of its head cannot be read.
    """
    head = [line for line in text.splitlines() if line.startswith("--")]
    return Query(name, head[0].removeprefix("-- "), tuple(map(_parameter, head[1:])), text)


def _parameter(line: str) -> Parameter:
    found = _PARAMETER.match(line)
    if not found:
        raise ValueError(f"cannot read the parameter {line!r}")
    default = found["default"]
    required = default is None and found["kind"] != VISIT
    return Parameter(
        found["name"], found["kind"], found["what"], required, None if required else _default(found["kind"], default)
    )


def _default(kind: str, written: str | None) -> Any:
    if written in (None, "NULL"):
        return None
    return int(written) if kind == "integer" else str(written).strip("'")


def given(query: Query, said: Iterable[str], *, last_visit: datetime | None, now: datetime) -> dict[str, Any]:
    """Values of all parameters.

    Args:
        query: whose they are.
        said: `name=value` as typed.
        last_visit: when this query was asked last; None for never.
        now: the clock.

    Raises:
        BadUsage: one is unknown, missing or not what its type says.
    """
    values = dict(_split(each) for each in said)
    known = {parameter.name for parameter in query.parameters}
    if unknown := set(values) - known:
        takes = ", ".join(sorted(known)) or "none"
        raise BadUsage(f"the query {query.name} has no parameter {min(unknown)!r}; it takes {takes}")
    return {p.name: _value(query, p, values, last_visit or now - timedelta(days=1)) for p in query.parameters}


def _split(said: str) -> tuple[str, str]:
    name, equals, value = said.partition("=")
    if not equals:
        raise BadUsage(f"--param {said!r} is not of the form name=value")
    return name, value


def _value(query: Query, parameter: Parameter, values: Mapping[str, str], last_visit: datetime) -> Any:
    if parameter.name not in values:
        if parameter.required:
            raise BadUsage(f"the query {query.name} needs --param {parameter.name}=… ({parameter.what})")
        return last_visit if parameter.kind == VISIT else parameter.default
    said = values[parameter.name]
    try:
        return _typed(parameter.kind, said)
    except ValueError:
        wanted = {"integer": "a whole number", VISIT: "a time such as 2026-11-23T09:00"}[parameter.kind]
        raise BadUsage(f"--param {parameter.name}={said} is not {wanted}") from None


def _typed(kind: str, said: str) -> Any:
    if kind == "integer":
        return int(said)
    if kind == VISIT:
        return parse_time(said)
    return said
