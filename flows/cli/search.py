"""`dateline search`: articles that have all the words, the best first."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.base.errors import BadUsage
from flows.base.output_path import refuse_files_of
from flows.base.settings import Settings
from flows.base.times import parse_time
from flows.cli.published import open_published
from flows.reading.sql import Reader
from flows.terminal.output import answer
from flows.terminal.show import errors
from warehouse.searching.full_text import excerpts, search_query

_PART = re.compile(r'"(?P<phrase>[^"]+)"|(?P<word>[^\s"]+)')


def search_command(
    settings: Settings,
    text: str,
    *,
    since: str | None,
    until: str | None,
    source: str | None,
    rows: int,
    form: str,
    timeout_s: float,
    output: Path | None,
) -> None:
    """Search the published snapshot and print what was found.

    Args:
        settings: of the owner.
        text: words that must all be there; "in quotes" as a phrase; a word that ends in * stands for its beginnings.
        since, until: days or times of publication, UTC without an offset.
        source: of one source only.
        rows: at most so many.
        form, timeout_s, output: as for `dateline sql`.

    Raises:
        BadUsage: there is no word in the text, or a time cannot be read.
        NoWarehouse: nothing has been published yet.
    """
    refuse_files_of(settings.folder, output)
    reader = open_published(settings, timeout_s=timeout_s)
    try:
        asked = terms(reader, text)
        limits = {"since": _time("--since", since), "until": _time("--until", until), "source": source, "rows": rows}
        hits = reader.query(search_query(), asked | limits).rows
        if not hits:
            errors.print("nothing found", style="dim")
        shown, given = excerpts(hits, asked["words"])
        answer(reader, shown, given, form=form, output=output)
    finally:
        reader.close()


def terms(reader: Reader, text: str) -> dict[str, Any]:
    """The words and phrases of a search, as the index has them.

    Raises:
        BadUsage: there is no word in it.
    """
    parts = [(m["phrase"], m["word"]) for m in _PART.finditer(text)]
    words: list[str] = []
    for phrase, word in parts:
        found = reader.query("select search_words($text)", {"text": phrase or word}).rows[0][0]
        if found and word and word.endswith("*"):
            found = [*found[:-1], f"{found[-1]}*"]
        words += found
    if not words:
        raise BadUsage(f'there is no word to search for in {text!r}; try: dateline search "ferry terminal"')
    phrases = [phrase.lower() for phrase, _ in parts if phrase]
    return {"words": list(dict.fromkeys(words)), "phrases": phrases}


def _time(option: str, said: str | None) -> datetime | None:
    if said is None:
        return None
    try:
        return parse_time(said)
    except ValueError:
        raise BadUsage(f"{option} {said!r} is not a day or a time; such as 2026-11-23 or 2026-11-23T09:00") from None
