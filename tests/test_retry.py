"""A flow run that is retried in the Prefect UI keeps its id; in the ledger each try is a run of its own."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from flows.reading.verify import compare
from newsroom.server import Newsroom
from tests.conftest import ANCHOR, UNBALANCED, Run, rows, write_config
from warehouse.connection import open_writer
from warehouse.home import Home

FLOW_RUN = "12345678-0000-0000-0000-000000000001"


SAME = SimpleNamespace(flow_run=SimpleNamespace(id=FLOW_RUN))


@pytest.mark.parametrize("first_try", ["well", "with an error"])
def test_a_retried_run_publishes_and_so_do_the_next(
    newsroom: Newsroom, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first_try: str
) -> None:
    given: dict[str, Any] = {
        "config": str(write_config(tmp_path, newsroom)),
        "home": str(tmp_path),
        "now": lambda: ANCHOR,
    }
    monkeypatch.setattr("flows.run.managed.runtime", SAME)

    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    if first_try == "well":
        run(sources=["kvrn"], **given)
    else:
        with monkeypatch.context() as patched:
            patched.setattr("flows.pipeline.fetched_batches", broken)
            with pytest.raises(RuntimeError, match="broken"):
                run(sources=["kvrn"], **given)
    run(sources=["kvrn", "the-junction"], **given)
    run(sources=["upland-gazette"], **given)
    warehouse = tmp_path / "dateline.duckdb"
    tries = rows(warehouse, "select cast(run_id as varchar), flow_run_id from runs order by started_at")
    assert len({ident for ident, _ in tries}) == 3
    assert {flow_run for _, flow_run in tries} == {FLOW_RUN}
    assert rows(warehouse, UNBALANCED) == []
    assert len(rows(warehouse, "from articles where source = 'upland-gazette'")) == 12
    home = Home(tmp_path)
    with open_writer(home.work) as connection:
        assert compare(connection, home)[1] == []
