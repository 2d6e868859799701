"""Automations that `dateline up` registers, once: runs that died are marked, and alarms reach whoever wants them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flows.base.flow_run import TAG
from flows.base.settings import Alarms

HEARTBEAT_S = 30  # the least that Prefect takes
_SILENCE = timedelta(seconds=3 * HEARTBEAT_S)
_ENDS = ("Completed", "Failed", "Cancelled", "Crashed")
ZOMBIES, ALARMS, FAILURES = "Dateline: runs that died", "Dateline: alarms", "Dateline: failed runs"
_PAYLOAD = """{"event": {{ event.event|tojson }}, "occurred": {{ event.occurred|string|tojson }},
 "resource": {{ event.resource.id|tojson }}, "name": {{ event.resource.name|string|tojson }},
 "payload": {{ event.payload|tojson }}}"""
_BODY = "{{ event.event }}: {{ event.resource.name }}\n\n{{ event.payload }}"


def register(alarms: Alarms) -> list[str]:
    """Make the automations what the configuration says; the names of those that are there.

    What has been registered before is brought up to date; notifications that are no longer configured are removed.
    """
    wanted = {ZOMBIES: _zombies()}
    if actions := _notifications(alarms):
        wanted |= {ALARMS: _on_alarms(actions), FAILURES: _on_failures(actions)}
    for name in (ZOMBIES, ALARMS, FAILURES):
        _put(name, wanted.get(name))
    return list(wanted)


def _put(name: str, automation: Any) -> None:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        found = client.read_automations_by_name(name)
        for each in found[1:] if automation else found:
            client.delete_automation(each.id)
        if automation is None:
            return
        if found:
            client.update_automation(found[0].id, automation)
        else:
            client.create_automation(automation)


def _zombies() -> Any:
    """A run whose heartbeat stops without an end is Crashed."""
    from prefect.client.schemas.objects import StateType
    from prefect.events.actions import ChangeFlowRunState
    from prefect.events.schemas.automations import EventTrigger, Posture

    beat = "prefect.flow-run.heartbeat"
    trigger = EventTrigger(
        after={beat},
        expect={beat, *(f"prefect.flow-run.{end}" for end in (*_ENDS, "CompletedWithAlarms", "Skipped"))},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        match_related={"prefect.resource.id": [f"prefect.tag.{TAG}"], "prefect.resource.role": "tag"},
        for_each={"prefect.resource.id"},
        posture=Posture.Proactive,
        threshold=1,
        within=_SILENCE,
    )
    action = ChangeFlowRunState(state=StateType.CRASHED, message="its process gave no sign of life for 90 s")
    return _automation(ZOMBIES, "Marks runs as Crashed whose process was killed.", trigger, [action])


def _on_alarms(actions: list[Any]) -> Any:
    from prefect.events.schemas.automations import EventTrigger, Posture

    trigger = EventTrigger(
        expect={"dateline.source.silent", "dateline.quality.failed"},
        match={"prefect.resource.id": ["dateline.*"]},
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,  # said although it is the default: an update leaves out what is not
        threshold=1,
    )
    return _automation(ALARMS, "Tells of silent sources and failed expectations.", trigger, actions)


def _on_failures(actions: list[Any]) -> Any:
    from prefect.events.schemas.automations import EventTrigger, Posture

    trigger = EventTrigger(
        expect={"prefect.flow-run.Failed", "prefect.flow-run.Crashed"},
        match={"prefect.resource.id": ["prefect.flow-run.*"]},
        match_related={"prefect.resource.id": [f"prefect.tag.{TAG}"], "prefect.resource.role": "tag"},
        for_each={"prefect.resource.id"},
        posture=Posture.Reactive,  # said although it is the default: an update leaves out what is not
        threshold=1,
    )
    return _automation(FAILURES, "Tells of runs that failed or died.", trigger, actions)


def _automation(name: str, description: str, trigger: Any, actions: list[Any]) -> Any:
    from prefect.events.schemas.automations import AutomationCore

    return AutomationCore(name=name, description=description, trigger=trigger, actions=actions)


def _notifications(alarms: Alarms) -> list[Any]:
    """The actions that tell people, by the blocks that keep their addresses."""
    from prefect.events.actions import CallWebhook, SendNotification

    found: list[Any] = []
    if alarms.webhook:
        found.append(CallWebhook(block_document_id=_webhook(alarms.webhook), payload=_PAYLOAD))
    if alarms.email:
        found.append(
            SendNotification(block_document_id=_email(alarms.email), subject="Dateline: {{ event.event }}", body=_BODY)
        )
    return found


def _webhook(url: str) -> Any:
    from prefect.blocks.webhook import Webhook
    from pydantic import SecretStr

    return Webhook(url=SecretStr(url)).save("dateline-alarms", overwrite=True)


def _email(address: str) -> Any:
    from pydantic import SecretStr

    from flows.service.email_block import DatelineEmail

    return DatelineEmail(url=SecretStr(address)).save("dateline-alarms", overwrite=True)
