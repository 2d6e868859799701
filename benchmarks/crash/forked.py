"""Runs of benchmarks.crash.child that need not load Prefect and Great Expectations first: eight seconds of a core each.

They are forked from a process that has both loaded and runs no other thread. Each is the leader of a session of its
own, with its readers and its judge in it, so that SIGKILL to its process group takes them all.
"""

from __future__ import annotations

import json
import os
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_START_S = 60.0
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MALLOC_CONF": "background_thread:false",
}
_MESSAGE = 1 << 16


class Forked:
    """A run; what is used here of `subprocess.Popen`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.pid = int(connection.recv(_MESSAGE))
        self._status: int | None = None

    def wait(self, timeout: float) -> int:
        """Its exit status, negative for a signal; raises subprocess.TimeoutExpired."""
        if self._status is None:
            self._connection.settimeout(timeout)
            try:
                self._status = int(self._connection.recv(_MESSAGE))
            except TimeoutError:
                raise subprocess.TimeoutExpired(str(self.pid), timeout) from None
        return self._status


class Warm:
    """What forks runs; see `warm`."""

    def __init__(self, address: Path) -> None:
        self._address = str(address)

    def start(self, arguments: Sequence[str], log: Path) -> Forked:
        """A run with these arguments; what it says is added to the log."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(self._address)
        connection.send(json.dumps({"arguments": list(arguments), "log": str(log)}).encode())
        return Forked(connection)


@contextmanager
def warm(folder: Path) -> Iterator[Warm]:
    """Load everything; the Prefect server that the environment names is the one that all runs use."""
    address = folder / "warm.sock"
    command = [sys.executable, "-m", "benchmarks.crash.forked", str(address)]
    with subprocess.Popen(command, env=os.environ | _ONE_THREAD) as process:
        try:
            began = time.monotonic()
            while not address.exists():
                if process.poll() is not None or time.monotonic() - began > _START_S:
                    raise SystemExit("benchmarks.crash.forked did not start")
                time.sleep(0.1)
            yield Warm(address)
        finally:
            process.kill()


def _serve(address: Path) -> NoReturn:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener, selectors.DefaultSelector() as waiting:
        listener.bind(str(address))
        listener.listen()
        waiting.register(listener, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.data is None:
                    _fork(listener, waiting)
                else:
                    _end(waiting, key.fd, *key.data)


def _fork(listener: socket.socket, waiting: selectors.BaseSelector) -> None:
    connection, _ = listener.accept()
    asked = json.loads(connection.recv(_MESSAGE))
    pid = os.fork()
    if pid == 0:
        _become(asked["arguments"], asked["log"])
    connection.send(str(pid).encode())
    waiting.register(os.pidfd_open(pid), selectors.EVENT_READ, (pid, connection))


def _end(waiting: selectors.BaseSelector, pidfd: int, pid: int, connection: socket.socket) -> None:
    waiting.unregister(pidfd)
    os.close(pidfd)
    _, status = os.waitpid(pid, 0)
    with connection:
        connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(arguments: Sequence[str], log: str) -> NoReturn:
    """Go on as benchmarks.crash.child; its judge is forked first, while there is one thread only."""
    status = 1
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        for number, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), out, out)):
            os.dup2(descriptor, number)
        os.closerange(3, 256)
        from expectations.judge import Judge

        judge = Judge("fork")
        judge.warm()
        import benchmarks.crash.child
        import flows.service.one_run

        vars(flows.service.one_run)["Judge"] = lambda: judge  # the one that is there
        status = benchmarks.crash.child.main(arguments)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _load(folder: Path) -> None:
    """What takes long, and neither starts a thread nor opens anything. DuckDB starts threads when it is imported."""
    from flows.service.prefect_settings import quiet
    from warehouse.home import Home

    quiet(Home(folder))
    for name in ("prefect", "prefect.concurrency.asyncio", "prefect.task_runners", "expectations.engine"):
        import_module(name)

    if len(os.listdir("/proc/self/task")) > 1:  # noqa: PTH208
        raise SystemExit("what was loaded has started a thread")


if __name__ == "__main__":
    _load(Path(sys.argv[1]).parent)
    _serve(Path(sys.argv[1]))
