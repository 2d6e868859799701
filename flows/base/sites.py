"""Whose pages are whose: the sites of the configured sources."""

from __future__ import annotations

import contextlib

from flows.base.source import Source
from tasks.base.urls import InvalidUrl, host_of, registrable_domain


def sites(sources: tuple[Source, ...]) -> dict[str, str]:
    """Hosts and registrable domains of the sources that are switched on, and whose pages theirs are.

    Where several sources are of one site it is the one whose address is nearest to its front page, in whatever order
    they stand.
    """
    addresses = [(source.url.rstrip("/"), source.name) for source in sources if source.enabled and source.url]
    found: dict[str, str] = {}
    for url, name in sorted(addresses, key=lambda each: (len(each[0]), each)):
        with contextlib.suppress(InvalidUrl):  # it is for people, and may be anything
            for site in (host_of(url), registrable_domain(url)):
                found.setdefault(site, name)
    return found
