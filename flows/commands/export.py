"""`dateline export` in the terminal."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

from flows.base.escape import for_json
from flows.base.output_path import refuse_files_of
from flows.base.settings import Settings
from flows.commands.published import open_published
from flows.reading.export import export
from flows.terminal.show import Watching, console


def export_command(settings: Settings, target: str, *, frozen: str | None, as_json: bool) -> None:
    """Export, and say what was written.

    Raises:
        NoWarehouse: nothing has been published yet.
        EdgeError: the target cannot be written to as an export.
    """
    refuse_files_of(settings.folder, None if "://" in target else Path(target))
    open_published(settings, timeout_s=60).close()  # what was edited is published anew first
    snapshot = settings.folder.snapshot
    if as_json:
        from flows.base.observer import Silent

        sys.stdout.write(for_json(asdict(export(snapshot, target, Silent(), frozen=frozen))) + "\n")
        return
    with Watching(f"Parquet by day to {target}") as watching:
        found = export(snapshot, target, watching, frozen=frozen)
    console.print(
        f"{found.written} files written ({found.rows} rows, {found.bytes / 1e6:.1f} MB), {found.kept} unchanged, "
        f"{found.removed} removed"
    )
    if found.frozen:
        place = target.removeprefix("file://")
        use = f'dateline sql --database {place}/{found.frozen} "from articles limit 5"'
        console.print(f"frozen as {found.frozen}{'' if '://' in place else f': {use}'}")
