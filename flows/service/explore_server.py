"""`dateline explore` under `dateline up`: a process of its own, so that no query of a reader is in the way."""

from __future__ import annotations

import functools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.base.settings import Settings
from flows.service.logs import open_private, trim
from flows.service.prefect_settings import free_port
from flows.service.servers import is_taken
from flows.service.supervisor import kept
from warehouse.child_processes import keep_working_directory_out


@contextmanager
def explore_server(settings: Settings, config: Path | None, port: int) -> Iterator[str]:
    """Serve the pages for the time of the block.

    Args:
        settings: of the owner.
        config: the file that they came from.
        port: where, or on another free port when that is taken.

    Returns:
        The address, without the token.
    """
    there = free_port() if is_taken(port) else port
    start = functools.partial(_start, settings, config, there)
    with kept(start(), start, what="the server of `dateline explore`"):
        yield f"http://127.0.0.1:{there}"


def _start(settings: Settings, config: Path | None, port: int) -> subprocess.Popen[bytes]:
    keep_working_directory_out()
    log = settings.folder.logs / "explore.log"
    trim(log)
    command = [sys.executable, "-m", "dateline", "explore", "--with-parent", "--port", str(port)]
    command += ["--home", str(settings.home), *(["--config", str(config)] if config else [])]
    with open_private(log, append=True) as out:  # the address with the token stands in it
        return subprocess.Popen(  # noqa: S603 - ourselves
            command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True
        )
