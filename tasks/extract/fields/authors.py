"""Who wrote it: claims become people, agencies and outlets, and the best claim that names people wins.

Ranking: JSON-LD, meta, microdata, rel=author, labelled bylines, the feed. A claim that names people in full beats one
that names a word, a desk or the outlet. Where nobody else is named, the desk, agency or outlet is the author.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tasks.base.strings import key
from tasks.extract.fields import bylines
from tasks.extract.fields.agencies import agency_of
from tasks.extract.fields.names import is_desk, like_name, people_in
from tasks.extract.fields.outlet import OutletNames
from tasks.extract.signals.page_signals import Sources
from warehouse.records import FieldSignal

_LOOSE = frozenset({"byline", "rel", "text", "link"})  # claims made by labels of elements, which may hold anything
MAX_DESKS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """People, the agency that a byline names, and every claim."""

    people: tuple[str, ...]
    agency: str | None
    signals: tuple[FieldSignal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    signal: str
    raw: str
    people: tuple[str, ...]
    desks: tuple[str, ...]
    agencies: tuple[str, ...]


def weigh(sources: Sources, outlet: OutletNames) -> Authors:
    """Read and rank a page's bylines."""
    titles = {key(title) for title in (sources.title, *sources.meta.get("og:title", ())) if title}
    readings = [_read(signal, raws, outlet, titles) for signal, raws in bylines.claims(sources) if raws]
    if not any(reading.people or reading.signal == "jsonld" for reading in readings):
        link = [] if any(reading.desks for reading in readings) else bylines.of_link(sources)
        late = (("text", bylines.of_text(sources)), ("link", link))
        readings += [_read(signal, raws, outlet, titles) for signal, raws in late if raws]
    best = _best(readings)
    agency = next((name for reading in readings for name in reading.agencies), None)
    names = best.people or best.desks[:MAX_DESKS] if best else ()
    signals = tuple(
        FieldSignal(field="author", signal=r.signal, raw=r.raw[:500], chosen=r is best and bool(names))
        for r in readings
    )
    return Authors(people=names, agency=agency, signals=signals)


def _read(signal: str, raws: list[str], outlet: OutletNames, titles: set[str]) -> _Reading:
    people: list[str] = []
    desks: list[str] = []
    names = [name for raw in raws for name in people_in(raw) if key(name) not in titles]
    for name in names:
        (desks if is_desk(name, outlet) else people).append(name)
    if signal in _LOOSE:
        people = [name for name in people if like_name(name)]
    return _Reading(
        signal=signal,
        raw=" | ".join(raws),
        people=_distinct(people),
        desks=_distinct(desks),
        agencies=_distinct(agency for name in names if (agency := agency_of(name))),
    )


def with_first_lines(found: Authors, text: str, outlet: OutletNames) -> Authors:
    """The authors, after a look at the story's first lines where the page names nobody but a desk or the outlet."""
    if any(like_name(name) and not is_desk(name, outlet) for name in found.people):
        return found
    people = tuple(name for name in bylines.in_first_lines(text) if not is_desk(name, outlet))
    if not people:
        return found
    signals = tuple(replace(signal, chosen=False) for signal in found.signals)
    said = FieldSignal(field="author", signal="text", raw=" / ".join(people), chosen=True)
    return Authors(people=people, agency=found.agency, signals=(*signals, said))


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple({key(name).replace(" ", ""): name for name in reversed(list(names))}.values())[::-1]


def _best(readings: list[_Reading]) -> _Reading | None:
    """The first claim that names people in full; then one word for a person; then a desk or the outlet itself.

    A claim nobody else repeats gives way to one that two more sources make: a template's constant author against the
    byline.
    """
    named = [reading for reading in readings if any(like_name(name) for name in reading.people)]
    if named:
        return _supported(named)
    single = [reading for reading in readings if reading.people and reading.signal not in _LOOSE]
    return next(iter(single or [reading for reading in readings if reading.desks]), None)


def _supported(named: list[_Reading]) -> _Reading:
    def support(reading: _Reading) -> int:
        wanted = {key(name) for name in reading.people}
        return len({other.signal for other in named if wanted <= {key(name) for name in other.people}})

    best = max(named, key=support)
    return best if named[0].signal != "jsonld" and support(best) >= support(named[0]) + 2 else named[0]
