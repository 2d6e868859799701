"""A run that is told to end (SIGTERM, as Prefect's runner sends it) at the moments that hurt most."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from prefect.client.schemas.objects import State

from flows.base.errors import BadUsage, RunFailed
from flows.base.observer import CURRENT, Silent, injected
from flows.base.settings import load
from flows.reading.verify import compare
from flows.run.closing import write_pages
from flows.run.sources import judge_sources
from flows.service.signals import Stopping
from flows.service.up import serve_until_told
from flows.work.reextract import reextract
from flows.work.replay import replay
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, UNBALANCED, Run, rows, write_config
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.lock import writer_lock

pytestmark = pytest.mark.usefixtures("one_judge")

SOURCE = "the-junction"


@pytest.fixture
def home(tmp_path: Path, newsroom: Newsroom) -> Home:
    write_config(tmp_path, newsroom)
    return Home(tmp_path).prepare()


@pytest.fixture
def ingest(home: Home, run: Run) -> Callable[..., State[Any]]:
    """One run of the flow; its state."""

    def once(hours: float = 0.0, **given: Any) -> State[Any]:
        from flows.ingest import ingest

        token = CURRENT.set(replace(injected(), now=lambda: ANCHOR + timedelta(hours=hours)))
        try:
            where = {"config": str(home.root / "dateline.toml"), "home": str(home.root)}
            state: State[Any] = ingest(sources=[SOURCE], **where, **given, return_state=True)
        finally:
            CURRENT.reset(token)
        return state

    return once


@pytest.fixture(autouse=True)
def handler() -> Iterator[None]:
    """Each test leaves the signal as it was."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    assert signal.getsignal(signal.SIGTERM) is before


def told() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(5)


def at_call(number: int, act: Callable[[], object], function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with something that happens before its n-th call."""
    calls = iter(range(1, 1000))

    def called(*args: Any, **given: Any) -> Any:
        if next(calls) == number:
            act()
        return function(*args, **given)

    return called


def findings(home: Home) -> list[dict[str, Any]]:
    with open_writer(home.work) as connection:
        return compare(connection, home)[1]


def states(home: Home) -> list[str]:
    return [state for (state,) in rows(home.work, "select state from runs order by started_at")]


@pytest.mark.parametrize("number", [1, 2])  # what was discovered, and what was read
def test_between_a_packages_writing_and_its_loading(
    home: Home, ingest: Callable[..., State[Any]], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("flows.run.context.load_package", at_call(number, told, load_package))
        assert ingest().type.value == "CANCELLED"
    assert rows(home.work, UNBALANCED) == []
    assert list(home.staging.iterdir()) == []
    assert ingest(1).type.value == "COMPLETED"
    assert states(home) == ["cancelled", "completed"]
    assert rows(home.work, "select count(*) from articles") == [(10,)]
    assert findings(home) == []


def test_a_package_that_cannot_be_loaded_before_the_books_are_closed_is_left_out_and_its_pages_are_read_again(
    home: Home, ingest: Callable[..., State[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    def broken() -> None:
        for module in ("context", "recovery"):
            patched.setattr(f"flows.run.{module}.load_package", full)
        told()

    with monkeypatch.context() as patched:
        patched.setattr("flows.run.context.load_package", at_call(2, broken, load_package))
        assert ingest().type.value == "CANCELLED"
    assert len(list(home.staging.iterdir())) == 1
    assert rows(home.work, UNBALANCED) == []
    assert ingest(1).type.value == "COMPLETED"
    assert list(home.staging.iterdir()) == []
    assert rows(home.work, "select count(*) from articles") == [(10,)]
    assert findings(home) == []


def test_a_signal_whose_exception_is_lost_ends_the_run_all_the_same(
    home: Home, ingest: Callable[..., State[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost() -> None:
        try:
            told()
        except BaseException:  # as within the callback of a weak reference
            return

    monkeypatch.setattr("flows.run.sources.judge_sources", at_call(1, lost, judge_sources))
    assert ingest().type.value == "CANCELLED"
    assert states(home) == ["cancelled"]
    assert rows(home.work, UNBALANCED) == []


def test_when_all_is_loaded_it_is_published_and_called_cancelled(
    home: Home, ingest: Callable[..., State[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.run.managed.write_pages", at_call(1, told, write_pages))
    state = ingest()
    assert (state.type.value, state.message) == (
        "CANCELLED", "cancelled when all was done: 10 new, 1 rejected; remainder 0",
    )  # fmt: skip
    assert states(home) == ["cancelled"]
    assert rows(home.snapshot, "select count(*) from articles") == [(10,)]
    assert findings(home) == []


def test_while_it_waits_for_another(
    home: Home, ingest: Callable[..., State[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.run.managed.patience_s", lambda: 30.0)
    monkeypatch.setattr("flows.run.managed.say_waiting", lambda _: told())
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writer_lock(home.lock, what="dateline ingest"):
            held.set()
            done.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    assert held.wait(10)
    assert ingest().type.value == "CANCELLED"
    done.set()
    other.join()
    assert ingest().type.value == "COMPLETED"
    assert states(home) == ["completed"]


def test_what_is_not_sound_is_published_by_nobody(home: Home, ingest: Callable[..., State[Any]]) -> None:
    from flows.maintain import maintain

    where = {"config": str(home.root / "dateline.toml"), "home": str(home.root)}
    assert ingest().type.value == "COMPLETED"
    assert maintain(**where, return_state=True).name == "Completed"
    assert rows(home.snapshot, "select flow, state from runs order by started_at desc limit 1") == [
        ("maintain", "completed")
    ]
    published = home.snapshot.stat().st_ino
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("delete from outcomes where url = (select min(url) from outcomes)")
    with pytest.raises(RunFailed, match=r"unbalanced_ledger.*Nothing was published"):
        ingest(1).result()
    state = maintain(**where, return_state=True)
    assert state.name == "CompletedWithAlarms"
    assert "nothing was published" in (state.message or "")
    settings = load(home.root / "dateline.toml", home.root)
    with pytest.raises(RunFailed, match="unbalanced_ledger"):
        replay(settings, Silent(), rule=None, source=None, idents=[])
    with duckdb.connect(str(home.work)) as connection:
        connection.execute("update articles set section = 'Ballast'")
    with pytest.raises(RunFailed, match="unbalanced_ledger"):
        reextract(settings, Silent(), source=None, apply=True)
    assert home.snapshot.stat().st_ino == published


def test_a_scheduled_source_that_is_gone_from_the_file_stops_no_other(home: Home, run: Run) -> None:
    where = {"config": str(home.root / "dateline.toml"), "home": str(home.root), "due_only": True}
    report = run(sources=[SOURCE, "gone"], now=lambda: ANCHOR, **where)
    assert report.totals["loaded"] == 10
    assert report.alarms == ("gone is scheduled, and not in dateline.toml any more: restart `dateline up`",)
    with pytest.raises(BadUsage, match="no source is called 'gone'"):
        run(sources=["gone"], now=lambda: ANCHOR, **where)
    assert load(home.root / "dateline.toml", home.root).enabled_sources


def test_up_stops_although_its_server_is_gone() -> None:
    class Gone:
        started = True

        async def start(self) -> None:
            await asyncio.sleep(60)

        async def astop(self) -> None:
            raise httpx.ConnectError("All connection attempts failed")

    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    stopping, began = Stopping(), time.monotonic()
    assert serve_until_told(Gone(), stopping)
    assert stopping.is_set()
    assert time.monotonic() - began < 10
