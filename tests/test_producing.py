"""A task that no server lets begin is submitted again."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
from prefect.futures import PrefectFuture

from flows.producing import Producer


class Given(PrefectFuture[int]):
    """A task that could not begin, or one that gave 7."""

    def __init__(self, *, begins: bool) -> None:
        self._begins = begins

    def wait(self, timeout: float | None = None) -> None:  # noqa: ARG002 - the base's signature
        if not self._begins:
            raise ConcurrencySlotAcquisitionError("Unable to acquire concurrency slots on ['tag:fetch']")

    def result(self, timeout: float | None = None, raise_on_failure: bool = True) -> int:  # noqa: ARG002 - the base's signature
        self.wait()
        return 7

    def add_done_callback(self, fn: Callable[[PrefectFuture[int]], Any]) -> None: ...


def submitting(*begin: bool) -> Callable[[], Given]:
    each: Iterator[bool] = iter(begin)
    return lambda: Given(begins=next(each))


def test_it_begins_when_the_server_is_back() -> None:
    producer = Producer(submitting(False, False, True), pause_s=0)
    producer.wait()
    assert producer.result() == 7


def test_a_server_that_stays_away_is_an_error() -> None:
    producer = Producer(submitting(*[False] * 20), pause_s=0)
    with pytest.raises(ConcurrencySlotAcquisitionError):
        producer.wait()
