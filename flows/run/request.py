"""What a run over pages was asked for, by a person, a schedule or the UI's form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.base.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """The parameters of one run, checked.

    Args:
        flow: its name in `runs`: ingest or backfill.
        sources: whose feeds and sitemaps are read.
        gone: names that a schedule has and dateline.toml has not any more.
        urls: pages asked for by hand.
        warcs: WARC files to take in.
        due_only: poll only the feeds whose own pace says that it is time.
        since: leave for later what a feed or sitemap dates before this day (UTC).
        days: for a backfill: from the first day up to, and without, the second (UTC).
        are_named: whether somebody asked for just these sources.
        limit: pages per source; the rest is left for later.
        dry_run: only say what would be done.
    """

    flow: str = "ingest"
    sources: tuple[Source, ...] = ()
    gone: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    warcs: tuple[str, ...] = ()
    due_only: bool = False
    since: date | None = None
    days: tuple[date, date] | None = None
    are_named: bool = False
    limit: int | None = None
    dry_run: bool = False
