"""What tasks hand on without Prefect looking into it.

Prefect walks through every parameter and result of a task in search of futures, dataclasses included. A batch of 200
pages with their links, dates and signals has 100,000 values: the walk took seconds of a core at each task. It does not
open objects of plain classes.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Opaque(Generic[T]):
    """One value, closed to Prefect."""

    __slots__ = ("content",)

    def __init__(self, content: T) -> None:
        self.content = content

    def __repr__(self) -> str:
        return f"Opaque of {type(self.content).__name__}"
