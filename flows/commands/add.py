"""`dateline add`: an address in, a source of dateline.toml out, and everything that was looked at in between."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from flows.base.errors import EdgeError
from flows.base.escape import for_json, for_terminal
from flows.base.settings import CONFIG_NAME, Settings, load
from flows.base.source_entry import NAME, Addition, Line, append, block, known_as, source_name
from flows.commands.add_show import remark, show_findings, trouble_of
from flows.terminal.show import console, show_error
from tasks.base.urls import InvalidUrl
from tasks.discover.asking import Asker
from tasks.discover.outlet import DiscoveredOutlet, addresses, find_outlet
from tasks.extract.selectors import NONE, Selectors, check
from tasks.fetch.client import Client

_DEADLINE_S = 15.0  # of one request: an outlet that takes longer is no pleasure to poll
_SHOWN_UNUSED = 12


class NotFound(EdgeError):
    """Nothing can be polled at an address.

    Attributes:
        found: what was looked at.
    """

    def __init__(self, message: str, found: DiscoveredOutlet) -> None:
        super().__init__(message)
        self.found = found

    def __reduce__(self) -> tuple[Any, ...]:
        return NotFound, (str(self), self.found)


def add_command(
    url: str,
    *,
    name: str | None,
    config: Path | None,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    selectors: Selectors = NONE,
) -> int:
    """Find an outlet and append it; the exit status.

    Raises:
        EdgeError: nothing can be polled there, or a source of that name or site exists.
        typer.BadParameter: the address or the name cannot be meant.
    """
    path = config or Path(CONFIG_NAME)
    try:
        found, source = find_addition(url, name, path, alone=yes, quiet=as_json)
    except NotFound as error:
        return _fail(error, as_json=as_json)
    source = replace(source, select=selectors.select, remove=selectors.remove)
    if not as_json:
        show_findings(found)
    written = not dry_run and _agreed(source, path, ask=not yes and not as_json)
    if written:
        append(path, source, today=today())
    if as_json:
        _print_json(as_document(found, source) | {"config": str(path), "written": written})
    else:
        _show_end(source, path, written=written)
    return 0


def checked(select: list[str], remove: list[str]) -> Selectors:
    """Selectors that were typed.

    Raises:
        typer.BadParameter: one is none.
    """
    for option, given in (("--select", select), ("--remove", remove)):
        try:
            check(given)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint=option) from None
    return Selectors(tuple(select), tuple(remove))


def find_addition(
    url: str, name: str | None, path: Path, *, alone: bool, quiet: bool
) -> tuple[DiscoveredOutlet, Addition]:
    """What was found at an address, and the source that it would be.

    Args:
        url: the address, as a person writes it.
        name: of the source; None for its title.
        path: the configuration, for what is known already; it need not be there.
        alone: whether a large sitemap alone will do.
        quiet: whether to show no progress.

    Raises:
        NotFound: nothing can be polled there.
        EdgeError: a source of that name or site exists.
        typer.BadParameter: the address or the name cannot be meant.
    """
    settings = load(path) if path.exists() else Settings()
    _check(url, name, settings, path)
    found = _find(url, settings, alone=alone, quiet=quiet)
    if found.trouble:
        raise NotFound(trouble_of(found, url), found)
    source = _addition(found, name)
    _check_new(source, settings, path)
    return found, source


def _check(url: str, name: str | None, settings: Settings, path: Path) -> None:
    """What can be said before anybody is asked."""
    if name is not None and not NAME.fullmatch(name):
        raise typer.BadParameter(
            f"{name!r} is no name of a source; write lower-case letters, digits, - . _", param_hint="--name"
        )
    try:
        first = addresses(url)[0]
    except InvalidUrl as error:
        raise typer.BadParameter(str(error), param_hint="URL") from None
    _refuse_site(first, settings, path)
    if name is not None:
        _refuse_name(name, settings, path)


def _check_new(source: Addition, settings: Settings, path: Path) -> None:
    _refuse_site(source.url, settings, path, *(line.url for line in (*source.feeds, *source.sitemaps)))
    _refuse_name(source.name, settings, path)


def _refuse_site(url: str, settings: Settings, path: Path, *polled: str) -> None:
    known = known_as(settings.all_sources, url, polled)
    if known is not None:
        raise EdgeError(
            f"{path} has this site already, as source {known.name!r} ({known.url or 'without url'}). "
            "Nothing was written. To take in another of its feeds, put the feed's address into `feeds` of "
            f"{known.name!r}."
        )


def _refuse_name(name: str, settings: Settings, path: Path) -> None:
    known = next((s for s in settings.all_sources if s.name == name), None)
    if known is not None:
        raise EdgeError(
            f"a source of {path} is called {name!r} already ({known.url or 'without url'}). Nothing was written; "
            "choose another name with --name."
        )


def _find(url: str, settings: Settings, *, alone: bool, quiet: bool) -> DiscoveredOutlet:
    policy = settings.fetch.policy()
    policy = replace(policy, deadline_s=min(policy.deadline_s, _DEADLINE_S), run_deadline_s=None)
    with Client(policy) as client, _progress(url, quiet=quiet) as watch:
        return find_outlet(Asker(client, watch=watch), url, now=datetime.now(UTC), alone=alone)


@contextmanager
def _progress(url: str, *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """Which address is being asked for, on a terminal; silence anywhere else."""
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    with console.status(Text(f"looking at {for_terminal(url)}")) as status:
        yield lambda asked: status.update(Text(f"asking {for_terminal(asked)}"))


def _addition(found: DiscoveredOutlet, name: str | None) -> Addition:
    unused = [f for f in found.findings if not f.chosen]
    return Addition(
        name=name or source_name(found.masthead.title, found.home),
        title=found.masthead.title,
        url=found.home,
        feeds=tuple(Line(url=probe.url, remark=remark(probe)) for probe in found.feeds),
        sitemaps=tuple(Line(url=probe.url, remark=remark(probe)) for probe in found.sitemaps),
        language=found.masthead.language,
        unused=tuple(
            Line(url=f.probe.url, remark=f"{f.reason}: {f.why}" if f.why else f.reason) for f in unused[:_SHOWN_UNUSED]
        ),
    )


def _agreed(source: Addition, path: Path, *, ask: bool) -> bool:
    """Whether to write: people are asked, pipes and schedules are not."""
    if not ask or not (sys.stdin.isatty() and console.is_terminal):
        return True
    return typer.confirm(f"add it to {path} as {source.name!r}?", default=True)


def _show_end(source: Addition, path: Path, *, written: bool) -> None:
    if not written:
        console.print(Text(f"\nnothing was written. {path} would get:\n", style="dim"))
        console.print(Text(for_terminal(block(source, today=today()))), soft_wrap=True)
        return
    if not source.feeds:
        console.print("no feed can be used: the source has its sitemap only, and is polled less often", style="yellow")
    where = "" if path == Path(CONFIG_NAME) else f" --config {path}"
    console.print(Text(f"added {source.name!r} to {path}. next: dateline ingest {source.name}{where}"), soft_wrap=True)


def _fail(error: NotFound, *, as_json: bool) -> int:
    found = error.found
    if as_json:
        _print_json(as_document(found, None) | {"error": found.trouble, "message": str(error), "written": False})
    elif found.findings or found.missed:
        show_findings(found)
    show_error(str(error))
    return 1


def as_document(found: DiscoveredOutlet, source: Addition | None) -> dict[str, Any]:
    """What was found, and the source that it is, as JSON has it."""
    return {
        "source": source.values() if source else None,
        "found": [
            {
                "url": f.probe.url,
                "kind": f.probe.candidate.kind,
                "form": f.probe.form or None,
                "found_by": f.probe.candidate.via,
                "entries": f.probe.entries,
                "newest": f.probe.newest.isoformat() if f.probe.newest else None,
                "chosen": f.chosen,
                "reason": f.reason or None,
                "why": f.why or None,
            }
            for f in found.findings
        ],
        "missed": list(found.missed),
        "notes": list(found.notes),
        "requests": found.requests,
        "seconds": round(found.seconds, 3),
    }


def _print_json(document: dict[str, Any]) -> None:
    sys.stdout.write(for_json(document) + "\n")


def today() -> date:
    """The day that is written beside a new source (UTC)."""
    return datetime.now(UTC).date()
