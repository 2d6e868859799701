"""`dateline add` of several addresses, or of a list: each is written as soon as it is found, one table tells of all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from flows.base.errors import EdgeError
from flows.base.escape import for_json
from flows.base.observer import Silent
from flows.base.settings import CONFIG_NAME
from flows.base.source_entry import append
from flows.commands.add import NotFound, add_command, as_document, find_addition, today
from flows.reading.sql import Result
from flows.terminal.output import deliver
from flows.terminal.show import Watching, console, show_error
from tasks.extract.selectors import NONE, Selectors

_COLUMNS = ["address", "source", "title", "feeds", "sitemaps", "what"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What became of one address."""

    url: str
    status: int
    what: str
    document: dict[str, Any]

    @property
    def row(self) -> tuple[Any, ...]:
        found = self.document.get("source") or {}
        counts = (len(found.get("feeds", ())), len(found.get("sitemaps", ()))) if found else (None, None)
        return self.url, found.get("name"), found.get("title"), *counts, self.what


def add_all(
    urls: list[str],
    *,
    name: str | None,
    config: Path | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    selectors: Selectors = NONE,
) -> int:
    """Find outlets one after another and append them; the worst exit status. One that cannot be added costs no other.

    Raises:
        EdgeError, typer.BadParameter: as `add_command`, when there is one address only.
    """
    if len(urls) == 1:
        return add_command(
            urls[0], name=name, config=config, yes=yes, dry_run=dry_run, as_json=as_json, selectors=selectors
        )
    if selectors.fingerprint:
        raise typer.BadParameter(
            "selectors are of one outlet's pages: add it by itself", param_hint="--select/--remove"
        )
    if name is not None:
        raise typer.BadParameter(f"one name cannot be that of {len(urls)} outlets", param_hint="--name")
    path, wanted = config or Path(CONFIG_NAME), list(dict.fromkeys(urls))
    told: list[_Told] = []
    with nullcontext(Silent()) if as_json else Watching("dateline add") as observer:
        observer.stage("look", total=len(wanted))
        for each in _each(wanted, path, alone=yes, dry_run=dry_run):
            told.append(each)
            observer.stage("look", done=1)
    _show(told, path, dry_run=dry_run, as_json=as_json)
    return max(each.status for each in told)


def _each(urls: list[str], path: Path, *, alone: bool, dry_run: bool) -> Iterator[_Told]:
    for url in urls:
        try:
            yield _one(url, path, alone=alone, dry_run=dry_run)
        except NotFound as error:
            yield _Told(url=url, status=1, what=str(error), document=as_document(error.found, None))
        except EdgeError as error:
            yield _Told(url=url, status=1, what=str(error), document={"source": None})
        except typer.BadParameter as error:
            yield _Told(url=url, status=2, what=error.message, document={"source": None})


def _one(url: str, path: Path, *, alone: bool, dry_run: bool) -> _Told:
    """The configuration is read anew each time: two of the addresses may be of one outlet."""
    found, source = find_addition(url, None, path, alone=alone, quiet=True)
    if not dry_run:
        append(path, source, today=today())
    return _Told(url=url, status=0, what="would be added" if dry_run else "added", document=as_document(found, source))


def _show(told: list[_Told], path: Path, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        documents = [
            {"url": each.url, "what": each.what, "written": not (each.status or dry_run), "config": str(path)}
            | each.document
            for each in told
        ]
        sys.stdout.write(for_json(documents) + "\n")
        return
    deliver(Result(_COLUMNS, [each.row for each in told if not each.status]), form="table")
    for each in told:
        if each.status:
            show_error(each.what if each.url in each.what else f"{each.url}: {each.what}")
    added = sum(not each.status for each in told)
    said = "would be added to" if dry_run else "were added to"
    console.print(f"{added} of {len(told)} sources {said} {path}", highlight=False)
