"""What `dateline up` deploys: ingest as its sources are scheduled, maintenance, and the other flows by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.base.errors import BadConfig
from flows.base.flow_run import TAG, tags_of
from flows.base.home_identity import home_id, is_of, tag_of
from flows.base.settings import Settings, duration

_BY_HAND = "by hand"
_PAGE = 200  # the most that Prefect's server gives at once
_SHORTEST = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """One deployment: a flow with a name, a schedule or none, and parameters."""

    flow: str  # ingest, maintain, reextract, replay, backfill
    name: str
    description: str
    schedule: str | None = None  # an interval or a cron line
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tags: tuple[str, ...] = ()  # names of sources
    is_paused: bool = False  # as a person has left it on the server: the whole deployment,
    is_switched_off: bool = False  # or its schedule

    @property
    def is_off(self) -> bool:
        return self.is_paused or self.is_switched_off

    @property
    def is_due_at_once(self) -> bool:
        """Whether `dateline up` runs it as soon as it is there."""
        return self.flow == "ingest" and self.schedule is not None and not self.is_off


def deployed(settings: Settings) -> list[Deployed]:
    """The deployments that a configuration asks for: an ingest for each schedule that its sources have.

    Raises:
        BadConfig: a schedule is neither an interval nor a cron line.
    """
    groups: dict[str, list[str]] = {}
    for source in settings.enabled_sources:
        groups.setdefault((source.schedule or settings.schedule.ingest).strip(), []).append(source.name)
    found = [_ingest(schedule, names, whole=len(groups) == 1) for schedule, names in groups.items()]
    found += [
        Deployed(
            flow="maintain",
            name=name_of(settings.schedule.maintain),
            description="Search index, retention, verification.",
            schedule=settings.schedule.maintain.strip(),
        ),
        Deployed(
            flow="ingest", name=_BY_HAND, description="Choose sources, a date, a limit; or only see what would be done."
        ),
        Deployed(
            flow="backfill", name=_BY_HAND, description="A range of days through the outlets' sitemaps, or WARC files."
        ),
        Deployed(flow="reextract", name=_BY_HAND, description="The archive through today's extractor."),
        Deployed(flow="replay", name=_BY_HAND, description="Quarantined pages, another try."),
    ]
    for each in found:
        if each.schedule is not None and not is_cron(each.schedule):  # cron lines are read later, by Prefect
            _interval(each.schedule)
    return found


def _ingest(schedule: str, names: list[str], *, whole: bool) -> Deployed:
    return Deployed(
        flow="ingest",
        name=name_of(schedule),
        description=f"{len(names)} sources, as dateline.toml schedules them: {', '.join(names[:20])}",
        schedule=schedule,
        parameters={"due_only": True} | ({} if whole else {"sources": names}),
        tags=tuple(names),
    )


def name_of(schedule: str) -> str:
    """A deployment's name: "every 15m", "cron 0 6 * * *" (Prefect takes no slash in it)."""
    text = schedule.strip()
    return _spelt(f"cron {text}" if is_cron(text) else f"every {text}")


def _spelt(name: str) -> str:
    return re.sub(r"[/%&<>]", "÷", name)


def is_cron(schedule: str) -> bool:
    """Whether a schedule is a cron line of five fields."""
    return len(schedule.split()) == 5


def when(schedule: str, settings: Settings) -> Any:
    """The schedule as Prefect takes it.

    Intervals count from a day long ago: without an anchor Prefect counts them from when `up` was started, and what is
    due once a day never comes where that is done more often. They count in UTC, whatever the time zone: in a zone with
    daylight saving Prefect keeps the hour of the day, and an interval has a gap or a double twice a year. A cron line
    means the hours of its zone.

    Raises:
        BadConfig: it is neither an interval nor a cron line.
    """
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.schedules import Cron, Interval

    zone = settings.schedule.timezone
    if not is_cron(schedule):
        return Interval(_interval(schedule), anchor_date=_anchor(zone), timezone="UTC")
    try:
        CronSchedule(cron=schedule, timezone=zone)
    except ValueError as error:
        raise BadConfig(f"the schedule {schedule!r} is no cron line in {zone}: {_first(error)}") from None
    return Cron(schedule, timezone=zone)


def _anchor(zone: str) -> datetime:
    """Midnight of the zone's standard time, as UTC: `1d` comes at midnight, or at one o'clock while clocks are ahead.

    So it comes once on every day of the zone. At midnight by clocks that are ahead it would come twice on the day on
    which they are set back, and not at all on the one on which they are set forward.
    """
    midnights = [datetime(2020, month, 1, tzinfo=ZoneInfo(zone)) for month in (1, 7)]
    standard = min(each.utcoffset() or timedelta() for each in midnights)
    return datetime(2020, 1, 1, tzinfo=UTC) - standard


def _interval(text: str) -> timedelta:
    try:
        found = duration(text)
        if found < _SHORTEST:
            raise BadConfig(f"the schedule {text!r} is too short: a run takes some seconds, so at least 10s")
        return found
    except ValueError:
        raise BadConfig(
            f"the schedule {text!r} is neither an interval such as 15m nor a cron line of five fields"
        ) from None


def _first(error: ValueError) -> str:
    lines = str(error).splitlines()
    line = lines[2].strip() if len(lines) > 2 else lines[0]  # pydantic's third line says what
    return line.partition(" [type=")[0]


def to_prefect(each: Deployed, settings: Settings, config: Path | None) -> Any:
    """The deployment as Prefect's runner takes it."""
    from prefect.types.entrypoint import EntrypointType

    from flows.service.run_folder import RunFolder

    flow = getattr(import_module(f"flows.{each.flow}"), each.flow)
    where = {"home": str(settings.home.absolute()), "config": str(config.absolute()) if config else None}
    found: Any = flow.to_deployment(
        name=each.name,
        entrypoint_type=EntrypointType.MODULE_PATH,
        description=each.description,
        parameters={**each.parameters, **where},
        tags=[*tags_of(each.tags), tag_of(home_id(settings.folder))],
        paused=each.is_paused,
        **_schedules(each, settings),
    )
    found.storage = RunFolder(str(settings.folder.state.absolute()))
    return found


def _schedules(each: Deployed, settings: Settings) -> dict[str, Any]:
    from prefect.client.schemas.actions import DeploymentScheduleCreate

    if each.schedule is None:
        return {}
    found = DeploymentScheduleCreate.from_schedule(when(each.schedule, settings))
    return {"schedules": [found.model_copy(update={"active": not each.is_switched_off})]}


def as_on_the_server(wanted: list[Deployed], settings: Settings) -> list[Deployed]:
    """The deployments under names that nobody else has there, and switched off where somebody has switched them off.

    An equal name would take another deployment over: another home may be served from the same server, or a prefect.yaml
    may have been deployed there.
    """
    home = settings.home.absolute()
    tried = [each.name for each in wanted] + [_with_folder(each.name, home) for each in wanted]
    there = _deployments(names=tried)
    ours = {(each.flow, found.name): found for each in wanted for found in there if _is_ours(found, settings)}
    taken = {found.name for found in there if not _is_ours(found, settings)}
    named = [replace(each, name=_free(each.name, home, taken)) for each in wanted]
    return [_as_left(each, ours.get((each.flow, each.name)), settings) for each in named]


def _as_left(each: Deployed, found: Any, settings: Settings) -> Deployed:
    """A deployment with the switches as they stand on the server.

    Releases without ids paused everything when they stopped; what those have left says nothing of the owner.
    """
    if found is None or tag_of(home_id(settings.folder)) not in found.tags:
        return each
    is_off = bool(found.schedules) and not any(schedule.active for schedule in found.schedules)
    return replace(each, is_paused=found.paused, is_switched_off=is_off)


def _deployments(*, names: list[str] | None = None, tag: str | None = None) -> list[Any]:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters

    only = filters.DeploymentFilter(
        name=filters.DeploymentFilterName(any_=names) if names else None,
        tags=filters.DeploymentFilterTags(all_=[tag]) if tag else None,
    )
    found: list[Any] = []
    with get_client(sync_client=True) as client:
        while page := client.read_deployments(deployment_filter=only, limit=_PAGE, offset=len(found)):
            found += page
            if len(page) < _PAGE:
                break
    return found


def _is_ours(found: Any, settings: Settings) -> bool:
    return is_of(settings.folder, tags=found.tags, parameters=found.parameters)


def _free(name: str, home: Path, taken: set[str]) -> str:
    if name not in taken:
        return name
    longer = _with_folder(name, home)
    return longer if longer not in taken else f"{name} · {_spelt(str(home))}"


def _with_folder(name: str, home: Path) -> str:
    return f"{name} · {_spelt(home.name)}"


def forget_others(settings: Settings, kept: set[Any]) -> None:
    """Delete this home's deployments that its configuration no longer asks for: their schedules would go on."""
    from prefect.client.orchestration import get_client

    gone = [each for each in _deployments(tag=TAG) if each.id not in kept and _is_ours(each, settings)]
    with get_client(sync_client=True) as client:
        for each in gone:
            client.delete_deployment(each.id)
