"""`dateline ingest`: what the command does around the flow."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import typer

from flows.base.errors import RunCancelled
from flows.base.escape import for_json
from flows.base.observer import Report, Silent
from flows.base.settings import CONFIG_NAME, Settings, load
from flows.run.choosing import expand
from flows.service.one_run import warmed
from flows.terminal.show import Watching, console, show_report
from tasks.archive.errors import UnreadableWarc
from tasks.archive.inputs import STDIN, warc_inputs
from tasks.base.urls import InvalidUrl, normalise

_KEPT = "what was fetched is kept in the archive, and the next run takes up the rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLimits:
    """How much of it."""

    since: date | None = None
    limit: int | None = None
    dry_run: bool = False


def ingest_command(
    sources: list[str],
    urls: list[str],
    warcs: list[str],
    *,
    bounds: RunLimits,
    home: Path | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """One run from the command line; the exit status."""
    settings = load(config, home)
    sources = expand(settings.enabled_sources, sources)
    _check_sources(sources, [s.name for s in settings.enabled_sources], by_hand=bool(urls or warcs))
    _check_urls(urls)
    files = _files(warcs)
    found = config or (Path(CONFIG_NAME) if Path(CONFIG_NAME).exists() else None)
    parameters = {
        "sources": sources,
        "urls": urls,
        "warcs": files,
        "config": str(found) if found else None,
        "home": str(settings.home),
        **asdict(bounds),
    }
    try:
        report = _run(settings, parameters, judge_now=bool(files), as_json=as_json)
    except KeyboardInterrupt:
        raise RunCancelled(_KEPT) from None
    _show(report, settings.home, as_json=as_json)
    return report.exit_status


def _run(settings: Settings, parameters: dict[str, Any], *, judge_now: bool, as_json: bool) -> Report:
    with warmed(settings, judge_now=judge_now) as run:
        if as_json:
            return run(Silent(), **parameters)
        with Watching("dateline ingest") as watching:
            return run(watching, **parameters)


def backfill_command(
    first: date,
    last: date | None,
    sources: list[str],
    *,
    limit: int | None,
    dry_run: bool,
    home: Path | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """A range of days through the sitemaps of sources; the exit status.

    What was loaded is not asked for again, so that the same command goes on where it was stopped.
    """
    settings = load(config, home)
    if last is not None and last < first:
        raise typer.BadParameter(f"--to {last} is before --from {first}", param_hint="--to")
    chosen = expand(settings.enabled_sources, sources)
    _check_sources(chosen, [s.name for s in settings.enabled_sources], by_hand=False)
    found = config or (Path(CONFIG_NAME) if Path(CONFIG_NAME).exists() else None)
    parameters = {
        "since": first,
        "until": last,
        "sources": chosen,
        "limit": limit,
        "dry_run": dry_run,
        "config": str(found) if found else None,
        "home": str(settings.home),
    }
    with warmed(settings, judge_now=False, flow="backfill") as run:
        if as_json:
            report = run(Silent(), **parameters)
        else:
            with Watching(f"dateline backfill {first} to {last or 'today'}") as watching:
                report = run(watching, **parameters)
    _show(report, settings.home, as_json=as_json)
    return report.exit_status


def _show(report: Report, home: Path, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(for_json(asdict(report)) + "\n")
        return
    show_report(report)
    if report.snapshot.exists():
        console.print(f"the warehouse is {report.snapshot}")
        console.print(f'next: dateline sql --home {home} "from articles limit 10"')


def _check_sources(names: list[str], configured: list[str], *, by_hand: bool) -> None:
    unknown = [n for n in names if n not in configured]
    if unknown:
        known = ", ".join(configured) or "none; `dateline init` writes a dateline.toml"
        raise typer.BadParameter(f"no source is called {unknown[0]!r}; configured: {known}", param_hint="SOURCE")
    if not configured and not by_hand:
        raise typer.BadParameter(
            "no sources are configured. `dateline init` writes a dateline.toml to begin with; or give --url or --warc.",
            param_hint="SOURCE",
        )


def _check_urls(urls: list[str]) -> None:
    for url in urls:
        try:
            normalise(url)
        except InvalidUrl as error:
            raise typer.BadParameter(str(error), param_hint="--url") from None


def _files(values: list[str]) -> list[str]:
    """The WARC files that are meant, before anything is started.

    Raises:
        UnreadableWarc: one is not there.
    """
    files = warc_inputs(values)
    if STDIN in files and sys.stdin.isatty():
        raise UnreadableWarc("--warc - reads a WARC file from standard input, which is a terminal: pipe one into it")
    return files
