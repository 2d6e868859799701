"""Prints each address of each edition once, when it is first asked for, and keeps it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

from newsroom import truth
from newsroom.answers import Answer
from newsroom.outlets import OUTLETS, Outlet
from newsroom.site import Route, Site
from newsroom.stories import tell

_MISSING = "404"  # no path: those begin with a slash


class Press:
    """Answers by outlet, path and edition; safe to use from many threads."""

    def __init__(self, anchor: datetime, gap: timedelta) -> None:
        self._anchor = anchor
        self._gap = gap
        self._sites: dict[int, dict[str, Site]] = {}
        self._routes: dict[tuple[str, int], dict[str, Route]] = {}
        self._printed: dict[tuple[str, str, int], Answer] = {}
        self._lock = threading.RLock()

    def print(self, outlet: Outlet, path: str, edition: int) -> Answer:
        """What is at a path; the query does not matter."""
        plain = path.partition("?")[0]
        with self._lock:
            routes = self._routes_of(outlet, edition)
            key = (outlet.id, plain if plain in routes else _MISSING, edition)
            if key not in self._printed:
                self._printed[key] = routes[key[1]]()
            return self._printed[key]

    def truth(self, edition: int) -> list[dict[str, Any]]:
        """See Newsroom.truth."""
        with self._lock:
            return truth.rows(list(self._sites_of(edition).values()))

    def _routes_of(self, outlet: Outlet, edition: int) -> dict[str, Route]:
        key = (outlet.id, edition)
        if key not in self._routes:
            site = self._sites_of(edition)[outlet.id]
            self._routes[key] = {**site.routes(), _MISSING: site.missing}
        return self._routes[key]

    def _sites_of(self, edition: int) -> dict[str, Site]:
        if edition not in self._sites:
            told, first = tell(self._anchor, self._gap, edition), tell(self._anchor, self._gap, 1)
            self._sites[edition] = {
                outlet.id: Site(
                    outlet=outlet,
                    edition=edition,
                    stories=told[outlet.id],
                    first_edition=first[outlet.id],
                    anchor=self._anchor,
                )
                for outlet in OUTLETS
            }
        return self._sites[edition]
