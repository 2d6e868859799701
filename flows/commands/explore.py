"""`dateline explore`: the pages of the published warehouse, served until Ctrl-C."""

from __future__ import annotations

import os
import threading
import time
import webbrowser
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from flows.base.settings import Settings, load
from flows.commands.watch import keep_watch
from flows.explore.app import Explorer
from flows.explore.charts import warm
from flows.explore.found import vocabulary
from flows.explore.serving import address, guarded, listening, server
from flows.explore.snapshots import Snapshots
from flows.service.pidfile import read
from flows.service.prefect_settings import configured_server
from flows.terminal.show import console
from warehouse.errors import WarehouseError
from warehouse.home import Home

_WATCH_WAIT_S = 10.0  # a person waits for the page
_ASK_AGAIN_S = 10.0


def explore_command(
    config: Path | None, home: Path | None, *, port: int, open_it: bool = False, with_parent: bool = False
) -> None:
    """Serve the pages.

    Args:
        config, home: as given; dateline.toml is read again for each page that shows settings.
        port: on loopback.
        open_it: open a browser there.
        with_parent: end when standard input is closed, as it is when the process that started this one has died.

    Raises:
        NoServer: the port is taken.
        BadConfig: dateline.toml cannot be read.
    """
    settings = partial(load, config, home)
    explorer = explorer_of(settings)
    if with_parent:
        threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    with listening(port) as heard:
        there = int(heard.getsockname()[1])
        app = guarded(explorer, port=there)
        url = address(explorer.snapshots.home, there)
        console.print(f"explore       {url}", soft_wrap=True, highlight=False)
        threading.Thread(target=_warm, args=(explorer,), name="warmer", daemon=True).start()
        if open_it and not webbrowser.open(url):
            console.print("no browser could be started: open that address in one", style="dim")
        with suppress(KeyboardInterrupt):
            server(app).run(sockets=[heard])
    explorer.snapshots.close()


def explorer_of(settings: Callable[[], Settings]) -> Explorer:
    """What the pages of a home need.

    Args:
        settings: reads the owner's.
    """
    first = settings()
    home = first.folder.prepare()

    def add_watch(name: str, query: str, feed: bool) -> None:
        keep_watch(settings(), name, query, feed=feed, wait_s=_WATCH_WAIT_S)

    return Explorer(
        snapshots=Snapshots(home, first.collections),
        settings=settings,
        add_watch=add_watch,
        prefect_ui=_Ui(home).address,
    )


def _warm(explorer: Explorer) -> None:
    """What the first page would wait for: the snapshot, its index, its facets, the address of the UI, what draws."""
    explorer.prefect_ui()
    with suppress(WarehouseError), explorer.snapshots.view() as view:
        vocabulary(view)
    warm()


class _Ui:
    """Where the Prefect UI of a home is, asked for now and then."""

    def __init__(self, home: Home) -> None:
        self._home, self._next = home, 0.0
        self._said: str | None = None

    def address(self) -> str | None:
        """Of the `dateline up` that serves this home, or of the server that the owner has configured."""
        if time.monotonic() >= self._next:
            note = read(self._home)
            api = (note.url if note else None) or configured_server()
            self._said = api.removesuffix("/").removesuffix("/api") if api else None
            self._next = time.monotonic() + _ASK_AGAIN_S
        return self._said


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)
