"""`dateline status`: how the warehouse is doing, from the published snapshot."""

from __future__ import annotations

import sys

from rich.text import Text

from flows.base.settings import Settings
from flows.cli.published import open_published
from flows.reading.sql import Result
from flows.terminal.output import as_table, write_json
from flows.terminal.show import console

_SECTIONS = {
    "sources": """
        select source, state, reason, last_run, last_new_article, count(article_id) as articles
        from sources left join articles using (source) group by all order by source""",
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
}


def status(settings: Settings, *, as_json: bool) -> int:
    """Print the state of things; 3 when a source is silent or failing, or the last run did not end well, else 0."""
    reader = open_published(settings, timeout_s=60)
    found = {title: reader.query(sql) for title, sql in _SECTIONS.items()}
    reader.close()
    if as_json:
        write_json(Result(list(found), [tuple(_objects(r) for r in found.values())]), sys.stdout)
    else:
        console.print(Text("times are UTC", style="dim"))
        for title, result in found.items():
            console.print(Text(f"\n{title}", style="bold"))
            console.print(as_table(result) if result.rows else Text("none", style="dim"))
    return 3 if _is_alarming(found) else 0


def _objects(result: Result) -> list[dict[str, object]]:
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def _is_alarming(found: dict[str, Result]) -> bool:
    states = [row[1] for row in found["sources"].rows]
    last = found["last runs"].rows[0][1] if found["last runs"].rows else "completed"
    return any(s in {"silent", "failing"} for s in states) or last != "completed"
