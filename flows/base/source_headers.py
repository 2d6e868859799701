"""What is sent to the hosts of one source only: headers, and cookies, whose secrets are not in dateline.toml.

headers = { Accept-Language = "nn", X-Api-Key = "env:PAPER_KEY" }
cookies = { session = "file:/home/me/.paper-session" }         a file that only its owner can read
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from flows.base.errors import BadConfig

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")  # a token of RFC 9110
_OURS = frozenset(
    {"user-agent", "host", "accept-encoding", "connection", "content-length", "transfer-encoding", "cookie"}
    | {"if-none-match", "if-modified-since", "range"}
)


def check_headers(given: Mapping[str, str]) -> None:
    """Whether these can be sent.

    Raises:
        ValueError: a name that is none, or that Dateline sets itself.
    """
    for name, value in given.items():
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(f"the header {name!r} cannot be set: it is no header's name, or Dateline sets it itself")
        check_value(name, value)


def check_cookies(given: Mapping[str, str]) -> None:
    """Whether these can be sent.

    Raises:
        ValueError: a name that is none, or a value that stands in the configuration itself.
    """
    for name, value in given.items():
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a cookie")
        if not value.startswith(("env:", "file:")):
            raise ValueError(
                f"the cookie {name!r} is a secret: write env:VARIABLE, or file:PATH of a file of mode 0600"
            )


def resolved(source: str, headers: Mapping[str, str], cookies: Mapping[str, str]) -> dict[str, str]:
    """The headers as they are sent; secrets are read now.

    Raises:
        BadConfig: a variable is not set, or a file cannot be read or can be read by others.
    """
    found = {name: _value(source, name, value) for name, value in headers.items()}
    if cookies:
        found["Cookie"] = "; ".join(f"{name}={_value(source, name, value)}" for name, value in cookies.items())
    return found


def _value(source: str, name: str, said: str) -> str:
    kind, _, where = said.partition(":")
    if kind not in {"env", "file"}:
        return said
    value = os.environ.get(where) if kind == "env" else _content(source, name, Path(where).expanduser())
    if value is None:
        raise BadConfig(f"{name} of the source {source} is to come from the variable {where}, which is not set")
    try:
        check_value(name, value)
    except ValueError as error:
        raise BadConfig(f"source {source}: {error}") from None
    return value


def _content(source: str, name: str, path: Path) -> str:
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise BadConfig(f"{path}, {name} of the source {source}, can be read by others: chmod 600 {path}")
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"cannot read {path}, {name} of the source {source}: {error}") from None


def check_value(name: str, value: str) -> None:
    """Whether a header can have this value.

    Raises:
        ValueError: it has characters that none can have.
    """
    if not value.isprintable() or not value.isascii():
        raise ValueError(f"the value of {name!r} has characters that a header cannot have")
