"""What pages may do where their text is shown: nothing, in a spreadsheet, a terminal, JSON, a name of a column."""

import json
import re
from pathlib import Path

import duckdb
import pytest

from flows.base.escape import for_csv, for_json, for_terminal
from flows.reading.sql import Reader
from flows.terminal.output import answer

SIGNS = ["=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\u2212", "\ufe66", "\ufe62", "\u207c"]
IN_FRONT = [
    "",
    " ",
    "\n",
    "\r\n",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u00ad",
    "\u034f",
    "\u3164",
    "\u2062",
    "\ufe0f",
    "\U000e0001",
]
LIVE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
MOVES = [
    "a\x1b[2Jb",
    "a\x9b2Jb",
    "a\x1b]0;t\x07b",
    "a\u202eb",
    "a\u2066b",
    "a\x08b",
    "a\x85b",
    "a\u2028b",
    "\x1b]8;;http://x\x07y",
]


@pytest.mark.parametrize("sign", SIGNS)
def test_no_cell_begins_like_a_formula(sign: str) -> None:
    for before in IN_FRONT:
        assert for_csv(f"{before}{sign}1+1") == f"'{before}{sign}1+1"
    assert for_csv(f"1{sign}1") == f"1{sign}1"


@pytest.mark.parametrize("text", MOVES)
def test_no_letter_moves_the_cursor_or_turns_the_line(text: str) -> None:
    assert not LIVE.search(for_terminal(text))
    shown = for_json({text: text})
    assert not LIVE.search(shown)
    assert json.loads(shown) == {text: text}


@pytest.mark.parametrize("form", ["csv", "json", "jsonl", "markdown", "table"])
def test_names_of_columns_are_as_inert_as_cells(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.duckdb"
    duckdb.connect(str(file)).close()
    reader = Reader(file, timeout_s=10)
    names = [*MOVES, "=1+1", "\u200b=1+1"]
    parts = ", ".join(f"'{name}' as \"{n}{name}\", [ '{name}' ] as \"l{n}{name}\"" for n, name in enumerate(names))
    answer(reader, f'select 1 as "=1+1", {parts}', form=form)
    reader.close()
    shown = capsys.readouterr().out
    assert shown
    assert not LIVE.search(shown)
    assert not (form == "csv" and shown.startswith("="))
