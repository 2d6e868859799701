"""dateline.toml with a source appended: what was there stays to the byte."""

import os
import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.base.errors import BadConfig, EdgeError
from flows.base.settings import load
from flows.base.source_entry import HEADER, Addition, Line, append, extended
from tests.outlet_pages import HOME, TODAY

SOURCE = Addition(name="new", title="New", url=HOME, feeds=(Line(url="http://a.test/f", remark="rss"),), language="en")
_PIECES = st.sampled_from((
    "# a comment\n", "\n", "[fetch] # x\ndelay = '2s'\n", "[schedule]\r\ningest = \"1h\"\r\n", "  # end",
    "[[source]]\nname = 'a'\n", "[[source]]\n  name='b'   # b\n\n\n", "\t# ünïcode\r\n",
    "[refetch]\nafter = [\n'1h',\n]\n",
))  # fmt: skip
_TEXT = st.text(max_size=40)


@settings(max_examples=150)
@given(st.lists(_PIECES, max_size=8, unique=True), _TEXT, _TEXT, st.booleans())
def test_what_was_there_stays_to_the_byte(pieces: list[str], title: str, remark: str, no_end: bool) -> None:
    original = "".join(p if p.endswith("\n") or i == len(pieces) - 1 else f"{p}\n" for i, p in enumerate(pieces))
    original = original.rstrip("\r\n") if no_end else original
    line = Line(url="http://a.test/f?q=%22", remark=remark)
    source = Addition(name="new", title=title, url=HOME, feeds=(line, line), sitemaps=(line,), unused=(line,))
    new = extended(original.encode(), source, today=TODAY)
    assert new.startswith(original.encode())
    before = tomllib.loads(original or HEADER)
    assert tomllib.loads(new.decode()) == before | {"source": [*before.get("source", []), source.values()]}
    if b"\r\n" in original.encode():
        assert b"\n" not in new[len(original.encode()) :].replace(b"\r\n", b"")


def test_the_file_is_replaced_whole_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.toml"
    real.write_bytes(b"[fetch]\r\ndelay = '1s'")
    real.chmod(0o640)
    (tmp_path / "dateline.toml").symlink_to(real)
    append(tmp_path / "dateline.toml", SOURCE, today=TODAY)
    assert (tmp_path / "dateline.toml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert load(real).all_sources[0].feeds == ("http://a.test/f",)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dateline.toml", "real.toml"]
    with pytest.raises(EdgeError, match="is called 'new' already"):
        append(real, SOURCE, today=TODAY)


def test_a_missing_file_is_written_with_a_header(tmp_path: Path) -> None:
    path = tmp_path / "dateline.toml"
    append(path, SOURCE, today=TODAY)
    assert path.read_text().startswith("# Dateline's configuration.")
    assert "# user_agent = " in path.read_text()
    assert [s.name for s in load(path).all_sources] == ["new"]


@pytest.mark.parametrize("text", ["source = []\n", "source = [{name = 'a'}]\n", "[source]\n"])
def test_a_file_that_cannot_be_extended_stays_and_the_text_is_offered(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text(text)
    with pytest.raises(EdgeError):
        append(path, SOURCE, today=TODAY)
    assert path.read_text() == text


def test_broken_toml_and_folders_that_cannot_be_written_to_leave_everything_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "dateline.toml"
    path.write_text("[fetch\n")
    with pytest.raises(BadConfig, match="no valid TOML"):
        append(path, SOURCE, today=TODAY)
    if os.geteuid() != 0:  # root writes anywhere
        path.write_text("")
        tmp_path.chmod(0o500)
        with pytest.raises(OSError, match="Permission"):
            append(path, SOURCE, today=TODAY)
        tmp_path.chmod(0o700)
    assert [p.name for p in tmp_path.iterdir()] == ["dateline.toml"]
