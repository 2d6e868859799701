"""Reservations against text and data mining: what a publisher says beside robots.txt, and where it said it.

Sources: TDMRep (W3C community group report, 2024): header and meta `tdm-reservation`, /.well-known/tdmrep.json; the
`noai` and `noimageai` directives of X-Robots-Tag and meta robots (DeviantArt, 2022; widely copied). Pure, but for
`Reservations`, which asks for the file.
"""

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator

import ada_url

from tasks.fetch.robots_rules import RobotsRule, normal_path, normal_pattern
from warehouse.records import Fetched

_HEAD = 64 * 1024  # bytes in which a page's meta elements are looked for
_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""\b(name|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_NOAI = re.compile(r"\bno(?:image)?ai\b", re.IGNORECASE)


def reservations(headers: Iterable[tuple[str, str]], body: bytes) -> tuple[str, ...]:
    """The reservations in a response, as `where: what`; empty when there is none."""
    found = [*_of_headers(headers), *_of_meta(body[:_HEAD])]
    return tuple(dict.fromkeys(found))


def _of_headers(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, value in headers:
        if name.lower() == "tdm-reservation" and value.strip() == "1":
            yield "header: tdm-reservation"
        if name.lower() == "x-robots-tag":
            yield from (f"header: {word.lower()}" for word in _NOAI.findall(value))


def _of_meta(head: bytes) -> Iterator[str]:
    for tag in _META.findall(head):
        given = {name.lower(): b"".join(values).decode("utf-8", "replace") for name, *values in _ATTRIBUTE.findall(tag)}
        name, content = given.get(b"name", "").strip().lower(), given.get(b"content", "").strip()
        if name == "tdm-reservation" and content == "1":
            yield "meta: tdm-reservation"
        if name == "robots":
            yield from (f"meta: {word.lower()}" for word in _NOAI.findall(content))


class Reservations:
    """Each origin's tdmrep.json, asked for once; thread-safe."""

    def __init__(self, fetch_one: Callable[[str], Fetched]) -> None:
        self._fetch_one = fetch_one
        self._origins: dict[str, tuple[tuple[RobotsRule, bool], ...]] = {}
        self._lock = threading.Lock()

    def reserved(self, url: str) -> str | None:
        """The location pattern that reserves `url`; None when none does, or when the file cannot be had."""
        origin = ada_url.URL(url).origin
        with self._lock:
            rules = self._origins.get(origin)
        if rules is None:
            answer = self._fetch_one(f"{origin}/.well-known/tdmrep.json")
            rules = parse_tdmrep(answer.body or b"") if answer.outcome == "ok" else ()
            with self._lock:
                self._origins[origin] = rules
        path = normal_path(url)
        decisive = next(((rule, reserves) for rule, reserves in rules if rule.matches(path)), None)
        return decisive[0].written if decisive and decisive[1] else None


def parse_tdmrep(body: bytes) -> tuple[tuple[RobotsRule, bool], ...]:
    """The rules in the file's order (the first that matches decides), each with whether it reserves; lenient."""
    try:
        entries = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(entries, list):
        return ()
    located = [entry for entry in entries if isinstance(entry, dict) and isinstance(entry.get("location"), str)]
    return tuple(
        (
            RobotsRule(False, normal_pattern(entry["location"]), entry["location"]),
            entry.get("tdm-reservation") in (1, "1"),
        )
        for entry in located
    )
