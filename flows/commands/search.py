"""`dateline search`: articles that match, the best first."""

from __future__ import annotations

from pathlib import Path

from flows.base.output_path import refuse_files_of
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.searching import SearchRequest, search
from flows.terminal.output import deliver
from flows.terminal.show import errors


def search_command(
    settings: Settings, asked: SearchRequest, *, form: str, timeout_s: float, output: Path | None
) -> None:
    """Search the published snapshot and print what was found.

    Args:
        settings: of the owner.
        asked: what is searched for.
        form, timeout_s, output: as for `dateline sql`.

    Raises:
        BadUsage: a time cannot be read.
        BadSearch: the search cannot be meant.
        NoWarehouse: nothing has been published yet.
    """
    refuse_files_of(settings.folder, output)
    reader = open_published(settings, timeout_s=timeout_s)
    try:
        found = search(reader, asked)
        if not found.rows:
            errors.print("nothing found", style="dim")
        deliver(found, form=form, output=output)
    finally:
        reader.close()
