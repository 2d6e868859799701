"""One kill -9 of `make crash`, so that the harness itself stays whole: within a load, before its commit."""

from benchmarks.crash import content, stages, trial
from flows.prefect_env import configured_server
from tests.conftest import Run


def test_a_run_killed_within_a_load_is_made_good_by_the_next(run: Run) -> None:
    assert run is not None  # its server is the one that the children use
    server = configured_server()
    assert server is not None
    with stages() as (stage, _):
        assert stage.finish(stage.folder / "reference", 1) == 0
        reference = content(stage.folder / "reference", stage.batches)
        found = trial(stage, [reference], stage.folder, 1, "within a load, before its commit")
    assert found.killed
    assert found.wrong == []
