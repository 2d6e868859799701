"""`dateline report`: write the page, say where it is, open it."""

from __future__ import annotations

import webbrowser
from pathlib import Path

from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.report.page import newest, of_reader, write_report
from flows.terminal.show import console


def report_command(settings: Settings, *, open_it: bool, folder: Path | None = None) -> Path:
    """Write the page from the published snapshot.

    Raises:
        NoWarehouse: nothing has been published yet.
        OSError: the page cannot be written.
    """
    reader = open_published(settings, timeout_s=120)
    try:
        ask = of_reader(reader)
        page = write_report(ask, folder or settings.folder.quality, now=newest(ask)).resolve()
    finally:
        reader.close()
    console.print(f"wrote {page}")
    if open_it and not webbrowser.open(page.as_uri()):
        console.print("no browser could be started: open that file in one", style="dim")
    return page
