"""Which of an outlet's feeds and sitemaps are worth polling, and why not the others. Pure.

Of two feeds that announce the same pages one is enough; of sitemaps, one of news says what is new, and any other is an
archive that is taken only when it is small, or when there is nothing better.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tasks.discover.probe import Probe

STALE = timedelta(days=60)  # without a new entry: the outlet has left the feed, or writes less than monthly
SAME = 0.9  # share of a feed's entries that other feeds have: it is cut at another length, or a minute older
MAX_FEEDS = 10
MAX_PAGES = 2000  # of a sitemap that is no news sitemap: at one page a second half an hour's first run
_VIA = ("given", "header", "link", "page", "robots", "index", "usual")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbedAnnouncer:
    """A probe with the verdict: `reason` is one word, empty for what is chosen; `why` is for people."""

    probe: Probe
    chosen: bool
    reason: str = ""
    why: str = ""


def choose(probes: list[Probe], *, now: datetime, alone: bool = False, section: bool = False) -> list[ProbedAnnouncer]:
    """Verdicts for all probes: feeds, then sitemaps, the chosen ones first.

    Args:
        probes: in the order in which they were found.
        now: aware.
        alone: whether large or old sitemaps are taken when there is no feed.
        section: whether the owner named a part of the site: then its feeds are enough, as sitemaps are of all of it.
    """
    feeds = _choose_feeds([p for p in probes if p.candidate.kind == "feed"], now)
    announced = frozenset().union(*(f.probe.idents for f in feeds if f.chosen))
    maps = _choose_sitemaps([p for p in probes if p.candidate.kind == "sitemap"], announced, now, alone)
    if section and announced:
        why = "it lists the whole site, and a section was named"
        maps = [_refused(f.probe, "whole_site", why) if f.chosen else f for f in maps]
    return [*_chosen_first(feeds), *_chosen_first(maps)]


def _choose_feeds(probes: list[Probe], now: datetime) -> list[ProbedAnnouncer]:
    found: list[ProbedAnnouncer] = []
    for probe in sorted(probes, key=lambda p: _rank(p, now)):
        found.append(_judge_feed(probe, [f.probe for f in found if f.chosen], now))
    if not any(f.chosen for f in found):  # an old feed is better than none
        for at, finding in enumerate(found):
            if finding.reason == "stale":
                found[at] = ProbedAnnouncer(probe=finding.probe, chosen=True, why=finding.why)
                break
    return found


def _rank(probe: Probe, now: datetime) -> tuple[bool, bool, bool, int, int]:
    """Those that can be used first, then the one that was given, the living, the long."""
    via = _VIA.index(probe.candidate.via)
    return (probe.problem is not None, via > 0, _is_stale(probe, now), -len(probe.idents), via)


def _judge_feed(probe: Probe, better: list[Probe], now: datetime) -> ProbedAnnouncer:
    if probe.problem:
        return _refused(probe, probe.problem, probe.detail)
    if probe.candidate.via == "page" and not probe.on_site:
        return _refused(probe, "elsewhere", "its entries lead to other sites")
    if twin := _twin(probe, better):
        return _refused(probe, "duplicate", f"its entries are in {twin.url}")
    if _is_stale(probe, now):
        return _refused(probe, "stale", "nothing new for 60 days")
    if len(better) >= MAX_FEEDS:
        return _refused(probe, "enough", f"{MAX_FEEDS} feeds are chosen already")
    return ProbedAnnouncer(probe=probe, chosen=True)


def _choose_sitemaps(
    probes: list[Probe], announced: frozenset[str], now: datetime, alone: bool
) -> list[ProbedAnnouncer]:
    found: list[ProbedAnnouncer] = []
    for probe in sorted(probes, key=lambda p: (p.problem is not None, not p.is_news, _is_stale(p, now), p.pages)):
        found.append(_judge_sitemap(probe, [f.probe for f in found if f.chosen], announced, now, alone))
    return found


def _judge_sitemap(
    probe: Probe, better: list[Probe], announced: frozenset[str], now: datetime, alone: bool
) -> ProbedAnnouncer:
    if probe.problem:
        return _refused(probe, probe.problem, probe.detail)
    if twin := _twin(probe, better):
        return _refused(probe, "duplicate", f"its pages are in {twin.url}")
    if probe.is_news:
        return ProbedAnnouncer(probe=probe, chosen=True)
    if better:
        return _refused(probe, "not_needed", f"{better[0].url} is enough")
    if announced and not announced & probe.idents:
        return _refused(probe, "no_articles", "nothing of what the feeds announce is in it")
    return _judge_archive(probe, bool(announced), now, alone)


def _judge_archive(probe: Probe, has_feeds: bool, now: datetime, alone: bool) -> ProbedAnnouncer:
    """A sitemap that lists everything, not only what is new."""
    large, size = probe.pages > MAX_PAGES, f"about {probe.pages:,} pages"
    if has_feeds:
        return _refused(probe, "archive", size) if large else ProbedAnnouncer(probe=probe, chosen=True)
    if not large or alone or (probe.newest is not None and not _is_stale(probe, now)):
        return ProbedAnnouncer(probe=probe, chosen=True, why=size if large else "")
    return _refused(probe, "archive", f"{size}, and none is said to be new")


def _twin(probe: Probe, better: list[Probe]) -> Probe | None:
    """The better one that shares most with the probe, if all of them together have nearly all of it."""
    known = frozenset().union(*(other.idents for other in better))
    if not better or len(probe.idents & known) < SAME * len(probe.idents):
        return None
    return max(better, key=lambda other: len(other.idents & probe.idents))


def _is_stale(probe: Probe, now: datetime) -> bool:
    """Whether the newest entry is old; a feed without times is not known to be."""
    return probe.newest is not None and now - probe.newest > STALE


def _refused(probe: Probe, reason: str, why: str = "") -> ProbedAnnouncer:
    return ProbedAnnouncer(probe=probe, chosen=False, reason=reason, why=why)


def _chosen_first(found: list[ProbedAnnouncer]) -> list[ProbedAnnouncer]:
    return sorted(found, key=lambda finding: not finding.chosen)
