"""Lakes for tests: PostgreSQL of this machine, started on loopback, and homes whose warehouse is a file or a lake."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from warehouse.home import Home
from warehouse.lake.place import Lake, lake_at

# What a test that is to hold for every kind takes as its parameter.
KINDS = [
    "file",
    pytest.param("postgres", marks=pytest.mark.lake),
    pytest.param("sqlite", marks=pytest.mark.lake),
]
LAKES = [each for each in KINDS if each != "file"]
_USER = "postgres" if os.name == "posix" and os.geteuid() == 0 else None  # initdb refuses root


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest; None when it is not installed."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: float(each.parts[-3]))
    return Path(found).parent if found else folders[-1].parent if folders else None


def needs_parts(kind: str) -> None:
    """Skip a test of a lake where this machine has not what it needs."""
    if importlib.util.find_spec("duckdb_extension_ducklake") is None:
        pytest.skip("needs dateline[scale]")
    if kind == "postgres" and programs() is None:
        pytest.skip("needs PostgreSQL")


class Postgres:
    """A server on loopback, in a folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port

    def connection(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user=dateline dbname={database}"

    def database(self) -> str:
        """A new database; its connection string."""
        import psycopg

        name = f"lake_{uuid.uuid4().hex[:8]}"
        with psycopg.connect(self.connection("postgres"), autocommit=True) as session:
            session.execute(f"create database {name}")
        return self.connection(name)

    def ask(self, connection: str, sql: str) -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(connection, autocommit=True) as session:
            cursor = session.execute(sql)
            return cursor.fetchall() if cursor.description else []

    @property
    def pid(self) -> int:
        """Of the server, whose children serve its connections."""
        return int((self.folder / "data" / "postmaster.pid").read_text().partition("\n")[0])

    def control(self, *arguments: str) -> None:
        """pg_ctl."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        command = [str(_programs() / "pg_ctl"), "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w"]
        _as_user([*command, "-o", options, *arguments])


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """PostgreSQL on a free port; it ends with the block."""
    folder = Path(tempfile.mkdtemp(prefix="dateline-postgres-"))
    if _USER:
        shutil.chown(folder, _USER)
    try:
        _as_user([
            str(_programs() / "initdb"), "-D", str(folder / "data"), "-U", "dateline", "-A", "trust", "-E", "UTF8",
            "--locale=C", "--no-sync",
        ])  # fmt: skip
        server = Postgres(folder, _free_port())
        server.control("start")
        try:
            yield server
        finally:
            server.control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = programs()
    assert found is not None
    return found


def _as_user(command: list[str]) -> None:
    as_user = ["runuser", "-u", _USER, "--"] if _USER else []
    done = subprocess.run(
        [*as_user, *command], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def lake_in(folder: Path, kind: str, postgres: Postgres | None) -> Lake:
    """A new lake whose files are in a folder."""
    place = postgres.database() if postgres else str(folder / f"catalog.{kind}")
    return lake_at(f"{kind}:{place}", str(folder / "lake"), beside=folder)


def home_of(folder: Path, kind: str, request: pytest.FixtureRequest) -> Home:
    """A home of that kind; PostgreSQL is started when it is the first to want it."""
    if kind == "file":
        return Home(folder / "home").prepare()
    needs_parts(kind)
    postgres = request.getfixturevalue("postgres") if kind == "postgres" else None
    return Home(folder / "home", lake=lake_in(folder, kind, postgres)).prepare()
