"""Recovery: what a killed run left behind is taken over by the next one, without a manual step."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from tasks.archive.adopting import orphans
from tasks.archive.salvage import salvage
from tasks.base.items import TrackedLink
from tasks.decide.lookups import frontier, loaded_captures, segments, whole_segments
from warehouse.errors import BadPackage, StalePackage
from warehouse.home import Home
from warehouse.loader import is_loaded, load_package
from warehouse.packages import read_manifest, set_aside, staged
from warehouse.runs import has_ended, reconcile


@dataclass(slots=True, kw_only=True)
class Recovery:
    """What earlier runs left in a home: open segments, staged packages, open books, captures that nobody has read."""

    home: Home
    connection: duckdb.DuckDBPyConnection  # to the writer's file, whose lock is held
    notes: list[str] = field(default_factory=list)  # what was done, a line each
    alarms: list[str] = field(default_factory=list)  # what could not be done
    lost: list[str] = field(default_factory=list)  # flow runs that had died

    def recover(self, now: datetime) -> None:
        """Salvage the segments, load the packages, close the books of runs that died."""
        self.notes += [str(salvaged) for salvaged in salvage(self.home.archive, now=now)]
        self.look_for_missing()
        self.load_staged()
        for lost in reconcile(self.connection, now=now):
            self.lost += [lost["flow_run_id"]] if lost["flow_run_id"] else []
            self.notes.append(f"run {lost['run_id']} had died; {lost['pending']} of its URLs are pending")

    def load_staged(self) -> None:
        """Load the packages that are staged and not loaded."""
        for folder in staged(self.home.staging):
            self._load(folder)

    def _load(self, folder: Path) -> None:
        """Load an earlier run's package; one that cannot be loaded must not stop this run and all that follow."""
        try:
            known = is_loaded(self.connection, folder.name)
            if not known and has_ended(self.connection, read_manifest(folder)["run_id"]):
                shutil.rmtree(folder)  # its pages are pending in that run's books, and wait in the archive
                self.notes.append(f"package {folder.name} of a run that had ended was left out")
                return
            fresh = load_package(self.connection, folder, is_of_before=True)
        except StalePackage as stale:
            shutil.rmtree(folder)  # as above; what the other run has loaded is known when they are read again
            self.notes.append(f"{stale}; they are read again from the archive")
        except BadPackage as error:
            self.alarms.append(f"{error}. It lies in {set_aside(folder)}; its pages are read again from the archive")
        else:
            loaded = "loaded" if fresh else "was loaded already"
            self.notes.append(f"package {folder.name} of an earlier run {loaded}")

    def look_for_missing(self) -> None:
        """Rows must not point at bytes that are not there, as when an archive older than its state was put back."""
        needed = segments(self.connection)
        gone = sorted(name for name, ends in needed.items() if _size(self.home.archive / name) < ends)
        if gone:
            self.alarms.append(
                f"{len(gone)} of {len(needed)} segments that captures name are not in the archive, or are cut short, "
                f"such as {gone[0]}: put them back from a backup; `dateline verify` names every capture that is lost"
            )

    def adopt(self, sources: Mapping[str, str], now: datetime) -> list[TrackedLink]:
        """Captures that reached the archive and not the warehouse, to be read in this run instead of fetched again.

        Args:
            sources: as for `tasks.base.urls.source_of`.
            now: the clock.
        """
        found: list[TrackedLink] = []
        loaded = lambda idents: loaded_captures(self.connection, idents)  # noqa: E731
        for orphan in orphans(self.home.archive, whole_segments(self.connection), loaded=loaded, sources=sources):
            self.notes.append(str(orphan))
            found += orphan.items
        seen = frontier(self.connection, [item.url_id for item in found], [], now=now)
        return [replace(item, seen=seen.get(item.url_id)) for item in found]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
