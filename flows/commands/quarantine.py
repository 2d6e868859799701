"""`dateline quarantine list|show|replay`: what the commands show."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from flows.base.errors import BadUsage
from flows.base.escape import for_terminal
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.sql import Result
from flows.terminal.output import as_table, write_json
from flows.terminal.show import Watching, console
from flows.work.replay import replay

_LISTED = """
select
    left(cast(capture_id as varchar), 8) as id, rule, observed, source, url, quarantined_at, attempts,
    cast(date_sub('day', quarantined_at, now()) as varchar) || ' d' as age
from quarantine where resolved_at is null and capture_id is not null
    and ({rule} is null or rule = {rule} or observed = {rule})
    and ({source} is null or source = {source}
        or source in (select source from source_collections where collection = {source}))
    and quarantined_at <= now() - to_days({days})
order by rule, source, quarantined_at desc limit {limit}
"""
_SHOWN = """
select held.*, warc_file, warc_offset, warc_length from quarantine as held left join captures using (capture_id)
where starts_with(cast(capture_id as varchar), {ident}) order by quarantined_at desc
"""
_HELD = """
select cast(capture_id as varchar), rule, observed, source, collections from quarantine
left join (select source, list(collection) as collections from source_collections group by source) using (source)
where resolved_at is null
"""
_TEXT = 4000  # characters of the page that are shown


def list_command(settings: Settings, *, rule: str | None, source: str | None, days: int, limit: int, form: str) -> None:
    """Print what is in quarantine, or what has been there for so many days."""
    sql = _LISTED.format(rule=_quoted(rule), source=_quoted(source), days=days, limit=limit)
    result = _ask(settings, sql)
    if form == "json":
        write_json(result, sys.stdout)
    elif result.rows:
        console.print(as_table(result))
        console.print("dateline quarantine show ID · dateline quarantine replay [ID…]", style="dim")
    else:
        console.print("nothing of that is in quarantine" if rule or source or days else "nothing is in quarantine")


def show_command(settings: Settings, ident: str) -> None:
    """Print one quarantined page: the rule, what was observed, the record, and the page's text as archived.

    Raises:
        BadUsage: no page, or more than one, is meant.
    """
    found = _ask(settings, _SHOWN.format(ident=_quoted(ident)))
    pages = {row[found.columns.index("capture_id")] for row in found.rows}
    if len(pages) != 1:
        raise BadUsage(
            f"{len(pages)} quarantined pages begin with {ident!r}. `dateline quarantine list` shows the ids; "
            "give more of one."
        )
    for row in found.rows:
        _show_row(dict(zip(found.columns, row, strict=True)))
    first = dict(zip(found.columns, found.rows[0], strict=True))
    console.print(Text("\nthe page's text, as archived", style="bold"))
    console.print(Text(for_terminal(_text(settings, first))[:_TEXT]))


def replay_command(settings: Settings, *, rule: str | None, source: str | None, idents: Sequence[str]) -> None:
    """Run the captures through today's extractor and suite, and print what became of them."""
    _check_any(settings, rule=rule, source=source, idents=idents)
    with Watching("dateline quarantine replay") as watching:
        totals, still = replay(settings, watching, rule=rule, source=source, idents=idents)
    shown = ", ".join(f"{count} {name}" for name, count in totals.items() if count and name != "remainder")
    console.print(f"{shown or 'nothing to replay'}; remainder {totals['remainder']}")
    for reason, name, pages in still:
        console.print(Text(f"still rejected: {pages} {for_terminal(f'{reason} · {name}')}"))


def _check_any(settings: Settings, *, rule: str | None, source: str | None, idents: Sequence[str]) -> None:
    """Whether each id, the rule and the source or collection mean something that is in quarantine.

    Raises:
        BadUsage: one does not.
    """
    held = _ask(settings, _HELD).rows
    wanted = [("id", ident, any(row[0].startswith(ident) for row in held)) for ident in idents]
    wanted += [("rule", rule, any(rule in row[1:3] for row in held))] if rule else []
    wanted += [("source", source, any(source in (row[3], *(row[4] or ())) for row in held))] if source else []
    for what, value, is_there in wanted:
        if not is_there:
            raise BadUsage(f"nothing in quarantine has the {what} {value!r}; see `dateline quarantine list`")


def _ask(settings: Settings, sql: str) -> Result:
    reader = open_published(settings, timeout_s=60)
    try:
        return reader.query(sql)
    finally:
        reader.close()


def _quoted(text: str | None) -> str:
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def _show_row(row: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None, pad_edge=False)
    for name in (
        "url",
        "source",
        "rule",
        "observed",
        "severity",
        "quarantined_at",
        "attempts",
        "resolution",
        "warc_file",
    ):
        table.add_row(Text(name, style="dim"), Text(for_terminal(str(row[name] if row[name] is not None else ""))))
    console.print(table)
    record = json.loads(row["record"] or "{}")
    for name in ("headline", "authors", "date_published", "language", "page_kind", "text"):
        if name in record:
            console.print(Text(f"{name}: ", style="dim") + Text(for_terminal(str(record[name])[:400])))


def _text(settings: Settings, row: dict[str, Any]) -> str:
    from trafilatura import html2txt

    from tasks.archive.reading import read_body
    from tasks.extract.encoding.charset import decode

    body, kind = read_body(settings.folder.archive, row["warc_file"], row["warc_offset"], row["warc_length"])
    return str(html2txt(decode(body, kind)[0]))
