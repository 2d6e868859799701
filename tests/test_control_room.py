"""What `dateline up` keeps in its home and takes from the owner's settings, each by itself: no server is started."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import psutil
import pytest

from flows.base.errors import BadConfig, NotStopped
from flows.base.home_identity import home_id, is_of, tag_of
from flows.base.settings import Settings, load
from flows.reading.sql import Reader
from flows.service.access import auth_string, password_file, with_token
from flows.service.deployments import when
from flows.service.detached import down
from flows.service.home_watch import FREE_ABOVE, FULL_BELOW, DiskWatch
from flows.service.logs import open_private, trim
from flows.service.pidfile import Note, Process, noted, read
from flows.service.server_database import set_aside_damaged
from tests.test_warehouse import RUN, URL, article
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.snapshot import publish


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").prepare()


# -- the password -----------------------------------------------------------------------------------------------------


def test_the_password_is_the_owners_alone_and_stays(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_SERVER_API_AUTH_STRING", raising=False)
    first = auth_string(home)
    assert stat.S_IMODE(password_file(home).stat().st_mode) == 0o600
    assert auth_string(home) == first
    assert first.partition(":")[2] in with_token("http://127.0.0.1:4200", home)


def test_a_password_that_others_could_read_is_none_any_more(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_SERVER_API_AUTH_STRING", raising=False)
    first = auth_string(home)
    password_file(home).chmod(0o644)
    assert auth_string(home) != first
    assert stat.S_IMODE(password_file(home).stat().st_mode) == 0o600


def test_the_owners_password_wins_and_is_shown_nowhere(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_SERVER_API_AUTH_STRING", "me:chosen")
    assert auth_string(home) == "me:chosen"
    assert with_token("http://127.0.0.1:4200", home) == "http://127.0.0.1:4200"
    assert not password_file(home).exists()


def test_a_password_in_a_feeds_address_goes_no_further_than_dateline_toml(tmp_path: Path) -> None:
    config = tmp_path / "dateline.toml"
    config.write_text(
        '[[source]]\nname = "a"\nfeeds = ["http://user:secret@a.example/feed?a=x@y", "http://u@a.example/"]'
    )
    assert load(config, tmp_path).all_sources[0].feeds == ("http://a.example/feed?a=x@y", "http://a.example/")


@pytest.mark.parametrize("name", ["a?b", "a\nb", os.fsdecode(b"M\xe4rz")])
def test_a_home_that_duckdb_cannot_open_is_refused_in_a_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadConfig, match="cannot be used"):
        load(None, tmp_path / name)


@pytest.mark.parametrize("name", [":memory:", "md:news", "s3:", "a%20b", "[x]*", "o'hara", "~", "$HOME", "%(here)s"])
def test_a_home_may_be_called_like_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    home = load(None, Path(name)).folder.prepare()
    with open_writer(home.work) as writer:
        load_package(writer, write_package(home.staging, "p1", RUN, {"articles": [article()]}))
        publish(writer, home)
    reader = Reader(home.snapshot, timeout_s=10)
    assert reader.query("select url from articles").rows == [(URL,)]
    reader.close()
    assert [path.name for path in tmp_path.iterdir()] == [name]


# -- which home it is -------------------------------------------------------------------------------------------------


def test_a_home_that_moved_is_the_same_and_a_copy_is_another(home: Home, tmp_path: Path) -> None:
    ident = home_id(home)
    assert home_id(home) == ident
    copy = Home(shutil.copytree(home.root, tmp_path / "copy"))
    assert home_id(copy) != ident
    moved = Home(home.root.rename(tmp_path / "moved"))
    assert home_id(moved) == ident


def test_what_is_of_a_home_has_its_id_or_before_there_were_ids_its_path(home: Home) -> None:
    tag, path = tag_of(home_id(home)), str(home.root.absolute())
    assert is_of(home, tags=["dateline", tag], parameters={"home": "/elsewhere"})
    assert is_of(home, tags=["dateline"], parameters={"home": path})
    assert not is_of(home, tags=["dateline", tag_of("another")], parameters={"home": path})


# -- who serves it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "why"),
    [({"host": "elsewhere"}, "another host"), ({"namespace": "pid:[1]"}, "container"),
     ({"started": 1.0}, "another one"), ({"pid": 2**22 + 1}, "no process")],
)  # fmt: skip
def test_down_stops_no_process_but_the_one_it_means(home: Home, change: dict[str, object], why: str) -> None:
    settings = Settings(home=home.root)
    with noted(home, 4200) as note:
        assert read(home) == note
        assert note.process.why_not_reachable() is None
        Note(note.path, replace(note.process, **change), 4200, note.since).save()  # type: ignore[arg-type]
        with pytest.raises(NotStopped, match=why):
            down(settings)
    assert psutil.pid_exists(os.getpid())
    assert down(settings) == 1


def test_a_process_is_known_by_its_start() -> None:
    mine = Process.this()
    assert (mine.pid, mine.why_not_reachable()) == (os.getpid(), None)


# -- Prefect's database -----------------------------------------------------------------------------------------------


def test_a_sound_database_and_none_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "prefect.db"
    assert set_aside_damaged(path) is None
    with sqlite3.connect(path) as database:
        database.execute("create table alembic_version (version_num text)")
        database.execute("insert into alembic_version values ('a3b9c7d2e5f1')")
    assert set_aside_damaged(path) is None
    assert path.exists()


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table alembic_version (version_num text)")
        database.execute("insert into alembic_version values ('ffffffffffff')")


def _torn(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute("create table t as with recursive n(i) as (select 1 union all select i + 1 from n "
                         "where i < 9999) select i, hex(randomblob(20)) as x from n")  # fmt: skip
    with path.open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(20000))


@pytest.mark.parametrize(
    "damage", [_newer, _torn, lambda path: path.write_bytes(b"no database at all" * 99), Path.mkdir]
)
def test_a_database_that_prefect_cannot_use_is_set_aside_and_said(
    tmp_path: Path, damage: object, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "prefect.db"
    damage(path)  # type: ignore[operator]
    (tmp_path / "prefect.db-wal").write_bytes(b"x")
    aside = set_aside_damaged(path)
    assert aside is not None
    assert not path.exists()
    assert not (tmp_path / "prefect.db-wal").exists()
    assert aside.name in capsys.readouterr().err.replace("\n", "")


# -- settings of Prefect's own files ----------------------------------------------------------------------------------

_ASKED = """
import os
from pathlib import Path
from flows.service.prefect_settings import configured_server, quiet
from warehouse.home import Home
quiet(Home(Path("home")).prepare())
print(configured_server(), os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL"), os.environ.get("NO_PROXY"))
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("prefect.toml", '[api]\nurl = "http://team.example/api"\n[server.database]\nconnection_url = "sqlite:///x"\n'),
        ("pyproject.toml", '[tool.prefect.api]\nurl = "http://team.example/api"\n'),
        (".env", "PREFECT_API_URL=http://team.example/api\n"),
        ("profiles.toml", 'active = "a"\n[profiles.a]\nPREFECT_API_URL = "http://team.example/api"\n'),
    ],
)
def test_prefects_own_files_are_read_and_what_they_say_stays(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    own = {k: v for k, v in os.environ.items() if not k.upper().startswith(("PREFECT", "NO_PROXY"))}
    own |= {"PREFECT_PROFILES_PATH": str(tmp_path / "profiles.toml"), "HTTP_PROXY": "http://127.0.0.1:1"}
    done = subprocess.run(
        [sys.executable, "-c", _ASKED], cwd=tmp_path, env=own, capture_output=True, text=True, timeout=120, check=True
    )
    server, database, past_proxy = done.stdout.split()
    assert server == "http://team.example/api"
    assert (database == "None") is ("database" in text)  # ours is no default where the owner has said one
    assert "127.0.0.1" in past_proxy


# -- schedules --------------------------------------------------------------------------------------------------------

ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Asia/Kolkata")


def _dates(schedule: str, zone: str, days: int = 400) -> list[datetime]:
    import asyncio

    from prefect.server.schemas.schedules import IntervalSchedule

    shown = when(schedule, load(None, Path("unused")).model_copy(update={"schedule": _in_zone(zone)}))
    there = IntervalSchedule(interval=shown.interval, anchor_date=shown.anchor_date, timezone=shown.timezone)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    found: list[datetime] = []
    while not found or found[-1] < start + timedelta(days=days):
        after = found[-1] + timedelta(seconds=1) if found else start
        found += [
            datetime.fromtimestamp(each.timestamp(), UTC) for each in asyncio.run(there.get_dates(n=500, start=after))
        ]
    return found


def _in_zone(zone: str) -> object:
    from flows.base.settings import Schedule

    return Schedule(timezone=zone)


@pytest.mark.parametrize("zone", ZONES)
def test_an_interval_has_neither_gap_nor_double_over_a_year(zone: str) -> None:
    for schedule, step in (("1d", timedelta(days=1)), ("6h", timedelta(hours=6))):
        dates = _dates(schedule, zone)
        assert {b - a for a, b in pairwise(dates)} == {step}


@pytest.mark.parametrize("zone", ZONES)
def test_what_is_due_daily_comes_once_on_every_day_of_the_zone(zone: str) -> None:
    days = [each.astimezone(ZoneInfo(zone)).date() for each in _dates("1d", zone)]
    assert {b - a for a, b in pairwise(days)} == {timedelta(days=1)}


# -- logs and the disk ------------------------------------------------------------------------------------------------


def test_a_log_is_bounded_while_somebody_writes_it(tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    with open_private(path) as log:
        for number in range(40_000):
            log.write(b"line %d\n" % number)
        log.flush()
        assert trim(path, most=100_000)
        log.write(b"the end\n")
        log.flush()
        text = path.read_bytes()
    assert len(text) <= 100_000 + 8
    assert text.endswith(b"line 39999\nthe end\n")
    assert b"\0" not in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_is_said_once_and_so_is_its_end() -> None:
    free = iter([FREE_ABOVE, FULL_BELOW - 1, 0, FULL_BELOW + 1, FREE_ABOVE + 1, FREE_ABOVE + 1, 0])
    watch = DiskWatch("/news", lambda: next(free))
    said = [watch.look() for _ in range(7)]
    assert [bool(each) for each in said] == [False, True, False, False, True, False, True]
    assert "full" in str(said[1])
