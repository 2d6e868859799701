"""Processes that die: what they had been given is done by others."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from typing import Any

import psutil
import pytest
from pebble import ProcessExpired, ProcessPool

from tasks.extract.process_turns import Turns

TIMEOUT_S = 4.0
FORKS = multiprocessing.get_context("forkserver")


@pytest.fixture
def turns() -> Iterator[Turns]:
    found = Turns(lambda: ProcessPool(max_workers=2, context=FORKS), ahead=4, timeout_s=TIMEOUT_S)
    yield found
    found.end(at_once=True)


def processes() -> list[psutil.Process]:
    """The workers and the server that they are forked from."""
    children = psutil.Process().children(recursive=True)
    return [each for each in children if any("multiprocessing.forkserver" in part for part in each.cmdline())]


def kill(found: list[psutil.Process]) -> None:
    for each in found:
        os.kill(each.pid, signal.SIGKILL)  # not waited for: multiprocessing does that with the server it started


def waited(turns: Turns, futures: list[Future[Any]]) -> list[Any]:
    """Their results; meanwhile the pool is looked at, as those who wait do."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and wait(futures, timeout=0.5).not_done:
        turns.look()
    return [each.result(0) for each in futures]


def squares(turns: Turns, *, urgent: bool = False) -> list[Future[int]]:
    return [turns.add(pow, (n, 2), urgent=urgent) for n in range(20)]


def test_workers_that_die_with_nothing_to_do_and_their_server_are_replaced(turns: Turns) -> None:
    assert waited(turns, squares(turns)) == [n * n for n in range(20)]
    kill(processes())
    assert waited(turns, squares(turns)) == [n * n for n in range(20)]


def test_work_that_was_under_way_when_all_were_killed_is_done(turns: Turns) -> None:
    slow = [turns.add(time.sleep, (1.0,), urgent=False) for _ in range(4)]
    assert turns.add(os.getpid, urgent=True).result(20) != os.getpid()
    kill(processes())
    assert waited(turns, slow) == [None] * 4
    assert waited(turns, squares(turns, urgent=True)) == [n * n for n in range(20)]


def test_a_pool_that_broke_without_a_word_is_found_by_looking(turns: Turns) -> None:
    assert turns.add(abs, (-3,), urgent=False).result(20) == 3
    kill(processes())
    time.sleep(1)
    turns.look()
    assert turns.add(abs, (-4,), urgent=False).result(20) == 4


def test_a_pool_whose_workers_take_nothing_is_replaced_after_twice_the_time_of_a_call(turns: Turns) -> None:
    assert turns.add(abs, (-3,), urgent=False).result(20) == 3
    for each in processes():
        if each.ppid() != os.getpid():  # not the server, which is asked for others
            each.suspend()
    assert waited(turns, squares(turns)) == [n * n for n in range(20)]


def test_what_kills_its_worker_twice_is_given_up_and_costs_no_other(turns: Turns) -> None:
    deadly = turns.add(os._exit, (3,), urgent=False)
    others = squares(turns)
    with pytest.raises(ProcessExpired):
        deadly.result(30)
    assert waited(turns, others) == [n * n for n in range(20)]


def test_processes_that_can_not_be_kept_are_an_error_and_not_a_wait_without_end() -> None:
    def start() -> ProcessPool:
        pool = ProcessPool(max_workers=1, context=FORKS)
        pool.stop()
        return pool

    found = Turns(start, ahead=4, timeout_s=20)
    with pytest.raises(RuntimeError, match="not active"):
        found.add(abs, (-1,), urgent=False).result(20)
