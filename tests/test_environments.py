"""Where it is started: without a home, a name, a terminal, rights, descriptors or a locale, and behind a proxy.

The servers that `up` and `ingest` start are asked past a proxy in tests/test_control_room.py too.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import tomlkit

from tests.conftest import UNBALANCED, rows
from tests.owner import PROGRAM
from tests.test_warehouse import RUN, URL, article, version
from tests.webserver import WebServer
from warehouse.connection import open_writer
from warehouse.home import Home
from warehouse.loader import load_package
from warehouse.packages import write_package
from warehouse.snapshot import publish

# A user id that no file knows, as containers have it; who is that may write nowhere but where the tests' user may.
NOBODY = ("unshare", "--user", "--map-user=54321", "--map-group=54321")
AS_NOBODY = NOBODY if shutil.which("unshare") and not subprocess.run([*NOBODY, "true"], check=False).returncode else ()
BARE = {"PATH": "/usr/local/bin:/usr/bin:/bin"}  # no HOME either
ASK = "select url, 'Zürich … ✓' as said from articles"
SOURCES, WITH_STORIES, FILES = 300, 12, 256


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one published article."""
    home = Home(tmp_path_factory.mktemp("environments") / "home").prepare()
    with open_writer(home.work) as writer:
        rows = {"articles": [article()], "article_versions": [version(1)]}
        load_package(writer, write_package(home.staging, "p1", RUN, rows))
        publish(writer, home)
    return home


def called(
    *words: str, within: Sequence[str] = (), shell: str = "", env: Mapping[str, str] = BARE, files: int = 0, cwd: Path
) -> tuple[int, str]:
    """Status and all that `dateline …` said, in a session without a terminal.

    Args:
        words: after `dateline`.
        within: what it is started by.
        shell: redirections.
        env: all of its environment.
        files: how many it may open; 0 for as many as we may.
        cwd: where.
    """

    def limited() -> None:
        if files:
            resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

    command = ["bash", "-c", f'"$@" {shell}', "bash", *within, PROGRAM, *words]
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**env},
        cwd=cwd,
        start_new_session=True,
        preexec_fn=limited,
        check=False,
        timeout=300,
    )
    return done.returncode, done.stdout.decode(errors="replace")


@pytest.mark.parametrize(
    ("env", "shell", "said"),
    [
        ({}, "", "Zürich … ✓"),
        ({"LC_ALL": "C"}, "", "Zürich … ✓"),
        ({"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}, "", "Z\\xfcrich \\u2026 \\u2713"),
        ({"HOME": "/nonexistent", "TMPDIR": "/nonexistent"}, "", "Zürich … ✓"),
        ({"TERM": "dumb", "COLUMNS": "none", "TZ": "No/Where"}, "", "Zürich … ✓"),
        ({"ALL_PROXY": "socks5://127.0.0.1:9"}, "", "Zürich … ✓"),
        ({}, "<&-", "Zürich … ✓"),
        ({}, ">&-", ""),
        ({}, "<&- >&- 2>&-", ""),
    ],
)
def test_a_reader_is_answered_wherever_it_is_started(home: Home, env: dict[str, str], shell: str, said: str) -> None:
    asked = ("sql", "--format", "csv", "--home", str(home.root), ASK)
    status, out = called(*asked, within=AS_NOBODY, shell=shell, env=BARE | env, files=64, cwd=home.root)
    assert (status, out.strip()) == (0, f"url,said\n{URL},{said}" if said else ""), out


def test_who_may_only_read_a_home_reads_and_searches_it(home: Home, tmp_path: Path) -> None:
    shut = Home(Path(shutil.copytree(home.root, tmp_path / "shut", symlinks=True)))
    places = [shut.root, *shut.root.rglob("*")]
    for place in places:
        if not place.is_symlink():
            place.chmod(place.stat().st_mode & ~0o222)
    try:
        for words in (("sql", "from articles"), ("search", "harbour"), ("status",), ("query", "ledger")):
            status, out = called(*words, "--home", str(shut.root), within=AS_NOBODY, cwd=tmp_path)
            assert status == 0, out
            assert "rror" not in out
    finally:
        for place in places:
            if not place.is_symlink():
                place.chmod(place.stat().st_mode | 0o700)


@pytest.mark.heavy
def test_300_sources_with_256_files_behind_a_proxy_by_nobody_in_the_c_locale(tmp_path: Path) -> None:
    """A run with a Prefect server of its own: what asks that must go past the proxy, which is not there."""
    with WebServer() as web:
        hosts = [f"paper-{n}.test" for n in range(SOURCES)]
        for n, host in enumerate(hosts):
            item = (
                f"<item><title>Vote {n}</title><link>http://{host}/story-{n}</link></item>" if n < WITH_STORIES else ""
            )
            web.add(f"/feed-{n}", f'<rss version="2.0"><channel><title>P</title>{item}</channel></rss>'.encode())
            web.add(f"/story-{n}", story(n), headers={"Content-Type": "text/html"})
        sources = [{"name": f"paper-{n}", "feeds": [f"http://{host}/feed-{n}"]} for n, host in enumerate(hosts)]
        fetch = {"delay": "0s", "connect_to": web.as_hosts(*hosts)}
        (tmp_path / "dateline.toml").write_text(tomlkit.dumps({"fetch": fetch, "source": sources}))
        proxied = {"HTTP_PROXY": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "LC_ALL": "C"}
        proxied |= {"ALL_PROXY": "socks5://127.0.0.1:9"}  # which httpx does not know without another package
        words = ("ingest", "--home", "home")
        status, out = called(*words, within=AS_NOBODY, env=BARE | proxied, files=FILES, cwd=tmp_path)
    assert status in (0, 3), out
    assert "Traceback" not in out
    snapshot = tmp_path / "home" / "dateline.duckdb"
    assert rows(snapshot, "select count(*) from articles") == [(WITH_STORIES,)]
    assert rows(snapshot, "select outcome, count(*) from feed_polls group by all") == [("ok", SOURCES)]
    assert rows(snapshot, UNBALANCED) == []


def story(number: int) -> bytes:
    title = f"Council votes on item {number} of its long agenda"
    text = "".join(
        f"<p>The council of Brackwater heard speaker {n} on item {number} for an hour.</p>" for n in range(9)
    )
    head = f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>"
    return f"{head}{text}</article></body></html>".encode()


def test_it_says_in_a_line_what_it_may_not_write(home: Home) -> None:
    if os.geteuid() == 0 and not AS_NOBODY:
        pytest.skip("root may write everywhere")
    status, out = called(
        "sql", "--home", str(home.root), "--output", "/proc/x.csv", ASK, within=AS_NOBODY, cwd=home.root
    )
    assert status == 1
    assert "/proc/x.csv" in out
    assert "Traceback" not in out
