"""Sixty days of four outlets through the whole pipe: does the judge raise an alarm on the day, and on no other?

    python -m benchmarks.quality.days [--days 60] [--write]

The outlets answer on a loopback server, by a clock of their own; three runs a day. Weekends are quiet, one day has four
times the news, and five things go wrong. An alarm is right when its outlet has that fault on that day (UTC); a fault is
found when its alarm came on its first day. About eight minutes.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import tomlkit
from rich.progress import track

from benchmarks.base.page import grid, machine, write_section
from flows.base.observer import Report, Silent
from flows.base.settings import load
from flows.service.one_run import warmed
from tests.webserver import WebServer

START = date(2026, 1, 5)  # a Monday
_HOURS = (8, 16, 23)
_HEADS = ("har", "wil", "sto", "pel", "mar", "tin", "cor", "vel", "bran", "lum")
_TAILS = ("bour", "den", "ker", "son", "ta", "rick", "mel", "os")
_WORDS = [head + tail for head in _HEADS for tail in _TAILS]
_PEOPLE = [f"{a} {b}" for a in ("Ada", "Bo", "Cleo", "Dov", "Eli") for b in ("Quill", "Lumen", "Hale", "Marsh")]


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet's habits: articles on weekdays and at weekends, and how often a page names its author."""

    name: str
    weekday: int
    weekend: int
    authors: float = 0.93
    sections: float = 0.97


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at an outlet, from the first day to the last, and the measure that must say so."""

    outlet: str
    what: str
    measure: str
    first: int
    last: int


OUTLETS = (
    Outlet("daily", 24, 9), Outlet("broadcast", 40, 30), Outlet("weekly", 9, 3, authors=0.85), Outlet("desk", 30, 30),
)  # fmt: skip
FAULTS = (
    Fault("broadcast", "the feed goes silent", "silent", 26, 27),
    Fault("daily", "a template loses the authors", "share_with_author", 32, 34),
    Fault("desk", "a template cuts bodies to teasers", "median_words", 40, 42),
    Fault("broadcast", "dates drop their zone", "share_with_zone", 48, 50),
    Fault("weekly", "a template loses the sections", "share_with_section", 54, 56),
)
BREAKING = ("daily", 20)  # four times the articles: no alarm


@dataclass(slots=True)
class World:
    """What the outlets serve at a time of their clock."""

    web: WebServer
    rng: random.Random = field(default_factory=lambda: random.Random(60))
    feeds: dict[str, list[str]] = field(default_factory=dict)
    number: int = 0

    def publish(self, outlet: Outlet, now: datetime, share: float) -> None:
        """Put up what came since the last run, and the feed that names the last fifty."""
        day = (now.date() - START).days
        if not _wrong(outlet, day, "silent"):
            for _ in range(self._count(outlet, day, now.weekday() >= 5, share)):
                self._article(outlet, now, day)
        entries = "".join(self.feeds.setdefault(outlet.name, [])[-200:])
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{outlet.name}</title>{entries}</channel></rss>'
        self.web.add(f"/{outlet.name}/feed", body.encode(), headers={"Content-Type": "application/rss+xml"})

    def _count(self, outlet: Outlet, day: int, weekend: bool, share: float) -> int:
        usual = (outlet.weekend if weekend else outlet.weekday) * (4 if (outlet.name, day) == BREAKING else 1)
        return max(0, round(usual * share * self.rng.uniform(0.8, 1.2)))

    def _article(self, outlet: Outlet, now: datetime, day: int) -> None:
        self.number += 1
        when = now - timedelta(minutes=self.rng.randint(5, 400))
        path = f"/{outlet.name}/{day}/story-{self.number}"
        self.web.add(path, self._page(outlet, when, day).encode(), headers={"Content-Type": "text/html"})
        link = f"http://{outlet.name}.example{path}"
        stamp = "" if _wrong(outlet, day, "share_with_zone") else f"<pubDate>{format_datetime(when)}</pubDate>"
        self.feeds.setdefault(outlet.name, []).append(f"<item><link>{link}</link>{stamp}</item>")

    def _page(self, outlet: Outlet, when: datetime, day: int) -> str:
        rng, headline = self.rng, " ".join(self.rng.sample(_WORDS, 7)).capitalize()
        zone = "" if _wrong(outlet, day, "share_with_zone") else "+00:00"
        named = rng.random() < outlet.authors and not _wrong(outlet, day, "share_with_author")
        filed = rng.random() < outlet.sections and not _wrong(outlet, day, "share_with_section")
        size = int(rng.lognormvariate(6, 0.45)) if not _wrong(outlet, day, "median_words") else rng.randint(45, 90)
        head = [
            f"<title>{headline}</title>",
            f'<meta property="og:title" content="{headline}"><meta property="og:type" content="article">',
            f'<meta property="article:published_time" content="{when:%Y-%m-%dT%H:%M:%S}{zone}">',
            f'<meta name="author" content="{rng.choice(_PEOPLE)}">' if named else "",
            f'<meta property="article:section" content="{rng.choice(("Local", "Sport", "Harbour"))}">' if filed else "",
        ]
        body = "".join(f"<p>{escape(p)}</p>" for p in self._paragraphs(size))
        return (
            f'<!doctype html><html lang="en"><head>{"".join(head)}</head><body><article><h1>{headline}</h1>{body}'
            "</article></body></html>"
        )

    def _paragraphs(self, words: int) -> Iterator[str]:
        while words > 0:
            size = min(words, self.rng.randint(30, 70))
            yield f"The {' '.join(self.rng.choices(_WORDS, k=size))} of the harbour.".replace(" os", " and")
            words -= size


def _wrong(outlet: Outlet, day: int, measure: str) -> bool:
    return any(f.outlet == outlet.name and f.measure == measure and f.first <= day <= f.last for f in FAULTS)


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: on which day, of which outlet, about what."""

    day: int
    outlet: str
    measure: str


def simulate(days: int, folder: Path) -> tuple[list[Alarm], int]:
    """All alarms of these days, and how many articles were loaded."""
    raised: list[Alarm] = []
    articles = 0
    with WebServer() as web:
        world, config = World(web), folder / "dateline.toml"
        hosts = [f"{o.name}.example" for o in OUTLETS]
        config.write_text(
            tomlkit.dumps({
                "fetch": {"delay": "0s", "connect_to": web.as_hosts(*hosts)},
                "refetch": {"after": ["30d"]},
                "source": [
                    {"name": o.name, "url": f"http://{o.name}.example/", "feeds": [f"http://{o.name}.example/{o.name}/feed"]}
                    for o in OUTLETS
                ],
            })
        )  # fmt: skip
        settings = load(config, folder)
        with warmed(settings, judge_now=True) as run:
            for day in track(range(days), description="days"):
                for before, hour in zip((0, *_HOURS), _HOURS, strict=False):
                    now = datetime.combine(START, datetime.min.time(), UTC) + timedelta(days=day, hours=hour)
                    for outlet in OUTLETS:
                        world.publish(outlet, now, (hour - before) / _HOURS[-1])
                    report = run(Silent(), now=lambda n=now: n, config=str(config), home=str(folder))
                    articles += report.totals["loaded"]
                    raised += _alarms(report, day)
    return list(dict.fromkeys(raised)), articles


def _alarms(report: Report, day: int) -> Iterator[Alarm]:
    for text in report.alarms:
        outlet, said = text.replace(" is silent", ": silent").split(": ", 1)
        yield Alarm(day, outlet, said.split(maxsplit=1)[0].rstrip(":"))


def is_right(alarm: Alarm) -> bool:
    """Whether the outlet has that fault on that day."""
    return any(
        f.outlet == alarm.outlet and f.measure == alarm.measure and f.first <= alarm.day <= f.last for f in FAULTS
    )


def section(days: int, alarms: list[Alarm], articles: int) -> str:
    """The section of docs/benchmarks.md."""
    faults = [f for f in FAULTS if f.last < days]
    right = [a for a in alarms if is_right(a)]
    found = [f for f in faults if Alarm(f.first, f.outlet, f.measure) in alarms]
    lines = grid(
        ("outlet", "fault", "days", "alarm on"),
        [(f.outlet, f.what, f"{f.first} to {f.last}", _days(f, alarms)) for f in faults],
    )
    wrong = [f"day {a.day}, {a.outlet}: {a.measure}" for a in alarms if not is_right(a)]
    precision = f"{len(right) / len(alarms):.3f} ({len(right)} of {len(alarms)})" if alarms else "no alarms"
    return "\n".join([
        "## Alarms", "",
        "`python -m benchmarks.quality.days --write`: " + (__doc__ or "").split("\n\n")[2].replace("\n", " "), "",
        machine("great-expectations", "prefect", "duckdb"), "",
        *lines, "",
        f"- {days} days, {len(_HOURS) * days} runs, {articles} articles, {len(OUTLETS)} outlets.",
        f"- Precision of the alarms (by day, outlet and measure): {precision}.",
        f"- Recall on the fault's first day: {len(found)} of {len(faults)}.",
        f"- Alarms without a fault: {'; '.join(wrong) or 'none'}. The day of breaking news is day {BREAKING[1]}.",
    ])  # fmt: skip


def _days(fault: Fault, alarms: list[Alarm]) -> str:
    days = sorted({a.day for a in alarms if (a.outlet, a.measure) == (fault.outlet, fault.measure)})
    return ", ".join(map(str, days)) or "**never**"


def main() -> int:
    """Run the simulation; 1 when a fault was missed on its day or an alarm was false."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        alarms, articles = simulate(options.days, Path(folder))
    text = section(options.days, alarms, articles)
    print(text)
    if options.write:
        write_section("alarms", text)
    missed = [f for f in FAULTS if f.last < options.days and Alarm(f.first, f.outlet, f.measure) not in alarms]
    return int(bool(missed) or any(not is_right(a) for a in alarms))


if __name__ == "__main__":
    sys.exit(main())
