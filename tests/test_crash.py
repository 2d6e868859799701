"""One kill -9 of `make crash`, so that the harness itself stays whole: within a load, before its commit."""

from importlib import import_module

import pytest

from benchmarks.crash.child import POINTS
from benchmarks.crash.measure import content, stages, trial
from flows.service.prefect_settings import configured_server
from tests.conftest import Run


@pytest.mark.heavy
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


def test_every_point_is_a_function_that_is_there() -> None:
    """A point in a function that was renamed would make `make crash` end with an error after half an hour."""
    for module, path, when, nth in POINTS.values():
        found: object = import_module(module)
        for name in path.split("."):
            found = getattr(found, name)
        assert callable(found)
        assert when in ("before", "after")
        assert nth >= 1
