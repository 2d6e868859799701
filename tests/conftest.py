"""What the tests of the pipe share: one Prefect server, one extraction pool and one judge per session, all real."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import hypothesis
import pytest
import tomlkit

from expectations.judge import Judge
from flows.base.observer import CURRENT, Injected, Report
from flows.base.settings import load
from flows.commands.watch import add_command as add_watch_command
from flows.service.prefect_settings import EmbeddedServer
from newsroom.server import Newsroom, Request
from tasks.extract.pool import ExtractPool
from tests.lakes import Postgres, postgres_server
from tests.webserver import WebServer
from warehouse.home import Home

if TYPE_CHECKING:
    from tests.outlet import Outlet

hypothesis.settings.register_profile("dateline", deadline=None)  # a busy machine fails no test
hypothesis.settings.load_profile("dateline")
ANCHOR = datetime(2026, 3, 4, 13, tzinfo=UTC)
Run = Callable[..., Report]


# `make test` begins with them: a long module that comes last leaves the other process without work.
LONG = ("test_up", "test_jobs", "test_acquire", "test_explore_browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long modules first, otherwise in the order of names."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest.fixture(scope="session")
def processes() -> Iterator[Injected]:
    """Readers and a judge, started once: they take six seconds of CPU."""
    with ExtractPool() as pool, Judge() as judge:
        pool.warm()
        judge.warm()
        yield Injected(pool=pool, judge=judge)


@pytest.fixture
def one_judge(processes: Injected) -> Iterator[None]:
    """What the test calls itself (replay, rebuild, reextract) takes the readers and the judge of the session."""
    token = CURRENT.set(replace(processes))
    yield
    CURRENT.reset(token)


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, processes: Injected) -> Iterator[Run]:
    """Runs the ingest flow on a real Prefect server and gives its report, whose ledger has been seen to balance."""
    home = Home(tmp_path_factory.mktemp("prefect")).prepare()
    with EmbeddedServer(home) as server:
        from flows.ingest import ingest

        server.ready()

        def run_once(*, now: Callable[[], datetime] | None = None, **parameters: Any) -> Report:
            given = replace(processes)
            given.now = now or given.now
            token = CURRENT.set(given)
            try:
                ingest(**parameters)
            finally:
                CURRENT.reset(token)
            assert given.report is not None
            assert given.report.totals["remainder"] == 0
            return given.report

        yield run_once


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL of this machine, on loopback."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(anchor=ANCHOR) as server:
        yield server


def first_edition() -> datetime:
    return ANCHOR


def second_edition() -> datetime:
    return ANCHOR + timedelta(hours=6)


@dataclass(frozen=True)
class Done:
    """Both editions gone through the pipe, a run with nothing new between them. To read; `copied` gives one to change.

    Six modules look at it: a run through the whole newsroom takes about ten seconds.
    """

    home: Path
    config: Path
    newsroom: Newsroom
    first: Report
    first_snapshot: Path
    again: Report
    again_requests: list[Request]
    second: Report

    @property
    def warehouse(self) -> Path:
        return self.home / "dateline.duckdb"


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory, run: Run) -> Iterator[Done]:
    with Newsroom(anchor=ANCHOR) as newsroom:
        home = tmp_path_factory.mktemp("done")
        config = write_config(home, newsroom)
        add_watch_command(load(config, home), "ferry", "ferry -council", webhook=None, mail=None, feed=True)
        given = {"config": str(config), "home": str(home)}
        first = run(now=first_edition, **given)
        snapshot = shutil.copy(home / "dateline.duckdb", tmp_path_factory.mktemp("first") / "first.duckdb")
        before = len(newsroom.requests)
        again = run(now=first_edition, **given)
        requests = list(newsroom.requests[before:])
        newsroom.edition = 2
        second = run(now=second_edition, **given)
        yield Done(home, config, newsroom, first, Path(snapshot), again, requests, second)


def copied(done: Done, folder: Path) -> Path:
    """Its home once more, to be changed; the settings file is in it."""
    return shutil.copytree(done.home, folder / "home")


def write_config(folder: Path, newsroom: Newsroom, **fetch: Any) -> Path:
    """A dateline.toml for the newsroom's outlets in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "dateline.toml"
    fetch = {"delay": "0s", "connect_to": newsroom.connect_to} | fetch
    path.write_text(tomlkit.dumps({"fetch": fetch, "source": newsroom.sources}), encoding="utf-8")
    return path


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a query on a DuckDB file that nobody writes to."""
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
        return found


UNBALANCED = "select * from ledger where remainder <> 0"
ORPHANS = """
    select 'outcome without discovery', url from outcomes anti join discoveries using (run_id, source, url)
    union all select 'discovery without outcome', url from discoveries anti join outcomes using (run_id, source, url)
    union all select 'article twice', min(url) from articles group by article_id having count(*) > 1
    union all select 'outcome twice', min(url) from outcomes group by run_id, source, url having count(*) > 1
    union all select 'version gap', min(headline) from article_versions group by article_id
        having max(version) <> count(*) or count(*) filter (valid_to is null) <> 1
    union all select 'article is not its newest version', a.url from articles a join article_versions v
        on v.article_id = a.article_id and v.valid_to is null where v.content_hash <> a.content_hash
    union all select 'article without capture', url from articles anti join captures using (capture_id)
    union all select 'run does not add up', state from runs
        where discovered <> loaded + revised + unchanged + duplicate + rejected + skipped + failed + pending
"""


@pytest.fixture
def outlet(tmp_path: Path) -> Iterator["Outlet"]:
    """A paper whose feed and sitemap say what the test wants."""
    from tests.outlet import Outlet  # it looks at warehouses with what stands above

    with WebServer() as web:
        yield Outlet(web, tmp_path)


def _left_out(session: pytest.Session) -> Counter[str]:
    """Why tests were skipped that need a part which this machine has not: such reasons begin with "needs"."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    reasons = (str(each.longrepr[2]).removeprefix("Skipped: ") for each in skipped if isinstance(each.longrepr, tuple))
    return Counter(reason for reason in reasons if reason.startswith("needs "))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Say what was left out on this machine; where nothing may be (.ci/run), fail."""
    left_out = _left_out(session)
    for reason, count in left_out.items():
        print(f"\nleft out on this machine: {count} tests, {reason}", end="")
    if left_out and os.environ.get("DATELINE_TESTS_LEAVE_NOTHING_OUT"):
        print("\nand nothing may be left out here (DATELINE_TESTS_LEAVE_NOTHING_OUT)", end="")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
