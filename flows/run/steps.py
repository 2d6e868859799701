"""One step of a flow that is no run over pages, as a Prefect task called by the step's name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from prefect import get_run_logger, task
from prefect.cache_policies import NO_CACHE

from flows.run.opaque import Opaque
from flows.run.stages import tag

T = TypeVar("T")


@task(name="step", task_run_name="{name}", cache_policy=NO_CACHE, persist_result=False)
def step_task(name: str, do: Callable[[], Any]) -> Opaque[Any]:
    """One step of a flow, by its name."""
    tag(name.partition(" · ")[0])
    said = do()
    get_run_logger().info("%s: %s", name, said if isinstance(said, str) else f"{len(said)} findings")
    return Opaque(said)


def run_step(name: str, do: Callable[[], T]) -> T:
    """Do it as a task, and give what it gave."""
    done: Any = step_task(name, do)
    result: T = done.content
    return result
