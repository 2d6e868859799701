"""What `dateline up` deploys: ingest as its sources are scheduled, maintenance, and the other flows by hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flows.base.errors import BadConfig
from flows.base.flow_run import TAG, tags_of
from flows.base.settings import Settings, duration

_BY_HAND = "by hand"
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

    @property
    def is_due_at_once(self) -> bool:
        """Whether `dateline up` runs it as soon as it is there."""
        return self.flow == "ingest" and self.schedule is not None


def deployed(settings: Settings) -> list[Deployed]:
    """The deployments that a configuration asks for: an ingest for each schedule that its sources have.

    Raises:
        BadConfig: a schedule is neither an interval nor a cron line.
    """
    groups: dict[str, list[str]] = {}
    for source in settings.sources:
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
    due once a day never comes where that is done more often.

    Raises:
        BadConfig: it is neither an interval nor a cron line.
    """
    from prefect.client.schemas.schedules import CronSchedule
    from prefect.schedules import Cron, Interval

    zone = settings.schedule.timezone
    if not is_cron(schedule):
        return Interval(_interval(schedule), anchor_date=datetime(2020, 1, 1, tzinfo=ZoneInfo(zone)), timezone=zone)
    try:
        CronSchedule(cron=schedule, timezone=zone)
    except ValueError as error:
        raise BadConfig(f"the schedule {schedule!r} is no cron line in {zone}: {_first(error)}") from None
    return Cron(schedule, timezone=zone)


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
        tags=tags_of(each.tags),
        **({"schedule": when(each.schedule, settings)} if each.schedule else {}),
    )
    found.storage = RunFolder(str(settings.folder.state.absolute()))
    return found


def apart(wanted: list[Deployed], settings: Settings) -> list[Deployed]:
    """The deployments under names that nobody else has on this server: an equal name would take theirs over.

    Another home may be served from the same server, or a prefect.yaml may have been deployed there.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas import filters

    home = settings.home.absolute()
    tried = [each.name for each in wanted] + [_with_folder(each.name, home) for each in wanted]
    only = filters.DeploymentFilter(name=filters.DeploymentFilterName(any_=tried))
    with get_client(sync_client=True) as client:
        found = client.read_deployments(deployment_filter=only)
    taken = {each.name for each in found if each.parameters.get("home") != str(home)}
    return [replace(each, name=_free(each.name, home, taken)) for each in wanted]


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
    from prefect.client.schemas import filters

    ours = str(settings.home.absolute())
    only = filters.DeploymentFilter(tags=filters.DeploymentFilterTags(all_=[TAG]))
    with get_client(sync_client=True) as client:
        for found in client.read_deployments(deployment_filter=only):
            if found.id not in kept and found.parameters.get("home") == ours:
                client.delete_deployment(found.id)
