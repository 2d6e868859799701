"""Imported for what it does: everything that reading loads on first use is loaded, before there is a page.

The language model, the list of public suffixes, the stop lists of justext (1.2 s) and the patterns of the understanding
take two seconds of CPU. The process that workers are forked from imports this once, so no worker pays for it, neither
the first nor one that took a killed one's place, and all of them share its memory.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType

from trafilatura import bare_extraction

from tasks.extract.page import read_page
from tasks.understand.derive import derive
from warehouse.records import Hints

_SAID = tuple(
    f"“The council met and decided nothing,” Mayor Jane Roe of Springfield said in round {n} of the talks."
    for n in range(20)
)
_PAGE = "<html><body><article><h1>Nothing</h1>" + "".join(f"<p>{said}</p>" for said in _SAID)


def _load() -> None:
    bare_extraction("<html><body><div>Too short to be sure of it.</div></body></html>")  # justext is asked too
    read_page(_PAGE, url="https://first.example/page", hints=Hints(fetched_at=datetime(2026, 1, 1, tzinfo=UTC)))
    derive("\n\n".join(_SAID), "en")


def _say(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What a worker fails of; not that the locks of its pool are gone, as when the run was stopped while it started."""
    if kind is not FileNotFoundError:
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say
with suppress(Exception):  # what is wrong with the extractor, the first real page will say
    _load()
