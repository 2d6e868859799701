"""The owner's folder: where everything that a warehouse keeps has its place (DESIGN.md section 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from warehouse.lake.place import Lake
from warehouse.lake.pointer import SUFFIX

PUBLISHED = ".published"


@dataclass(frozen=True, slots=True)
class Home:
    """Paths of one owner's folder. Nothing is made until `prepare` is called.

    Args:
        root: the folder.
        work_name: of the writer's file.
        lake: where the warehouse is instead of in that file; archive, packages and search index stay in the folder.
    """

    SNAPSHOT: ClassVar = "dateline.duckdb"

    root: Path
    work_name: str = "work.duckdb"
    lake: Lake | None = None

    @property
    def snapshot(self) -> Path:
        """What analysts open: a link into `published`, or the pointer to a snapshot of the lake."""
        name = Path(self.SNAPSHOT)
        return self.root / (name.with_suffix(SUFFIX) if self.lake else name)

    @classmethod
    def published_in(cls, folder: Path) -> Path:
        """What is published in a folder, where nobody says whether its warehouse is a file or a lake: the newer."""
        names = [cls(folder).snapshot, cls(folder).snapshot.with_suffix(SUFFIX)]
        return max(names, key=lambda each: each.stat().st_mtime_ns if each.exists() else 0)

    @property
    def is_begun(self) -> bool:
        """Whether there may be a warehouse; a lake can only say so itself."""
        return self.lake is not None or self.work.exists()

    @property
    def published(self) -> Path:
        """The published file with its manifest, in a folder of its own."""
        return self.root / PUBLISHED

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def work(self) -> Path:
        """The writer's own file."""
        return self.state / self.work_name

    @property
    def lock(self) -> Path:
        return self.state / "writer.lock"

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def staging(self) -> Path:
        return self.root / "staging"

    @property
    def index(self) -> Path:
        """The search index, a folder a generation."""
        return self.root / "index"

    @property
    def quality(self) -> Path:
        return self.root / "quality"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    def owns(self, path: Path) -> bool:
        """Whether something of somebody else's at `path` would be in the way: a file of the home, or in its folders.

        Whatever way it is spelt: through a link, a hard link, or `..`.
        """
        if path.is_file() and path.stat().st_nlink > 1 and any(map(path.samefile, self._files())):
            return True
        place = path.resolve()
        folders = (self.state, self.archive, self.staging, self.quality, self.published, self.root / "index")
        if any(place.is_relative_to(folder.resolve()) for folder in folders):
            return True
        inside = place.is_relative_to(self.root.resolve())
        return place == self.snapshot.absolute() or (inside and place.is_file())

    def _files(self) -> Iterator[Path]:
        return (each for each in self.root.rglob("*") if each.is_file())

    def prepare(self) -> Home:
        """Make the folders that are missing, and return self.

        Raises:
            OSError: the folder cannot be made.
        """
        for folder in (self.state, self.archive, self.staging, self.quality, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        return self
