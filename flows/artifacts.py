"""What a run leaves in the Prefect UI besides its logs: artifacts. All text of pages goes through flows.inert."""

from __future__ import annotations

from pathlib import Path

from prefect.artifacts import create_link_artifact


def link_quality(page: Path) -> None:
    """A link to the Data Docs of the run."""
    create_link_artifact(
        key="quality", link=page.resolve().as_uri(), link_text="Data Docs", description="What the run was judged by."
    )
