"""Ctrl-C at any moment of a run: how soon it ends, with which status, and what it says.

    python -m benchmarks.bulkheads interrupts [--times 20] [--seed 1] [--write]

Runs of the command over the embedded newsroom, one after another in one home, each told to end at a random moment;
then one that is not. What was interrupted must have cost nothing: every ledger balances, and no article is missing.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import tomlkit

from newsroom.server import Newsroom

MOST_S = 20.0
_STATUS = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Interrupt:
    """One run that was told to end."""

    after_s: float
    ended_s: float  # later
    status: int
    lines: tuple[str, ...]  # on standard error

    @property
    def is_met(self) -> bool:
        """One line, status 130, in time; or the run was over, or had not begun to listen."""
        said = "\n".join(self.lines)
        if "Traceback" in said or self.ended_s > MOST_S:
            return False
        return self.status in (0, 3) or (self.status == _STATUS and len(self.lines) == 1)


def measure(times: int, seed: int) -> tuple[list[Interrupt], str]:
    """The interrupted runs, and what is wrong with the home after the last one: empty when nothing is."""
    dice, found = random.Random(seed), []
    with tempfile.TemporaryDirectory() as name, Newsroom(anchor=datetime.now(UTC)) as newsroom:
        home = Path(name)
        fetch = {"delay": "0s", "connect_to": newsroom.connect_to}
        (home / "dateline.toml").write_text(tomlkit.dumps({"fetch": fetch, "source": newsroom.sources}))
        whole = _whole(home / "reference", home / "dateline.toml")
        began = time.monotonic()
        _finish(_start(home / "told", home / "dateline.toml"))
        usual = time.monotonic() - began
        for number in range(times):
            folder = home / f"told-{number % 4}"
            found.append(_interrupted(folder, home / "dateline.toml", dice.uniform(0.3, usual)))
        wrong = [_wrong(home / f"told-{number}", home / "dateline.toml", whole) for number in range(min(4, times))]
    return found, "; ".join(filter(None, wrong))


def _interrupted(home: Path, config: Path, after: float) -> Interrupt:
    child = _start(home, config)
    time.sleep(after)
    began = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, said = _finish(child)
    lines = tuple(line for line in said.splitlines() if line.strip())
    return Interrupt(after_s=after, ended_s=time.monotonic() - began, status=child.returncode, lines=lines)


def _start(home: Path, config: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "dateline", "ingest", "--home", str(home), "--config", str(config)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True, env=dict(os.environ)
    )


def _finish(child: subprocess.Popen[str]) -> tuple[str, str]:
    try:
        return child.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        return child.communicate()


def _whole(home: Path, config: Path) -> int:
    """How many articles a run that nobody disturbs brings."""
    _finish(_start(home, config))
    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as connection:
        return int(connection.execute("select count(*) from articles").fetchall()[0][0])


def _wrong(home: Path, config: Path, whole: int) -> str:
    _finish(_start(home, config))
    with duckdb.connect(str(home / "dateline.duckdb"), read_only=True) as connection:
        count = int(connection.execute("select count(*) from articles").fetchall()[0][0])
        unbalanced = connection.execute("select count(*) from ledger where remainder <> 0").fetchall()[0][0]
    return "" if (count, unbalanced) == (whole, 0) else f"{count} articles of {whole}, {unbalanced} ledgers off"
