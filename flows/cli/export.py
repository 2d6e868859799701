"""`dateline export` in the terminal."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

from flows.base.settings import Settings
from flows.reading.export import export
from flows.terminal.show import Watching, console


def export_command(settings: Settings, target: str, *, frozen: str | None, as_json: bool) -> None:
    """Export, and say what was written.

    Raises:
        NoWarehouse: nothing has been published yet.
        EdgeError: the target cannot be written to as an export.
    """
    if as_json:
        from flows.base.observer import Silent

        json.dump(asdict(export(settings.folder.snapshot, target, Silent(), frozen=frozen)), sys.stdout, indent=1)
        sys.stdout.write("\n")
        return
    with Watching(f"Parquet by day to {target}") as watching:
        found = export(settings.folder.snapshot, target, watching, frozen=frozen)
    console.print(
        f"{found.written} files written ({found.rows} rows, {found.bytes / 1e6:.1f} MB), {found.kept} unchanged, "
        f"{found.removed} removed"
    )
    if found.frozen:
        place = target.removeprefix("file://")
        use = f'dateline sql --database {place}/{found.frozen} "from articles limit 5"'
        console.print(f"frozen as {found.frozen}{'' if '://' in place else f': {use}'}")
