"""The commands of docs/questions.md, on the demo's articles."""

import re
import shlex
from pathlib import Path

import pytest
import tomlkit
from typer.testing import CliRunner

import dateline
from flows.cli.app import app
from tests.conftest import Done, copied

PAGE = Path(__file__).resolve().parents[1] / "docs" / "questions.md"
TEXT = PAGE.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^dateline (.+)$", "\n".join(re.findall(r"```sh\n(.+?)```", TEXT, re.DOTALL)), re.MULTILINE)


@pytest.fixture(scope="module")
def home(done: Done, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newsroom's home, two of its outlets in a collection."""
    found = copied(done, tmp_path_factory.mktemp("questions"))
    config = found / "dateline.toml"
    document = tomlkit.parse(config.read_text(encoding="utf-8")).unwrap()
    for source in document["source"]:
        if source["name"] in {"kvrn", "harbor-ledger"}:
            source["collections"] = ["regional"]
    config.write_text(tomlkit.dumps(document), encoding="utf-8")
    return found


def test_the_page_has_ten_questions() -> None:
    assert len(re.findall(r"^\*\*", TEXT, re.MULTILINE)) == 10


def test_every_command_answers(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for command in COMMANDS:
        words = shlex.split(command)
        place = [] if words[0] == "sources" else ["--home", str(home)]
        done = CliRunner().invoke(app, [*words, *place, "--config", str(home / "dateline.toml")])
        assert done.exit_code == 0, (command, done.output, done.exception)
    regional = (tmp_path / "ferry.csv").read_text(encoding="utf-8")
    assert regional.count("\n") > 5
    assert (tmp_path / "ferry.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (tmp_path / "wire.xlsx").read_bytes().startswith(b"PK")


def test_the_same_from_python(home: Path) -> None:
    code = re.findall(r"```python\n(.+?)```", TEXT, re.DOTALL)[0].replace("dateline-demo", str(home))
    names: dict[str, object] = {"dateline": dateline}
    exec(code, names)  # noqa: S102 - the page's own
    assert len(names["found"]) > 5  # type: ignore[arg-type]
    assert len(names["weekly"]) > 0  # type: ignore[arg-type]
