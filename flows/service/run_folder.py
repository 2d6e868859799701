"""Where Prefect's runner starts the processes of flow runs; see flows.base.working_directory for the reason."""

from __future__ import annotations

from typing import Any

from prefect.runner.storage import LocalStorage


class RunFolder(LocalStorage):
    """A folder to start runs in, and no step that a run has to go through first."""

    def to_pull_step(self) -> Any:
        """None: the runner itself starts the process there."""
        return []
