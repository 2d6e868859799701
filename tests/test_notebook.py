"""The notebook that ships as an example runs, cell by cell, and was saved without anybody's output."""

import json
from typing import Any

import pytest

from tests.conftest import Done
from tests.rooms import ROOT

NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


# duckdb 1.5.5 asks pandas 3.1 in a way that pandas 4 will not know.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.drop")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.name))
def test_a_notebook_runs_from_top_to_bottom(path: Any, done: Done, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(done.home))
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]
    names: dict[str, Any] = {}
    for number, cell in enumerate(cells):
        assert cell["outputs"] == [], f"cell {number} was saved with output"
        exec(compile("".join(cell["source"]), f"{path.name} cell {number}", "exec"), names)  # noqa: S102 - our own
    for table in ("attention", "stories", "shares", "corrections", "speakers"):
        assert len(names[table]) > 0, table
