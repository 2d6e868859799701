"""The owner's configuration, read once at the edge: `dateline.toml`, then DATELINE_HOME, then the command line.

Nothing below flows/ reads the environment or this file.
"""

from __future__ import annotations

import os
import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator

from flows.base.errors import BadConfig
from flows.base.settings_errors import explain, refuse_unusable
from flows.base.source import WITHIN as WITHIN
from flows.base.source import Source as Source
from flows.base.source import Strict
from flows.base.source import duration as duration
from flows.base.source_headers import resolved
from flows.base.warehouse_kind import WarehouseKind, make_absolute
from tasks.base.urls import host_of, registrable_domain
from tasks.discover.pace import PollBounds
from tasks.fetch.policy import FetchPolicy
from warehouse.home import Home

if TYPE_CHECKING:
    from tasks.extract.selectors import Selectors

CONFIG_NAME = "dateline.toml"


class Fetch(Strict):
    """How politely and how long pages are asked for."""

    user_agent: str | None = None
    delay: str = "1s"
    deadline: str = "30s"
    max_hosts: int = Field(16, ge=1, le=256)
    max_body_mb: float = Field(20, gt=0)
    respect_robots: bool = True
    respect_tdm: bool = False
    connect_to: dict[str, str] = Field(default_factory=dict)
    allow_private: tuple[str, ...] = ()
    max_pages_per_source: int | None = Field(None, ge=1, description="in one run; the rest is pending, first next time")
    run_deadline: str | None = Field(None, description="of fetching in one run; the rest is pending, first next time")

    @field_validator("delay", "deadline", "run_deadline")
    @classmethod
    def _durations(cls, value: str | None) -> str | None:
        if value is not None:
            duration(value)
        return value

    def policy(self) -> FetchPolicy:
        """The fetcher's own form of these settings."""
        return FetchPolicy(
            user_agent=self.user_agent or FetchPolicy().user_agent,
            delay_s=duration(self.delay).total_seconds(),
            deadline_s=duration(self.deadline).total_seconds(),
            max_hosts=self.max_hosts,
            max_body_bytes=int(self.max_body_mb * (1 << 20)),
            respect_robots=self.respect_robots,
            respect_tdm=self.respect_tdm,
            connect_to=dict(self.connect_to),
            allow_private=self.allow_private,
            run_deadline_s=duration(self.run_deadline).total_seconds() if self.run_deadline else None,
        )


class Extract(Strict):
    """The pool that reads pages."""

    workers: int | None = Field(None, ge=1, le=256)
    page_timeout: str = "20s"
    spacy_model: str | None = Field(
        None, description="an installed spaCy model that finds mentions instead of the rules"
    )
    batch: int = Field(
        100,
        ge=1,
        le=5000,
        description="pages of the first batch of a run; later ones grow to 800",
    )

    @field_validator("page_timeout")
    @classmethod
    def _durations(cls, value: str) -> str:
        duration(value)
        return value


class Refetch(Strict):
    """When a known article is looked at again, counted from its publication."""

    after: tuple[str, ...] = ("1h", "6h", "1d", "3d", "7d", "30d")

    @field_validator("after")
    @classmethod
    def _durations(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            duration(each)
        return value

    @property
    def waits(self) -> tuple[timedelta, ...]:
        return tuple(sorted(duration(each) for each in self.after))


class Schedule(Strict):
    """When `dateline up` runs what."""

    ingest: str = Field("15m", description="an interval (15m, 1h) or a cron line")
    timezone: str = "UTC"
    maintain: str = Field("1d", description="when the house is put in order: an interval or a cron line")
    jitter: str = Field(
        "0s", description="a scheduled run waits up to so long, so that not all installations ask at once"
    )
    feed_at_least: str = Field("6h", description="a feed is polled at least this often, however little it brings")
    feed_at_most: str = Field("5m", description="and no more often than this")

    @field_validator("timezone")
    @classmethod
    def _zones(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, OSError, ValueError):
            raise ValueError(f"{value!r} is no time zone, such as Europe/Berlin or UTC") from None
        return value

    @field_validator("feed_at_least", "feed_at_most", "jitter")
    @classmethod
    def _durations(cls, value: str) -> str:
        duration(value)
        return value

    @property
    def bounds(self) -> PollBounds:
        """Of the interval between two polls of a feed."""
        low, high = sorted((duration(self.feed_at_most), duration(self.feed_at_least)))
        return PollBounds(start=min(max(PollBounds().start, low), high), low=low, high=high)


class Maintain(Strict):
    """How long what is kept."""

    keep_archive: str | None = Field(None, description="age at which raw captures are removed; default never")
    keep_runs: str = Field("30d", description="age at which finished flow runs are removed from Prefect")

    @field_validator("keep_archive", "keep_runs")
    @classmethod
    def _durations(cls, value: str | None) -> str | None:
        if value is not None:
            duration(value)
        return value


class Alarms(Strict):
    """Who is told by the automations that `dateline up` registers."""

    webhook: str | None = Field(None, pattern="^https?://", description="gets a JSON document by POST for each alarm")
    email: str | None = Field(
        None, pattern="^mailtos?://", description="an Apprise address: mailtos://user:password@host?to=me@example.org"
    )


class Control(Strict):
    """The control room that `dateline up` serves."""

    origins: tuple[str, ...] = Field(
        (), description="where it is opened beside loopback, behind a reverse proxy: https://news.example"
    )

    @field_validator("origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            if not re.fullmatch(r"https?://[^/?#@\s*]+/?", each):
                raise ValueError(f"{each!r} is no origin; write scheme and host, as in https://news.example")
        return value


class Settings(Strict):
    """Everything that dateline.toml can say."""

    home: Path = Path("dateline-data")
    publish: bool = True
    fetch: Fetch = Fetch()
    extract: Extract = Extract()
    refetch: Refetch = Refetch()
    schedule: Schedule = Schedule()
    maintain: Maintain = Maintain()
    alarms: Alarms = Alarms()
    control: Control = Control()
    warehouse: WarehouseKind = WarehouseKind()
    all_sources: tuple[Source, ...] = Field((), alias="source", description="each `[[source]]`, switched off or not")

    @field_validator("all_sources")
    @classmethod
    def _names_differ(cls, value: tuple[Source, ...]) -> tuple[Source, ...]:
        names = [s.name for s in value]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"two sources are called {twice[0]!r}; rename one")
        return value

    @model_validator(mode="after")
    def _collections_are_no_sources(self) -> Settings:
        names = {s.name for s in self.all_sources}
        if both := sorted(names & self.collections.keys()):
            raise ValueError(f"{both[0]!r} is a source and a collection; rename one")
        return self

    @property
    def collections(self) -> dict[str, tuple[str, ...]]:
        """The sources of each collection, switched off or not; those of "News > Regional" are in "News" too."""
        found: dict[str, dict[str, None]] = {}
        for source in self.all_sources:
            for name in source.all_collections:
                found.setdefault(name, {})[source.name] = None
        return {name: tuple(found[name]) for name in sorted(found)}

    @property
    def selectors(self) -> dict[str, Selectors]:
        """What is said of the pages of sources, switched off or not, by name; of those of which something is said."""
        from tasks.extract.selectors import Selectors  # as source.py has it

        return {s.name: Selectors(s.select, s.remove) for s in self.all_sources if s.select or s.remove}

    @property
    def enabled_sources(self) -> tuple[Source, ...]:
        """The sources that are switched on."""
        return tuple(s for s in self.all_sources if s.enabled)

    def policy(self) -> FetchPolicy:
        """How all sources are fetched, and what is special with some.

        Raises:
            BadConfig: a secret of a source cannot be read.
        """
        headers: dict[str, dict[str, str]] = {}
        agents: dict[str, str] = {}
        delays: dict[str, float] = {}
        for source in self.all_sources:
            if source.headers or source.cookies:
                sent = resolved(source.name, source.headers, source.cookies)
                headers |= {host_of(url): sent for url in source.addresses}
            if source.user_agent:
                agents |= {host_of(url): source.user_agent for url in source.addresses}
            if source.delay:
                waits = duration(source.delay).total_seconds()
                delays |= {registrable_domain(url): waits for url in source.addresses}
        return replace(self.fetch.policy(), host_headers=headers, host_agents=agents, domain_delays=delays)

    @property
    def folder(self) -> Home:
        return Home(self.home, lake=self.warehouse.lake)


def load(config: Path | None = None, home: Path | None = None) -> Settings:
    """Read the configuration.

    Args:
        config: a file that must be there; default `dateline.toml` in the working directory, if it is there.
        home: the owner's folder from the command line; goes before DATELINE_HOME, which goes before the file.

    Raises:
        BadConfig: the file cannot be read, or says something that cannot be meant; file and line are named.
    """
    path = config or Path(CONFIG_NAME)
    found = _read(path) if config or path.exists() else {}
    if "home" in found and isinstance(found["home"], str):
        found["home"] = str(path.parent / Path(found["home"]).expanduser())
    make_absolute(found.get("warehouse"), path.parent)
    wanted = home or (Path(os.environ["DATELINE_HOME"]) if os.environ.get("DATELINE_HOME") else None)
    if wanted is not None:
        found["home"] = str(wanted)
    refuse_unusable(Path(str(found.get("home", Settings.model_fields["home"].default))))
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        raise BadConfig(explain(path, error, Settings)) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadConfig(
            f"cannot read the configuration {path}: {error.strerror}. `dateline init` writes one."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"cannot read the configuration {path}: it is no valid TOML: {error}.") from None
