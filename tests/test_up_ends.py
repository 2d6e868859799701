"""`dateline up` in the foreground: two homes on one server, Ctrl-C once and twice, a server that does not come up."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
import tomlkit
from prefect.client.orchestration import SyncPrefectClient

from flows.service.access import auth_string
from flows.service.health import is_healthy
from flows.service.prefect_settings import configured_server, free_port
from flows.service.signals import noting_signals
from newsroom.server import Newsroom
from tests.conftest import UNBALANCED, rows
from tests.owner import PROGRAM, environment, plant
from tests.served import until
from warehouse.home import Home

pytestmark = pytest.mark.skipif(
    "PREFECT_API_URL" not in os.environ and configured_server() is not None,
    reason="a Prefect profile names a server, so `up` starts none",
)


@dataclass
class Up:
    """A `dateline up` in the foreground, and what it has said so far."""

    home: Home
    config: Path
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def family(self) -> list[psutil.Process]:
        return [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]

    def interrupt(self) -> None:
        self.process.send_signal(signal.SIGINT)


@contextmanager
def up(root: Path, newsroom: Newsroom, port: int, hung: str = "", **more: str) -> Iterator[Up]:
    """`dateline up` for one outlet of the newsroom, that polls it at once; `hung` is where its stories are instead.

    It is called in `root`.
    """
    root.mkdir(exist_ok=True)
    config, log = root / "dateline.toml", root / "said.txt"
    [source] = [s for s in newsroom.sources if s["name"] == "the-junction"]
    connect = newsroom.connect_to | {"hung.example": hung or "127.0.0.1:9"}
    document = {"fetch": {"delay": "0s", "connect_to": connect}, "schedule": {"ingest": "3h"}, "source": [source]}
    config.write_text(tomlkit.dumps(document), encoding="utf-8")
    command = [PROGRAM, "up", "--home", str(root / "home"), "--config", str(config)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment(**more),
            cwd=root,
        )
    found = Up(Home(root / "home"), config, process, log)
    try:
        yield found
    finally:
        for each in reversed(found.family() if process.poll() is None else []):
            with suppress(psutil.NoSuchProcess):
                each.kill()
        process.wait()


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(anchor=datetime.now(UTC)) as served:
        yield served


def ended(each: Up, flow: str = "ingest") -> list[tuple[Any, ...]]:
    """The states of a home's runs, from the snapshot that its readers open."""
    if not each.home.snapshot.exists():
        return []
    return rows(each.home.snapshot, f"select state from runs where flow = '{flow}' and ended_at is not null")


def deployments(url: str, home: Home) -> dict[str, str]:
    """Name to home, on the server of a home."""
    with SyncPrefectClient(f"{url}/api", auth_string=auth_string(home)) as client:
        return {each.name: each.parameters["home"] for each in client.read_deployments()}


@pytest.mark.heavy
def test_two_homes_on_one_server_and_ctrl_c(tmp_path: Path, newsroom: Newsroom) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    imported = plant(tmp_path / "one")  # whose owner has a tasks/, a flows/ and more
    with up(tmp_path / "one", newsroom, port) as one:
        until(lambda: ended(one), "the first home's run ends")
        password = auth_string(one.home)
        named = {"PREFECT_API_URL": f"{url}/api", "PREFECT_API_AUTH_STRING": password}
        with up(tmp_path / "two", newsroom, free_port(), **named) as two:
            until(lambda: ended(two), "the second home's run ends")
            assert f"Prefect UI    {url}" in two.said
            assert not [p for p in two.family() if "flows.service.server_process" in " ".join(p.cmdline())]
            found = deployments(url, one.home)
            assert found["every 3h"] == str(one.home.root)
            assert {found[name] for name in found if name.startswith("every 3h · ")} == {str(two.home.root)}
            two.interrupt()
            assert two.process.wait(40) == 0
            assert is_healthy(f"{url}/api")  # it was not the second's to stop
            assert (two.said.count("stopped"), two.said.count("Traceback")) == (1, 0)
        family = one.family()
        one.interrupt()
        assert one.process.wait(40) == 0
        assert not is_healthy(f"{url}/api")
        assert psutil.wait_procs(family, timeout=10)[1] == []
        assert "Traceback" not in one.said
        assert one.said.rstrip().endswith("stopped")
    assert not imported.exists(), imported.read_text()
    for each in (one, two):
        assert ended(each)[0] == ("completed",)
        assert rows(each.home.work, UNBALANCED) == []


@pytest.mark.heavy
def test_the_second_ctrl_c_does_not_wait_and_nothing_is_lost(tmp_path: Path, newsroom: Newsroom) -> None:
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", 0)) as hung,
        up(
            tmp_path, newsroom, port, hung=f"127.0.0.1:{hung.getsockname()[1]}", HOME=str(tmp_path / "said.txt")
        ) as each,
    ):
        until(lambda: ended(each), "the first run ends")
        with SyncPrefectClient(f"http://127.0.0.1:{port}/api", auth_string=auth_string(each.home)) as client:
            by_hand = client.read_deployment_by_name("ingest/by hand")
            run = client.create_flow_run_from_deployment(by_hand.id, parameters={"urls": ["http://hung.example/story"]})
        accepted, _ = hung.accept()  # the run asks, and waits for an answer that does not come
        family = each.family()
        each.interrupt()
        until(lambda: "Ctrl-C again does not wait" in each.said, "it says what it waits for", 10)
        began = time.monotonic()
        each.interrupt()
        each.process.wait(30)
        accepted.close()
        assert time.monotonic() - began < 15
        assert psutil.wait_procs(family, timeout=10)[1] == []
        assert "Traceback" not in each.said, each.said
    assert "Warning" not in each.said  # although its user had no home
    left = rows(each.home.work, f"select state from runs where run_id = '{run.id}'")
    assert left in ([("cancelled",)], [("running",)])  # that one is closed by the next run
    assert rows(each.home.work, f"select count(*) from discoveries where run_id = '{run.id}'") == [(1,)]


def test_ctrl_c_while_the_server_comes_up_is_clean(tmp_path: Path, newsroom: Newsroom) -> None:
    with up(tmp_path, newsroom, free_port()) as each:
        until(lambda: len(each.family()) > 1, "a server is being started")
        family = each.family()
        each.interrupt()
        assert each.process.wait(30) in (0, 130)
        assert psutil.wait_procs(family, timeout=10)[1] == []
        assert "Traceback" not in each.said


def test_a_signal_is_noted_in_a_finalizer_too_and_the_second_does_not_wait() -> None:
    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with noting_signals() as stopping:
        stopping.go_on()
        Dying()  # where a KeyboardInterrupt would be printed and forgotten
        assert stopping.is_set()
        with pytest.raises(KeyboardInterrupt):
            stopping.go_on()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_server_that_does_not_come_up_is_said_with_its_log(tmp_path: Path, newsroom: Newsroom) -> None:
    nowhere = {"PREFECT_SERVER_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{tmp_path}"}  # a folder
    with up(tmp_path, newsroom, free_port(), **nowhere) as each:
        assert each.process.wait(120) == 1
        assert "Traceback" not in each.said
        assert "prefect-server.log" in each.said.replace("\n", "")
        assert each.said.startswith("error: ")
