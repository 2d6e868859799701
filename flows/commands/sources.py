"""`dateline sources list|import|export`: what is configured, and lists of feeds as feed readers keep them."""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flows.base.errors import BadUsage
from flows.base.settings import CONFIG_NAME, Settings, load
from flows.base.source import Source
from flows.base.source_entry import Addition, Line, append_all, source_name
from flows.reading.sql import Result
from flows.terminal.output import deliver
from flows.terminal.show import console
from tasks.base.urls import InvalidUrl, normalise
from tasks.discover.opml import ListedSource, read_list, read_opml, write_opml
from tasks.extract.selectors import check

_FORMS = ("opml", "list")


def import_command(file: Path, *, config: Path | None, dry_run: bool, as_json: bool) -> int:
    """Append the sources of a list to dateline.toml, with one table of what was found; the exit status.

    OPML is taken as it is. Of a plain list each address is looked at, as `dateline add` does.

    Raises:
        BadUsage: the file is no list.
        EdgeError: dateline.toml cannot be extended.
    """
    path = config or Path(CONFIG_NAME)
    try:
        content = file.read_bytes() if str(file) != "-" else sys.stdin.buffer.read()
    except OSError as error:
        raise BadUsage(f"cannot read {file}: {error.strerror}") from None
    if b"<" not in content[:1000]:
        return _add_list(content, file, config=config, dry_run=dry_run, as_json=as_json)
    try:
        listed = read_opml(content)
    except ValueError as error:
        raise BadUsage(f"cannot read {file} as OPML: {error}. A plain list has an address a line.") from None
    if not listed:
        raise BadUsage(f"there is no feed in {file}: no <outline> of it has an xmlUrl")
    settings = load(path) if path.exists() else Settings()
    rows, added = plan_import(listed, settings)
    if added and not dry_run:
        append_all(path, added, today=datetime.now(UTC).date())
    _show(rows, path, len(added), dry_run=dry_run, as_json=as_json)
    return 0


def _add_list(content: bytes, file: Path, *, config: Path | None, dry_run: bool, as_json: bool) -> int:
    from flows.commands.add_many import add_all

    urls = list(read_list(content.decode("utf-8", errors="replace")))
    if not urls:
        raise BadUsage(f"there is no address in {file}: it is neither OPML nor a list with an address a line")
    return add_all(urls, name=None, config=config, yes=True, dry_run=dry_run, as_json=as_json)


def plan_import(
    listed: list[ListedSource], settings: Settings
) -> tuple[list[tuple[str, str, str, str, str]], list[Addition]]:
    """What becomes of each source of a list, as rows for a person, and what is to be added."""
    names = {source.name for source in settings.all_sources}
    known = {url: source.name for source in settings.all_sources for url in (*source.feeds, *source.sitemaps)}
    rows, added = [], []
    for each in listed:
        name, why = "", _refusal(each, known)
        if not why:
            name = _free(each.name or source_name(each.title, each.url or each.title), names)
            names.add(name)
            known |= dict.fromkeys((*each.feeds, *each.sitemaps), name)
            usable, left_out = _with_usable_selectors(each)
            added.append(_addition(usable, name))
            why = f"added, without {left_out}" if left_out else "added"
        rows.append((name, each.title, ", ".join(each.feeds), ", ".join(each.collections), why))
    return rows, added


def _refusal(listed: ListedSource, known: dict[str, str]) -> str:
    for feed in filter(None, (*listed.feeds, *listed.sitemaps, listed.url)):
        try:
            normalise(feed)
        except InvalidUrl as error:
            return str(error)
    there = next((known[url] for url in (*listed.feeds, *listed.sitemaps) if url in known), None)
    return f"there already, as {there}" if there else ""


def _with_usable_selectors(listed: ListedSource) -> tuple[ListedSource, str]:
    """The source without selectors that cannot be used, and what is wrong with them."""
    wrong, usable = [], {}
    for key, given in (("select", listed.select), ("remove", listed.remove)):
        try:
            check(given)
            usable[key] = given
        except ValueError as error:
            wrong.append(f"its `{key}`: {error}")
    listed = replace(listed, select=usable.get("select", ()), remove=usable.get("remove", ()))
    return listed, "; ".join(wrong)


def _free(name: str, taken: set[str]) -> str:
    return next(n for n in itertools.chain([name], (f"{name}-{k}" for k in itertools.count(2))) if n not in taken)


def _addition(listed: ListedSource, name: str) -> Addition:
    return Addition(
        name=name,
        title=listed.title,
        url=listed.url or (listed.feeds or listed.sitemaps)[0],
        feeds=tuple(Line(url=feed) for feed in listed.feeds if feed),
        sitemaps=tuple(Line(url=sitemap) for sitemap in listed.sitemaps),
        language=listed.language,
        collections=listed.collections,
        select=listed.select,
        remove=listed.remove,
    )


def _show(rows: list[tuple[str, str, str, str, str]], path: Path, added: int, *, dry_run: bool, as_json: bool) -> None:
    found = Result(["name", "title", "feeds", "collections", "what"], list(rows))
    deliver(found, form="json" if as_json else "table")
    if not as_json:
        said = "would be added to" if dry_run else "were added to"
        console.print(f"{added} of {len(rows)} sources {said} {path}", highlight=False)


def list_command(*, config: Path | None, as_json: bool) -> None:
    """Print the sources of dateline.toml, with what is special with each.

    Raises:
        BadConfig: the file is wrong.
    """
    columns = ["name", "title", "enabled", "feeds", "sitemaps", "collections", "special"]
    rows = [
        (s.name, s.title, s.enabled, len(s.feeds), len(s.sitemaps), ", ".join(s.collections), ", ".join(_special(s)))
        for s in load(config).all_sources
    ]
    deliver(Result(columns, rows), form="json" if as_json else "table")


def _special(source: Source) -> list[str]:
    """The keys by which its pages are asked for or read in another way; no values, which may be secret."""
    keys = ("schedule", "expected_per_day", "delay", "user_agent", "headers", "cookies", "select", "remove")
    return [key for key in keys if getattr(source, key)]


def export_command(file: Path | None, *, form: str | None, config: Path | None) -> None:
    """Write the sources of dateline.toml as OPML, or as a list of their feeds.

    Raises:
        BadUsage: the form is none.
        OSError: the file cannot be written.
    """
    wanted = form or ("list" if file and file.suffix in {".txt", ".list"} else "opml")
    if wanted not in _FORMS:
        raise BadUsage(f"--format {wanted} is none of {', '.join(_FORMS)}")
    sources = load(config).all_sources
    if wanted == "list":
        content = "".join(f"{url}\n" for s in sources for url in s.feeds or (s.url or "",) if url).encode()
    else:
        content = write_opml([_as_listed(source) for source in sources], title="Sources of Dateline")
    if file is None:
        sys.stdout.write(content.decode())
    else:
        file.write_bytes(content)


def _as_listed(source: Source) -> ListedSource:
    return ListedSource(
        title=source.title or source.name,
        feeds=source.feeds,
        url=source.url,
        language=source.language,
        collections=source.collections,
        name=source.name,
        sitemaps=source.sitemaps,
        select=source.select,
        remove=source.remove,
    )
