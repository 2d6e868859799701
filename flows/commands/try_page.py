"""`dateline add --try`: one page, asked for and read as the settings of its source say; nothing is written."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import typer
from rich.text import Text

from flows.base.errors import EdgeError
from flows.base.escape import for_json, for_terminal
from flows.base.settings import CONFIG_NAME, Settings, load
from flows.base.source import Source
from flows.base.source_entry import known_as, selector_lines
from flows.commands.add_show import why_not
from flows.terminal.show import console, show_error
from tasks.base.urls import InvalidUrl, host_of
from tasks.discover.outlet import addresses
from tasks.extract.job import read_bytes
from tasks.extract.selectors import NONE, Selectors
from tasks.fetch.client import Client
from warehouse.prose import words
from warehouse.records import Fetched, Hints, Page, UnreadablePage

_SHOWN = 3  # paragraphs of the story
_SHOWN_CHANGES = 12  # paragraphs that selectors bring in or take out
_CHARS = 160  # of each


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A page as it is read, and as it is read without selectors."""

    fetched: Fetched
    source: Source | None
    selectors: Selectors
    page: Page
    usual: Page

    @property
    def lost(self) -> list[str]:
        """Paragraphs that are in the story without selectors only."""
        return _more(self.usual.text, self.page.text)

    @property
    def gained(self) -> list[str]:
        """Paragraphs that are in the story with selectors only."""
        return _more(self.page.text, self.usual.text)

    @property
    def found(self) -> list[tuple[str, str, bool]]:
        """Kind, selector, and whether it finds something on the page."""
        return [(s.signal, s.raw, s.chosen) for s in self.page.signals if s.signal in ("select", "remove")]


def try_all(urls: list[str], given: Selectors, *, name: str | None, config: Path | None, as_json: bool) -> int:
    """Show what is read of pages; the worst exit status.

    Args:
        urls: the pages, as a person writes them.
        given: selectors to try in the place of the source's own of that kind.
        name: the source whose settings are used; None for the one that has the page's site.
        config: the configuration, which need not be there.
        as_json: one document, an array of them for several pages.

    Raises:
        typer.BadParameter: an address or a source that cannot be meant.
        BadConfig: the configuration is wrong.
    """
    path = config or Path(CONFIG_NAME)
    settings = load(path) if path.exists() else Settings()
    documents, status = [], 0
    with Client(replace(settings.policy(), run_deadline_s=None)) as client:
        for url in urls:
            try:
                tried = try_page(client, url, _source(url, name, settings, path), given)
            except EdgeError as error:
                documents.append({"url": url, "error": str(error)})
                status = 1
                show_error(str(error))
                continue
            documents.append(as_document(tried))
            if not as_json:
                _show(tried, given)
    if as_json:
        sys.stdout.write(for_json(documents if len(urls) > 1 else documents[0]) + "\n")
    return status


def try_page(client: Client, written: str, source: Source | None, given: Selectors) -> Tried:
    """Ask for one page, and read it with and without selectors.

    Raises:
        EdgeError: it cannot be had, or cannot be read.
        typer.BadParameter: it is no address.
    """
    fetched = _fetched(client, written)
    own = Selectors(source.select, source.remove) if source else NONE
    selectors = Selectors(given.select or own.select, given.remove or own.remove)
    page = _read(fetched, source, selectors)
    usual = _read(fetched, source, NONE) if selectors.fingerprint else page
    return Tried(fetched=fetched, source=source, selectors=selectors, page=page, usual=usual)


def as_document(tried: Tried) -> dict[str, Any]:
    """What was read, as JSON has it."""
    page = tried.page
    return {
        "url": tried.fetched.url,
        "final_url": tried.fetched.final_url,
        "source": tried.source.name if tried.source else None,
        "page_kind": page.page_kind,
        "headline": page.headline,
        "authors": list(page.authors),
        "date_published": page.date_published.isoformat() if page.date_published else None,
        "date_published_source": page.date_published_source,
        "language": page.language,
        "section": page.section,
        "flags": list(page.flags),
        "word_count": words(page.text),
        "text": page.text,
        "selectors": [{"kind": kind, "selector": said, "found": found} for kind, said, found in tried.found],
        "word_count_without_selectors": words(tried.usual.text),
        "lost": tried.lost,
        "gained": tried.gained,
    }


def _source(url: str, name: str | None, settings: Settings, path: Path) -> Source | None:
    """The source whose page it is."""
    if name is None:
        try:
            return known_as(settings.all_sources, addresses(url)[0])
        except InvalidUrl as error:
            raise typer.BadParameter(str(error), param_hint="URL") from None
    named = next((source for source in settings.all_sources if source.name == name), None)
    if named is None:
        raise typer.BadParameter(f"no source of {path} is called {name!r}", param_hint="--name")
    return named


def _fetched(client: Client, written: str) -> Fetched:
    try:
        wanted = addresses(written)
    except InvalidUrl as error:
        raise typer.BadParameter(str(error), param_hint="URL") from None
    for url in wanted:
        fetched = client.get(url)
        if fetched.outcome == "ok":
            return fetched
    trouble = fetched.error or fetched.outcome
    raise EdgeError(f"nothing was read of {written}: {why_not(trouble, host_of(fetched.final_url or fetched.url))}")


def _read(fetched: Fetched, source: Source | None, selectors: Selectors) -> Page:
    headers = {name.lower(): value for name, value in fetched.headers}
    page = read_bytes(
        fetched.body or b"",
        headers.get("content-type"),
        url=fetched.final_url or fetched.url,
        hints=Hints(
            fetched_at=fetched.started_at,
            outlet=source.title if source else None,
            http_last_modified=headers.get("last-modified"),
        ),
        selectors=selectors,
    )
    if isinstance(page, UnreadablePage):
        raise EdgeError(f"{fetched.url} cannot be read: {page.rule}: {page.observed}")
    return page


def _more(text: str, other: str) -> list[str]:
    """The paragraphs of a text that another has not, or not so often, in their order."""
    left, found = Counter(other.split("\n\n")), []
    for paragraph in text.split("\n\n"):
        if left[paragraph] > 0:
            left[paragraph] -= 1
        elif paragraph:
            found.append(paragraph)
    return found


def _show(tried: Tried, given: Selectors) -> None:
    page, paragraphs = tried.page, [each for each in tried.page.text.split("\n\n") if each]
    _line("", page.headline or "no headline", style="bold")
    _line("address", tried.fetched.final_url or tried.fetched.url)
    _line("read as of", tried.source.name if tried.source else "no source that is configured")
    _line("published", _published(page))
    _line("authors", ", ".join(page.authors) or "none")
    _line("kind", ", ".join(filter(None, (page.page_kind, page.language, page.section))))
    _line("flags", ", ".join(page.flags))
    _line("story", f"{words(page.text):,} words in {len(paragraphs)} paragraphs" if paragraphs else "no words")
    for each in paragraphs[:_SHOWN]:
        _line("", _cut(each), style="dim")
    if tried.found:
        _show_selectors(tried)
    useful = [selector for _, selector, found in tried.found if found]
    select, remove = ([each for each in some if each in useful] for some in (given.select, given.remove))
    if lines := selector_lines(select, remove):
        console.print("\nto keep it so, in the [[source]] of dateline.toml:", markup=False)
        console.print(Text(for_terminal("\n".join(lines))), soft_wrap=True)
    console.print()


def _show_selectors(tried: Tried) -> None:
    console.print()
    for kind, selector, found in tried.found:
        said = "found" if found else "not on this page"
        _line(kind, f"{selector}  {said}", style="" if found else "yellow")
    lost, gained = tried.lost, tried.gained
    before, after = words(tried.usual.text), words(tried.page.text)
    changed = f"{len(gained)} paragraphs gained, {len(lost)} lost: {before:,} words without selectors, {after:,} with"
    _line("story", changed if lost or gained else "the same without selectors")
    for sign, style, some in (("-", "red", lost), ("+", "green", gained)):
        for each in some[:_SHOWN_CHANGES]:
            _line("", f"{sign} {_cut(each)}", style=style)
        if len(some) > _SHOWN_CHANGES:
            _line("", f"{sign} … and {len(some) - _SHOWN_CHANGES} more", style=style)


def _published(page: Page) -> str:
    if page.date_published is None:
        return "no date"
    return f"{page.date_published:%Y-%m-%d %H:%M} UTC, {page.date_published_precision}, by {page.date_published_source}"


def _line(name: str, said: str, *, style: str = "") -> None:
    if said:
        console.print(Text(f"{name:<11}", style="dim") + Text(for_terminal(said), style=style), soft_wrap=True)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _CHARS else f"{line[:_CHARS]}…"
