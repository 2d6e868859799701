"""`dateline up`: servers, deployments, automations and the process that runs them, in the foreground."""

from __future__ import annotations

import asyncio
import functools
import shutil
import signal
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.text import Text

from flows.base.errors import BadConfig
from flows.base.home_identity import home_id
from flows.base.settings import Settings, duration
from flows.base.working_directory import remember_working_directory
from flows.run.crashed_runs import reap
from flows.run.late_runs import AT_START, is_overdue, skip_late
from flows.service.access import with_token
from flows.service.automations import HEARTBEAT_S, register
from flows.service.deployments import Deployed, as_on_the_server, deployed, forget_others, is_cron, to_prefect, when
from flows.service.explore_server import explore_server
from flows.service.health import is_healthy, trouble_of_configured
from flows.service.home_watch import watched
from flows.service.live_view import watch
from flows.service.pidfile import Note, noted
from flows.service.prefect_settings import configured_server, quiet
from flows.service.servers import pages_server, prefect_server
from flows.service.signals import Stopping, noting_signals
from flows.terminal.show import console

DEFAULT_PORT = 4200
_ASK_AGAIN_S = 2.0


def up(settings: Settings, *, config: Path | None, port: int = DEFAULT_PORT) -> None:
    """Serve the schedules until Ctrl-C.

    Raises:
        AlreadyUp: another `dateline up` serves this home.
        NoServer: the port is taken, or the server does not come up.
        BadConfig: a schedule is neither an interval nor a cron line, or there is nothing to schedule.
    """
    if not settings.enabled_sources:
        raise BadConfig(
            "no sources are configured, so there is nothing to schedule. `dateline init` writes a dateline.toml"
        )
    wanted = deployed(settings)
    home = settings.folder.prepare()
    remember_working_directory()
    quiet(home)
    is_own = configured_server() is None
    home_id(home)
    for each in wanted:
        if each.schedule:
            when(each.schedule, settings)  # what is wrong with it is said before anything is started
    with (
        noting_signals() as stopping,
        noted(home, port) as note,
        prefect_server(settings, port, stopping.go_on) as url,
        pages_server(settings, port + 1) as pages,
        explore_server(settings, config, port + 2) as explore,
    ):
        shutil.rmtree(_runner_folder(settings), ignore_errors=True)  # of an `up` that was killed
        deploy = functools.partial(_deploy, settings, wanted, config, stopping.go_on)
        runner, names = deploy(run_now=True)
        note.write(url, pages, explore, is_own_server=is_own)
        _introduce(settings, wanted, note)
        with watch(names), watched(home), suppress(KeyboardInterrupt):
            while not serve_until_told(runner, stopping):
                runner = _resumed(lambda: is_healthy(url) if is_own else not trouble_of_configured(), deploy, stopping)
        console.print("stopped", style="dim")


def _introduce(settings: Settings, wanted: list[Deployed], note: Note) -> None:
    url = with_token(note.url, settings.folder) if note.is_own_server else note.url
    console.print(Text(f"Prefect UI    {url}", style="bold"), soft_wrap=True)
    console.print(f"explore       {with_token(note.explore, settings.folder)}", soft_wrap=True, highlight=False)
    console.print(f"pages         {note.pages}/report.html (after the first run)")
    console.print(f"warehouse     {settings.folder.snapshot.absolute()}")
    for each in wanted:
        if each.schedule:
            count = f", {len(each.parameters['sources'])} sources" if "sources" in each.parameters else ""
            console.print(f"schedule      {each.flow} {each.name}{count}")
    console.print("Ctrl-C stops", style="dim")


def _deploy(
    settings: Settings, wanted: list[Deployed], config: Path | None, go_on: Callable[[], None], *, run_now: bool
) -> tuple[Any, dict[Any, str]]:
    """Register deployments and automations, and have the ingests run once now; the runner, and its deployments."""
    from prefect.deployments import run_deployment
    from prefect.runner import Runner

    class OurRunner(Runner):
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            # Prefect's own is a folder in /tmp that belongs to the first user of the machine who ran it.
            self._tmp_dir = _runner_folder(settings) / str(uuid.uuid4())

        def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
            signal.raise_signal(signal.SIGINT)  # Prefect's own way out prints tracebacks; this is that of Ctrl-C

    # One run at a time: all of them write. A late one waits, and ends at once when its work is done (run.late_runs).
    # Nothing is paused at the end: what is paused at the next start is what a person has paused.
    runner = OurRunner(
        name="dateline", limit=1, query_seconds=5, heartbeat_seconds=HEARTBEAT_S, pause_on_shutdown=False
    )
    go_on()
    reap(settings.folder)
    go_on()
    register(settings.alarms, settings.folder)
    idents: dict[Any, Deployed] = {}
    for each in as_on_the_server(wanted, settings):
        go_on()
        ident: Any = runner.add_deployment(to_prefect(each, settings, config))
        idents[ident] = each
    go_on()
    forget_others(settings, set(idents))
    at_once = [ident for ident, each in idents.items() if _is_due(each, settings)] if run_now else []
    off = [ident for ident, each in idents.items() if each.is_off]
    skip_late(idents, all_of=[*at_once, *off], now=datetime.now(UTC))
    for ident in at_once:
        go_on()
        run_deployment(ident, timeout=0, as_subflow=False, tags=[AT_START])
    return runner, {ident: f"{each.flow} · {each.name}" for ident, each in idents.items()}


def _runner_folder(settings: Settings) -> Path:
    return settings.folder.state.absolute() / "runner"


def _is_due(each: Deployed, settings: Settings) -> bool:
    """Whether it is run as soon as it is there: ingests, and maintenance that has been left out for too long."""
    if each.flow != "maintain" or each.schedule is None or each.is_off or is_cron(each.schedule):
        return each.is_due_at_once
    return is_overdue(settings.folder.snapshot, duration(each.schedule), datetime.now(UTC))


def serve_until_told(runner: Any, stopping: Stopping) -> bool:
    """Run what is due until Ctrl-C; False when the runner gave up, as it does when the API is away for long.

    Args:
        runner: Prefect's.
        stopping: is set when it was told to stop.
    """
    from prefect.exceptions import TerminationSignal

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with suppress(KeyboardInterrupt, TerminationSignal, asyncio.CancelledError):
        try:
            asyncio.run(_until_stopped(runner, stopping))
        except _away() as error:
            _lost(error, stopping)
        except BaseExceptionGroup as errors:
            if errors.split(_away())[1]:
                raise
            _lost(errors.exceptions[0], stopping)
        else:
            return True
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)  # asyncio and the runner have put others in their place
        return stopping.is_set()
    return True


def _away() -> tuple[type[Exception], ...]:
    """What the runner ends with when the API does not answer: Prefect's loops give up with a RuntimeError."""
    import httpx
    from prefect.exceptions import PrefectException

    return httpx.HTTPError, PrefectException, RuntimeError


def _lost(error: BaseException, stopping: Stopping) -> None:
    if stopping.is_set():
        return
    said = f"the Prefect server cannot be reached ({type(error).__name__}); the schedules go on when it answers"
    console.print(Text(said, style="yellow"))


def _resumed(answers: Callable[[], bool], deploy: Callable[..., tuple[Any, dict[Any, str]]], stopping: Stopping) -> Any:
    """Another runner, as soon as the API answers."""
    while True:
        if answers():
            with suppress(*_away()):
                return deploy(run_now=False)[0]
        stopping.wait(_ASK_AGAIN_S)
        stopping.go_on()


async def _until_stopped(runner: Any, stopping: Stopping) -> None:
    """Run until Ctrl-C: the run at work is told to end and waited for. The second Ctrl-C does not wait."""
    loop, serving = asyncio.get_running_loop(), asyncio.current_task()
    assert serving is not None  # noqa: S101 - this is a task
    stops: list[Any] = []

    async def stop() -> None:
        try:
            await runner.astop()
        except _away():  # nobody is left to be told
            serving.cancel()

    def on_interrupt() -> None:
        if stops or not runner.started:
            serving.cancel()
            return
        stopping.set()
        console.print("stopping: the run at work has up to 30 s to end; Ctrl-C again does not wait", style="dim")
        stops.append(loop.create_task(stop()))

    for number in (signal.SIGINT, signal.SIGTERM):  # the runner puts its own in the place of the second when it starts
        loop.add_signal_handler(number, on_interrupt)
    stopping.go_on()
    await runner.start()
