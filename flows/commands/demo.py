"""`dateline demo`: two editions of the embedded newsroom through the whole pipe, then SQL. No network."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomlkit
from rich.text import Text

from flows.base.errors import EdgeError
from flows.base.settings import CONFIG_NAME, load
from flows.reading.sql import Reader
from flows.service.one_run import warmed
from flows.terminal.output import as_table
from flows.terminal.show import Watching, console, show_report
from newsroom.server import Newsroom

_MARK = ".dateline-demo"
EDITION_GAP = timedelta(hours=6)

_QUERIES = (
    (
        "what the warehouse holds, by outlet",
        "select source, count(*) as articles, count(distinct section) as sections, median(word_count)::int as words, "
        "count(agency) as wire_copy from articles group by source order by articles desc",
    ),
    (
        "headlines and texts that were changed after publication",
        "select source, change_kind, headline_before, headline_after from revisions order by change_kind desc limit 6",
    ),
    (
        "wire copy: the same agency story at several outlets",
        "select dateline, agency, count(distinct source) as outlets, string_agg(distinct source, ', ') as carried_by "
        "from articles where agency is not null and dateline is not null group by dateline, agency "
        "having outlets > 2 order by outlets desc, dateline limit 5",
    ),
)


def demo(folder: Path) -> int:
    """Run the demo in `folder`, which is made anew; the exit status: 0 when both ledgers balance.

    Raises:
        EdgeError: the folder holds something else.
    """
    config = _prepare(folder)
    settings = load(config, folder)
    anchor = (datetime.now(UTC) - EDITION_GAP).replace(microsecond=0)
    with warmed(settings, judge_now=True) as run, Newsroom(anchor=anchor, edition_gap=EDITION_GAP) as newsroom:
        _write_config(config, newsroom)
        reports = []
        for edition, title in ((1, "first edition"), (2, "second edition, six hours later")):
            newsroom.edition = edition
            behind = EDITION_GAP if edition == 1 else timedelta(0)
            with Watching(f"\n{title}: {len(newsroom.sources)} outlets on the embedded newsroom") as watching:
                report = run(watching, now=lambda b=behind: datetime.now(UTC) - b, config=str(config), home=str(folder))
            show_report(report)
            reports.append(report)
    _show_queries(folder)
    _show_next(folder)
    console.print("\nthe alarm is part of the demo: that outlet's feed answers with a login page", style="dim")
    return int(any(r.totals["remainder"] for r in reports))


def _prepare(folder: Path) -> Path:
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise EdgeError(f"will not run the demo in {folder}: it holds something else. Name an empty one with --home.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).write_text("made by `dateline demo`, which replaces this folder each time\n")
    config = folder / CONFIG_NAME
    config.touch()
    return config


def _write_config(path: Path, newsroom: Newsroom) -> None:
    document: dict[str, Any] = {
        "fetch": {"delay": "0s", "user_agent": "Dateline-demo/0.1", "connect_to": newsroom.connect_to},
        "source": newsroom.sources,
    }
    path.write_text(tomlkit.dumps(document), encoding="utf-8")


def _show_queries(folder: Path) -> None:
    reader = Reader(folder / "dateline.duckdb", timeout_s=30)
    for title, sql in _QUERIES:
        console.print(Text(f"\n{title}", style="bold"))
        console.print(as_table(reader.query(sql)))
    reader.close()


def _show_next(folder: Path) -> None:
    console.print(Text("\nnext", style="bold"))
    console.print(f"  the warehouse is {folder / 'dateline.duckdb'}: open it with anything that reads DuckDB, or")
    console.print(f'  dateline sql --home {folder} "from articles limit 5"')
    console.print("  dateline init      writes a dateline.toml with real feeds; then: dateline ingest")
