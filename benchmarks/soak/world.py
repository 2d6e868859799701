"""What the soak puts around `dateline up`: outlets that go down or slow, and a look at its processes."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flows.service.pidfile import Note, read
from warehouse.home import Home


class Line:
    """The line to an outlet: a TCP relay on loopback that can be cut or made slow."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.is_down = False
        self.delay_s = 0.0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            ours, _ = self._listener.accept()
            if self.is_down:
                ours.close()
                continue
            theirs = socket.create_connection(("127.0.0.1", self._target))
            for one, other, waits in ((ours, theirs, False), (theirs, ours, True)):
                threading.Thread(target=self._relay, args=(one, other, waits), daemon=True).start()

    def _relay(self, one: socket.socket, other: socket.socket, waits: bool) -> None:
        with contextlib.suppress(OSError):
            while (data := one.recv(65536)) and not self.is_down:
                time.sleep(self.delay_s if waits else 0)
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@dataclass(slots=True)
class Sample:
    """Memory in MB (resident) and sizes in MB at one moment, seconds after the beginning."""

    at: float
    up: float = 0.0
    server: float = 0.0
    run: float = 0.0
    prefect_db: float = 0.0
    warehouse: float = 0.0


@dataclass(slots=True)
class Service:
    """`dateline up` of a home, as a process group of its own."""

    home: Home
    config: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None
    samples: list[Sample] = field(default_factory=list)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        """Start it, and wait until it serves.

        Raises:
            RuntimeError: it does not.
        """
        where = ["--home", str(self.home.root), "--config", str(self.config), "--port", str(self.port)]
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT")}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dateline", "up", *where],
                stdout=log, stderr=log, env=environment, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 120
        while not (self.note and self.note.url):
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"`dateline up` does not serve: {self.log.read_text()[-2000:]}")
            time.sleep(0.2)

    @property
    def note(self) -> Note | None:
        return read(self.home)

    def stop(self) -> None:
        """As Ctrl-C does; firmly after a minute."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """SIGKILL to it and to all that it has started."""
        assert self.process is not None
        doomed = [psutil.Process(self.process.pid), *self._children()]
        for each in doomed:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        psutil.wait_procs(doomed, timeout=10)
        self.process.wait()

    def kill_server(self) -> None:
        """SIGKILL to its Prefect server."""
        for each in self._children():
            if _runs(each, "flows.service.server_process"):
                each.kill()

    def kill_run(self, patience_s: float = 90) -> bool:
        """SIGKILL to the flow run that is at work, as soon as one is."""
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            for each in self._children():
                if _runs(each, "prefect.flow_engine") or _runs(each, "prefect.engine"):
                    time.sleep(1.5)  # in the midst of its work
                    with contextlib.suppress(psutil.NoSuchProcess):
                        each.kill()
                        return True
            time.sleep(0.1)
        return False

    def look(self, at: float) -> None:
        """Take a sample."""
        found = Sample(at, prefect_db=_size(self.home.state, "prefect.db*"), warehouse=_size(self.home.state, "work.*"))
        with contextlib.suppress(psutil.NoSuchProcess):
            if self.process and self.process.poll() is None:
                found.up = psutil.Process(self.process.pid).memory_info().rss / 1e6
        for each in self._children():
            with contextlib.suppress(psutil.NoSuchProcess):
                megabytes = each.memory_info().rss / 1e6
                if _runs(each, "flows.service.server_process"):
                    found.server = megabytes
                else:
                    found.run = max(found.run, megabytes)
        self.samples.append(found)

    def _children(self) -> list[psutil.Process]:
        if self.process is None or self.process.poll() is not None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []


def _runs(process: psutil.Process, module: str) -> bool:
    with contextlib.suppress(psutil.Error):
        return module in process.cmdline()
    return False


def _size(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6


@contextmanager
def sampled(service: Service, began: float, every_s: float = 5.0) -> Iterator[None]:
    """Take a sample now and then during the block."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(every_s):
            with contextlib.suppress(OSError):
                service.look(time.monotonic() - began)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
