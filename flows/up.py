"""`dateline up`: a Prefect server, unless one is configured, and the schedules of dateline.toml, in the foreground."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.text import Text

from flows.errors import BadConfig, NoServer
from flows.inert import for_terminal
from flows.prefect_env import configured_server, quiet, start_server, stop_server, wait_for
from flows.settings import Settings, duration
from flows.show import console

DEFAULT_PORT = 4200
_POLL_S = 2.0


def up(settings: Settings, *, config: Path | None, port: int = DEFAULT_PORT) -> None:
    """Serve the schedules until Ctrl-C.

    Raises:
        NoServer: the port is taken, or the server does not come up.
        BadConfig: the schedule is neither an interval nor a cron line.
    """
    if not settings.sources:
        raise BadConfig(
            "no sources are configured, so there is nothing to schedule. `dateline init` writes a dateline.toml"
        )
    home = settings.folder.prepare()
    quiet(home)
    with _server(settings, port) as url:
        os.environ["PREFECT_API_URL"] = url
        console.print(Text(f"Prefect UI    {url.removesuffix('/api')}", style="bold"))
        console.print(f"warehouse     {home.snapshot.absolute()}")
        console.print(f"schedule      ingest, {len(settings.sources)} sources: {settings.schedule.ingest}")
        console.print("Ctrl-C stops", style="dim")
        _serve(settings, config)


@contextmanager
def _server(settings: Settings, port: int) -> Iterator[str]:
    configured = configured_server()
    if configured:
        wait_for(configured, None, settings.folder.logs)
        yield configured
        return
    process = _start(settings, port)
    try:
        url = f"http://127.0.0.1:{port}/api"
        wait_for(url, process, settings.folder.logs / "prefect-server.log")
        yield url
    finally:
        stop_server(process)


def _start(settings: Settings, port: int) -> subprocess.Popen[bytes]:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise NoServer(
                f"port {port} is taken by another program. Stop it, or choose another: dateline up --port {port + 1}"
            )
    # Bound to loopback with a fixed origin and CSRF protection; old events and runs are vacuumed (prefect#16054).
    origin = f"http://127.0.0.1:{port}"
    return start_server(
        settings.folder,
        port,
        {
            "PREFECT_SERVER_UI_API_URL": f"{origin}/api",
            "PREFECT_UI_API_URL": f"{origin}/api",
            # The V2 interface asks an analytics host for its configuration, whatever the settings say.
            "PREFECT_SERVER_UI_V2_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
            "PREFECT_SERVER_CSRF_PROTECTION_ENABLED": "true",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        },
    )


def _serve(settings: Settings, config: Path | None) -> None:
    """Register the deployment, run it once now, and then by its schedule until Ctrl-C."""
    from prefect.deployments import run_deployment
    from prefect.exceptions import TerminationSignal
    from prefect.runner import Runner
    from prefect.types.entrypoint import EntrypointType

    from flows.ingest import ingest

    deployment: Any = ingest.to_deployment(
        name="scheduled",
        entrypoint_type=EntrypointType.MODULE_PATH,
        description="What dateline.toml schedules.",
        parameters={
            "home": str(settings.home.absolute()),
            "config": str(config.absolute()) if config else None,
            "due_only": True,
        },
        tags=["dateline"],
        **_when(settings),
    )

    class OurRunner(Runner):
        def handle_sigterm(self, *_args: Any, **_kwargs: Any) -> None:
            signal.raise_signal(signal.SIGINT)  # Prefect's own way out prints tracebacks; this is that of Ctrl-C

    runner = OurRunner(name="dateline", limit=1)
    ident = runner.add_deployment(deployment)
    run_deployment(ident, timeout=0, as_subflow=False)  # type: ignore[arg-type]  # add_deployment is sync here
    threading.Thread(target=_watch, args=(ident,), daemon=True).start()
    try:
        asyncio.run(runner.start())
    except (KeyboardInterrupt, TerminationSignal):
        console.print("stopped", style="dim")


def _watch(deployment_id: Any) -> None:
    """Print a line for each run that ends."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    shown: set[Any] = set()
    only = DeploymentFilter(id=DeploymentFilterId(any_=[deployment_id]))
    while True:
        time.sleep(_POLL_S)
        with contextlib.suppress(Exception), get_client(sync_client=True) as client:  # the server may be going down
            runs = client.read_flow_runs(deployment_filter=only, sort=FlowRunSort.END_TIME_DESC, limit=5)
            for run in reversed(runs):
                if run.id not in shown and run.state and run.state.is_final():
                    shown.add(run.id)
                    ended = f"{run.end_time:%H:%M:%S}  " if run.end_time else ""
                    console.print(
                        Text(for_terminal(f"{ended}{run.name}: {run.state.name} · {run.state.message or ''}"))
                    )


def _when(settings: Settings) -> dict[str, Any]:
    """The schedule as Prefect takes it: an interval, or cron with its time zone."""
    text = settings.schedule.ingest.strip()
    if len(text.split()) == 5:
        from prefect.schedules import Cron

        return {"schedule": Cron(text, timezone=settings.schedule.timezone)}
    try:
        interval: timedelta = duration(text)
    except ValueError:
        raise BadConfig(
            f"[schedule] ingest = {text!r} is neither an interval such as 15m nor a cron line of five fields"
        ) from None
    return {"interval": interval}
