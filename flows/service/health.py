"""Whether a Prefect server answers: ours on loopback, or the one that the owner has configured, with key and CA."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from flows.base.errors import NoServer

_START_TIMEOUT_S = 90.0
_ASK_EVERY_S = 0.05
_CONFIGURED_EVERY_S = 1.0
_PAST_PROXIES = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wait_for(
    url: str, process: subprocess.Popen[bytes] | None, log: Path, go_on: Callable[[], None] = lambda: None
) -> None:
    """Wait until the API at `url` is healthy.

    Args:
        url: of the API.
        process: of a server of our own; without one it is the configured one.
        log: of a server of our own.
        go_on: is asked while it is waited for; raises when it is to be no more.

    Raises:
        NoServer: it does not answer after 90 s, or its process has ended; the message says what to look at.
    """
    deadline = time.monotonic() + _START_TIMEOUT_S
    why: str | None = None
    while time.monotonic() < deadline:
        go_on()
        if process is None:
            why = trouble_of_configured()
        else:
            if process.poll() is not None:
                raise NoServer(f"the embedded Prefect server ended with code {process.returncode}; its log is {log}")
            why = None if is_healthy(url) else f"its log is {log}"
        if why is None:
            return
        time.sleep(_CONFIGURED_EVERY_S if process is None else _ASK_EVERY_S)
    hint = f"{why}. Check Prefect's settings (`prefect config view`), or unset its API URL" if process is None else why
    raise NoServer(f"the Prefect server at {url} does not answer after {_START_TIMEOUT_S:.0f} s; {hint}")


def is_healthy(url: str) -> bool:
    """Whether a server of our own answers at `url`: on loopback, so past any proxy."""
    try:
        with _PAST_PROXIES.open(f"{url}/health", timeout=2) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def trouble_of_configured() -> str | None:
    """Why the server of Prefect's settings does not answer; None when it does.

    Prefect's own client asks: it knows the key, the password, the certificate authority and the proxy of its settings.
    """
    from prefect.client.orchestration import get_client

    try:
        with get_client(sync_client=True) as client:
            trouble = client.api_healthcheck()
    except Exception as error:  # a certificate file that is not there, an address that is none
        trouble = error
    return None if trouble is None else f"{type(trouble).__name__}: {trouble}".splitlines()[0][:300]
