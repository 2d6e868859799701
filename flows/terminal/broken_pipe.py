"""What reads our output has had enough, as `head` has: the program ends as others do, without a word.

Importing it must stay cheap, as for flows.cli.app.
"""

from __future__ import annotations

import os
import select
import sys
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

_STATUS = 141  # 128 + SIGPIPE, what a shell says of a program that a closed pipe ended


class Program(TyperGroup):
    """The program's commands; a closed pipe ends them quietly. Click would exit with 1, which here means failed."""

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command that was typed, and hand over what it printed while a closed pipe can still be dealt with."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            if not _is_closed():  # another pipe or connection
                raise
            end_quietly()
        return result


def end_quietly() -> NoReturn:
    """End; what is still to be printed, at the exit too, goes nowhere.

    Raises:
        SystemExit: always.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    raise SystemExit(_STATUS)


def _is_closed() -> bool:
    """Whether nobody reads standard output any more."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    return any(said & (select.POLLERR | select.POLLHUP) for _, said in asked.poll(0))
