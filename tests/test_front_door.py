"""The public face: `import dateline`, the program's own options, what it prints into a pipe, where it imports from."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import dateline
from tests.conftest import Done
from tests.owner import PROGRAM, environment, plant

ROOT = Path(__file__).resolve().parents[1]


def said(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment(), capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_a_warehouse_is_opened_by_its_folder_or_its_file_and_asked(done: Done) -> None:
    with dateline.open(done.home) as news, dateline.open(str(done.warehouse)) as same:
        query = "select headline from articles where source = $source and word_count > $least"
        given = {"source": "the-junction", "least": 10}
        found = news.sql(query, **given)
        assert isinstance(found, duckdb.DuckDBPyRelation)
        assert found.columns == ["headline"]
        assert len(found.fetchall()) > 5
        assert same.sql(query, **given).order("headline").fetchall() == found.order("headline").fetchall()
    with pytest.raises(dateline.QueryFailed, match="closed"):
        news.sql("from articles")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("copy articles to 'x.csv'", "only reads the warehouse"),
        ("delete from articles", "only reads the warehouse"),
        ("from read_text('/etc/hostname')", "read_text"),
        ("from nothing_of_that_name", "nothing_of_that_name"),
        ("select $given", "parameter"),
        ("", "no query"),
        ("select '\ud800'", "surrogates"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(done: Done, query: str, why: str) -> None:
    with dateline.open(done.home) as news, pytest.raises(dateline.QueryFailed, match=why):
        news.sql(query)


def test_what_is_no_warehouse_is_said(tmp_path: Path) -> None:
    with pytest.raises(dateline.NoWarehouse, match="there is no warehouse at"):
        dateline.open(tmp_path)
    (tmp_path / "notes.txt").write_text("no database")
    with pytest.raises(dateline.NoWarehouse, match=r"cannot open .*notes\.txt as a warehouse"):
        dateline.open(tmp_path / "notes.txt")
    assert issubclass(dateline.NoWarehouse, dateline.WarehouseError)


def test_a_script_beside_a_package_of_our_names_is_told(done: Done, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "__init__.py").touch()
    (tmp_path / "mine.py").write_text("import sys, dateline\ndateline.open(sys.argv[1])\n")
    command = [sys.executable, "mine.py", str(done.home)]
    told = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True).stderr
    assert "dateline needs its own package 'flows'" in told
    assert str(tmp_path / "flows") in told


@pytest.mark.parametrize("program", [[PROGRAM], [sys.executable, "-m", "dateline"]])
def test_version_and_help(program: list[str], tmp_path: Path) -> None:
    assert said(*program, "--version", cwd=tmp_path) == f"dateline {dateline.__version__}\n"
    for command in ([], ["sql"], ["quarantine"], ["quarantine", "list"]):
        shown = said(*program, *command, "-h", cwd=tmp_path)
        assert shown.startswith("Usage: ")
        assert shown == said(*program, *command, "--help", cwd=tmp_path)


def test_the_shell_completes_commands() -> None:
    assert "complete" in said(PROGRAM, "--show-completion", "bash")


def test_dateline_as_a_module_leaves_an_owners_packages_alone(done: Done, tmp_path: Path) -> None:
    imported = plant(tmp_path)
    shutil.rmtree(tmp_path / "dateline")
    query = "select count(*) as n from articles"
    shown = said(sys.executable, "-m", "dateline", "sql", "--home", str(done.home), "-f", "jsonl", query, cwd=tmp_path)
    assert json.loads(shown)["n"] > 100
    assert not imported.exists(), imported.read_text()


def test_a_clone_that_is_not_installed_is_found_by_its_children(tmp_path: Path) -> None:
    """The copy in the working directory is meant, and not the one that is installed."""
    shutil.copytree(ROOT / "warehouse", tmp_path / "warehouse", ignore=shutil.ignore_patterns("*.sql", "__pycache__"))
    (tmp_path / "parent.py").write_text(
        "import subprocess, sys\n"
        "from warehouse.child_processes import keep_working_directory_out\n"
        "keep_working_directory_out()\n"
        "subprocess.run([sys.executable, '-c', 'import warehouse; print(warehouse.__file__)'])\n"
    )
    shown = said(sys.executable, "-m", "parent", cwd=tmp_path)
    assert shown.strip() == str(tmp_path / "warehouse" / "__init__.py")


@pytest.mark.parametrize("form", ["table", "csv", "json", "jsonl", "markdown"])
def test_who_has_read_enough_of_a_result_ends_it_without_a_word(done: Done, form: str) -> None:
    command = [PROGRAM, "sql", "--home", str(done.home), "-f", form, "select * from articles, range(20)"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.read(1)  # JSON is one line
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode in (0, 141)  # as other programs end whose reader has gone


def test_a_short_answer_that_nobody_reads_ends_without_a_word(done: Done) -> None:
    command = f"{PROGRAM} sql --home {done.home} 'select 1' | true; echo ${{PIPESTATUS[0]}}"
    shown = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert (shown.stdout, shown.stderr) == ("141\n", "")


def test_rows_in_a_pipe_are_lines(done: Done) -> None:
    query = (
        "select headline, url, source, description from articles "
        "where length(headline || description) < 250 and not contains(headline, chr(27)) order by url"
    )
    _header, *lines = said(PROGRAM, "sql", "--home", str(done.home), query).splitlines()
    found = json.loads(said(PROGRAM, "sql", "--home", str(done.home), "-f", "json", query))
    assert len(lines) == len(found)
    for line, row in zip(lines, found, strict=True):
        assert all(str("NULL" if value is None else value) in line for value in row.values())
    lines = said(PROGRAM, "sql", "--home", str(done.home), "-f", "jsonl", query).splitlines()
    assert [json.loads(line) for line in lines] == found
