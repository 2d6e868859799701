"""One more [[source]] at the end of dateline.toml: what stands in the file before it stays, to the byte.

The text is appended, not the document rewritten: comments, order, line ends and spelling are the owner's. What would be
written is read again before it replaces the file, and must say what the file said plus the new source.
"""

from __future__ import annotations

import contextlib
import os
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from flows.base.errors import BadConfig, EdgeError
from flows.base.escape import for_terminal
from flows.base.source import Source
from tasks.base.urls import InvalidUrl, identity, registrable_domain
from tasks.discover.candidates import site_of

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")  # as flows.base.settings.Source has it
_MAX_NAME = 40
_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "æ": "ae", "å": "aa", "ł": "l"})
# Nothing else is in a new file: every key has a default, and `dateline init` shows them all.
HEADER = """\
# Dateline's configuration. Every key has a default; `dateline init all.toml` writes a file that shows them all.

[fetch]
# Say who you are and how you can be reached: outlets block crawlers that do not.
# user_agent = "MyNewsroom/1.0 (+https://example.org/bot; bot@example.org)"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An address to write, with what is said of it behind a #."""

    url: str
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A source as it is to be written."""

    name: str
    title: str
    url: str
    feeds: tuple[Line, ...] = ()
    sitemaps: tuple[Line, ...] = ()
    language: str | None = None
    collections: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    unused: tuple[Line, ...] = ()  # written as comments

    def values(self) -> dict[str, Any]:
        """The [[source]] table as it will be read."""
        found: dict[str, Any] = {"name": self.name, "title": _clean(self.title), "url": self.url}
        for key, lines in (("feeds", self.feeds), ("sitemaps", self.sitemaps)):
            if lines:
                found[key] = [line.url for line in lines]
        for key in ("collections", "select", "remove"):
            if value := getattr(self, key):
                found[key] = list(value)
        return found | ({"language": self.language} if self.language else {})


def source_name(title: str, url: str) -> str:
    """A short name for a source: of its title where that is in Latin letters, else of its domain."""
    folded = unicodedata.normalize("NFKD", title.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’`]", "", folded))
    letters = sum(c.isalpha() for c in title)
    plain = "-".join(words[1:] if len(words) > 1 and words[0] == "the" else words)
    if not plain or 2 * sum(c.isalpha() for c in plain) < letters:
        plain = re.sub(r"[^a-z0-9-]+", "-", registrable_domain(url).rpartition(".")[0] or registrable_domain(url))
    return plain[:_MAX_NAME].strip("-.") or "source"


def known_as(sources: Iterable[Source], home: str, polled: Iterable[str] = ()) -> Source | None:
    """The source that is of the same site as the page, or has one of these addresses already."""
    site, wanted = site_of(home), _identities([home, *polled])
    for source in sources:
        theirs = [url for urls in source.places.values() for url in urls]
        own = [source.url] if source.url else theirs
        if wanted & _identities(theirs) or site in _sites(own):
            return source
    return None


def block(source: Addition, *, today: date, newline: str = "\n") -> str:
    """The text of a [[source]] table, its comments included."""
    values = source.values()
    lines = [f"# {_remark(source.title)}: added by `dateline add` on {today.isoformat()}.", "[[source]]"]
    lines += [f"{key} = {_quoted(values[key])}" for key in ("name", "title", "url")]
    for key, entries in (("feeds", source.feeds), ("sitemaps", source.sitemaps)):
        if entries:
            lines += [f"{key} = [", *(f"    {_quoted(e.url)},{_behind(e)}" for e in entries), "]"]
    lines += _list_line("collections", source.collections)
    lines += selector_lines(source.select, source.remove)
    lines += [f"language = {_quoted(source.language)}"] if source.language else []
    lines += ["# Also found, and not used:"] if source.unused else []
    lines += [f"#   {_remark(e.url)}{_behind(e)}" for e in source.unused]
    return newline.join([*lines, ""])


def selector_lines(select: Sequence[str], remove: Sequence[str]) -> list[str]:
    """The lines of a [[source]] table that say what holds the story of its pages, and what is no part of it."""
    return _list_line("select", select) + _list_line("remove", remove)


def extended(original: bytes, source: Addition, *, today: date) -> bytes:
    """The file with the source at its end; `original` is a prefix of it.

    Raises:
        EdgeError: the file cannot be extended so, as it writes its sources in another way.
    """
    newline = "\r\n" if b"\r\n" in original else "\n"
    text = block(source, today=today, newline=newline)
    head = original or HEADER.encode()
    gap = newline * (1 if head.endswith(b"\n") else 2)
    new = head + f"{gap}{text}".encode()
    before, after = tomllib.loads(head.decode("utf-8")), _read(new, text)
    if after != before | {"source": [*before.get("source", ()), source.values()]}:
        raise _not_so(text)
    return new


def append(path: Path, source: Addition, *, today: date) -> None:
    """Write the source to the file, whole or not at all; a new file gets a short header.

    Raises:
        EdgeError: a source of this name is there, or the file writes its sources in a way that cannot be extended.
        BadConfig: the file is no valid TOML any more.
        OSError: the folder cannot be written to.
    """
    append_all(path, [source], today=today)


def append_all(path: Path, sources: Sequence[Addition], *, today: date) -> None:
    """As `append`, several at once: all of them, or none.

    Raises:
        EdgeError, BadConfig, OSError: as `append`.
    """
    target = path.resolve()  # a link stays a link
    original = target.read_bytes() if target.exists() else b""
    try:
        names = [s.get("name") for s in tomllib.loads(original.decode("utf-8")).get("source", ())]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"cannot add to {path}: it is no valid TOML: {error}.") from None
    content = original
    for source in sources:
        if source.name in names:
            raise EdgeError(f"a source of {path} is called {source.name!r} already; choose another with --name")
        names.append(source.name)
        content = extended(content, source, today=today)
    replace_whole(target, content)


def replace_whole(path: Path, content: bytes) -> None:
    """Put the content in the file's place by a rename; the file keeps its mode, a new one gets the usual one."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            if path.exists():
                os.fchmod(file.fileno(), path.stat().st_mode & 0o7777)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def _read(new: bytes, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(new.decode("utf-8"))
    except tomllib.TOMLDecodeError:
        raise _not_so(text) from None


def _not_so(text: str) -> EdgeError:
    return EdgeError(
        "the file writes its sources in a way that a [[source]] table at its end does not go with "
        f"(source = [...]?). Nothing was written; put this in yourself:\n{text}"
    )


def _quoted(value: str) -> str:
    return tomlkit.string(value).as_string()


def _list_line(key: str, values: Sequence[str]) -> list[str]:
    return [f"{key} = [{', '.join(map(_quoted, values))}]"] if values else []


def _behind(line: Line) -> str:
    return f"  # {_remark(line.remark)}" if line.remark else ""


def _clean(text: str) -> str:
    """A title for a file that people read and programs show: one line, nothing that steers a terminal."""
    return " ".join(for_terminal(text).replace("\ufffd", " ").split())


def _remark(text: str) -> str:
    """What may stand in a comment: a line end would begin a line of configuration."""
    return _clean(text).encode("utf-8", "replace").decode()


def _identities(urls: Iterable[str]) -> set[str]:
    return {identity(url) for url in urls}  # settings have checked them


def _sites(urls: Iterable[str]) -> set[str]:
    found = set()
    for url in urls:
        with contextlib.suppress(InvalidUrl):  # a source's url is for people and may be anything
            found.add(site_of(url))
    return found
