"""The live view of `dateline up` in a terminal: what is at work, what comes next, what has ended."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from flows.service import live_view as live


def a_run(name: str, state: str, *, due: float = 0.0, message: str = "") -> Any:
    """A flow run as Prefect's client gives it; `due` in seconds from now."""
    now = datetime.now(UTC)
    return SimpleNamespace(
        id=name,
        name=name,
        deployment_id=name,
        start_time=now if state == "Running" else None,
        end_time=now,
        expected_start_time=now + timedelta(seconds=due),
        state=SimpleNamespace(name=state, message=message, is_running=lambda: state == "Running"),
    )


def shown(renderable: Any) -> list[str]:
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115, PTH123
    console.print(renderable)
    console.file.close()
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_the_run_at_work_comes_first_and_the_next_by_the_name_of_its_deployment() -> None:
    runs = [
        a_run("ingest · all sources · 2026-03-04 13:00", "Running"),
        a_run("quick-otter", "Scheduled", due=870.5),
        a_run("late-otter", "Late", due=-30),
    ]
    head, *lines = shown(
        live.next_runs(runs, {"quick-otter": "ingest · every 15m", "late-otter": "maintain · every 1d"})
    )
    assert head.split() == ["run", "when"]
    assert lines[0].startswith("▶  ingest · all sources · 2026-03-04 13:00  since ")
    assert lines[1].split() == ["·", "ingest", "·", "every", "15m", "in", "14", "min", "30", "s"]
    assert lines[2].split() == ["·", "maintain", "·", "every", "1d", "now"]


def test_a_run_that_ended_says_its_line_and_its_alarms_and_no_escape_reaches_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(live, "console", Console(width=200))
    monkeypatch.setattr(live, "current_alarms", lambda _: ["alarm: kvrn is silent: \x1b[2J"])
    live.print_ended(a_run("ingest · kvrn", "CompletedWithAlarms", message="3 new; remainder 0; 1 alarm"))
    live.print_ended(a_run("maintain", "Failed", message="\x1b[31mno"))
    said = capsys.readouterr().out
    assert (
        "ingest · kvrn: CompletedWithAlarms · 3 new; remainder 0; 1 alarm\n  alarm: kvrn is silent: \ufffd[2J" in said
    )
    assert "maintain: Failed · \ufffd[31mno" in said
    assert "\x1b" not in said
