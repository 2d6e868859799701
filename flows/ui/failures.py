"""How a deployed run fails of what it was asked for: in a line that says what to try, not in fifty of our own code."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.exceptions import CancelledRun, FailedRun
from prefect.states import Cancelled, Failed

from flows.base.errors import RunCancelled
from flows.base.escape import for_terminal
from flows.base.flow_run import is_deployed
from flows.base.working_directory import go_back
from flows.terminal.messages import explained

P = ParamSpec("P")


def ends_in_a_line(flow: Callable[P, State[Any]]) -> Callable[P, State[Any]]:
    """End a flow's run as Cancelled when it was told to, and as Failed where the command line has words for the error.

    Prefect logs an error that leaves a flow with its whole traceback, and puts "Flow run encountered an exception"
    before its message. Whoever looks at a schedule's run in the UI reads the line; whoever called the flow from Python
    gets the error itself.
    """

    @wraps(flow)
    def run(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
        if is_deployed():
            logging.getLogger("prefect.flow_runs").addFilter(_is_news)  # this process ends with the run
        try:
            go_back()
            return flow(*args, **kwargs)
        except RunCancelled as error:
            return Cancelled(message=str(error))
        except Exception as error:
            said = explained(error)
            if said is None or not is_deployed():
                raise
            get_run_logger().error(for_terminal(said))
            return Failed(message=said)

    # Prefect evaluates annotations that are text among the names of this module, not of the flow's.
    run.__signature__ = inspect.signature(flow, eval_str=True)  # type: ignore[attr-defined]
    return run


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a record of the run's log is more than Prefect's traceback of a state that says Failed or Cancelled."""
    return not (record.exc_info and isinstance(record.exc_info[1], (FailedRun, CancelledRun)))
