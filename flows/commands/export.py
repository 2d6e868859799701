"""`dateline export` in the terminal."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

from flows.base.errors import BadUsage
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
    refuse_files_of(settings.folder, _local(target))
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


def _local(target: str) -> Path | None:
    """The folder on this machine that is meant; None for a store.

    Raises:
        BadUsage: it is the memory of this process.
    """
    protocol, is_address, path = target.partition("://")
    if is_address and protocol == "memory":
        raise BadUsage(
            f"cannot export to {target}: what is there is gone when the command ends; use a folder, or s3://"
        )
    return None if is_address and protocol not in ("file", "local") else Path(path if is_address else target)
