"""What `--warc` may be."""

from pathlib import Path

import pytest

from tasks.archive.errors import UnreadableWarc
from tasks.archive.inputs import warc_inputs


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "a.warc.gz",
        "b.warc.gz",
        "c.warc",
        "deep/d.arc.gz",
        "deep/er/e.arc",
        "deep/note.txt",
        "odd[1].warc.gz",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def named(*values: str) -> list[str]:
    return [path if path == "-" else str(Path(path).relative_to(Path.cwd())) for path in warc_inputs(values)]


def test_files_patterns_folders_and_standard_input() -> None:
    assert named("b.warc.gz", "a.warc.gz") == ["b.warc.gz", "a.warc.gz"]
    assert named("?.warc.gz") == ["a.warc.gz", "b.warc.gz"]
    assert named("deep/**/*.arc*") == ["deep/d.arc.gz", "deep/er/e.arc"]
    assert named("deep") == ["deep/d.arc.gz", "deep/er/e.arc"]
    assert named("-", "c.warc", "-") == ["-", "c.warc"]
    assert named("odd[1].warc.gz") == ["odd[1].warc.gz"]
    assert named() == []


def test_each_once_in_the_order_given(files: Path) -> None:
    (files / "same.warc.gz").symlink_to(files / "a.warc.gz")
    assert named("./b.warc.gz", str(files / "a.warc.gz"), "*.warc.gz") == ["b.warc.gz", "a.warc.gz", "odd[1].warc.gz"]


def test_a_list_names_what_may_be_given_and_is_looked_up_beside_it_too(files: Path) -> None:
    (files / "deep" / "list.txt").write_text("# of today\n\n  d.arc.gz\r\na.warc.gz\n*.warc\n-\n", encoding="utf-8")
    with pytest.raises(UnreadableWarc, match="WARC file -"):
        named("@deep/list.txt")
    (files / "deep" / "list.txt").write_text("# of today\n\n  d.arc.gz\r\na.warc.gz\n*.warc\n", encoding="utf-8")
    assert named("@deep/list.txt", "a.warc.gz") == ["deep/d.arc.gz", "a.warc.gz", "c.warc"]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("nowhere.warc.gz", "cannot read the WARC file nowhere.warc.gz: there is no such file"),
        ("*.nothing", r"cannot read the WARC file \*.nothing: no file matches the pattern"),
        ("empty", "cannot read the WARC file empty: the folder holds no WARC file"),
        ("@nowhere.txt", "cannot read the list of WARC files nowhere.txt: No such file"),
        ("@deep", "cannot read the list of WARC files deep: Is a directory"),
        ("https://example.org/a.warc.gz", "is an address: download the file first, or pipe it into --warc -"),
    ],
)
def test_what_is_missing_is_named(value: str, why: str) -> None:
    with pytest.raises(UnreadableWarc, match=why):
        warc_inputs(["a.warc.gz", value])


def test_all_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(UnreadableWarc) as caught:
        warc_inputs([f"no{n}" for n in range(9)])
    assert str(caught.value).count("there is no such file") == 5
    assert "(and 4 more)" in str(caught.value)


def test_a_list_that_is_no_text_is_refused(files: Path) -> None:
    (files / "list").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UnreadableWarc, match="it is no text"):
        warc_inputs(["@list"])
