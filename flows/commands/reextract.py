"""What `dateline reextract` shows: by field, how many articles would differ, and three of them."""

from __future__ import annotations

import difflib
import sys
from typing import Any

from rich.table import Table
from rich.text import Text

from flows.base.escape import for_json, for_terminal
from flows.base.observer import Silent
from flows.base.settings import Settings
from flows.terminal.show import Watching, console
from flows.work.reextract import reextract
from tasks.decide.differences import Change, Tally
from warehouse.errors import NoWarehouse

_SHOWN = 160  # characters of a value


def reextract_command(settings: Settings, source: str | None, *, apply: bool, as_json: bool) -> None:
    """Read the archive again, and show what differs.

    Raises:
        BadUsage: there is no article of that source or collection.
        NoWarehouse: nothing has been loaded yet.
    """
    _check(settings)
    if as_json:
        tally, applied = reextract(settings, Silent(), source=source, apply=apply)
        _write_json(tally, applied)
        return
    with Watching("dateline reextract") as watching:
        tally, applied = reextract(settings, watching, source=source, apply=apply)
    _show(tally)
    console.print(f"{applied} articles written; versions as they were" if apply else "nothing written: that is --apply")


def _check(settings: Settings) -> None:
    if not settings.folder.is_begun:
        raise NoWarehouse(
            f"there is no warehouse at {settings.folder.work} yet. Run `dateline ingest`, or name its --home."
        )


def _show(tally: Tally) -> None:
    console.print(f"{tally.articles} articles read again, {tally.same} the same, {len(tally.refused)} refused")
    for url, rule in tally.refused[:10]:
        console.print(Text(f"refused: {rule}: {for_terminal(url)}", style="yellow"))
    if not tally.counts:
        return
    table = Table("field", "articles", "for example", "stored", "today", box=None, header_style="dim", pad_edge=False)
    for name, count in tally.counts.most_common():
        for number, change in enumerate(tally.examples[name]):
            first = (name, str(count)) if number == 0 else ("", "")
            table.add_row(*first, *map(Text, map(for_terminal, (change.url, *_sides(change)))))
    console.print(table)


def _sides(change: Change) -> tuple[str, str]:
    """What was taken out of a text and what was put in; of other fields both values."""
    if change.field != "text":
        return _short(change.before), _short(change.after)
    before, after = str(change.before or "").split("\n\n"), str(change.after or "").split("\n\n")
    edits = [line for line in difflib.ndiff(before, after) if line[:1] in "+-"]
    removed = [line[2:] for line in edits if line[0] == "-"]
    added = [line[2:] for line in edits if line[0] == "+"]
    return _short(f"{len(removed)} paragraphs: " + " / ".join(removed)), _short(
        f"{len(added)} paragraphs: " + " / ".join(added)
    )


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _write_json(tally: Tally, applied: int) -> None:
    found = {
        "articles": tally.articles,
        "same": tally.same,
        "applied": applied,
        "refused": [{"url": url, "rule": rule} for url, rule in tally.refused],
        "fields": dict(tally.counts),
        "examples": [
            {"field": c.field, "url": c.url, "before": c.before, "after": c.after}
            for changes in tally.examples.values()
            for c in changes
        ],
    }
    sys.stdout.write(for_json(found) + "\n")
