"""`[warehouse]` of dateline.toml: a file in the home, or a lake."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from flows.base.source import Strict
from warehouse.lake.place import Lake, lake_at


class WarehouseKind(Strict):
    """Where the warehouse is; docs/scale.md says when a lake is worth it."""

    kind: Literal["file", "ducklake"] = "file"
    catalog: str | None = Field(None, description="of a lake: postgres:CONNECTION, or sqlite:PATH on one machine")
    data: str | None = Field(None, description="of a lake: the folder of its Parquet files")

    @model_validator(mode="after")
    def _is_whole(self) -> WarehouseKind:
        given = [name for name in ("catalog", "data") if getattr(self, name) is not None]
        if self.kind == "file" and given:
            raise ValueError(f'{given[0]} is of a lake; add kind = "ducklake", or take it out')
        if self.kind == "ducklake" and len(given) < 2:
            missing = "data" if given == ["catalog"] else "catalog"
            raise ValueError(f'kind = "ducklake" needs {missing} as well; docs/scale.md has an example')
        _ = self.lake
        return self

    @property
    def lake(self) -> Lake | None:
        """The lake; None for a file.

        Raises:
            ValueError: catalog or data cannot be meant.
        """
        if self.catalog is None or self.data is None:
            return None
        return lake_at(self.catalog, self.data, beside=Path())


def make_absolute(said: object, folder: Path) -> None:
    """Let the paths of `[warehouse]` count from the folder of its file; what is wrong stays as it is."""
    if isinstance(said, dict) and all(isinstance(said.get(name), str) for name in ("catalog", "data")):
        with contextlib.suppress(ValueError):
            lake = lake_at(said["catalog"], said["data"], beside=folder)
            said |= {"catalog": lake.catalog, "data": lake.data}
