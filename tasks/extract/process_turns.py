"""Turns at a pool of processes: the urgent calls first, and none lost with a worker or with the whole pool.

Pebble hands out calls in the order they came. It gives up a whole pool when a worker dies that had nothing to do
(BrokenProcessPool, "All workers expired") or cannot be started, as when the server process they are forked from was
killed with them. And it waits without end when a worker is killed in the moment in which it takes a call, with the lock
that all of them share (seen in 1 of 3 trials with SIGKILL to all).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from pebble import ProcessExpired, ProcessPool

_BREAKS_MOST = 5  # pools in a row that broke before anything was done: it is not chance
_BREATH_S = 0.2  # before the next pool, longer each time: the dead have to be seen to be dead


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    future: Future[Any] = field(default_factory=Future)
    is_second: bool = False  # its worker died once: of this page perhaps, or somebody killed it


class Turns:
    """Hands a pool a few calls at a time, and a new pool what an old one took with it.

    Args:
        start: makes a pool.
        ahead: how many calls the pool has at once.
        timeout_s: seconds that a call may take.
    """

    def __init__(self, start: Callable[[], ProcessPool], *, ahead: int, timeout_s: float) -> None:
        self._start, self._ahead, self._timeout = start, ahead, timeout_s
        self._pool = start()
        self._mutex = threading.Lock()
        self._urgent, self._usual = deque[_Call](), deque[_Call]()
        self._given: list[_Call] = []
        self._heard_at = 0.0  # when the pool had last done something, or was given the first of its calls
        self._breaks = 0
        self._is_ending = False

    def add(
        self, function: Callable[..., Any], arguments: tuple[Any, ...] = (), *, urgent: bool, twice: bool = True
    ) -> Future[Any]:
        """Have something done when its turn comes.

        Args:
            function: what the worker calls.
            arguments: with these.
            urgent: before all that is not.
            twice: it is tried a second time when its worker died.

        Returns:
            What comes of it: `TimeoutError` when it took too long, `ProcessExpired` when its worker died of it (both
            did), `RuntimeError` when no pool could be kept.
        """
        call = _Call(function, arguments, is_second=not twice)
        with self._mutex:
            (self._urgent if urgent else self._usual).append(call)
        self._give()
        return call.future

    def look(self) -> None:
        """See whether the pool lives: one that broke without a word, or is stuck, is replaced.

        Whatever a worker has taken ends within `timeout_s`; after twice that without a word none has taken anything.
        """
        pool = self._pool
        with self._mutex:
            is_stuck = bool(self._given) and time.monotonic() - self._heard_at > 2 * self._timeout
        if is_stuck or not pool.active:
            self._replace(pool, BrokenProcessPool("the processes do not answer"))

    def end(self, *, at_once: bool) -> None:
        """Let the processes go, after all that waits has been done or at once."""
        if not at_once:
            with self._mutex:
                self._ahead += len(self._urgent) + len(self._usual)
            self._give()
        self._is_ending = True
        (self._pool.stop if at_once else self._pool.close)()
        self._pool.join()

    def _give(self) -> None:
        while turn := self._next():
            call, pool = turn
            try:
                given = pool.schedule(call.function, call.arguments, timeout=self._timeout)
            except RuntimeError as error:  # the pool is broken, or was stopped
                self._replace(pool, error)
            else:
                given.add_done_callback(partial(self._done, call, pool))

    def _next(self) -> tuple[_Call, ProcessPool] | None:
        with self._mutex:
            waiting = self._urgent or self._usual
            if not waiting or len(self._given) >= self._ahead:
                return None
            call = waiting.popleft()
            self._heard_at = self._heard_at if self._given else time.monotonic()
            self._given.append(call)
            return call, self._pool

    def _done(self, call: _Call, pool: ProcessPool, given: Future[Any]) -> None:
        error = given.exception()
        if isinstance(error, BrokenProcessPool):
            return self._replace(pool, error)
        with self._mutex:
            if call not in self._given:  # another pool has it
                return None
            self._given.remove(call)
            self._breaks, self._heard_at = 0, time.monotonic()
            again = isinstance(error, ProcessExpired) and not call.is_second
            if again:
                self._urgent.appendleft(replace(call, is_second=True))
        self._give()  # first, so that no worker waits
        if error is None:
            call.future.set_result(given.result())
        elif not again:
            call.future.set_exception(error)
        return None

    def _replace(self, pool: ProcessPool, error: BaseException) -> None:
        """Another pool, which is given what this one had; after too many in a row, the error for all."""
        with self._mutex:
            if pool is not self._pool:
                return
            lost, self._given = self._given, []
            self._breaks += 1
            is_over = self._is_ending or self._breaks > _BREAKS_MOST
            if is_over:
                lost += [*self._urgent, *self._usual]
                self._urgent.clear()
                self._usual.clear()
            else:
                time.sleep(_BREATH_S * self._breaks)
                self._urgent.extendleft(reversed(lost))
                self._pool = self._start()
                threading.Thread(target=_put_away, args=(pool,), daemon=True).start()
        if is_over:
            for call in lost:
                call.future.set_exception(error)
        else:
            self._give()


def _put_away(pool: ProcessPool) -> None:
    """End what is left of a broken pool; not in its own threads, which would wait for themselves."""
    pool.stop()
    pool.join()
