"""Automations that `dateline up` registers, once: runs that died are marked, and alarms reach whoever wants them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from flows.base.home_identity import home_id, tag_of
from flows.base.settings import Alarms
from warehouse.home import Home

HEARTBEAT_S = 30  # the least that Prefect takes
_SILENCE = timedelta(seconds=3 * HEARTBEAT_S)
_TOLD_EVERY = timedelta(days=1)
_ENDS = ("Completed", "Failed", "Cancelled", "Crashed")
ZOMBIES, ALARMS, FAILURES = "Dateline: runs that died", "Dateline: alarms", "Dateline: failed runs"
_PAYLOAD = """{"event": {{ event.event|tojson }}, "occurred": {{ event.occurred|string|tojson }},
 "resource": {{ event.resource.id|tojson }}, "name": {{ event.resource.name|string|tojson }},
 "payload": {{ event.payload|tojson }}}"""
_SUBJECT = "Dateline: {{ event.event }}, {{ event.resource.name }}"
_BODY = "{{ event.payload.text or event.payload }}"


def register(alarms: Alarms, home: Home) -> list[str]:
    """Make this home's automations what its configuration says; the names of those that are there.

    What has been registered before is brought up to date; notifications that are no longer configured are removed.
    Each is for this home alone: others may be served from the same server, and have people of their own to tell.
    """
    ident = home_id(home)
    wanted = {ZOMBIES: _zombies(ident)}
    actions = _notifications(alarms, ident)
    if actions:
        wanted |= {ALARMS: _on_alarms(actions, ident), FAILURES: _on_failures(actions, ident)}
    for name in (ZOMBIES, ALARMS, FAILURES):
        _put(name, None)  # of a release that had one set for all homes of a server
        _put(named(name, ident), wanted.get(name))
    _forget_blocks(alarms, ident)
    return [named(name, ident) for name in wanted]


def named(name: str, ident: str) -> str:
    """What an automation of a home is called: by the beginning of its id, as folders of many homes have one name."""
    return f"{name} · {ident[:6]}"


def _put(name: str, automation: Any) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        found = client.read_automations_by_name(name)
        for each in found[1:] if automation else found:
            client.delete_automation(each.id)
        if automation is None:
            return
        automation = automation.model_copy(update={"name": name})
        if found:
            client.update_automation(found[0].id, automation)
        else:
            client.create_automation(automation)


def _zombies(ident: str) -> Any:
    """A run whose heartbeat stops without an end is Crashed."""
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import EventTrigger, Posture

    beat = "prefect.flow-run.heartbeat"
    trigger = EventTrigger(
        after={beat},
        expect={beat, *(f"prefect.flow-run.{end}" for end in (*_ENDS, "CompletedWithAlarms", "Skipped"))},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        match_related=_of_home(ident),
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=_SILENCE,
    )
    action = ChangeFlowRunState(state=StateType.CRASHED, message="its process gave no sign of life for 90 s")
    return _automation(ZOMBIES, "Marks runs as Crashed whose process was killed.", trigger, [action])


def _of_home(ident: str) -> dict[str, list[str] | str]:
    """Events of this home's runs: Prefect relates an event to the tags of its run."""
    return {"prefect.resource.id": [f"prefect.tag.{tag_of(ident)}"], "prefect.resource.role": "tag"}


def _on_alarms(actions: list[Any], ident: str) -> Any:
    from prefect.events.schemas.automations import EventTrigger, Posture

    trigger = EventTrigger(
        expect={"dateline.source.silent", "dateline.quality.failed", "dateline.alarm.over"},
        match={"prefect.resource.id": ["dateline.*"], "dateline.home": [ident]},
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,  # said although it is the default: an update leaves out what is not
        threshold=1,
    )
    return _automation(
        ALARMS, "Tells of silent sources and failed expectations, and when they are over.", trigger, actions
    )


def _on_failures(actions: list[Any], ident: str) -> Any:
    """Failed runs, once a day for each deployment: a disk that is full for a night is one letter, not fifty."""
    from prefect.events.schemas.automations import EventTrigger, Posture

    trigger = EventTrigger(
        expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        match_related=_of_home(ident),
        for_each={"related:deployment:prefect.resource.id"},
        posture=Posture.Reactive,  # said although it is the default: an update leaves out what is not
        threshold=1,
        within=_TOLD_EVERY,
    )
    return _automation(FAILURES, "Tells of runs that failed or died.", trigger, actions)


def _automation(name: str, description: str, trigger: Any, actions: list[Any]) -> Any:
    from prefect.events.schemas.automations import AutomationCore

    return AutomationCore(name=name, description=description, trigger=trigger, actions=actions)


def _notifications(alarms: Alarms, ident: str) -> list[Any]:
    """The actions that tell people, by the blocks that keep their addresses."""
    from prefect.events.actions import CallWebhook, SendNotification

    found: list[Any] = []
    if alarms.webhook:
        found.append(CallWebhook(block_document_id=_webhook(alarms.webhook, ident), payload=_PAYLOAD))
    if alarms.email:
        found.append(SendNotification(block_document_id=_email(alarms.email, ident), subject=_SUBJECT, body=_BODY))
    return found


def _webhook(url: str, ident: str) -> Any:
    from prefect.blocks.webhook import Webhook
    from pydantic import SecretStr

    return Webhook(url=SecretStr(url)).save(_block(ident), overwrite=True)


def _email(address: str, ident: str) -> Any:
    from pydantic import SecretStr

    from flows.service.email_block import DatelineEmail

    return DatelineEmail(url=SecretStr(address)).save(_block(ident), overwrite=True)


def _block(ident: str) -> str:
    return f"dateline-alarms-{ident[:6]}"


def _forget_blocks(alarms: Alarms, ident: str) -> None:
    """Remove the addresses that are no longer configured, and those of a release that had one for all homes."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    for kind, is_wanted in (("webhook", alarms.webhook), ("dateline-email", alarms.email)):
        for name in ("dateline-alarms", *(() if is_wanted else (_block(ident),))):
            with suppress(ObjectNotFound), get_client(sync_client=True) as client:
                client.delete_block_document(client.read_block_document_by_name(name, kind).id)
