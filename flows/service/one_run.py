"""Starting one ingest run from the command line: server, workers and judge loading side by side, then the flow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from typing import Any

from expectations.judge import Judge
from flows.base.errors import RunCancelled, RunFailed
from flows.base.observer import CURRENT, Injected, Observer, Report
from flows.base.settings import Settings
from flows.run.context import new_pool
from flows.service.prefect_settings import EmbeddedServer


@contextmanager
def warmed(settings: Settings, *, judge_now: bool, flow: str = "ingest") -> Iterator[Callable[..., Report]]:
    """Everything that a run needs, loading at once; gives the function that runs it.

    Args:
        settings: of the owner.
        flow: ingest or backfill.
        judge_now: whether it is known already that there will be something to judge (4 s and 300 MB otherwise spared).

    Raises:
        NoServer: no Prefect server answers.
    """
    home = settings.folder.prepare()
    with EmbeddedServer(home) as server, new_pool(settings) as pool, Judge() as judge:
        pool.warm()
        if judge_now:
            judge.warm()
        started = getattr(import_module(f"flows.{flow}"), flow)  # takes a second, while the server starts

        def run(observer: Observer, *, now: Callable[[], datetime] | None = None, **parameters: Any) -> Report:
            server.ready()
            given = Injected(observer=observer, pool=pool, judge=judge)
            if now is not None:
                given.now = now
            try:
                return run_and_report(started, given, parameters)
            except OSError as error:
                error.filename = error.filename or str(home.root)  # writing to an open file names none
                raise

        yield run


def run_and_report(ingest: Any, given: Injected, parameters: dict[str, Any]) -> Report:
    """The report of one flow run, also where Prefect lost the answer to the last state that it set.

    Raises:
        MissingResult: the run left no report.
    """
    from prefect.exceptions import CancelledRun, MissingResult, TerminationSignal

    token = CURRENT.set(given)
    try:
        ingest(**parameters)
    except MissingResult:  # the server died after it had taken the run's last state and before it said so
        if given.report is None:
            raise
    except (CancelledRun, TerminationSignal) as stopped:  # by SIGTERM; its books are closed
        raise RunCancelled(str(stopped)) from None
    finally:
        CURRENT.reset(token)
    if given.report is None:
        raise RunFailed("the run ended without a report; see its page in the Prefect UI")
    return given.report
