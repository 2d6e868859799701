"""The rooms: imports go one way, files stay small, workers import little, no secrets or paths of a machine."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Each may import itself and those before it.
ROOMS = ("warehouse", "expectations", "tasks", "newsroom", "flows", "dateline")
SOURCES = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    later = set(ROOMS[ROOMS.index(room) + 1 :])
    assert not {name for name in imported(path) if name.split(".")[0] in later}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_prefect_stays_in_flows_and_gx_in_the_engine(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    if path.relative_to(ROOT).parts[0] != "flows":
        assert "prefect" not in tops
    if path.name != "engine.py":
        assert not tops & {"great_expectations", "pandas"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_under_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("tasks.extract.job", {"prefect", "great_expectations", "pandas", "duckdb", "pyarrow", "pydantic"}),
        ("dateline", {"duckdb", "typer", "flows", "warehouse", "typing", "pathlib"}),
        ("dateline.__main__", {"duckdb", "typer", "flows", "warehouse"}),  # every reader imports it
        ("flows.cli.app", {"prefect", "great_expectations", "pandas", "duckdb", "pyarrow", "trafilatura", "requests"}),
        ("flows.service.up", {"prefect", "great_expectations", "pandas", "trafilatura"}),  # its settings are set first
        ("flows.cli.sql", {"prefect", "great_expectations", "pandas", "trafilatura"}),
    ],
)
def test_what_starts_often_imports_little(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not heavy & set(loaded)
