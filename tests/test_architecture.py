"""The rooms: arrows go one way, files stay small, each says what it is for, what starts often imports little."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rooms import FILES, MODULES, ROOMS, ROOT, SHIPPED, SOURCES, arrows, both_ways, imported


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_imports_go_one_way(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    later = {*SHIPPED[SHIPPED.index(room) + 1 :], "benchmarks", "tests", "docs"}
    wrong = sorted(name for name in imported(path) if name.split(".")[0] in later)
    assert not wrong, f"{named(path)} imports {wrong}: {room} may import {SHIPPED[: SHIPPED.index(room) + 1]} only"


def test_no_two_rooms_import_each_other_at_any_level() -> None:
    circles = both_ways(arrows({name: imported(path) for name, path in MODULES.items()}))
    assert not circles, "\n".join(circles)


def test_a_circle_is_named_with_what_to_do() -> None:
    imports = {
        "a.one.x": {"a.two.y"},
        "a.two.y": {"a.three"},
        "a.three": {"a.one"},
        "a.one": set[str](),
        "b": {"a.one"},
    }
    told = both_ways(arrows(imports))
    assert [line.partition(",")[0] for line in told] == ["a.one → a.two", "a.three → a.one", "a.two → a.three"]
    assert "a.one.x imports a.two.y. Move what both need into a room below them" in told[0]


@pytest.mark.parametrize("room", ROOMS, ids=named)
def test_a_room_says_what_lives_there_who_calls_it_and_what_never_comes_in(room: Path) -> None:
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8"))) or ""
    sentences = re.findall(r"[.:](?:\s|$)", said.partition("\n\n")[2])
    assert len(sentences) >= 2, f"{named(room)}/__init__.py needs a docstring of that kind"


def test_newsroom_knows_nothing_of_the_pipe() -> None:
    tops = {name.split(".")[0] for path in FILES["newsroom"] for name in imported(path)}
    assert not tops & {"warehouse", "expectations", "tasks", "flows", "dateline"}


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_prefect_stays_in_flows_and_gx_in_the_engine(path: Path) -> None:
    tops = {name.split(".")[0] for name in imported(path)}
    if path.relative_to(ROOT).parts[0] != "flows":
        assert "prefect" not in tops
    if (
        path.name != "engine.py" and path.relative_to(ROOT).parts[0] != "dateline"
    ):  # whose readers may want a data frame
        assert not tops & {"great_expectations", "pandas"}


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_files_are_under_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("dateline", {"duckdb", "typer", "flows", "warehouse", "typing", "pathlib"}),
        ("dateline.__main__", {"duckdb", "typer", "flows", "warehouse"}),  # every reader imports it
        # pyarrow (0.16 s) once, in the process that workers are forked from: they hand back columns
        ("tasks.extract.job", {"prefect", "great_expectations", "pandas", "duckdb", "pydantic"}),
        ("flows.cli.app", {"prefect", "great_expectations", "pandas", "duckdb", "pyarrow", "trafilatura", "requests"}),
        ("flows.service.up", {"prefect", "great_expectations", "pandas", "trafilatura"}),  # its settings are set first
        ("flows.reading.sql", {"prefect", "great_expectations", "pandas", "trafilatura"}),
    ],
)
def test_what_starts_often_imports_little(module: str, heavy: set[str]) -> None:
    code = f"import sys, {module}; print(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert module.split(".")[0] in loaded
    assert not (heavy - {module.split(".")[0]}) & set(loaded)
