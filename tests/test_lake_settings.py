"""`[warehouse]` in dateline.toml, and that who has a file needs nothing of a lake."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from flows.base.errors import BadConfig
from flows.base.settings import load
from tests.rooms import SOURCES, imported
from warehouse.errors import NoLake
from warehouse.home import Home
from warehouse.lake.dialect import for_lake
from warehouse.lake.place import Lake, lake_at
from warehouse.migrating import migrations
from warehouse.writing import writer_of

LAKE = 'kind = "ducklake"\ncatalog = "sqlite:lake.sqlite"\ndata = "files"'


def config(folder: Path, text: str) -> Path:
    path = folder / "dateline.toml"
    path.write_text(f"[warehouse]\n{text}\n")
    return path


def test_a_file_is_the_default_and_a_lakes_paths_count_from_the_settings(tmp_path: Path) -> None:
    assert load(config(tmp_path, "")).folder.lake is None
    assert load(config(tmp_path, 'kind = "file"')).folder.snapshot.name == "dateline.duckdb"
    home = load(config(tmp_path, LAKE)).folder
    assert home.lake == Lake(catalog=f"sqlite:{tmp_path / 'lake.sqlite'}", data=str(tmp_path / "files"))
    assert home.snapshot.name == "dateline.lake"
    postgres = LAKE.replace("sqlite:lake.sqlite", "postgres:host=db.example dbname=news")
    lake = load(config(tmp_path, postgres)).folder.lake
    assert lake is not None
    assert (lake.kind, lake.target) == ("postgres", "host=db.example dbname=news")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('kind = "ducklake"', "needs catalog as well"),
        ('kind = "ducklake"\ncatalog = "sqlite:x"', "needs data as well"),
        ('data = "files"', 'data is of a lake; add kind = "ducklake"'),
        ('kind = "iceberg"', "'file' or 'ducklake'"),
        (LAKE.replace("sqlite:lake.sqlite", "lake.sqlite"), "catalog = 'lake.sqlite' is none; write postgres:"),
        (LAKE.replace("sqlite:lake.sqlite", "mysql:db"), "is none"),
        (LAKE.replace("sqlite:lake.sqlite", "sqlite:"), "is none"),
        (LAKE.replace("sqlite:lake.sqlite", "duckdb:lake.duckdb"), "one program at a time"),
        (LAKE.replace("sqlite:lake.sqlite", "postgres:dbname=x password=hunter2"), "~/.pgpass"),
        (LAKE.replace("sqlite:lake.sqlite", "postgres:postgresql://me:hunter2@db/x"), "~/.pgpass"),
        (LAKE.replace("files", "s3://bucket/lake/"), "an object store is not supported yet"),
        (LAKE.replace("catalog", "catalogue"), "did you mean 'catalog'"),
    ],
)
def test_what_cannot_be_meant_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig, match=re.escape(said)) as refused:
        load(config(tmp_path, text))
    assert "dateline.toml:" in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_part_that_is_not_installed_is_named_with_what_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    home = Home(tmp_path / "home", lake=lake_at("sqlite:lake.sqlite", "files", beside=tmp_path)).prepare()
    with (
        pytest.raises(NoLake, match=r"ducklake is not installed. pip install 'dateline\[scale\]'"),
        writer_of(home, what="a test"),
    ):
        pass


def test_who_has_a_file_imports_nothing_of_a_lake() -> None:
    code = "import sys, flows.pipeline, warehouse.writing, dateline.reading; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "warehouse.writing" in loaded
    assert not [name for name in loaded if name.startswith(("psycopg", "duckdb_extension"))]
    users = {str(path) for path in SOURCES if any(name.startswith("psycopg") for name in imported(path))}
    assert {Path(path).parent.name for path in users} == {"lake"}


def test_migrations_for_a_lake_are_those_of_a_file_but_for_three_things() -> None:
    texts = [sql for _, _, sql in migrations()]
    sql = "\n".join(for_lake(texts))
    assert not re.search(r"sequence|\b(float|u?integer|uuid)\[\d+\]", sql)
    assert not re.search(r"comment on column (ledger|revisions|syndicated)\.", sql)
    assert "comment on column articles.headline" in sql
    assert "bands uinteger[]" in sql
    made = for_lake([
        "-- One; two.\ncreate view seen as select 'a;b' as x; comment on column seen.x is 'c''; d';\n"
        "create table t (v float[3]); comment on column t.v is 'e';"
    ])  # fmt: skip
    assert made == [
        "-- One; two.\ncreate view seen as select 'a;b' as x;\n\n"
        "create table t (v float[]);\n comment on column t.v is 'e'"
    ]
