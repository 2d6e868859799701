"""Standing queries: what is new is told once, nothing is lost over a run that is killed at any point."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree as ET

import duckdb
import pytest
from aiosmtpd.controller import Controller

from flows.base.errors import BadUsage
from flows.base.settings import Alarms, Settings
from flows.commands import watch as cli
from flows.run import telling
from flows.run.context import RunContext
from flows.run.telling import tell_watches
from tests.conftest import Done, rows
from tests.served import Mailbox, serving
from tests.test_search import put
from warehouse.connection import open_writer
from warehouse.errors import BadSearch
from warehouse.home import Home
from warehouse.snapshot import publish
from warehouse.watching.watches import untold, watches

ATOM = "{http://www.w3.org/2005/Atom}"


class Receiver:
    """A webhook on loopback that keeps what it gets; `status` is what it answers."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if outer.status == 200:
                    outer.got.append((self.headers["Idempotency-Key"], body))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Not in the output of tests."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/secret-token"

    def headlines(self) -> list[str]:
        """Of all articles that came, a batch that came twice under one key once."""
        batches = dict(self.got)
        return [article["headline"] for body in batches.values() for article in body["articles"]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def add(settings: Settings, name: str = "ferry", query: str = "ferry", **given: Any) -> None:
    cli.add_command(settings, name, query, **{"webhook": None, "mail": None, "feed": False} | given)


def run_once(settings: Settings, *numbers: int, events: list[Any] | None = None, **article: Any) -> Any:
    """What a run does with watches: load, publish, tell."""
    home = settings.folder
    told = events if events is not None else []
    with open_writer(home.work) as connection:
        for number in numbers:
            put(connection, number, **{"headline": f"Ferry {number}", "text": "A ferry came.", **article})
        publish(connection, home)
        run = _run(settings, connection)
        tell_watches(run, lambda watch, articles: told.extend((watch.name, each["headline"]) for each in articles))
    return run


def _run(settings: Settings, connection: duckdb.DuckDBPyConnection) -> RunContext:
    run = SimpleNamespace(
        connection=connection,
        home=settings.folder,
        settings=settings,
        notes=[],
        alarms=[],
        now=lambda: datetime.now(UTC),
    )
    return cast(RunContext, run)


def test_what_is_new_is_told_once(settings: Settings, receiver: Receiver) -> None:
    settings.folder.prepare()
    events: list[Any] = []
    run_once(settings, 20)  # there before the watch
    add(settings, webhook=receiver.url, feed=True)
    run_once(settings, 21, 22, events=events)
    run_once(settings, events=events)
    run_once(settings, 23, events=events, headline="A bridge", text="No boat.")
    run_once(settings, 21, events=events, text="The ferry came again.")  # a revision
    assert sorted(receiver.headlines()) == ["Ferry 21", "Ferry 22"]
    assert sorted(events) == [("ferry", "Ferry 21"), ("ferry", "Ferry 22")]
    run_once(settings, 23, headline="A bridge", text="A ferry after all.")
    assert sorted(receiver.headlines()) == ["A bridge", "Ferry 21", "Ferry 22"]
    article = receiver.got[0][1]["articles"][0]
    assert set(article) == {"id", "article_id", "headline", "source", "url", "published_at", "excerpt"}
    assert "**ferry**" in article["excerpt"]
    feed = ET.parse(settings.folder.quality / "watch-ferry.xml")  # noqa: S314 - our own
    assert len(feed.findall(f"{ATOM}entry")) == 3
    with open_writer(settings.folder.work) as connection:
        assert untold(connection, watches(connection)[0]) == []
        assert connection.execute("select count(told_at) from watch_hits").fetchone() == (3,)


def test_what_an_extractor_reads_otherwise_is_no_news(settings: Settings) -> None:
    add(settings)
    with open_writer(settings.folder.work) as connection:
        put(connection, 20, headline="Ferry", text="A ferry.")
        connection.execute(
            "insert into runs (run_id, flow, started_at, state) "
            "select distinct run_id, 'reextract', now(), 'completed' from internal.search_pending"
        )
        publish(connection, settings.folder)
        assert connection.execute("select count(*) from watch_hits").fetchone() == (0,)


POINTS = ("post", "mark_told", "write_private", "after mark_told", "after post")


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_nothing_is_lost_or_told_twice(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    add(settings, webhook=receiver.url)
    with monkeypatch.context() as patched:
        name = point.removeprefix("after ")
        original = getattr(telling, name)
        calls: list[None] = []

        def killed(*args: Any, **given: Any) -> None:
            calls.append(None)
            if point != name:
                original(*args, **given)
            if name == "post" or len(calls) == 2:  # the webhook's turn: the event's is the first
                raise KeyboardInterrupt

        patched.setattr(telling, name, killed)
        with pytest.raises(KeyboardInterrupt):
            run_once(settings, 21, 22)
    run_once(settings, 23)
    run_once(settings)
    assert sorted(receiver.headlines()) == ["Ferry 21", "Ferry 22", "Ferry 23"]


def test_killed_between_the_index_and_the_snapshot(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    add(settings)
    events: list[Any] = []
    with monkeypatch.context() as patched:
        patched.setattr("warehouse.snapshot.copy", _killed)
        with pytest.raises(KeyboardInterrupt):
            run_once(settings, 21, events=events)
    run_once(settings, 22, events=events)
    assert sorted(events) == [("ferry", "Ferry 21"), ("ferry", "Ferry 22")]


def _killed(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_receiver_that_is_down_is_told_later(settings: Settings, receiver: Receiver) -> None:
    add(settings, webhook=receiver.url)
    receiver.status = 503
    run = run_once(settings, 21)
    assert "127.0.0.1 answered 503" in run.notes[0]
    assert "secret-token" not in run.notes[0]
    receiver.status = 200
    run_once(settings)
    assert receiver.headlines() == ["Ferry 21"]


def test_no_secret_is_in_the_warehouse(settings: Settings, receiver: Receiver) -> None:
    add(settings, webhook=receiver.url)
    run_once(settings, 21)
    private = settings.folder.state / "watches.json"
    assert "secret-token" in private.read_text(encoding="utf-8")
    assert private.stat().st_mode & 0o077 == 0
    assert b"secret-token" not in settings.folder.snapshot.read_bytes()
    cli.remove_command(settings, "ferry")
    assert "secret-token" not in private.read_text(encoding="utf-8")
    with pytest.raises(BadUsage, match="no watch is called 'ferry'"):
        cli.remove_command(settings, "ferry")


def test_what_cannot_be_meant(settings: Settings) -> None:
    for name, query, given, said in (
        ("A b", "ferry", {}, "cannot be called"),
        ("ferry", "title:x", {}, "did you mean headline"),
        ("ferry", "source:kvrn", {}, "no source is called"),
        ("ferry", "ferry", {"webhook": "ftp://x"}, "no address of a webhook"),
        ("ferry", "ferry", {"mail": "me"}, "is no address"),
        ("ferry", "ferry", {"mail": "me@example.org"}, "needs a mail server"),
    ):
        with pytest.raises((BadUsage, BadSearch), match=said):
            add(settings, name, query, **given)
    add(settings)
    with pytest.raises(BadSearch, match="already"):
        add(settings)


def test_a_mail_arrives_and_a_headline_adds_no_header_to_it(settings: Settings) -> None:
    settings.folder.prepare()
    mailbox = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_once(settings)
    add(settings, mail=f"mailto://127.0.0.1:{port}?from=dateline@dune.example&to=me@dune.example")
    run = run_once(settings, 21)  # nobody takes it yet
    assert "the mail server did not take it" in " ".join((*run.alarms, *run.notes))
    with serving(Controller(mailbox, hostname="127.0.0.1", port=port)):
        run_once(settings, 22, headline="Ferry\r\nBcc: all@dune.example\r\n\r\nlate")
        run_once(settings)
    assert [letter["Subject"] for letter in mailbox.letters] == ["ferry: 1 new"] * 2
    assert {(letter["To"], letter["Bcc"]) for letter in mailbox.letters} == {("me@dune.example", None)}
    waiting, new = (letter.as_string() for letter in mailbox.letters)
    assert "Ferry 21" in waiting
    assert "late" in new


def test_mail_goes_by_the_server_of_the_alarms(settings: Settings) -> None:
    known = settings.model_copy(update={"alarms": Alarms(email="mailtos://u:p@mail.example?to=a@example.org&name=x")})
    assert cli.mail_channel(known, "me@example.org") == "mailtos://u:p@mail.example?name=x&to=me@example.org"
    assert cli.mail_channel(known, "mailto://u:p@other.example") == "mailto://u:p@other.example"


def test_a_watch_whose_source_is_gone_is_an_alarm(settings: Settings) -> None:
    home = settings.folder.prepare()
    with open_writer(home.work) as connection:
        connection.execute("insert into watches values ('odd', 'source:gone', ['event'], now(), null)")
    run = run_once(settings, 21)
    assert "the watch odd finds nothing: no source is called 'gone'" in run.alarms[0]


def test_two_editions_tell_what_each_brought(done: Done) -> None:
    found = rows(done.warehouse, "select article_id, matched_at from watch_hits where name = 'ferry'")
    assert len(found) == len({ident for ident, _ in found}) >= 12
    feed = ET.parse(Home(done.home).quality / "watch-ferry.xml")  # noqa: S314 - our own
    assert len(feed.findall(f"{ATOM}entry")) == len(found)
