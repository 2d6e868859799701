"""What `dateline add` tells people: the table of what it found, and in plain words why it found nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from rich.table import Table
from rich.text import Text

from flows.base.escape import for_terminal
from flows.terminal.show import console
from tasks.base.urls import host_of
from tasks.discover.choose import ProbedAnnouncer
from tasks.discover.outlet import DiscoveredOutlet
from tasks.discover.probe import Probe

_FOUND_BY = {
    "given": "given", "header": "Link header", "link": "link tag", "page": "link on page", "robots": "robots.txt",
    "index": "sitemap index", "usual": "usual place",
}  # fmt: skip
_FORMS = {"news": "news sitemap", "index": "sitemap index", "urlset": "sitemap", "text": "text sitemap"}
_TROUBLES = {
    "blocked_address": "it is at a private address, and none of those is connected to. If it is yours, name it in "
    'dateline.toml: [fetch] allow_private = ["{host}"]',
    "dns": "no such host is known. Is it spelled right",
    "robots": "its robots.txt forbids this program to read it. Ask the outlet, or give the address of a feed",
    "paused": "it asks to be left alone for a while; try again later",
    "not_html": "it is neither a page nor a feed",
}
_BARRED = "it refuses us. Outlets do that to crawlers that do not say who they are: set user_agent under [fetch] in " \
    "dateline.toml; or give the address of one of its feeds"  # fmt: skip


def show_findings(found: DiscoveredOutlet) -> None:
    """The outlet, and a line for everything that was looked at."""
    title, language = found.masthead.title, found.masthead.language
    console.print(Text(for_terminal(title), style="bold") + Text(f"  {found.home}  {language or ''}", style="dim"))
    if found.findings:
        console.print(_table(found.findings))
    for note in (*_missed(found), *found.notes):
        console.print(Text(for_terminal(note), style="dim"), soft_wrap=True)
    console.print(Text(f"{found.requests} requests, {found.seconds:.1f} s", style="dim"))


def remark(probe: Probe) -> str:
    """What a chosen address has: "rss, 24 entries, newest 2026-03-04 12:55 UTC"."""
    count = f"about {probe.pages:,} pages" if probe.pages > probe.entries else f"{probe.entries:,} entries"
    return ", ".join(filter(None, (_form(probe), count, f"newest {_newest(probe)}" if probe.newest else "")))


def trouble_of(found: DiscoveredOutlet, url: str) -> str:
    """Why nothing can be added, and what to try."""
    trouble = found.trouble or ""
    if trouble == "no_feed":
        return _nothing_found(found)
    return f"nothing was added: {url}: {why_not(trouble, host_of(found.home))}"


def why_not(trouble: str, host: str) -> str:
    """Why an address gives nothing, in words, from an outcome or error of a request."""
    if trouble in ("http_401", "http_403", "http_451"):
        why = f"{trouble.removeprefix('http_')}: {_BARRED}"
    elif trouble.startswith("http_"):
        why = f"it answers {trouble.removeprefix('http_')}. Is the address right"
    else:
        why = _TROUBLES.get(trouble, f"it cannot be reached ({trouble})").format(host=host)
    return f"{why}{'?' if ' Is ' in why else '.'}"


def _nothing_found(found: DiscoveredOutlet) -> str:
    spare = next((f for f in found.findings if f.reason == "archive"), None)
    tries = ["give the address of a feed, if the outlet has one: look for RSS on its pages"]
    if spare is not None:
        tries.append(f"its sitemap lists {spare.why}: with --yes it is taken all the same ({spare.probe.url})")
    looked = (
        f"{len(found.findings) + len(found.missed)} places were looked at" if found.findings or found.missed else ""
    )
    head = (
        f"nothing was added: no feed and no sitemap that can be used was found at {found.home}; {looked or 'nothing'}"
    )
    return "\n".join([f"{head}. What to try:", *(f"  - {each}" for each in tries)])


def _table(findings: tuple[ProbedAnnouncer, ...]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("")
    for name in ("kind", "found by"):
        table.add_column(name, no_wrap=True)
    table.add_column("entries", justify="right", no_wrap=True)
    table.add_column("newest, UTC", no_wrap=True)
    table.add_column("address", overflow="fold")
    table.add_column("remark", overflow="fold")
    for finding in findings:
        table.add_row(*_cells(finding), style="" if finding.chosen else "dim")
    return table


def _cells(finding: ProbedAnnouncer) -> list[Text]:
    probe = finding.probe
    verdict = finding.reason + (f": {finding.why}" if finding.why and finding.reason else finding.why)
    cells = (
        "✓" if finding.chosen else "-",
        _form(probe),
        _FOUND_BY[probe.candidate.via],
        _count(probe),
        _newest(probe).removesuffix(" UTC"),
        probe.url,
        verdict,
    )
    return [Text(for_terminal(cell)) for cell in cells]


def _form(probe: Probe) -> str:
    return _FORMS.get(probe.form, probe.form) or probe.candidate.kind


def _count(probe: Probe) -> str:
    if probe.problem and not probe.entries:
        return ""
    return f"~{probe.pages:,}" if probe.pages > probe.entries else f"{probe.entries:,}"


def _newest(probe: Probe) -> str:
    return f"{probe.newest:%Y-%m-%d %H:%M} UTC" if probe.newest else ""


def _missed(found: DiscoveredOutlet) -> list[str]:
    paths = [urlsplit(url).path for url in found.missed]
    return [f"nothing at {', '.join(paths)}"] if paths else []
