"""`dateline explore` as its owner has it: served on loopback with its guard in front, asked over HTTP."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from flows.base.settings import load
from flows.commands.explore import explorer_of
from flows.explore.serving import address, guarded, listening, server


@dataclass(frozen=True)
class Explored:
    """Pages that are served, and a client with the owner's cookie."""

    home: Path
    origin: str
    address: str  # with the token
    client: httpx.Client

    def page(self, path: str, *, status: int = 200) -> str:
        """A page's HTML."""
        answer = self.client.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def json(self, path: str) -> Any:
        """What a page says in JSON."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def exploring(home: Path, config: Path | None = None) -> Iterator[Explored]:
    """Serve the pages of a home for the time of the block."""
    explorer = explorer_of(partial(load, config, home))
    with listening(0) as heard:
        port = heard.getsockname()[1]
        running = server(guarded(explorer, port=port))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [heard]}, daemon=True)
        thread.start()
        while not running.started:
            time.sleep(0.01)
        origin, url = f"http://127.0.0.1:{port}", address(explorer.snapshots.home, port)
        try:
            with httpx.Client(base_url=origin, timeout=60, trust_env=False, follow_redirects=True) as client:
                first = client.get(url)
                assert first.status_code in (200, 503), first.text
                yield Explored(home, origin, url, client)
        finally:
            running.should_exit = True
            thread.join(20)
            explorer.snapshots.close()
