"""`dateline status`: how the warehouse is doing, from the published snapshot."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from rich.text import Text

from flows.base.escape import for_terminal
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.sql import Result
from flows.terminal.output import as_table, write_json
from flows.terminal.show import console
from warehouse.lake.pointer import SUFFIX
from warehouse.publication import wals

_SHOWN_SOURCES = 25  # of those that are well; in JSON all are
_SECTIONS = {
    "summary": """
        select
            count(*) as sources, count(*) filter (state = 'ok') as ok, count(*) filter (state = 'failing') as failing,
            count(*) filter (state = 'silent') as silent, (select count(*) from articles) as articles,
            (select count(*) from feed_gaps where closed_at is null) as open_gaps,
            (select count(*) from quarantine where resolved_at is null) as in_quarantine,
            (select state from runs order by started_at desc limit 1) as last_run,
            (select max(ended_at) from runs) as last_run_ended
        from sources""",
    "sources": """
        from (
            select source, state, reason, last_run, last_new_article, count(article_id) as articles
            from sources left join articles using (source) group by all
        )
        order by state = 'ok', state, source""",
    "gaps in feeds": """
        select source, feed_url, since, found_at, if(closed_at is null, 'open', 'closed') as state, refilled
        from feed_gaps order by closed_at is null desc, found_at desc limit 10""",
    "last runs": """
        select started_at, state, discovered, loaded, revised, unchanged, rejected, failed, pending, message
        from runs order by started_at desc limit 5""",
    "quality, new since the judged run before": """
        select suite, expectation, severity, change, unexpected_count as failing, element_count as of
        from quality_news order by severity, suite, expectation limit 20""",
    "quarantine": """
        select rule, source, count(*) as pages, max(quarantined_at) as newest
        from quarantine where resolved_at is null group by all order by pages desc limit 15""",
    "selectors": """
        with tried as (
            select article_id, signal as key, raw as selector, chosen from article_signals
            where field = 'text' and signal in ('select', 'remove')
        ),
        newest as (
            select article_id, source from articles where article_id in (select article_id from tried)
            qualify row_number() over (partition by source order by last_seen desc) <= 50
        )
        select source, key, selector, count(*) filter (chosen) as found_on, count(*) as of_newest
        from newest join tried using (article_id)
        group by all order by found_on > 0, source, key desc, selector""",
}


def status(settings: Settings, *, as_json: bool) -> int:
    """Print the state of things, what is wrong first.

    Returns:
        3 when a source is silent or failing, or the last run did not end well, else 0.

    Raises:
        NoWarehouse: nothing has been published yet.
        SnapshotTooOld: an older release has published it.
    """
    reader = open_published(settings, timeout_s=60)
    found = {title: reader.query(sql) for title, sql in _SECTIONS.items()}
    reader.close()
    found["selectors"] = _configured(found["selectors"], settings)
    if as_json:
        write_json(Result(list(found), [tuple(_objects(r) for r in found.values())]), sys.stdout)
    else:
        _show(found, settings.folder.snapshot)
    return 3 if _is_alarming(found) else 0


def _show(found: dict[str, Result], snapshot: Path) -> None:
    (summary,) = _objects(found["summary"])
    console.print(Text(_line(summary), style="bold"), soft_wrap=True)
    how = "dateline.open(path) in Python" if snapshot.suffix == SUFFIX else "duckdb.connect(path, read_only=True)"
    said = f"{snapshot}: open it read-only, such as {how}; times are UTC"
    console.print(Text(for_terminal(said), style="dim"), soft_wrap=True)
    for left in wals(snapshot):
        said = f"a program that opened it for writing has left {left}; other readers than Dateline's see what it wrote"
        console.print(Text(for_terminal(said), style="yellow"), soft_wrap=True)
    for title, result in found.items():
        if title != "summary" and (title != "selectors" or result.rows):
            console.print(Text(f"\n{title}", style="bold"))
            console.print(as_table(_shortened(title, result)) if result.rows else Text("none", style="dim"))


def _line(summary: dict[str, Any]) -> str:
    """All in a line: what is wrong, if anything is, before what is well."""
    wrong = {
        "failing": "failing",
        "silent": "silent",
        "open_gaps": "open gaps in feeds",
        "in_quarantine": "in quarantine",
    }
    parts = [f"{summary[name]} {said}" for name, said in wrong.items() if summary[name]]
    if summary["last_run"] not in (None, "completed"):
        parts.insert(0, f"last run {summary['last_run']}")
    well = f"{summary['ok']} of {summary['sources']} sources ok, {summary['articles']} articles"
    return "; ".join([*parts, well])


def _shortened(title: str, result: Result) -> Result:
    """Of hundreds of sources those that are not well, and some of the others."""
    if title != "sources":
        return result
    ill = [row for row in result.rows if row[1] != "ok"]
    well = [row for row in result.rows if row[1] == "ok"]
    left = len(well) - _SHOWN_SOURCES
    more = [(f"… and {left} more", "ok", "--json shows all", None, None, None)] if left > 0 else []
    return Result(result.columns, [*ill, *well[:_SHOWN_SOURCES], *more])


def _configured(tried: Result, settings: Settings) -> Result:
    """Of the selectors that were tried on the newest articles of sources those that dateline.toml has now."""
    now = {
        (source.name, key, selector)
        for source in settings.all_sources
        for key, given in (("select", source.select), ("remove", source.remove))
        for selector in given
    }
    return Result(tried.columns, [row for row in tried.rows if row[:3] in now])


def _objects(result: Result) -> list[dict[str, Any]]:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _is_alarming(found: dict[str, Result]) -> bool:
    states = [row[1] for row in found["sources"].rows]
    last = found["last runs"].rows[0][1] if found["last runs"].rows else "completed"
    return any(s in {"silent", "failing"} for s in states) or last != "completed"
