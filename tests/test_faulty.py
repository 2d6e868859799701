"""A part of a run that dies, and a disk that is full at the worst moment: `make faults` has all cases."""

import errno
from pathlib import Path

import pytest

from benchmarks.crash.measure import content, stages
from benchmarks.faults.measure import trial
from flows.service.prefect_settings import configured_server
from flows.terminal.messages import explained
from newsroom.server import Newsroom
from tasks.archive.batching import Batcher
from tests.conftest import ANCHOR, ORPHANS, UNBALANCED, Run, rows, write_config


@pytest.mark.heavy
def test_readers_that_are_killed_are_replaced_and_no_page_is_lost(run: Run) -> None:
    assert run is not None  # its server is the one that the children use
    assert configured_server() is not None
    with stages() as (stage, _):
        assert stage.finish(stage.folder / "reference", 1) == 0
        reference = content(stage.folder / "reference", stage.batches)
        where = {"edition": 1, "action": "kill the readers", "point": "pages are being read"}
        found = trial(stage, [reference], stage.folder / "trial", **where)  # type: ignore[arg-type]
    assert found.status == 0
    assert found.wrong == []


@pytest.mark.heavy
def test_a_disk_that_is_full_when_the_last_segment_is_sealed_ends_the_run_and_the_next_makes_it_good(
    run: Run, newsroom: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = write_config(tmp_path, newsroom)
    given = {"config": str(config), "home": str(tmp_path), "sources": ["kvrn"], "now": lambda: ANCHOR}

    def full(_: Batcher) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Batcher, "flush", full)
        with pytest.raises(OSError, match="No space left"):
            run(**given)
    assert run(**given).totals["loaded"] == 21
    warehouse = tmp_path / "dateline.duckdb"
    assert rows(warehouse, UNBALANCED) == []
    assert rows(warehouse, ORPHANS) == []
    assert rows(warehouse, "select state from runs order by started_at, state desc") == [("failed",), ("completed",)]


def test_a_full_disk_is_said_in_plain_words() -> None:
    said = explained(OSError(errno.ENOSPC, "No space left on device", "/data/archive"))
    assert said is not None
    assert "the disk is full at /data/archive" in said
    assert "Free some space" in said
    assert explained(ZeroDivisionError()) is None
