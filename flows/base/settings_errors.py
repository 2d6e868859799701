"""What is wrong with a dateline.toml, said so that its owner finds the place."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from flows.base.errors import BadConfig


def explain(path: Path, error: ValidationError, top: type[BaseModel]) -> str:
    """What is wrong with the configuration, a line each: file, line, key, and what is known there.

    Args:
        path: the file.
        error: what pydantic says.
        top: the model of the whole file.
    """
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return "\n".join(_explain_one(path, lines, top, tuple(e["loc"]), e["type"], e["msg"]) for e in error.errors())


def _explain_one(
    path: Path, lines: list[str], top: type[BaseModel], loc: tuple[int | str, ...], kind: str, message: str
) -> str:
    key = next((str(part) for part in reversed(loc) if isinstance(part, str)), "")
    line = _line_of(lines, loc)
    place = f"{path}:{line}" if line else str(path)
    if kind == "extra_forbidden":
        near = difflib.get_close_matches(key, _keys_at(top, loc[:-1]), n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(_keys_at(top, loc[:-1]))}."
        return f"{place}: unknown key {key!r} in {_table(loc)}; {hint}"
    return f"{place}: {key}: {message.removeprefix('Value error, ')}"


def _table(loc: tuple[int | str, ...]) -> str:
    names = [str(p) for p in loc[:-1] if isinstance(p, str)]
    return f"[{'.'.join(names)}]" if names else "the top of the file"


def _keys_at(top: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    model: Any = top
    for part in loc:
        if isinstance(part, str):
            model = _model_in(_fields(model)[part]) or model
    return list(_fields(model))


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    """What each key of a table holds, by the name that the file uses for it."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> Any:
    """The model that a field holds, or holds many of."""
    found = [annotation, *get_args(annotation)]
    return next((each for each in found if isinstance(each, type) and issubclass(each, BaseModel)), None)


def _line_of(lines: list[str], loc: tuple[int | str, ...]) -> int | None:
    """The line on which the key at `loc` stands: the n-th table of its name, then the key in it."""
    names = [p for p in loc if isinstance(p, str)]
    number = next((p for p in loc if isinstance(p, int)), 0)
    table, key = (names[0], names[1]) if len(names) > 1 else (None, names[-1] if names else "")
    current: str | None = None
    count = -1
    for at, line in enumerate(lines, start=1):
        if header := re.match(r"\s*\[{1,2}\s*([\w.-]+)", line):
            current = header[1]
            count += current == table
            if table is None and current == key:
                return at
        elif (
            current == table
            and (table is None or count == number)
            and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line)
        ):
            return at
    return None


def refuse_unusable(home: Path) -> None:
    """DuckDB takes what follows a `?` in the path of a database for its parameters, and writes its log elsewhere.

    Raises:
        BadConfig: the path has one, a control character, or bytes that are no UTF-8.
    """
    path = str(home.absolute())
    if "?" in path or any(ord(letter) < 32 or 0xD800 <= ord(letter) < 0xE000 for letter in path):
        raise BadConfig(
            f"the home {path!r} cannot be used: DuckDB opens no database in a folder with `?`, a line break or "
            "bytes other than UTF-8 in its path. Choose another: --home DIR, DATELINE_HOME, or `home` in dateline.toml"
        )
